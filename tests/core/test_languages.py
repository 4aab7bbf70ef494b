"""Every sentence is said in every language, and nothing is said past the languages."""

from __future__ import annotations

import ast
import gettext
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from babel.messages.pofile import read_po

from adapters.discord import names
from core import commands, example_words, examples, language, views
from core.cards import Account, Button, Card, Choice, Code, Entry, Form, Link, Menu, Room, Say, Term, When
from core.catalogue import ACTIONS, COMMANDS
from core.errors import RefusalCode
from core.language import FOLDER, LANGUAGES, speaking
from core.permissions import OWN
from core.plans import plans
from core.schemes import schemes
from core.settings import NOTICES, SETTINGS, ZONES

ROOT = Path(__file__).parents[2]
OTHERS = LANGUAGES[1:]
#: Functions whose first argument is a sentence; ``n`` takes it for one and for many.
SAYING = {"t": 1, "says": 1, "mark": 1, "translated": 1, "everywhere": 1, "n": 2, "says_n": 2}
#: What is the same in both languages.
SAME = {
    "de": {
        "Audit",
        "Code",
        "Format",
        "In Usher",
        "App",
        "Link",
        "Name",
        "Note",
        "Plan",
        "Slack",
        "Status",
        "Team",
        "Text",
        "Version",
        "Workspace",
        "Workspaces",
    }
}
_HOLE = re.compile(r"\{/?[a-z_ ]+\}")

Sentence = str | tuple[str, str]


class Translation(NamedTuple):
    """A sentence in a file of translations; of a number of things there are two."""

    file: str
    sentence: Sentence
    said: tuple[str, ...]
    fuzzy: bool


# --- what is said -------------------------------------------------------------------------------------------------------


def _words(node: ast.expr, where: str) -> list[str]:
    """The sentences that an argument may be; none for a variable, which is marked where it is written."""
    if isinstance(node, ast.IfExp):
        return _words(node.body, where) + _words(node.orelse, where)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    assert not isinstance(node, ast.JoinedStr | ast.BinOp), (
        f"{where}: a sentence with its facts in it has no translation"
    )
    return []


