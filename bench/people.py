"""Fakes and the people in them, in a process of their own: ``python -m bench.people slack slack-http discord ...``.

One fake for each argument. The first line of output lists their addresses; after that each line of input is an order
and each line of output its outcome. The people act inside the fakes' process, so that no request of a load generator
competes with the bot's.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack

NAME = "Bench"
WITHIN = 10.0

Typed = Callable[[str], Awaitable[tuple[float, str]]]


class SlackSide:
    """A team with one person."""

    def __init__(self, fake: FakeSlack) -> None:
        self._fake = fake
        self._person = fake.add_user("ada", is_admin=True)

    def addresses(self) -> dict[str, str]:
        fake = self._fake
        return {
            "api": fake.api_url,
            "bot": fake.bot_token,
            "app": fake.app_token,
            "signing": fake.signing_secret,
        }

    async def connected(self, url: str) -> None:
        if url:
            self._fake.transport, self._fake.request_url = "http", url
        else:
            await self._fake.connected()

    async def create(self) -> str:
        delivery = await self._fake.command(self._person, "/usher", f"workspace create name:{NAME}")
        return self._fake.text(await delivery.reply(WITHIN))

    async def type(self, command: str) -> tuple[float, str]:
        """The seconds until the acknowledgement, and what came with it."""
        delivery = await self._fake.command(self._person, "/usher", command)
        if delivery.error == "connection_failed":
            # Over HTTP a connection that was kept for later may be closed by the server in the moment of its next use.
            delivery = await self._fake.command(self._person, "/usher", command)
        if delivery.ack is None or delivery.latency is None or delivery.error:
            raise RuntimeError(f"not acknowledged: {delivery.error}")
        return delivery.latency, json.dumps(delivery.ack) if delivery.ack else ""

    def tidy(self) -> None:
        self._fake.assert_clean()
        self._fake.forget()
        self._fake.socket.forget()


class DiscordSide:
    """A server with its owner."""

    def __init__(self, fake: FakeDiscord) -> None:
        self._fake = fake
        self._person = fake.add_user("ada")
        self._guild = fake.add_guild("Studio", owner=self._person)

    def addresses(self) -> dict[str, str]:
        return {"api": self._fake.api_url, "gateway": self._fake.gateway_url, "bot": self._fake.token}

    async def connected(self, url: str) -> None:
        del url
        await self._fake.wait_connected(WITHIN)
        await self._fake.wait_for(lambda: self._fake.log.requests("PUT", "/commands"), WITHIN)
        await asyncio.sleep(0.1)

    async def create(self) -> str:
        delivery = await self._fake.command(
            self._person, "workspace create", {"name": NAME}, guild=self._guild
        )
        return (await delivery.reply(WITHIN)).text

    async def type(self, command: str) -> tuple[float, str]:
        begun = time.perf_counter()
        delivery = await self._fake.command(self._person, command, guild=self._guild)
        await delivery.initial(WITHIN)
        return time.perf_counter() - begun, json.dumps(delivery.callback)

    def tidy(self) -> None:
        self._fake.assert_clean()
        self._fake.log.clear()


Side = SlackSide | DiscordSide


async def run(type_: Typed, command: str, count: int, flight: int, want: str) -> dict[str, Any]:
    """``count`` commands with ``flight`` of them under way at any time; each answer has to contain ``want``."""
    left, took = count, []

    async def person() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            latency, answer = await type_(command)
            if want not in answer or (not want and answer):
                raise RuntimeError(f"another answer than {want!r}: {answer[:300]}")
            took.append(latency)

    begun, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(person() for _ in range(flight)))
    seconds, spent = time.perf_counter() - begun, time.process_time() - spent
    cuts = statistics.quantiles(took, n=20)
    return {"seconds": seconds, "busy": spent / seconds, "count": len(took), "p50": cuts[9], "p95": cuts[18]}


async def obey(side: Side, order: dict[str, Any]) -> dict[str, Any]:
    match order["do"]:
        case "connected":
            await side.connected(order.get("url", ""))
            return {}
        case "create":
            return {"text": await side.create()}
        case "run":
            found = await run(side.type, order["command"], order["count"], order["flight"], order["want"])
            side.tidy()
            gc.collect()
            return found
    raise ValueError(order["do"])


async def main() -> None:
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        sides: list[Side] = []
        for kind in sys.argv[1:]:
            if kind == "slack":
                sides.append(SlackSide(await stack.enter_async_context(FakeSlack())))
            else:
                sides.append(DiscordSide(await stack.enter_async_context(FakeDiscord(keep_log=20_000))))
        say({"fakes": [side.addresses() for side in sides]})
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            order = json.loads(line)
            try:
                async with asyncio.timeout(120):
                    say(await obey(sides[order["on"]], order))
            except Exception as fault:  # noqa: BLE001 - the bench shows it and ends
                say({"error": f"{type(fault).__name__}: {fault}"})


def say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
