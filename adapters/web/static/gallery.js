// The gallery's page: moments in the reader's zone; the other language opens where one is.
import { showTimes, tendMenus } from "./chat.js";

showTimes();
tendMenus();
for (const link of document.querySelectorAll("a.language")) {
  link.addEventListener("click", () => { link.hash = location.hash; });
}
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => event.preventDefault());
}
