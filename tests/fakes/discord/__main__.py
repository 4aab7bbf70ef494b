"""``python -m tests.fakes.discord --port 0``: the fake as a process; its addresses are its first line."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from tests.fakes.discord.server import TOKEN, FakeDiscord


async def run(port: int, token: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with FakeDiscord(port=port, token=token, keep_log=20_000) as fake:
        line = {
            "port": fake.port,
            "api_url": fake.api_url,
            "gateway_url": fake.gateway_url,
            "control_url": f"{fake.base_url}/_control/",
            "token": fake.token,
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.discord")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    given = parser.parse_args()
    asyncio.run(run(given.port, given.token))


if __name__ == "__main__":
    main()
