// Forms as dialogs: sent to the server, and shown again with what is wrong on its field.

import { showTimes } from "../chat.js";
import { combobox } from "./combobox.js";
import { post, put } from "./server.js";

const dialog = document.getElementById("form");
let sending = false;

// Some browsers leave the Escape key to a drop-down that is not even open.
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  dialog.close();
});

/** Opens a form of somebody; resolves with the item that answers it, or null where it was closed. */
export function fillIn(who, html) {
  return new Promise((resolve) => {
    let answer = null;
    const ended = () => {
      dialog.removeEventListener("close", ended);
      dialog.replaceChildren();
      resolve(answer);
    };
    dialog.addEventListener("close", ended);
    show(who, html, (item) => {
      answer = item;
      dialog.close();
    });
    if (!dialog.open) dialog.showModal();
    focusFirst();
  });
}

function show(who, html, done) {
  const form = put(dialog, html).querySelector("form");
  showTimes(dialog);
  form.noValidate = true;
  form.querySelectorAll("[data-search]").forEach((input) => tend(who, form, input));
  form.querySelector("[data-kind=close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    form.setAttribute("aria-busy", "true");
    const found = await post("fill", { ...who, form: form.dataset.form, values: values(form) });
    sending = false;
    form.removeAttribute("aria-busy");
    if (found?.form) {
      show(who, found.form, done);
      focusFirst();
    } else {
      done(found?.item ?? undefined);
    }
  });
}

function focusFirst() {
  const field = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("input, select, textarea, button");
  field?.focus();
}

/** What is filled in, by the names of the fields; several ticks are a list. */
function values(form) {
  const out = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.type === "checkbox") {
      out[field.name] ??= [];
      if (field.checked) out[field.name].push(field.value);
    } else {
      out[field.name] = field.dataset.picked && field.dataset.label === field.value ? field.dataset.picked : field.value;
    }
  }
  return out;
}

function tend(who, form, input) {
  const several = input.dataset.search === "searches";
  const list = document.getElementById(input.getAttribute("aria-controls"));
  const last = (words) => (several ? words.slice(words.lastIndexOf(",") + 1).trim() : words);
  combobox(
    input,
    list,
    (words) => post("search", { ...who, form: form.dataset.form, name: input.name, typed: last(words) }),
    (chosen) => {
      const before = several ? input.value.slice(0, input.value.lastIndexOf(",") + 1) : "";
      input.value = before ? `${before} ${chosen.line}` : several ? chosen.line : chosen.label;
      if (!several) Object.assign(input.dataset, { picked: chosen.line, label: chosen.label });
    },
  );
}
