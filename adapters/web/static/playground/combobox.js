// A field with suggestions below (or above) it, after the pattern of the ARIA guide: the focus stays in the field, arrow keys
// choose, Enter takes, Escape closes.

/**
 * `ask(words)` gives suggestions as `{line, label, hint}`; `taken(suggestion)` is told which was taken.
 * Keys that the list does not need are left to the field.
 */
export function combobox(input, list, ask, taken) {
  let found = [];
  let active = -1;
  let asked = 0;

  function close() {
    asked += 1;
    found = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(number) {
    active = number;
    [...list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === active)));
    if (active < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function show(suggestions) {
    found = suggestions;
    list.replaceChildren(
      ...found.map((each, number) => {
        const entry = document.createElement("li");
        entry.id = `${list.id}-${number}`;
        entry.setAttribute("role", "option");
        const label = document.createElement("b");
        label.textContent = each.label;
        entry.append(label);
        if (each.hint) {
          const hint = document.createElement("span");
          hint.textContent = each.hint;
          entry.append(" ", hint);
        }
        return entry;
      }),
    );
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!!found.length));
    mark(-1);
    list.scrollTop = 0;
  }

  async function look() {
    asked += 1;
    const mine = asked;
    const suggestions = await ask(input.value);
    if (mine === asked && document.activeElement === input) show(suggestions ?? []);
  }

  function take(number) {
    const chosen = found[number];
    close();
    taken(chosen);
    input.focus();
  }

  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const entry = event.target.closest("[role=option]");
    if (entry) take([...list.children].indexOf(entry));
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    if (event.key === "ArrowDown") {
      if (open) mark((active + 1) % found.length);
      else look();
    } else if (event.key === "ArrowUp" && open) {
      mark(active <= 0 ? found.length - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      take(active);
    } else if (event.key === "Tab" && active >= 0 && !event.shiftKey) {
      take(active);
    } else if (event.key === "Escape" && open) {
      close();
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  });
  return { close, look };
}
