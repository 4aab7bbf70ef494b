"""``usher playground``: from its start to the page, from Enter to the card on the screen, and the memory it takes."""

from __future__ import annotations

import http.client
import json
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from bench.children import Broken, Child
from bench.figures import Plan, Report, megabytes, millis, seconds

PAGE, CARD, MEMORY = 1.0, 0.1, 200.0
COMMANDS = 200
_TOKEN = re.compile(r'usher-token" content="([^"]+)')
#: In the page: from the press of Enter until the answer has been laid out.
_TYPED = """line => new Promise((done) => {
  const box = document.querySelector("#slack-line");
  const items = document.querySelector("#slack .items");
  const begun = performance.now();
  new MutationObserver((_, watching) => {
    watching.disconnect();
    requestAnimationFrame(() => { void items.offsetHeight; done(performance.now() - begun); });
  }).observe(items, { childList: true });
  box.value = line;
  box.form.requestSubmit();
})"""


class Visitor:
    """A page's side of the playground, without a browser."""

    def __init__(self, address: str) -> None:
        self._line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        found = _TOKEN.search(self._get("/"))
        if found is None:
            raise Broken("the page has no token")
        self._token = found[1]

    def _get(self, path: str) -> str:
        self._line.request("GET", path)
        return self._line.getresponse().read().decode()

    def run(self, line: str) -> dict[str, Any]:
        asked = {"platform": "slack", "person": "owner", "channel": "general", "line": line}
        headers = {"Content-Type": "application/json", "X-Usher-Playground": self._token}
        self._line.request("POST", "/play/run", json.dumps(asked), headers)
        found: dict[str, Any] = json.loads(self._line.getresponse().read())
        if not found["item"]:
            raise Broken(f"no answer to {line}")
        return found


@contextmanager
def _started() -> Iterator[tuple[Child, str]]:
    with Child([sys.executable, "-m", "bot", "playground", "--port", "0"]) as child:
        yield child, child.words(30).partition("http://")[2].partition("/")[0]


def measure(plan: Plan) -> Report:
    report = Report("usher playground: the page, a card, and memory")
    page, opened, ready, used, typical, slow = [], [], [], [], [], []
    for _ in range(plan.starts):
        with _started() as (child, where):
            visitor = Visitor(f"http://{where}/")
            page.append(time.perf_counter() - child.begun)
            visitor.run("workspace create name:Studio scheme:studio")
            opened.append(time.perf_counter() - child.begun)
            time.sleep(0.5)
            ready.append(child.resident())
            times = []
            for number in range(COMMANDS):
                begun = time.perf_counter()
                visitor.run("me" if number % 2 else f"invite create name:N{number}")
                times.append(time.perf_counter() - begun)
            typical.append(statistics.median(times))
            slow.append(statistics.quantiles(times, n=20)[-1])
            used.append(child.resident())
    report.add("exec to the whole page", page, seconds, target=PAGE, at_most=True)
    report.add("exec to the first command's card", opened, seconds)
    report.add("command to its card, p50", typical, millis, target=CARD, at_most=True)
    report.add("command to its card, p95", slow, millis, target=CARD, at_most=True)
    shown = _on_screen(plan)
    if shown:
        report.add("Enter to the card laid out in Chromium", shown, millis, target=CARD, at_most=True)
    report.add("resident memory when ready", ready, megabytes, target=MEMORY, at_most=True)
    report.add(f"resident memory after {COMMANDS} commands", used, megabytes, target=MEMORY, at_most=True)
    report.notes.append(
        f"{plan.starts} starts. Half of the {COMMANDS} commands read (`me`), half write (`invite create`); the card is the answer "
        "to the page's own request, as HTML."
    )
    return report


def _on_screen(plan: Plan) -> list[float]:
    """The median of each of several pages, where there is a browser."""
    from shutil import which

    if which("chromium") is None:
        return []
    from playwright.sync_api import sync_playwright

    out = []
    with _started() as (_, where), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for number in range(plan.rounds):
            page = browser.new_page(reduced_motion="reduce")
            page.goto(f"http://{where}/")
            page.wait_for_selector("body.is-open")
            if not number:
                page.evaluate(_TYPED, "workspace create name:Studio scheme:studio")
            times = [page.evaluate(_TYPED, "invite create") / 1000 for _ in range(10)]
            out.append(statistics.median(times))
            page.close()
        browser.close()
    return out