def _in_source(path: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = _called(node)
        if name not in SAYING or not isinstance(node, ast.Call):
            continue
        where = f"{path.relative_to(ROOT)}:{node.lineno}"
        said = [_words(argument, where) for argument in node.args[: SAYING[name]]]
        if SAYING[name] == 2:
            yield from zip(*said, strict=True)
        else:
            yield from said[0]


def _called(node: ast.AST) -> str:
    """The name of a function that is called, by itself or as one of ``language``."""
    match node:
        case (
            ast.Call(func=ast.Name(id=name))
            | ast.Call(func=ast.Attribute(value=ast.Name(id="language"), attr=name))
        ):
            return name
    return ""


@cache
def said() -> dict[str, set[Sentence]]:
    """Every sentence, by where it is written."""
    found: dict[str, set[Sentence]] = {}
    for folder in ("core", "adapters", "bot"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            sentences = set(_in_source(path)) - {""}
            if sentences and path.name != "language.py":
                found[str(path.relative_to(ROOT))] = sentences
    found["core/errors.py"] = {words for code in RefusalCode for words in code.sentence[:2]}
    found["the catalogue"] = {command.summary for command in commands.COMMANDS.values()}
    found["the catalogue"] |= {option.help for command in COMMANDS.values() for option in command.options}
    found["the catalogue"] |= {option.help for action in ACTIONS.values() for option in action.options}
    found["the buttons"] = {action.label for action in ACTIONS.values()}
    found["the names of Discord"] = names.every() | {command.menu for command in COMMANDS.values()} - {""}
    return found


@cache
def translated(spoken: str) -> tuple[Translation, ...]:
    found = []
    for path in sorted((FOLDER / spoken).glob("*.po")):
        with path.open("rb") as file:
            found += [_entry(path.name, message) for message in read_po(file, locale=spoken) if message.id]
    return tuple(found)


def _entry(file: str, message: Any) -> Translation:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return Translation(file, message.id, forms, message.fuzzy)


SOURCES = sorted(said())
FILES = [(spoken, path.name) for spoken in OTHERS for path in sorted((FOLDER / spoken).glob("*.po"))]


@pytest.mark.parametrize("spoken", OTHERS)
@pytest.mark.parametrize("source", SOURCES)
def test_every_sentence_is_translated(source, spoken):
    known = {entry.sentence for entry in translated(spoken)}
    _report(said()[source] - known, f"sentences of {source} have no translation")


@pytest.mark.parametrize(("spoken", "file"), FILES)
def test_no_translation_is_left_of_a_sentence_that_nobody_says(file, spoken):
    every = set().union(*said().values())
    over = {e.sentence for e in translated(spoken) if e.file == file and e.sentence not in every}
    _report(over, f"sentences in {file} are said nowhere any more")


@pytest.mark.parametrize(("spoken", "file"), FILES)
def test_a_translation_is_whole_and_has_the_same_holes(file, spoken):
    wrong = {e.sentence for e in translated(spoken) if e.file == file and not _is_whole(e)}
    _report(wrong, f"translations in {file} are empty, doubtful or have other holes than the sentence")


def _is_whole(entry: Translation) -> bool:
    if entry.fuzzy or not all(entry.said):
        return False
    if isinstance(entry.sentence, str):
        return len(entry.said) == 1 and _holes(entry.said[0]) == _holes(entry.sentence)
    one, many = (_holes(words) for words in entry.sentence)
    return len(entry.said) == 2 and _holes(entry.said[0]) in (one, many) and _holes(entry.said[1]) == many


def _holes(words: str) -> set[str]:
    return set(_HOLE.findall(words))


@pytest.mark.parametrize("spoken", OTHERS)
def test_a_sentence_has_one_translation_wherever_it_is_kept(spoken):
    found: dict[Sentence, set[tuple[str, ...]]] = defaultdict(set)
    for entry in translated(spoken):
        found[entry.sentence].add(entry.said)
    assert {sentence: forms for sentence, forms in found.items() if len(forms) > 1} == {}


@pytest.mark.parametrize(("spoken", "file"), FILES)
def test_a_translation_is_not_the_sentence_itself(file, spoken):
    same = {e.sentence for e in translated(spoken) if e.file == file and e.sentence in (e.said[0], e.said)}
    wordy = {words for words in same if re.search("[A-Za-z]", _HOLE.sub("", str(words)))}
    _report(wordy - SAME[spoken], f"translations in {file} are the sentence itself")


def _report(found: set[Any], what: str) -> None:
    """Fails with all that was found, each in a line of its own."""
    if found:
        shown = "\n".join(sorted(map(str, found)))
        pytest.fail(f"{len(found)} {what}:\n{shown}", pytrace=False)


# --- what is said past the languages ------------------------------------------------------------------------------------

_OURS = re.compile("[A-Za-z]{2}")
_LETTERS = {ord(plain): chr(0x1D400 + number) for number, plain in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_LETTERS |= {ord(plain): chr(0x1D41A + number) for number, plain in enumerate("abcdefghijklmnopqrstuvwxyz")}


class _Strange(gettext.NullTranslations):
    """A language in other letters: what is still in ours was not said through it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[Sentence] = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return _strange(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add((msgid1, msgid2))
        return _strange(msgid1 if n == 1 else msgid2)


def _strange(words: str) -> str:
    parts = re.split(rf"({_HOLE.pattern})", words)
    return "".join(part if _HOLE.fullmatch(part) else part.translate(_LETTERS) for part in parts)


@pytest.fixture(scope="module")
def strange() -> Iterator[_Strange]:
    spoken = _Strange()
    patched = pytest.MonkeyPatch()
    patched.setattr(language, "_translations", lambda _: spoken)
    # What was said before, or is said here, in the name of a language is not what is said there.
    example_words._in_words.cache_clear()
    yield spoken
    example_words._in_words.cache_clear()
    patched.undo()


@pytest.fixture(scope="module")
def drawn(strange) -> dict[str, set[str]]:
    """Every text of every card's example in the strange language, by the file of its view."""
    found: dict[str, set[str]] = defaultdict(set)
    with speaking(OTHERS[0]):
        for name, card in examples.of_views():
            found[getattr(views, name).__module__.rpartition(".")[2]].update(_texts(card))
        for _, card in examples.of_refusals():
            found["refusals"].update(_texts(card))
    return found


def _texts(value: Any) -> list[str]:
    """The strings that people read in a card or a part of it; spans of other kinds are each platform's to show."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, When | Code | Link | Say | Term | Account | Room):
        return []
    if isinstance(value, Card):
        chart, files = value.chart and value.chart.title, tuple(file.description for file in value.files)
        controls = (value.menus, value.buttons, files, value.footer, value.form)
        value = (value.title, value.body, value.fields, chart, value.table, value.lines, controls)
    elif isinstance(value, Menu):
        value = (value.label, value.choices)
    elif isinstance(value, Button | Choice):
        value = (value.label,)
    elif isinstance(value, Form):
        value = (value.title, value.submit, value.entries, value.body)
    elif isinstance(value, Entry):
        value = (value.label, value.help, value.error, value.choices)
    return [words for part in value for words in _texts(part)] if isinstance(value, tuple) else []


#: Of what examples have at its longest: a letter again and again, as a name or an address, and a note that is cut somewhere.
_LONGEST = r"(?:0*([A-Za-z])\1{9,}[@:.]?)+(?:example)?|<@[a-z]*|[a-z]+\.(?:csv|jsonl)"


@cache
def _facts() -> re.Pattern[str]:
    """What the examples themselves say, and the words that are typed."""
    found = {
        node.value
        for path in (*(ROOT / "core" / "examples").glob("*.py"), ROOT / "core" / "example_refusals.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found |= {words.strip() for name in found for words in name.splitlines()}
    verbs = [word for c in COMMANDS.values() for word in (c.noun, c.verb) if word]
    found |= {c.name for c in COMMANDS.values()} | {o.name for c in COMMANDS.values() for o in c.options}
    found |= {word for c in COMMANDS.values() for word in (c.noun, c.verb)}
    found |= {choice for c in COMMANDS.values() for o in c.options for choice in o.choices}
    found |= {o.typed_example for c in COMMANDS.values() for o in c.options}
    found |= {o.example for c in COMMANDS.values() for o in c.options} | set(examples.PERMISSIONS)
    found |= (
        {role.name for scheme in schemes().values() for role in scheme.roles} | set(schemes()) | set(plans())
    )
    found |= set(SETTINGS) | set(ZONES) | set(OWN)
    for spoken in LANGUAGES:
        with speaking(spoken):
            found |= {language.month(of_year) for of_year in range(1, 13)}
    typed = {offer for setting in SETTINGS.values() for offer in (*setting.offers, setting.example)} | set(
        NOTICES
    )
    # Those of two letters, and what a refusal's example puts together.
    typed |= {
        *verbs,
        "everyone",
        "none",
        "default",
        "Usher",
        "Slack",
        "Discord",
        "UTC",
        "on",
        "off",
        "QA",
        "Bo",
        "eu",
    }
    typed.add("DesignerDesigner")
    known = sorted(typed | {words for words in found if len(words) > 2}, key=len, reverse=True)
    return re.compile(
        f"[a-z_]+:[a-z_]+|{_LONGEST}|"
        + "|".join(rf"(?<![A-Za-z]){re.escape(words)}(?![A-Za-z])" for words in known)
    )


@pytest.mark.parametrize(
    "area", [*sorted(p.stem for p in (ROOT / "core/views").glob("[a-z]*.py")), "refusals"]
)
def test_a_card_says_everything_in_the_spoken_language(area, drawn):
    left = {words[:160] for words in drawn.get(area, ()) if _OURS.search(_facts().sub("", words))}
    _report(left, f"texts of {area} are not said through core.language")


def test_everything_that_is_said_is_known_to_be_said(strange, drawn):
    del drawn
    every = set().union(*said().values())
    _report(strange.asked - every, "sentences are said that are marked nowhere")
