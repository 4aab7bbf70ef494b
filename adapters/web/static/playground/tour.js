// The first three steps. Nothing is blocked by them; they can be left and shown again at any time.

const KEY = "usher-tour";
const box = document.getElementById("tour");
const opener = document.getElementById("tour-open");
const after = document.getElementById("tour-after");
const closer = document.getElementById("tour-close");
const skip = closer.textContent;
const steps = [...box.querySelectorAll("li")];

/** `type(platform, line)` writes a line into the box of a chat. */
export function tour(type) {
  let code = "";
  const show = (on) => {
    box.hidden = !on;
    opener.hidden = on;
    localStorage.setItem(KEY, on ? "on" : "off");
  };
  closer.addEventListener("click", () => {
    show(false);
    opener.focus();
  });
  opener.addEventListener("click", () => {
    show(true);
    box.querySelector("button").focus();
  });
  for (const step of steps) {
    step.querySelector("button").addEventListener("click", () => type(step.dataset.platform, filled(step, code)));
  }
  show(localStorage.getItem(KEY) !== "off");

  return (state) => {
    code = state.code;
    const current = state.done.indexOf(false);
    steps.forEach((step, number) => {
      step.classList.toggle("is-done", state.done[number]);
      step.querySelector(".done").hidden = !state.done[number];
      step.querySelector("button").disabled = number === 2 && !code;
      step.querySelector("code").textContent = filled(step, code);
      if (number === current) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    after.hidden = current >= 0;
    closer.textContent = current < 0 ? closer.dataset.over : skip;
    box.classList.toggle("is-over", current < 0);
  };
}

function filled(step, code) {
  return step.dataset.line.replace("{code}", code || "…");
}
