"""A Discord for tests: a server on loopback that holds a world and is as strict as the real one.

Start it, point the library at it, and act as the people in it::

    async with FakeDiscord() as fake:                  # FakeDiscord(port=0, token=..., clock=callable)
        fake.patch(monkeypatch)                        # or: with fake.patched(): ...; or fake.api_url, fake.gateway_url
        alice = fake.add_user("alice", locale="de")    # dm_open=False: her direct messages are closed
        acme = fake.add_guild("Acme", owner=alice)     # with a channel "general", the bot, and its role at position 100
        ...                                            # start the bot with fake.token (guild_ready_timeout=0.01)
        await fake.wait_connected()
        delivery = await fake.command(alice, "invite create", {"name": "spring"}, guild=acme)
        reply = await delivery.reply()
        assert reply.text == "..." and reply.ephemeral
        await (await fake.click(alice, reply, "Revoke")).reply()
        fake.assert_clean()                            # nothing the real platform would have refused as malformed

World: ``add_user add_guild add_channel(hidden_from_bot=) add_role(position=, above_bot=, managed=, permissions=)
add_member remove_member remove_bot remove_channel remove_role set_roles deny(channel, who, bits) grant_access say``;
``roles_of(guild, user)``, ``messages(channel or user)``, ``seen_by(user, channel)`` (with their ephemeral ones).
``user.dm_open`` may be switched at any time; a person who shares no guild with the bot gets no direct message
either (50278) unless ``fake.dm_needs_mutual_guild = False``. A message has ``text``, ``buttons`` (label, custom_id,
style, disabled, url), ``button(label)``, ``selects``, ``embeds``, ``components``, ``files``, ``ephemeral``,
``edits``, ``deleted``, ``mentions`` ...; it is the stored one, so it follows later edits.

People: ``command context_menu click select submit_modal`` refuse (``Refused``) what the application would not offer;
``raw_command raw_component`` do not. ``autocomplete`` answers the choices. Each other verb sends the interaction and
returns at once with a ``Delivery``: ``await reply()`` (what is finally seen: a message or a ``Modal``), ``initial()``
(the callback's type), ``modal()``, ``follow_up(n)``; ``callback_type callback messages original ephemeral in_time
failed rejections payload``. Waiting for what never comes raises ``InteractionFailed`` at the deadline (3 s) or
``TimeoutError``. Without ``guild`` and ``channel`` a verb happens in direct messages.

Waiting: ``await fake.wait_for(predicate, timeout)`` looks again at every change of the fake (not of the bot),
``wait_message(channel or user, text)``, ``wait_connected()``. ``fake.advance(seconds)`` moves the fake's clock: past 3 s
unanswered interactions have failed (10062), past 15 min their tokens are void (50027).

Files come as multipart (``payload_json``, ``files[n]``, described in ``attachments``) and stay in ``message.files``
(``filename``, ``content``, ``description``); ``select`` takes only what the message offers at that moment.

Strictness: unknown routes and keys and every violated limit are answered as the real API does and noted in
``fake.violations``; ``with fake.expect_violation("part of it"):`` where a test means it.

Gateway: ``fake.gateway.drop(code) abort() request_reconnect() invalidate(resumable=) forget_sessions()``, the switches
``ack_heartbeats accepting heartbeat_interval_ms privileged`` (default {"members"}), the counts ``identifies resumes``.

Faults: ``fake.fail_next(method, pattern, kind, times=1, skip=0, ...)``, see there; ``fake.enforce_rate_limits = True``.
After a 5xx the library sleeps 1, 3, 5, 7, 9 s: ``slept = patience.without_waiting(monkeypatch)`` takes the time out of
its pauses and lists them; ``patience.close(client)`` closes a client without a stray task. ``fake.log`` has every request, frame and answer: ``fake.log.requests("POST", "/messages")``.

As a process: ``python -m tests.fakes.discord --port 0``; ``remote.remote_discord()`` starts it and speaks its verbs.
"""

from tests.fakes.discord.delivery import Delivery
from tests.fakes.discord.errors import InteractionFailed, Refused
from tests.fakes.discord.faults import Fault
from tests.fakes.discord.forms import Modal
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.state import Channel, Guild, Member, Message, Role, User

__all__ = [
    "Channel",
    "Delivery",
    "FakeDiscord",
    "Fault",
    "Guild",
    "InteractionFailed",
    "Member",
    "Message",
    "Modal",
    "Refused",
    "Role",
    "User",
]
