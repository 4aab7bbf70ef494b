// Talks to the server: a post for each thing one does, and a stream of what stands in the chats.

const token = document.querySelector("meta[name=usher-token]").content;
const plainly = { createHTML: (html) => html };
// What the server sends is escaped there; nothing else ever becomes markup.
const policy = window.trustedTypes?.createPolicy("usher", plainly) ?? plainly;

/** Puts the server's HTML into an element. */
export function put(element, html) {
  element.innerHTML = policy.createHTML(html);
  return element;
}

let posting = 0;
let outdated = false;

/** Other chats, perhaps of another run of the program: the page is made anew for them, as soon as nothing is being sent. */
function renew() {
  outdated = true;
  if (!posting) location.reload();
}

/** Does something; null where it did not work. */
export async function post(name, asked) {
  posting += 1;
  try {
    const answer = await fetch(`/play/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Usher-Playground": token },
      body: JSON.stringify(asked),
    });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    posting -= 1;
    if (outdated) renew();
  }
}

export async function read(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** `told` hears what changes, `begun` which chats it is of, for as long as the page is in sight: a browser has few connections to one server, and a hidden tab none. */
export function listen(told, begun, lost) {
  let source = null;
  let epoch = "";
  let last = "";
  let waiting = 0;

  function open() {
    source = new EventSource(last ? `/play/events?after=${encodeURIComponent(last)}` : "/play/events");
    source.onopen = () => {
      clearTimeout(waiting);
      lost(false);
    };
    source.onerror = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => lost(true), 1500);
    };
    source.addEventListener("anew", (event) => {
      const found = JSON.parse(event.data).epoch;
      if (epoch && epoch !== found) renew();
      else begun(found);
      epoch = found;
    });
    source.addEventListener("change", (event) => {
      const first = !last;
      last = event.lastEventId || last;
      told(JSON.parse(event.data), first);
    });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else if (!source) {
      open();
    }
  });
  addEventListener("pagehide", () => source?.close());
  open();
}
