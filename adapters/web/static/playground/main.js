// The page: two chats, the clock, the first steps and the record.

import { locale, showTimes, tendMenus } from "../chat.js";
import { anew } from "./anew.js";
import { Pane, count } from "./pane.js";
import { record } from "./record.js";
import { listen, post } from "./server.js";
import { tabs } from "./tabs.js";
import { tour } from "./tour.js";

const words = JSON.parse(document.getElementById("words").textContent);
const language = locale();
const now = document.getElementById("now");
const notice = document.getElementById("notice");
const said = document.getElementById("said");
const picks = [...document.querySelectorAll(".pick [role=tab]")];
let ahead = 0;
let hiding = 0;

const page = {
  words,
  showTimes: times,
  counted,
  /** For everybody to see, for a while; `quiet` where those who listen have heard it. */
  tell(sentence, lasting = false, quiet = false) {
    clearTimeout(hiding);
    notice.ariaLive = quiet ? "off" : "polite";
    notice.textContent = sentence;
    notice.hidden = !sentence;
    if (!lasting) hiding = setTimeout(() => page.tell("", true), 6000);
  },
  /** For who listens. */
  say(sentence) {
    said.textContent = sentence;
  },
};

const panes = [...document.querySelectorAll(".chat")].map((section) => new Pane(section, page));
const steps = tour(type);
const recorded = record(times);

// --- time

function moment() {
  return Date.now() + ahead;
}

function times(root) {
  showTimes(root, moment());
  const today = new Date(moment()).toDateString();
  for (const shown of root.querySelectorAll("time[data-clock]")) {
    const at = new Date(shown.dateTime);
    const day = at.toDateString() === today ? {} : { day: "numeric", month: "short" };
    shown.textContent = new Intl.DateTimeFormat(language, { ...day, hour: "2-digit", minute: "2-digit" }).format(at);
  }
}

function tick() {
  const at = new Date(moment());
  now.dateTime = at.toISOString();
  now.textContent = new Intl.DateTimeFormat(language, {
    weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
  }).format(at);
}

async function advance(far) {
  const wrong = document.getElementById("far-wrong");
  const field = document.getElementById("far");
  page.tell(words.moving, true);
  const found = await post("advance", { far });
  page.tell(found ? "" : words.failed, !!found);
  const bad = found && !found.moved;
  wrong.textContent = bad ? words.bad_time : "";
  field.toggleAttribute("aria-invalid", !!bad);
  if (bad) field.focus();
  else field.value = "";
}

document.querySelectorAll("[data-advance]").forEach((button) => button.addEventListener("click", () => advance(button.dataset.advance)));
document.getElementById("advance").addEventListener("submit", (event) => {
  event.preventDefault();
  advance(document.getElementById("far").value);
});

// --- one chat at a time, where there is no room for two

function pick(platform) {
  for (const tab of picks) {
    const chosen = tab.id === `pick-${platform}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
  }
  for (const pane of panes) pane.section.classList.toggle("behind", pane.platform !== platform);
  panes.find((pane) => pane.platform === platform).draw();
}

function counted() {
  for (const pane of panes ?? []) count(document.getElementById(`pick-${pane.platform}`), pane.section.checkVisibility() ? 0 : pane.news);
}

tabs(document.querySelector(".pick"), (tab) => pick(tab.getAttribute("aria-controls")));

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  panes.find((pane) => pane.section.checkVisibility()).reach();
});

// --- people

/** A dialog that asks for a name; `named(pane, found)` is told what came of it where it was asked for. */
function naming(id, opener, verb, named) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector("form");
  let asking = panes[0];
  for (const pane of panes) {
    pane.section.querySelector(opener).addEventListener("click", () => {
      asking = pane;
      form.reset();
      dialog.showModal();
    });
  }
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const found = await post(verb, { name: dialog.querySelector("input").value });
    dialog.close();
    if (found) named(asking, found);
    else page.tell(words.failed);
  });
}

naming("newcomer", ".add", "join", (pane, found) => pane.become(found.person));
naming("new-room", ".add-room", "room", (pane, found) => {
  pane.tendRooms([found.room]);
  pane.enter(found.room);
});

/** The first steps' own typing: as who it says, where it belongs. */
function type(platform, line) {
  const pane = panes.find((each) => each.platform === platform);
  if (!pane.section.checkVisibility()) pick(platform);
  if (pane.person !== pane.section.dataset.first) pane.become(pane.section.dataset.first);
  if (pane.room !== "general") pane.enter("general");
  pane.write(line);
}

// --- what comes

anew(page);
tendMenus();
pick(picks[0].getAttribute("aria-controls"));
tick();
setInterval(tick, 5000);
post("greet", { language: document.documentElement.lang });
listen(
  (state, first) => {
    ahead = Date.parse(state.now) - Date.now();
    tick();
    for (const pane of panes) pane.told(state, first);
    steps(state);
    recorded();
    document.body.classList.add("is-open");
  },
  (epoch) => {
    for (const pane of panes) pane.begin(epoch);
  },
  (lost) => {
    if (lost) page.tell(words.lost, true);
    else if (notice.textContent === words.lost) page.tell(words.back);
  },
);
