// Tabs after the pattern of the ARIA guide: one stop for the Tab key, arrow keys between them.

export function tabs(list, chosen) {
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) chosen(tab);
  });
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("[role=tab]")];
    const place = all.indexOf(event.target.closest("[role=tab]"));
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : step ? (place + step + all.length) % all.length : -1;
    if (place < 0 || next < 0) return;
    event.preventDefault();
    all[next].focus();
    chosen(all[next]);
  });
}
