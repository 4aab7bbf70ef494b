"""``/me`` through the Discord adapter beside an empty discord.py command."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.chat import Bare, Bot, addresses, compare, usher_on
from bench.children import empty, people, usher
from bench.figures import Plan, Report

SHARE = 0.6


def measure(plan: Plan) -> Report:
    report = Report("/me on Discord beside an empty discord.py command")
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as folder, people("discord", "discord") as crowd:
        ours, bare = addresses(crowd)
        bare_settings = {"BOT": bare["bot"], "API": bare["api"], "GATEWAY": bare["gateway"]}
        with (
            usher(Path(folder), discord_settings(ours), "discord", "worker") as bot,
            empty("discord", bare_settings) as nothing,
        ):
            for on, child in enumerate((bot, nothing)):
                child.line(20)
                crowd.ask(do="connected", on=on)
            mine = usher_on(bot, 0, crowd)
            bare_one = Bare("empty discord.py command", Bot(nothing, 1, "me", '"ok"'), SHARE)
            compare(report, plan, crowd, mine, [bare_one])
    return report


def discord_settings(fake: dict[str, str]) -> dict[str, str]:
    return {
        "DISCORD_TOKEN": fake["bot"],
        "USHER_DISCORD_API_URL": fake["api"],
        "USHER_DISCORD_GATEWAY_URL": fake["gateway"],
        "USHER_DATABASE_URL": "sqlite:///usher.db",
    }
