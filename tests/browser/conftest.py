"""The playground as a visitor has it: the program itself, in a browser."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chats import Visitor
from tests.browser.present import browser as found

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Closed after the last test here: as long as it is open its event loop runs, and no other test can have one."""
    assert found(), "USHER_BROWSER is “required”, and there is no Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def address(running: str) -> str:
    """Where the playground is, in which nothing has happened yet."""
    with urlopen(running) as page:
        token = re.search(r'name="usher-token" content="([^"]+)"', page.read().decode())[1]
    with urlopen(Request(f"{running}play/anew", b"{}", {"X-Usher-Playground": token})) as answer:
        assert answer.status == 200
    return running


@pytest.fixture(scope="package")
def running() -> Iterator[str]:
    """The playground, started as ``make run`` starts it, with nothing to read."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "playground", "--port", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**kept, "PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            said = process.stdout.readline()
            yield re.search(r"http://\S+/", said)[0]
        finally:
            process.terminate()
            errors = process.communicate(timeout=30)[1]
    assert errors == ""
    assert process.returncode == 0


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def visitor(context: BrowserContext, address: str) -> Iterator[Visitor]:
    """Somebody at the page. Whatever the browser complains about fails the test."""
    with visiting(context, address) as somebody:
        yield somebody


@contextlib.contextmanager
def visiting(context: BrowserContext, address: str) -> Iterator[Visitor]:
    page = context.new_page()
    complaints = listened(page)
    somebody = Visitor(page, address)
    somebody.arrive()
    yield somebody
    page.close()
    assert complaints == []


def listened(page: Page) -> list[str]:
    """What goes wrong in a page, or what it asks of somebody else."""
    complaints: list[str] = []
    page.on("console", lambda said: said.type in {"error", "warning"} and complaints.append(said.text))
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    page.on(
        "requestfailed",
        # A stream ends when the page does.
        lambda asked: "/play/events" not in asked.url and complaints.append(f"failed: {asked.url}"),
    )
    page.on("response", lambda got: got.status >= 400 and complaints.append(f"{got.status}: {got.url}"))
    page.on(
        "request",
        lambda asked: "//127.0.0.1:" not in asked.url and complaints.append(f"elsewhere: {asked.url}"),
    )
    return complaints
