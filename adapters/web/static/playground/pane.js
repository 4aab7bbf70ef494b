// One chat: who one is in it, its channels, what stands in them, and the box in which commands are typed.

import { combobox } from "./combobox.js";
import { fillIn } from "./dialog.js";
import { post, put } from "./server.js";
import { tabs } from "./tabs.js";

const KEPT = 50;
/** Not a channel: what one sees of Usher without having asked. */
const HOME = "@home";
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Pane {
  /** `page` knows the words, the time, and how to tell people things. */
  constructor(section, page) {
    this.page = page;
    this.section = section;
    this.platform = section.dataset.platform;
    this.name = section.dataset.name;
    this.items = new Map();
    this.faces = [];
    this.log = section.querySelector(".log");
    this.list = section.querySelector(".items");
    this.empty = section.querySelector(".empty");
    this.line = section.querySelector(".line");
    this.composer = section.querySelector(".composer");
    this.people = section.querySelector(".person");
    this.language = section.querySelector(".language");
    this.rooms = [...section.querySelectorAll(".rooms [role=tab]")];
    this.person = section.dataset.first;
    this.room = this.rooms[0].dataset.room;
    this.seen = {};
    this.fresh = true;
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
    if (this.rooms.some((tab) => tab.dataset.room === kept.room)) this.room = kept.room;
    this.turn(this.room);
  }

  get who() {
    return { platform: this.platform, person: this.person, channel: this.room };
  }

  get face() {
    return this.faces.find((face) => face.key === this.person);
  }

  wire() {
    tabs(this.rooms, (tab) => this.enter(tab.dataset.room));
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

  focusOn(id) {
    const shown = this.slot(id)?.querySelector("article");
    if (!shown) return (this.line.checkVisibility() ? this.line : this.log).focus();
    shown.tabIndex = -1;
    return shown.focus({ preventScroll: true });
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

  // --- what stands there

  /** Whether the person reads an item, in whichever channel. */
  reads(item, person) {
    return item.platform === this.platform && (!item.person || item.person === person);
  }

  inRoom(item) {
    return this.reads(item, this.person) && (item.channel === this.room || (item.channel === "*" && this.room !== HOME));
  }

  unread(room, person) {
    const last = this.seen[`${person}/${room}`] ?? 0;
    let news = 0;
    for (const item of this.items.values()) {
      news += item.kind === "message" && item.channel === room && this.reads(item, person) && item.place > last;
    }
    return news;
  }

  get news() {
    return this.rooms.reduce((sum, tab) => sum + this.unread(tab.dataset.room, this.person), 0);
  }

  slot(id) {
    return [...this.list.children].find((each) => each.dataset.id === id);
  }

  told(state, first) {
    this.faces = state.people[this.platform];
    if (!this.face && this.faces.length) this.person = this.faces[0].key;
    const mine = state.items.filter((item) => item.platform === this.platform);
    if (first) {
      this.items.clear();
      this.list.replaceChildren();
    }
    this.take(mine, first);
    this.tendPeople();
  }

  take(items, first = false) {
    const low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80;
    for (const item of items) {
      const known = this.items.get(item.id);
      if (known && known.number >= item.number) continue;
      if (item.gone) this.items.delete(item.id);
      else this.items.set(item.id, item);
      if (first) continue;
      if (this.inRoom(item)) this.place(item);
      else if (!known && item.kind === "message" && this.reads(item, this.person)) this.page.say(`${this.where(item)}: ${item.title}`);
    }
    if (first) {
      this.recallSeen();
      this.draw();
    } else {
      if (items.some((item) => item.kind === "time")) this.openHome();
      this.look();
      if (low && items.length && this.room !== HOME) this.bottom();
    }
  }

  /** A page that is new has seen all that is there already. */
  recallSeen() {
    if (!this.fresh) return;
    for (const item of this.items.values()) {
      for (const face of this.faces) {
        const key = `${face.key}/${item.channel}`;
        if (this.reads(item, face.key)) this.seen[key] = Math.max(this.seen[key] ?? 0, item.place);
      }
    }
  }

  where(item) {
    return item.channel ? `#${item.channel}` : `${this.name}, ${this.page.words.direct}`;
  }

  place(item) {
    const known = this.slot(item.id);
    if (item.gone) {
      known?.remove();
      return;
    }
    this.list.removeAttribute("aria-live");
    const slot = known ?? Object.assign(document.createElement("div"), { className: "slot" });
    const focused = slot.contains(document.activeElement) ? document.activeElement.dataset : null;
    slot.dataset.id = item.id;
    slot.dataset.place = item.place;
    put(slot, item.html);
    this.page.showTimes(slot);
    if (known) {
      if (focused) this.focusAgain(slot, focused);
      return;
    }
    const after = [...this.list.children].find((each) => Number(each.dataset.place) > item.place);
    this.list.insertBefore(slot, after ?? null);
  }

  /** What stood there before had the focus: its successor has it now, if there is one. */
  focusAgain(slot, { actionId, customId, value }) {
    const same = [...slot.querySelectorAll("button")].find(
      ({ dataset }) => dataset.kind === "button" && dataset.actionId === actionId && dataset.customId === customId && dataset.value === value,
    );
    if (same) same.focus({ preventScroll: true });
    else this.focusOn(slot.dataset.id);
  }

  draw() {
    this.list.setAttribute("aria-live", "off");
    const shown = [...this.items.values()].filter((item) => this.inRoom(item)).sort((a, b) => a.place - b.place);
    this.list.replaceChildren(
      ...shown.map((item) => {
        const slot = Object.assign(document.createElement("div"), { className: "slot" });
        slot.dataset.id = item.id;
        slot.dataset.place = item.place;
        return put(slot, item.html);
      }),
    );
    this.page.showTimes(this.list);
    this.look();
    this.openHome();
    this.log.scrollTop = this.room === HOME ? 0 : this.log.scrollHeight;
  }

  /** What is in sight is read. */
  look() {
    const { words } = this.page;
    const none = { "": words.empty_direct, [HOME]: words.opening_home }[this.room] ?? words.empty_room;
    this.empty.textContent = none.replace("{name}", this.face?.name ?? "");
    this.empty.hidden = this.list.childElementCount > 0;
    if (this.section.checkVisibility()) {
      const key = `${this.person}/${this.room}`;
      const last = Math.max(0, ...[...this.items.values()].filter((item) => this.inRoom(item)).map((item) => item.place));
      if (last > (this.seen[key] ?? 0)) {
        this.seen[key] = last;
        this.keep();
      }
    }
    this.tendPeople();
    this.page.counted();
  }

  /** Scrolls to the end, but never past the beginning of what is read next. */
  bottom(id) {
    const slot = id ? this.slot(id) : this.list.lastElementChild;
    if (!slot) return;
    const how = still.matches ? "auto" : "smooth";
    const tall = slot.offsetHeight > this.log.clientHeight - 24;
    const top = tall || (id && slot !== this.list.lastElementChild) ? slot.offsetTop - this.list.offsetTop : this.log.scrollHeight;
    this.log.scrollTo({ top, behavior: how });
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
