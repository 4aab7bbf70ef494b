// What drawings of messages need of a page: moments in the reader's zone, and drop-downs that behave. Nothing is sent from here.

/** As Slack writes `{date_long}` and `{date_short} at {time}`, and Discord `<t:…:D>` and `<t:…:f>`: in one piece or two. */
const SLACK = {
  date: [{ dateStyle: "full" }],
  time: [{ day: "numeric", month: "short", year: "numeric" }, { timeStyle: "short" }],
};
const DISCORD = {
  date: [{ dateStyle: "long" }],
  time: [{ dateStyle: "long", timeStyle: "short" }],
};
const OF_DISCORD = ".message-discord, .form[data-platform='discord']";
/** How a language is written where nobody says otherwise. */
const USUAL = { en: "en-GB" };
const STEPS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

/** The browser's own way of writing the page's language: one English has the day first, another one the month. */
export function locale() {
  const language = document.documentElement.lang || "en";
  const [own] = navigator.language?.match(/^[a-z]{2,3}(-[a-z0-9]+)*/i) ?? [""];
  return own.toLowerCase().split("-")[0] === language ? own : (USUAL[language] ?? language);
}

/** Shows every moment below `root` in the reader's zone and language; what it was in UTC stays as its title. */
export function showTimes(root = document, now = Date.now()) {
  const language = locale();
  for (const shown of root.querySelectorAll("time[datetime][data-style]")) {
    const at = new Date(shown.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    if (!shown.title) shown.title = shown.textContent;
    const style = shown.dataset.style;
    const styles = shown.closest(OF_DISCORD) ? DISCORD : SLACK;
    const written = () => (styles[style] ?? styles.time).map((each) => new Intl.DateTimeFormat(language, each).format(at)).join(", ");
    shown.textContent = style === "relative" ? relative(at, now, language) : written();
  }
}

function relative(at, now, language) {
  const seconds = Math.round((at.getTime() - now) / 1000);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, long] of STEPS) {
    if (Math.abs(seconds) >= long) return words.format(Math.round(seconds / long), unit);
  }
  return words.format(Math.round(seconds / 60), "minute");
}

/** Drop-downs close with Escape and when the focus leaves them; arrow keys move between their entries, and one of which
    several may be chosen says which are. Once for a page. */
export function tendMenus(root = document) {
  root.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu");
    if (!menu) return;
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.preventDefault();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const entries = [...menu.querySelectorAll("ul button, .boxes input")];
      const step = event.key === "ArrowDown" ? 1 : -1;
      const there = entries.indexOf(document.activeElement);
      menu.open = true;
      entries[there < 0 ? (step > 0 ? 0 : entries.length - 1) : (there + step + entries.length) % entries.length]?.focus();
      event.preventDefault();
    }
  });
  root.addEventListener("change", (event) => {
    const menu = event.target.closest?.("details.several");
    if (!menu) return;
    const chosen = [...menu.querySelectorAll(":checked")].map((each) => each.labels[0].textContent.trim());
    const summary = menu.querySelector("summary");
    summary.textContent = chosen.join(", ") || summary.dataset.nothing;
  });
  root.addEventListener("focusout", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
