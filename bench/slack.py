"""``/usher me`` through the Slack adapter beside an empty Bolt handler."""

from __future__ import annotations

import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.chat import Bare, Bot, addresses, compare, usher_on
from bench.children import empty, people, usher
from bench.figures import Plan, Report

SHARE = 0.8
#: What Bolt's examples show looks for the listener's response every 10 ms, which Usher has switched off.
KINDS = ("empty handler with Usher's settings", "empty handler with Bolt's defaults")


def measure(plan: Plan) -> Report:
    report = Report("/usher me on Slack beside an empty Bolt handler")
    _turn(report, plan, http=False)
    if plan.longer:
        _turn(report, plan, http=True)
    report.notes.append(
        "Bolt by itself looks for a listener's response every 10 ms, so with few commands under way its empty handler "
        "mostly waits; Usher's settings (`process_before_response`) send it at once. Both kinds are shown. The one with "
        "Usher's settings does no more than read the envelope and acknowledge; Usher parses, reads the workspace, the "
        "member and the open requests in one transaction, and renders a card that rides on the acknowledgement."
    )
    return report


def _turn(report: Report, plan: Plan, *, http: bool) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="usher-bench-")))
        crowd = stack.enter_context(people(*["slack"] * 3))
        ports = _free(3)
        urls = [f"http://127.0.0.1:{port}/slack/events" if http else "" for port in ports]
        fakes = addresses(crowd)
        settings = slack_settings(fakes[0])
        if http:
            del settings["SLACK_APP_TOKEN"]
            settings |= {"SLACK_SIGNING_SECRET": fakes[0]["signing"], "PORT": str(ports[0])}
        bots = [stack.enter_context(usher(folder, settings, "slack", "worker"))]
        for fake, port, quick in zip(fakes[1:], ports[1:], ("1", ""), strict=True):
            bare = {"BOT": fake["bot"], "APP": fake["app"], "API": fake["api"], "SIGNING": fake["signing"]}
            kind = "slack-http" if http else "slack"
            bots.append(stack.enter_context(empty(kind, {**bare, "PORT": str(port), "QUICK": quick})))
        for on, (child, url) in enumerate(zip(bots, urls, strict=True)):
            child.line(20)
            crowd.ask(do="connected", on=on, url=url)
        bare_ones = [
            Bare(label, Bot(child, on, "me", ""), SHARE)
            for on, (label, child) in enumerate(zip(KINDS, bots[1:], strict=True), start=1)
        ]
        way = "HTTP: {}" if http else "{}"
        compare(report, plan, crowd, usher_on(bots[0], 0, crowd), bare_ones, way.format)


def slack_settings(fake: dict[str, str]) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": fake["bot"],
        "SLACK_APP_TOKEN": fake["app"],
        "USHER_SLACK_API_URL": fake["api"],
        "USHER_DATABASE_URL": "sqlite:///usher.db",
    }


def _free(count: int) -> list[int]:
    """Ports of the loopback address on which nobody listens."""
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in taken]
    for each in taken:
        each.close()
    return ports


def free_port() -> int:
    return _free(1)[0]
