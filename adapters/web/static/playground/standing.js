// What stands in a chat: the items of the channel that is in sight, what is read of them, and where they are scrolled to.

import { put } from "./server.js";

/** Not a channel: what one sees of Usher without having asked. */
export const HOME = "@home";
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** A chat to look at; who looks, and at which channel, says the pane that this is of. */
export class Standing {
  constructor(section, page) {
    this.page = page;
    this.section = section;
    this.platform = section.dataset.platform;
    this.name = section.dataset.name;
    this.items = new Map();
    this.log = section.querySelector(".log");
    this.list = section.querySelector(".items");
    this.empty = section.querySelector(".empty");
    this.seen = {};
    this.fresh = true;
  }

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
    this.tendRooms(state.rooms[this.platform]);
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

  focusOn(id) {
    const shown = this.slot(id)?.querySelector("article");
    if (!shown) return this.reach();
    shown.tabIndex = -1;
    return shown.focus({ preventScroll: true });
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
