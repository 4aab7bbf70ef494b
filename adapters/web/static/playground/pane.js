// One chat: who one is in it, its channels, what is pressed there, and the box in which commands are typed.

import { combobox } from "./combobox.js";
import { fillIn } from "./dialog.js";
import { post } from "./server.js";
import { HOME, Standing } from "./standing.js";
import { tabs } from "./tabs.js";

const KEPT = 50;

export class Pane extends Standing {
  /** `page` knows the words, the time, and how to tell people things. */
  constructor(section, page) {
    super(section, page);
    this.faces = [];
    this.line = section.querySelector(".line");
    this.composer = section.querySelector(".composer");
    this.people = section.querySelector(".person");
    this.language = section.querySelector(".language");
    this.tablist = section.querySelector(".rooms");
    this.person = section.dataset.first;
    this.room = this.rooms[0].dataset.room;
    this.typed = [];
    this.wire();
  }

  /** The chats are there. What this tab keeps of other ones is worth nothing in these. */
  begin(epoch) {
    this.epoch = epoch;
    const kept = recall(this.platform);
    if (kept.epoch !== epoch) return;
    this.person = kept.person;
    this.seen = kept.seen;
    this.fresh = false;
    this.tendRooms([kept.room]);
    this.room = kept.room;
    this.turn(this.room);
  }

  get rooms() {
    return [...this.tablist.querySelectorAll("[role=tab]")];
  }

  /** A tab for each channel that has none yet, before the direct messages. */
  tendRooms(names) {
    for (const name of names) {
      if (this.rooms.some((tab) => tab.dataset.room === name)) continue;
      const tab = this.rooms[0].cloneNode(true);
      tab.id = `${this.platform}-channel-${name}`;
      tab.dataset.room = name;
      tab.firstChild.data = `#${name} `;
      tab.setAttribute("aria-selected", "false");
      tab.tabIndex = -1;
      count(tab, 0);
      this.rooms.find((each) => !each.dataset.room).before(tab);
    }
  }

  get who() {
    return { platform: this.platform, person: this.person, channel: this.room };
  }

  get face() {
    return this.faces.find((face) => face.key === this.person);
  }

  wire() {
    tabs(this.tablist, (tab) => this.enter(tab.dataset.room));
    this.people.addEventListener("change", () => this.become(this.people.value));
    this.language.addEventListener("change", async () => {
      await post("speak", { ...this.who, language: this.language.value });
      this.openHome();
    });
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.box = combobox(
      this.line,
      this.section.querySelector(".list"),
      (words) => (words.trim() ? post("complete", { ...this.who, line: words }) : []),
      (chosen) => {
        this.write(chosen.line);
        this.box.look();
      },
    );
    this.line.addEventListener("keydown", (event) => this.remember(event));
    // On a phone the page scrolls: what is typed into, and its button, are wholly in sight.
    this.line.addEventListener("focus", () => this.line.parentElement.scrollIntoView({ block: "nearest" }));
    this.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.turn(this.room);
  }

  // --- what is typed

  write(line) {
    this.line.value = line;
    this.line.focus();
    this.line.setSelectionRange(line.length, line.length);
    this.line.scrollLeft = this.line.scrollWidth;
  }

  /** Arrow up brings back what was typed before, where no list is open. */
  remember(event) {
    if (event.key !== "ArrowUp" || event.defaultPrevented || !this.typed.length) return;
    const place = this.typed.lastIndexOf(this.line.value);
    if (this.line.value && place < 0) return;
    this.write(this.typed[(place < 0 ? this.typed.length : Math.max(place, 1)) - 1]);
    event.preventDefault();
  }

  async send() {
    const line = this.line.value.trim();
    if (!line || this.sending) return;
    this.sending = true;
    this.box.close();
    this.line.value = "";
    this.typed = [...this.typed.filter((each) => each !== line), line].slice(-KEPT);
    const done = await this.answered(await post("run", { ...this.who, line }), this.line);
    this.sending = false;
    if (!done && !this.line.value) this.write(line);
  }

