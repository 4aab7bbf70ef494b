"""The fake as a process of its own: `python -m tests.fakes.slack --port N`.

It prints one line of JSON (port, addresses, tokens) when it is ready, and ends on SIGTERM, SIGINT or, with
`--until-stdin-closes`, together with whoever started it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from tests.fakes.slack.control import ControlledSlack


async def _serve(port: int, *, until_stdin_closes: bool) -> None:
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, done.set)
    if until_stdin_closes:
        loop.add_reader(sys.stdin, done.set)
    async with ControlledSlack(port=port) as slack:
        sys.stdout.write(json.dumps(await slack._info()) + "\n")
        sys.stdout.flush()
        await done.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.slack")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--until-stdin-closes", action="store_true")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, until_stdin_closes=options.until_stdin_closes))


if __name__ == "__main__":
    main()
