// Starting over: asked about first, in a dialog.

import { post } from "./server.js";

const dialog = document.getElementById("anew");
const opener = document.getElementById("anew-open");
const form = dialog.querySelector("form");

/** `page` tells people how it goes. The stream of what changes brings every page to the new chats, this one, too. */
export function anew(page) {
  opener.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const done = await post("anew", {});
    form.removeAttribute("aria-busy");
    dialog.close();
    if (!done) page.tell(page.words.failed);
  });
}