  /** Shows what came of something; false where nothing did. */
  async answered(found, from) {
    if (found?.form) {
      const item = await fillIn(this.who, found.form);
      from?.isConnected && from.focus();
      if (item === null) return false;
      found = { item };
    }
    if (!found?.item) {
      this.page.tell(this.page.words.failed);
      return false;
    }
    this.take([found.item]);
    if (this.inRoom(found.item)) this.bottom(found.item.id);
    else this.page.tell(`${this.where(found.item)}: ${found.item.title}`, false, true);
    return true;
  }

  // --- what is pressed

  async clicked(event) {
    const pressed = event.target.closest("button");
    const slot = event.target.closest(".slot");
    if (!pressed || !slot || pressed.disabled) return;
    const item = slot.dataset.id;
    if (pressed.hasAttribute("data-dismiss")) {
      await post("dismiss", { ...this.who, item });
      this.line.focus();
      return;
    }
    const control = meant(pressed);
    if (!control || slot.getAttribute("aria-busy") === "true") return;
    slot.setAttribute("aria-busy", "true");
    const found = await post("press", { ...this.who, item, control });
    slot.removeAttribute("aria-busy");
    pressed.closest("details.menu")?.removeAttribute("open");
    await this.answered(found, pressed);
    if (pressed.isConnected && pressed.checkVisibility()) return;
    if (!slot.contains(document.activeElement)) this.focusOn(this.slot(found?.item?.id) ? found.item.id : item);
  }

  /** Where one goes on by keyboard: at home there is nothing to type into. */
  reach() {
    (this.line.checkVisibility() ? this.line : this.log).focus();
  }

  /** Whoever is at home looks at it: from now on it is kept fresh. */
  openHome() {
    if (this.room === HOME && this.face) post("home", this.who);
  }

  // --- who and where

  become(person) {
    this.person = person;
    this.keep();
    this.list.setAttribute("aria-live", "off");
    this.draw();
    this.tendPeople();
  }

  enter(room) {
    this.room = room;
    this.turn(room);
    this.keep();
    this.draw();
  }

  turn(room) {
    const chosen = this.rooms.find((tab) => tab.dataset.room === room);
    for (const tab of this.rooms) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
    }
    chosen.parentElement.scrollLeft = chosen.offsetLeft - chosen.parentElement.offsetLeft - 24;
    this.log.setAttribute("aria-labelledby", chosen.id);
    this.composer.hidden = room === HOME;
    this.list.setAttribute("role", room === HOME ? "group" : "log");
  }

  keep() {
    const { epoch, person, room, seen } = this;
    sessionStorage.setItem(this.platform, JSON.stringify({ epoch, person, room, seen }));
  }

  /** The people to be, with a mark at those who have something new to read. */
  tendPeople() {
    const entries = this.faces.map((face) => {
      const news = face.key !== this.person && this.unread("", face.key);
      const entry = new Option(news ? `${face.name} •` : face.name, face.key, false, face.key === this.person);
      if (news) entry.setAttribute("aria-label", this.page.words.has_news.replace("{name}", face.name));
      return entry;
    });
    const before = [...this.people.options].map((each) => each.text + each.value).join();
    if (before !== entries.map((each) => each.text + each.value).join()) this.people.replaceChildren(...entries);
    this.people.value = this.person;
    if (this.face) this.language.value = this.face.language;
    for (const tab of this.rooms) count(tab, tab.dataset.room === this.room ? 0 : this.unread(tab.dataset.room, this.person));
  }
}

/** What the platform's client would send of a button, or of an entry of a menu. */
function meant(pressed) {
  const menu = pressed.dataset.kind === "option" ? pressed.closest("details.menu") : null;
  const named = (menu ?? pressed).dataset;
  if (!named.actionId && !named.customId) return null;
  const control = { kind: named.kind, value: pressed.dataset.value ?? "" };
  if (named.actionId) control.action_id = named.actionId;
  if (named.customId) control.custom_id = named.customId;
  return control;
}

export function count(tab, number) {
  const shown = tab.querySelector(".count");
  shown.hidden = !number;
  shown.textContent = number || "";
}

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}
