"""``/usher me`` through the Slack adapter beside an empty Bolt handler."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

from bench.chat import Bot, addresses, compare, plain, usher_on
from bench.children import empty, people, usher
from bench.figures import Plan, Report

SHARE = 0.8


def measure(plan: Plan) -> Report:
    report = Report("/usher me on Slack beside an empty Bolt handler")
    _socket_mode(report, plan)
    if plan.longer:
        _http(report, plan)
    return report


def _socket_mode(report: Report, plan: Plan) -> None:
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder, people("slack", "slack") as crowd:
        ours, bare = addresses(crowd)
        with (
            usher(Path(folder), slack_settings(ours), "slack", "worker") as bot,
            empty(
                "slack",
                {"BOT": bare["bot"], "APP": bare["app"], "API": bare["api"], "SIGNING": bare["signing"]},
            ) as nothing,
        ):
            for on, child in enumerate((bot, nothing)):
                child.line(20)
                crowd.ask(do="connected", on=on)
            mine = usher_on(bot, 0, crowd)
            compare(report, plan, crowd, mine, Bot(nothing, 1, "me", ""), target=SHARE, name=plain)


def _http(report: Report, plan: Plan) -> None:
    ports = _free(2)
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder, people("slack", "slack") as crowd:
        ours, bare = addresses(crowd)
        settings = slack_settings(ours)
        del settings["SLACK_APP_TOKEN"]
        settings |= {"SLACK_SIGNING_SECRET": ours["signing"], "PORT": str(ports[0])}
        bare_settings = {
            "BOT": bare["bot"],
            "API": bare["api"],
            "SIGNING": bare["signing"],
            "PORT": str(ports[1]),
        }
        with (
            usher(Path(folder), settings, "slack", "web", "worker") as bot,
            empty("slack-http", bare_settings) as nothing,
        ):
            for on, child in enumerate((bot, nothing)):
                child.line(20)
                crowd.ask(do="connected", on=on, url=f"http://127.0.0.1:{ports[on]}/slack/events")
            mine = usher_on(bot, 0, crowd)
            compare(
                report,
                plan,
                crowd,
                mine,
                Bot(nothing, 1, "me", ""),
                target=SHARE,
                name=lambda text: f"HTTP: {text}",
            )


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
