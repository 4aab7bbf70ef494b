"""Words that people type, made safe and comparable once, at the edge."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence

from core.language import t

LABEL_LIMIT = 80
NOTE_LIMIT = 500
NAME_LIMIT = 80
EMAIL_LIMIT = 254

_SPACE = re.compile(r"\s+")
#: Control and format characters (a right-to-left override among them), private and unassigned ones.
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
#: Format characters without which emoji sequences and some scripts cannot be written.
_KEPT = frozenset({"\u200d", "\u200c", "\ufe0f"})
_JOINERS = "".join(_KEPT) + " "
#: What the older rules for domain names made other letters of, or left out: today such a name is a domain of its own.
_DEVIANT = frozenset("ßς\u200c\u200d")
#: What counts as a dot in a domain name.
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]+@[^\s@<>\"',;:()\[\]\\]+\.[^\s@<>\"',;:()\[\]\\]{2,}")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))+")


def shorten(value: str, limit: int = 60) -> str:
    """At most ``limit`` characters, with an ellipsis where something was cut off."""
    return value if len(value) <= limit else value[: limit - 1] + "…"


def whose(name: str) -> str:
    """``Ada's``, ``Artists'``. Other languages say ``of Ada``: behind the word."""
    return t("{name}'", name=name) if name[-1:] in {"s", "S"} else t("{name}'s", name=name)


def either(names: Iterable[str]) -> str:
    """``a or b or c``; empty for none."""
    first, *more = [*names] or [""]
    return functools.reduce(lambda names, last: t("{names} or {last}", names=names, last=last), more, first)


def some(names: Sequence[str], most: int, room: int) -> list[str]:
    """At most so many of the names, one at least, as far as they fit into ``room`` characters; then how many more there are."""
    shown: list[str] = []
    for name in names[:most]:
        room -= len(name) + 2
        if shown and room < 0:
            break
        shown.append(name)
    more = len(names) - len(shown)
    return [*shown, t("{count} more", count=more)] if more else shown


def clean(value: str) -> str:
    """One line without characters that cannot be seen, each run of white space as one space."""
    if value.isascii() and value.isprintable():
        return value.strip() if "  " not in value else _SPACE.sub(" ", value).strip()
    kept = (
        " " if char.isspace() else char
        for char in value
        if char.isspace() or char in _KEPT or unicodedata.category(char) not in _UNSEEN
    )
    found = _SPACE.sub(" ", unicodedata.normalize("NFC", "".join(kept))).strip()
    return found if found.strip(_JOINERS) else ""


def can_be_kept(value: str) -> bool:
    """Whether every database can keep it, whatever it means."""
    if "\x00" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair
        return False
    return True


def key(value: str) -> str:
    """The form in which names are compared: without regard to case, width or spacing."""
    if value.isascii():
        return " ".join(value.casefold().split())
    return " ".join(unicodedata.normalize("NFKC", clean(value)).casefold().split())


def display_name(value: str, fallback: str) -> str:
    """A person's name as cards show it."""
    return shorten(clean(value), NAME_LIMIT) or fallback


def email(value: str) -> str | None:
    """The normal form of an address, or None if it is not one. Case and spaces do not matter, plus-tags do.

    Its domain has the form that ``domain`` gives: one address has one form, however its domain was written.
    """
    found = clean(value).strip("<>")
    if len(found) > EMAIL_LIMIT or not _EMAIL.fullmatch(found):
        return None
    local, _, host = found.rpartition("@")
    host = domain(host) or ""
    normal = f"{local.casefold()}@{host}"
    return normal if host and len(normal) <= EMAIL_LIMIT else None


def domain(value: str) -> str | None:
    """The normal form of a domain name (IDNA, lower case), or None if it is not one."""
    found = clean(value).lower().removeprefix("@").rstrip(".")
    try:
        found = found if found.isascii() else ".".join(map(_label, _DOTS.split(found)))
    except UnicodeError:
        return None
    return found if len(found) <= 253 and _DOMAIN.fullmatch(found) else None


def _label(label: str) -> str:
    """One part of a domain name in ASCII."""
    if _DEVIANT.isdisjoint(label):
        return label.encode("idna").decode("ascii")
    return f"xn--{label.encode('punycode').decode('ascii')}"


def platform_name(platform: str) -> str:
    """A platform as people call it."""
    return {"slack": "Slack", "discord": "Discord", "memory": t("this console")}.get(platform, platform)


def plural(count: int, one: str, many: str = "") -> str:
    """``1 use``, ``2 uses``: numbers agree with their nouns."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
