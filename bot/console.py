"""``usher console``: the whole of Usher in a terminal, or for a script that is piped in.

Every line is a command of the person whose turn it is, or one of the console's own words (``WORDS``). After each line the
sweep and the relay run until nothing is due, so what a line causes is printed before the next one is read.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from adapters.memory import CHANNEL, Memory, Message, Person, bare, button_on, choice_on
from bot.clock import MovableClock
from bot.printing import indented, shortened
from core.cards import Button, Card, Line, Menu, Say, Tone, When, moment, plain, plain_text, text
from core.catalogue import COMMANDS
from core.ids import ALPHABET

PEOPLE = (
    Person("Owner", "owner@example.com", place_admin=True),
    Person("Admin", "admin@example.com", place_admin=True),
    Person("Member", "member@example.com"),
    Person("Newcomer", "newcomer@example.com"),
)
WORDS = {
    "as": "as NAME [E-MAIL] — be another person; a new name makes a new person",
    "in": "in CHANNEL — type in another channel (dm: in a direct message with Usher)",
    "click": "click LABEL [ID] — press the newest button with that word, or the one on the card with that id; "
    'of a menu, its label and a choice: click "Change role" Designer',
    "inbox": "inbox — the messages sent to you, as they stand now",
    "cards": "cards — the cards in channels and in your inbox, as they stand now",
    "advance": "advance 7d — move the clock forward: reminders are sent, invitations expire",
    "people": "people — who is here",
    "quit": "quit — leave",
}
FIRST_STEPS = (
    "workspace create name:Studio scheme:studio",
    'invite create name:"Design team" role:Designer',
    "as Newcomer",
    "join code:{code}",
    "as Owner",
    "click Approve",
)
_GROUP = f"[{ALPHABET}]{{4}}"
#: What a line may hold in place of something shown before, and how it is recognised on a card.
SHOWN = {
    "code": re.compile(rf"(?<![\w-]){_GROUP}(?:-{_GROUP}){{3}}(?![\w-])"),
    "link_code": re.compile(rf"(?<![\w-]){_GROUP}-{_GROUP}(?![\w-])"),
    "invite": re.compile(r"\binv-[0-9A-Z]+"),
    "request": re.compile(r"\breq-[0-9A-Z]+"),
}
_HOLE = re.compile(r"\{(" + "|".join(SHOWN) + r")\}")
_SHORT_ID = re.compile(r"(?:inv|mem|req)-\w+", re.IGNORECASE)
_QUOTES = str.maketrans("", "", '“”"')


class Answer(NamedTuple):
    """A private answer, seen by ``person`` only."""

    person: Person
    card: Card


class Console:
    """Obeys lines. ``settle`` runs the sweep and the relay until nothing is due; ``write`` prints a line."""

    def __init__(
        self,
        memory: Memory,
        clock: MovableClock,
        settle: Callable[[], Awaitable[None]],
        write: Callable[[str], None],
    ) -> None:
        self.me = PEOPLE[0]
        self.channel = CHANNEL
        self._memory = memory
        self._clock = clock
        self._settle = settle
        self._write = write
        self._answers: list[Answer] = []
        self._shown: dict[str, str] = {}
        self._examples = {option.example for command in COMMANDS.values() for option in command.options}
        self._printed_at = 0
        for person in PEOPLE:
            memory.meet(person)

    @property
    def prompt(self) -> str:
        where = {CHANNEL: "", "": " (direct message)"}.get(self.channel, f" (#{self.channel})")
        return f"{self.me.name}{where}> "

    def fill(self, line: str) -> str:
        """The line with ``{code}`` and its like replaced by what was shown last; unknown ones stay."""
        return _HOLE.sub(lambda hole: self._shown.get(hole[1], hole[0]), line)

    async def obey(self, line: str) -> bool:
        """Does what a line says; False when it says to leave."""
        line = self.fill(line.strip().removeprefix("\ufeff"))
        if not line or line.startswith("#"):
            return True
        await self._settle()  # time has passed since the last line
        if hole := _HOLE.search(line):
            self._print(_refuse(f"There is no {hole[0]} yet", "No card that was shown so far has one."))
            return True
        word, _, rest = line.partition(" ")
        if word.lower() in {"quit", "exit"}:
            return False
        try:
            await self._do(word.lower(), rest.strip(), line)
        except Exception as fault:  # noqa: BLE001 - nobody at a prompt is to see a traceback
            self._print(self._memory.desk.fault(fault, command=word))
        await self._settle()
        return True

    async def _do(self, word: str, rest: str, line: str) -> None:
        words: dict[str, Callable[[str], Awaitable[None]]] = {
            "as": self._as,
            "in": self._in,
            "dm": self._dm,
            "click": self._click,
            "advance": self._advance,
            "inbox": self._inbox,
            "cards": self._cards,
            "people": self._people,
        }
        if word in words:
            await words[word](rest)
            return
        self._answer(await self._memory.run(self.me, line, self.channel))
        if bare(line).lower() in {"", "help"}:
            self._print(words_card())

    # --- the console's own words ---------------------------------------------------------------------------------

    async def _as(self, rest: str) -> None:
        *names, last = rest.split() or [""]
        email = last if "@" in last and names else ""
        name = " ".join(names) if email else rest.removeprefix("@")
        if not name:
            self._print(_refuse("As whom?", "Type as and a name, for example: as Newcomer"))
            return
        found = self._memory.find(name)
        if found is None or email not in {"", found.email}:
            admin = found is not None and found.place_admin
            made = Person(found.name if found else name, place_admin=admin)
            found = Person(made.name, email or f"{made.identity.subject}@example.com", place_admin=admin)
            self._memory.meet(found)
            self._print(
                Card(
                    f"{found.name} is here now",
                    body=(text(f"A new person, with the address {found.email}."),),
                )
            )
        self.me = found

    async def _in(self, rest: str) -> None:
        self.channel = "" if rest.lower() == "dm" else rest.removeprefix("#").lower() or CHANNEL

    async def _dm(self, rest: str) -> None:
        del rest
        self.channel = ""

    async def _click(self, rest: str) -> None:
        label, _, last = rest.rpartition(" ")
        wanted = last if label and _SHORT_ID.fullmatch(last) else ""
        label = (label if wanted else rest).strip().strip("“”\"'")
        for card, message in self._in_sight():
            meant = _meant(card, label)
            if meant is None:
                continue
            control, choice = meant
            if wanted.upper() in f"{plain_text(shortened(card))} {control.subject}".upper():
                ref = message.ref if message is not None else None
                self._answer(await self._memory.press(self.me, control, ref, self.channel, choice))
                return
        about = f" for {wanted}" if wanted else ""
        title = f"There is no button “{label}”{about} in sight of {self.me.name}"
        self._print(_refuse(title, self._pressable()))

    def _pressable(self) -> str:
        cards = [card for card, _ in self._in_sight()]
        labels = dict.fromkeys(button.label for card in cards for button in card.buttons)
        labels |= {
            f"{menu.label} ({' or '.join(choice.label for choice in menu.choices)})": None
            for card in cards
            for menu in card.menus
        }
        if not labels:
            return "No card in sight has a button."
        return f"The buttons in sight are: {', '.join(labels)}."

    def _in_sight(self) -> list[tuple[Card, Message | None]]:
        """What the person could press: the last answer, messages from the newest on, older answers."""
        platform = self._memory.platform
        messages = sorted([*platform.inbox(self.me), *platform.shared()], key=lambda m: -m.number)
        answers: list[tuple[Card, Message | None]] = [
            (answer.card, None) for answer in reversed(self._answers) if answer.person == self.me
        ]
        return [*answers[:1], *((message.card, message) for message in messages), *answers[1:]]

    async def _advance(self, rest: str) -> None:
        """In steps, as time passes: what is due on the way is sent on the way."""
        seconds = self._clock.distance(rest)
        if seconds is None:
            self._print(_refuse("How far?", "Type advance and a duration, for example: advance 7d"))
            return
        self._printed_at = self._clock()
        await self._clock.forward(seconds, self._settle)
        self._printed_at = 0
        self._write(f"  It is now {moment(When(self._clock()))}.")

    async def _inbox(self, rest: str) -> None:
        del rest
        self._list(self._memory.platform.inbox(self.me), f"{self.me.name} has no messages.")

    async def _cards(self, rest: str) -> None:
        del rest
        platform = self._memory.platform
        self._list(
            [*platform.shared(), *platform.inbox(self.me)],
            f"No cards stand anywhere that {self.me.name} sees.",
        )

    def _list(self, messages: list[Message], empty: str) -> None:
        for message in messages:
            self._write(indented(message.card, f"  {self._place(message)}: "))
        if not messages:
            self._write(f"  {empty}")

    async def _people(self, rest: str) -> None:
        del rest
        lines = [
            Line(text(f"{p.name} ({p.email}){', an admin of this place' if p.place_admin else ''}"))
            for p in self._memory.people.values()
        ]
        self._print(Card("People here", lines=tuple(lines)))

    # --- printing ------------------------------------------------------------------------------------------------

    def told(self, message: Message, posted: bool) -> None:
        """Prints a message that was posted or changed, as it happens."""
        now = self._clock()
        if self._printed_at and now != self._printed_at:
            self._printed_at = now
            self._write(f"  {moment(When(now))}:")
        if posted:
            self._note(message.card)
            self._write(indented(message.card, f"  → {self._place(message)}: "))
            if message.under is not None:
                self._write(f"    in reply to “{message.under.card.title}”")
        else:
            foot = f" ({plain(message.card.footer)})" if message.card.footer else ""
            self._write(f"  ↻ {self._place(message)}: the card now reads “{message.card.title}”{foot}")

    def _place(self, message: Message) -> str:
        if not message.direct:
            return f"#{message.ref.channel}"
        found = (p.name for p in self._memory.people.values() if p.identity.subject == message.person)
        return next(found, message.person)

    def _answer(self, card: Card) -> None:
        self._answers.append(Answer(self.me, card))
        del self._answers[:-200]
        self._print(card)

    def _print(self, card: Card) -> None:
        self._note(card)
        self._write(indented(card))

    def _note(self, card: Card) -> None:
        """Remembers what ``{code}`` and its like stand for."""
        words = plain_text(shortened(card))
        for name, pattern in SHOWN.items():
            for found in pattern.findall(words):
                if found not in self._examples:
                    self._shown[name] = found


def _meant(card: Card, words: str) -> tuple[Button | Menu, str] | None:
    """What is pressed by these words on a card, with the chosen value if it is a menu."""
    button = button_on(card, words)
    if button is not None:
        return button, ""
    chosen = choice_on(card, words.translate(_QUOTES))
    return (chosen[0], chosen[1].value) if chosen is not None else None


def _refuse(title: str, body: str) -> Card:
    return Card(title, Tone.REFUSED, body=(text(body),))


def words_card() -> Card:
    """The console's own words, for its help."""
    return Card(
        "In this console you can also type",
        lines=tuple(Line(text(line)) for line in WORDS.values()),
        body=(
            text(
                "In a line, {code} stands for the invite code shown last, {invite} and {request} for the last short ids, "
                "{link_code} for the last link code; # begins a comment."
            ),
        ),
    )


def welcome(kept_in: str) -> Card:
    """The first card: what this is, where the data goes, what to type first."""
    where = f"Your data stays in {kept_in}." if kept_in else "Everything here is forgotten when you leave."
    return Card(
        "Usher's console",
        body=(
            text(
                f"You are Owner; Admin, Member and Newcomer are here too. {where} Try this, where {{code}} stands for the code shown last:"
            ),
            *(text(f"  {step}") for step in FIRST_STEPS),
            text("Type ", Say("help"), " to see what else there is."),
        ),
    )
