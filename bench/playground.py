"""``usher playground``: from its start to the page, from Enter to the card on the screen, and the memory it takes."""

from __future__ import annotations

import http.client
import json
import re
import shutil
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
#: Whatever has not come by then does not come.
PATIENCE = 30
#: The program itself, and as somebody starts it who follows the README. Both with nothing to read and any free port.
PROGRAM = (sys.executable, "-m", "bot", "playground", "--port", "0")
MAKE = ("make", "--silent", "run", f"PYTHON={sys.executable}")
CREATE = "workspace create name:Studio scheme:studio"
_TOKEN = re.compile(r'usher-token" content="([^"]+)')
_WITH_IT = re.compile(r'(?:src|href)="(/static/[^"]+)')
#: In the page: from the press of Enter until the answer has been laid out. A line that is pressed before the answer to the
#: one before it is there stays in its box: then it is pressed again, in the next frame.
_TYPED = """([line, patience]) => new Promise((done, failed) => {
  const box = document.querySelector("#slack-line");
  const items = document.querySelector("#slack .items");
  const before = items.childElementCount;
  const late = setTimeout(() => failed(new Error(`no card came to “${line}”`)), patience * 1000);
  let begun = 0;
  const watching = new MutationObserver(() => {
    if (items.childElementCount <= before) return;
    watching.disconnect();
    clearTimeout(late);
    requestAnimationFrame(() => { void items.offsetHeight; done((performance.now() - begun) / 1000); });
  });
  watching.observe(items, { childList: true });
  const enter = () => {
    box.value = line;
    begun = performance.now();
    box.form.requestSubmit();
    if (box.value) requestAnimationFrame(enter);
  };
  enter();
})"""


class Visitor:
    """A page's side of the playground, without a browser."""

    def __init__(self, address: str) -> None:
        self._line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
        page = self._get("/")
        found = _TOKEN.search(page)
        if found is None:
            raise Broken("the page has no token")
        self._token = found[1]
        for file in dict.fromkeys(_WITH_IT.findall(page)):
            self._get(file)

    def _get(self, path: str) -> str:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: str | None = None, **headers: str) -> str:
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            said = answer.read().decode()
        except (OSError, http.client.HTTPException) as fault:
            raise Broken(f"no answer from {path} ({type(fault).__name__}: {fault})") from None
        if answer.status != http.client.OK:
            raise Broken(f"{path} answered {answer.status}: {said[:200]}")
        return said

    def run(self, line: str) -> None:
        asked = {"platform": "slack", "person": "owner", "channel": "general", "line": line}
        headers = {"Content-Type": "application/json", "X-Usher-Playground": self._token}
        found: dict[str, Any] = json.loads(self._ask("POST", "/play/run", json.dumps(asked), **headers))
        if not found["item"]:
            raise Broken(f"no card came to “{line}”")

    def close(self) -> None:
        self._line.close()


@contextmanager
def _started(*command: str) -> Iterator[tuple[Child, str, Visitor]]:
    """A playground, where it is, and somebody who has its page."""
    with Child(command, environment={"PORT": "0"}, asks=False) as child:
        said = child.words(PATIENCE)
        found = re.search(r"http://[^/\s]+/", said)
        if found is None:
            raise Broken(f"{' '.join(command)} said no address: {said}")
        try:
            visitor = Visitor(found[0])
            yield child, found[0], visitor
            visitor.close()
        except Broken as broken:
            raise Broken(child.trouble(str(broken))) from None


def measure(plan: Plan) -> Report:
    report = Report("usher playground: the page, a card, and memory")
    made, page, spent, opened, ready, used, typical, slow = ([] for _ in range(8))
    shown: list[float] = []
    count = plan.commands // 5
    for _ in range(plan.starts):
        with _started(*MAKE) as (child, _where, _visitor):
            made.append(time.perf_counter() - child.begun)
        with _started(*PROGRAM) as (child, where, visitor):
            page.append(time.perf_counter() - child.begun)
            spent.append(child.processor_seconds())
            visitor.run(CREATE)
            opened.append(time.perf_counter() - child.begun)
            time.sleep(0.5)
            ready.append(child.resident())
            if not shown:
                visitor.close()  # idle for so long, the server would; the next line opens another connection
                shown = _on_screen(where, plan.rounds)
            times = []
            for number in range(count):
                begun = time.perf_counter()
                visitor.run("me" if number % 2 else f"invite create name:N{number}")
                times.append(time.perf_counter() - begun)
            typical.append(statistics.median(times))
            slow.append(statistics.quantiles(times, n=20)[-1])
            used.append(child.resident())
    report.add("`make run` to the whole page", made, seconds, target=PAGE, at_most=True)
    report.add("exec to the whole page", page, seconds, target=PAGE, at_most=True)
    report.add("processor time until then", spent, seconds)
    report.add("exec to the first command's card", opened, seconds)
    report.add("command to its card, p50", typical, millis, target=CARD, at_most=True)
    report.add("command to its card, p95", slow, millis, target=CARD, at_most=True)
    if shown:
        report.add("Enter to the card laid out in Chromium", shown, millis, target=CARD, at_most=True)
    report.add("resident memory when ready", ready, megabytes, target=MEMORY, at_most=True)
    report.add(f"resident memory after {count} commands", used, megabytes, target=MEMORY, at_most=True)
    report.notes.append(
        f"{plan.starts} starts of each kind, all installed before. The whole page is the page with the style sheets, the script "
        f"and the picture it names. Half of the {count} commands read (`me`), half write (`invite create`); the card is the "
        "answer to the page's own request, as HTML."
    )
    if not shown:
        report.notes.append("There is no Chromium here: nothing was measured on a screen.")
    return report


def _on_screen(where: str, pages: int) -> list[float]:
    """The median of each of several pages, where there is a browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return []
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"], timeout=PATIENCE * 1000
            )
            try:
                return [_page(browser, where) for _ in range(pages)]
            finally:
                browser.close()
        except Error as fault:
            raise Broken(f"in Chromium: {str(fault).partition('Call log')[0].strip()}") from None


def _page(browser: Any, where: str) -> float:
    """The median of ten cards in a page of its own."""
    page = browser.new_page(reduced_motion="reduce")
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(where)
    page.wait_for_selector("body.is-open")
    times = [page.evaluate(_TYPED, ["invite create", PATIENCE]) for _ in range(10)]
    page.close()
    return statistics.median(times)
