// The drawer with the record of what was changed and of what was refused.

import { put, read } from "./server.js";

const drawer = document.getElementById("record");
const opener = document.getElementById("record-open");
const body = document.getElementById("record-body");

/** Returns what to call when something changed. */
export function record(showTimes) {
  let waiting = 0;
  async function load() {
    const html = await read(`/play/record?lang=${document.documentElement.lang}`);
    if (html === null) return;
    put(body, html);
    showTimes(body);
  }
  function show(on) {
    drawer.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    document.body.classList.toggle("with-record", on);
    if (on) {
      load();
      document.getElementById("record-title").focus();
    } else {
      opener.focus();
    }
  }
  opener.addEventListener("click", () => show(drawer.hidden));
  document.getElementById("record-close").addEventListener("click", () => show(false));
  drawer.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(false);
  });
  return () => {
    clearTimeout(waiting);
    if (!drawer.hidden) waiting = setTimeout(load, 200);
  };
}
