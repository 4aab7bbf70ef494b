"""``usher console``: the whole of Usher in a terminal, or for a script that is piped in.

Every line is a command of the person whose turn it is, or one of the console's own words (``bot.console_words``). After each line the
sweep and the relay run until nothing is due, so what a line causes is printed before the next one is read.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import NamedTuple

from adapters.memory import CHANNEL, Memory, Message, Person, bare, button_on, choice_on
from bot import prompts
from bot.clock import MovableClock
from bot.console_words import words_card
from bot.printing import indented, shortened
from core.calls import Identity
from core.cards import Button, Card, Form, Line, Menu, Tone, When, moment, plain, plain_text, text
from core.catalogue import COMMANDS
from core.ids import ALPHABET
from core.language import LANGUAGES, says, speaking, t
from core.text import either

PEOPLE = (
    Person("Owner", "owner@example.com", place_admin=True),
    Person("Admin", "admin@example.com", place_admin=True),
    Person("Member", "member@example.com"),
    Person("Newcomer", "newcomer@example.com"),
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
        #: Whether fields are asked for one by one.
        self.live = False
        #: The form that was opened last; whether the last answer opened it; and what was typed into it one by one.
        self.form: Form | None = None
        self.asks = False
        self.typed: dict[str, str] | None = None
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
        with speaking(self.me.language):
            return await self._obey(self.fill(line.strip().removeprefix("\ufeff")))

    async def _obey(self, line: str) -> bool:
        if not line or line.startswith("#"):
            return True
        await self._settle()  # time has passed since the last line
        if hole := _HOLE.search(line):
            self._print(
                _refuse(
                    t("There is no {hole} yet", hole=hole[0]), t("No card that was shown so far has one.")
                )
            )
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
            "fill": self._fill,
            "advance": self._advance,
            "language": self._language,
            "inbox": self._inbox,
            "cards": self._cards,
            "people": self._people,
            "home": self._home,
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
            self._print(_refuse(t("As whom?"), t("Type as and a name, for example: as Newcomer")))
            return
        found = self._memory.find(name)
        if found is None or email not in {"", found.email}:
            admin = found is not None and found.place_admin
            made = Person(
                found.name if found else name, place_admin=admin, language=found.language if found else ""
            )
            found = replace(made, email=email or f"{made.identity.subject}@example.com")
            self._memory.meet(found)
            self._print(
                Card(
                    t("{name} is here now", name=found.name),
                    body=(says("A new person, with the address {email}.", email=found.email or ""),),
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
        if not label:
            self._print(
                _refuse(t("Which button?"), t("Type click and its words, for example: click Approve"))
            )
            return
        for card, message in self._in_sight():
            meant = _meant(card, label)
            if meant is None:
                continue
            control, choice = meant
            if wanted.upper() in f"{plain_text(shortened(card))} {control.subject}".upper():
                ref = message.ref if message is not None else None
                self._answer(await self._memory.press(self.me, control, ref, self.channel, choice))
                return
        seen = {"label": label, "name": self.me.name}
        title = t("There is no button “{label}” in sight of {name}", **seen)
        if wanted:
            title = t("There is no button “{label}” for {id} in sight of {name}", **seen, id=wanted)
        self._print(_refuse(title, self._pressable()))

    async def _fill(self, rest: str) -> None:
        """In a script the fields stand behind the word; in a terminal they were asked for one by one."""
        form, typed = self.form, self.typed
        self.typed = None
        if form is None:
            self._print(_refuse(t("No form is open"), t("A command that lacks something opens one.")))
            return
        if typed is None and self.live and not rest:
            self.asks = True
            return
        try:
            typed = prompts.read(rest) if typed is None else typed
            answer = await self._memory.fill(self.me, form, typed, self.channel)
        except LookupError as odd:
            names = ", ".join(entry.name for entry in form.entries)
            title = t("There is no field “{name}” in it", name=str(odd.args[0]))
            self._print(_refuse(title, t("It has: {names}.", names=names)))
            return
        self._answer(answer)

    def _name_of(self, identity: Identity) -> str:
        found = self._memory.people.get(identity)
        return found.name if found is not None else identity.subject

    def questions(self) -> list[tuple[str, str]]:
        """What is asked in a terminal, by the names of the fields of the form that has just opened; none without one."""
        asks, self.asks = self.asks, False
        if not asks or self.form is None:
            return []
        with speaking(self.me.language):
            return prompts.questions(self.form, self._name_of)

    def stopped(self) -> str:
        """To whoever leaves a form half-way."""
        with speaking(self.me.language):
            return t("Nothing was sent. To go on with it, type fill.")

    def _pressable(self) -> str:
        cards = [card for card, _ in self._in_sight()]
        labels = dict.fromkeys(button.label for card in cards for button in card.buttons)
        labels |= {
            f"{menu.label} ({either(choice.label for choice in menu.choices)})": None
            for card in cards
            for menu in card.menus
        }
        if not labels:
            return t("No card in sight has a button.")
        return t("The buttons in sight are: {labels}.", labels=", ".join(labels))

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
            self._print(_refuse(t("How far?"), t("Type advance and a duration, for example: advance 7d")))
            return
        self._printed_at = self._clock()
        await self._clock.forward(seconds, self._settle)
        self._printed_at = 0
        self._write(f"  {t('It is now {when}.', when=moment(When(self._clock())))}")

    async def _inbox(self, rest: str) -> None:
        del rest
        self._list(self._memory.platform.inbox(self.me), t("{name} has no messages.", name=self.me.name))

    async def _cards(self, rest: str) -> None:
        del rest
        platform = self._memory.platform
        self._list(
            [*platform.shared(), *platform.inbox(self.me)],
            t("No cards stand anywhere that {name} sees.", name=self.me.name),
        )

    def _list(self, messages: list[Message], empty: str) -> None:
        for message in messages:
            self._write(indented(message.card, f"  {self._place(message)}: "))
        if not messages:
            self._write(f"  {empty}")

    async def _people(self, rest: str) -> None:
        del rest
        lines = [
            Line(
                says("{name} ({email}), an admin of this place", name=p.name, email=p.email or "")
                if p.place_admin
                else text(f"{p.name} ({p.email})")
            )
            for p in self._memory.people.values()
        ]
        self._print(Card(t("People here"), lines=tuple(lines)))

    async def _home(self, rest: str) -> None:
        """As cards that were answered, so that what is on it can be pressed."""
        del rest
        home = await self._memory.home(self.me)
        for section in home.sections:
            self._write(f"  — {section.title} —")
            for card in section.cards:
                self._answer(card)
            if section.more:
                self._write(f"  {plain(section.more)}")

    async def _language(self, rest: str) -> None:
        if rest.lower() not in LANGUAGES:
            known = t(
                "These are known: {languages}. For example: language de", languages=", ".join(LANGUAGES)
            )
            self._print(_refuse(t("Which language?"), known))
            return
        self.me = self._memory.meet(replace(self.me, language=rest.lower()))
        with speaking(self.me.language):
            self._print(Card(t("{name} reads English now", name=self.me.name)))

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
                self._write(f"    {t('in reply to “{title}”', title=message.under.card.title)}")
        else:
            foot = f" ({plain(message.card.footer)})" if message.card.footer else ""
            reads = t("the card now reads “{title}”", title=message.card.title)
            self._write(f"  ↻ {self._place(message)}: {reads}{foot}")

    def _place(self, message: Message) -> str:
        if not message.direct:
            return f"#{message.ref.channel}"
        found = (p.name for p in self._memory.people.values() if p.identity.subject == message.person)
        return next(found, message.person)

    def _answer(self, card: Card) -> None:
        self._answers.append(Answer(self.me, card))
        del self._answers[:-200]
        self._print(card)
        self.asks = card.form is not None
        if card.form is not None:
            self.form = card.form
            if not self.live:
                lines = tuple(
                    prompts.line_of(entry, self._name_of, card.title) for entry in card.form.entries
                )
                self._write(indented(Card(t("Type fill and:"), lines=lines)))

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
