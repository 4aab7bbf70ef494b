"""``usher run`` on both platforms: from its start to ready, and the memory it takes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.chat import addresses, usher_on
from bench.children import people, usher
from bench.discord import discord_settings
from bench.figures import Plan, Report, megabytes, seconds
from bench.slack import free_port, slack_settings

READY = 2.0
MEMORY = 150.0
COMMANDS = 1_000


def measure(plan: Plan) -> Report:
    report = Report("usher run: both platforms, web side and worker in one process")
    first, again, spent, ready, used = [], [], [], [], []
    for _ in range(plan.starts):
        with tempfile.TemporaryDirectory(prefix="usher-bench-") as found, people("slack", "discord") as crowd:
            folder = Path(found)
            slack, discord = addresses(crowd)
            settings = {**slack_settings(slack), **discord_settings(discord), "PORT": str(free_port())}
            with usher(folder, settings) as bot:
                bot.line(30)
                first.append(time.perf_counter() - bot.begun)
            with usher(folder, settings) as bot:
                bot.line(30)
                again.append(time.perf_counter() - bot.begun)
                spent.append(bot.processor_seconds())
                time.sleep(0.5)
                ready.append(bot.resident())
                for on in (0, 1):
                    crowd.ask(do="connected", on=on)
                    one = usher_on(bot, on, crowd)
                    one.round(crowd, COMMANDS // 2, plan.flight)
                used.append(bot.resident())
    report.add("exec to ready, an existing database", again, seconds, target=READY, at_most=True)
    report.add(
        "exec to ready, the very first start (makes tables and secret)",
        first,
        seconds,
        target=READY,
        at_most=True,
    )
    report.add("processor time of a start with an existing database", spent, seconds)
    report.add("resident memory when ready", ready, megabytes, target=MEMORY, at_most=True)
    report.add(f"resident memory after {COMMANDS:,} commands", used, megabytes, target=MEMORY, at_most=True)
    report.notes.append(
        f"{plan.starts} times two starts. Ready is the log's `ready` event: Slack's socket open, Discord's session "
        f"ready, web side listening, worker running. The {COMMANDS:,} commands are half `/usher me`, half `/me`."
    )
    return report
