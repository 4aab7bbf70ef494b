"""One interaction: what was sent to the bot, what it answered, and what the person sees of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.errors import InteractionFailed
from tests.fakes.discord.watch import Watch

if TYPE_CHECKING:
    from tests.fakes.discord.forms import Modal
    from tests.fakes.discord.state import Channel, Guild, Message, User, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
ANSWER_WITHIN = 3.0
TOKEN_LIVES = 15 * 60.0


class Delivery:
    """Handed to the test by every verb of a person; ``await reply()`` is the usual next step."""

    def __init__(self, world: World, kind: int, user: User, guild: Guild | None, channel: Channel) -> None:
        self._world = world
        self._watch = Watch()
        self.id = world.new_id()
        self.token = f"interaction-{self.id}-token"
        self.type = kind
        self.user, self.guild, self.channel = user, guild, channel
        self.sent_at = world.now()
        self.payload: dict[str, Any] = {}
        self.message: Message | None = None  # the one whose button or select was used
        self.source: Delivery | None = None  # of a submitted form: what opened it
        self.focused_type = 0
        self.callback_type: int | None = None
        self.callback: dict[str, Any] | None = None
        self.answered_after: float | None = None
        self.rejections: list[int] = []  # JSON codes answered to refused callbacks
        self.original: Message | None = None
        self.messages: list[Message] = []  # what the person has seen of it, in order
        self._modal: Modal | None = None
        self._choices: list[dict[str, Any]] | None = None

    @property
    def deadline(self) -> float:
        return self.sent_at + ANSWER_WITHIN

    @property
    def late(self) -> bool:
        return self._world.now() > self.deadline

    @property
    def answered(self) -> bool:
        return self.callback_type is not None

    @property
    def in_time(self) -> bool:
        """An initial answer came, and the platform took it (it takes none after the deadline)."""
        return self.answered

    @property
    def failed(self) -> bool:
        """The person reads "This interaction failed" (or "The application did not respond")."""
        return not self.answered and self.late

    @property
    def token_expired(self) -> bool:
        return self._world.now() > self.sent_at + TOKEN_LIVES

    @property
    def ephemeral(self) -> bool | None:
        """Whether the first thing shown is for this person alone; None before anything is shown."""
        return self.messages[0].ephemeral if self.messages else None

    def answer(self, kind: int, body: dict[str, Any]) -> None:
        self.callback_type, self.callback = kind, body
        self.answered_after = self._world.now() - self.sent_at

    def show(self, message: Message) -> None:
        if message not in self.messages:
            self.messages.append(message)

    def show_modal(self, modal: Modal) -> None:
        self._modal = modal

    def show_choices(self, choices: list[dict[str, Any]]) -> None:
        self._choices = choices

    def changed(self) -> None:
        self._watch.changed()

    async def initial(self, timeout: float = 5.0) -> int:
        """The type of the initial callback, once it is there."""
        await self._until(lambda: self.answered, timeout)
        assert self.callback_type is not None
        return self.callback_type

    async def reply(self, timeout: float = 5.0) -> Message | Modal:
        """What the person finally sees: a message (no longer "thinking"), or a form."""
        await self._until(lambda: self.messages or self._modal, timeout)
        return self._modal or self.messages[0]

    async def modal(self, timeout: float = 5.0) -> Modal:
        await self._until(lambda: self.answered, timeout)
        if self._modal is None:
            raise AssertionError(f"answered with type {self.callback_type}, not with a form: {self.callback}")
        return self._modal

    async def choices(self, timeout: float = 5.0) -> list[dict[str, Any]]:
        await self._until(lambda: self._choices is not None, timeout)
        assert self._choices is not None
        return self._choices

    async def follow_up(self, number: int = 2, timeout: float = 5.0) -> Message:
        """The n-th message of this interaction."""
        await self._until(lambda: len(self.messages) >= number, timeout)
        return self.messages[number - 1]

    async def _until(self, predicate: Any, timeout: float) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not predicate():
            if self.failed:
                raise InteractionFailed(
                    f"no answer to {self!r} in time; refused callbacks: {self.rejections}"
                )
            left = end - loop.time()
            if left <= 0:
                raise TimeoutError(
                    f"{self!r} shows nothing after {timeout} s; callback type {self.callback_type}"
                )
            # The deadline of an unanswered interaction is a change that nobody announces.
            pause = left if self.answered else min(left, max(self.deadline - self._world.now(), 0) + 0.001)
            try:
                await self._watch.wait_for(lambda: predicate() or self.failed, pause)
            except TimeoutError:
                continue

    def __repr__(self) -> str:
        data = self.payload.get("data", {})
        return f"<interaction {self.id} type {self.type} {data.get('name') or data.get('custom_id')}>"
