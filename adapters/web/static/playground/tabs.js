// Tabs after the pattern of the ARIA guide: one stop for the Tab key, arrow keys between them.

export function tabs(all, chosen) {
  all.forEach((tab, place) => {
    tab.addEventListener("click", () => chosen(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : step ? (place + step + all.length) % all.length : -1;
      if (next < 0) return;
      event.preventDefault();
      all[next].focus();
      chosen(all[next]);
    });
  });
}
