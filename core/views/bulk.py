"""Cards about many people invited at once."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from core.cards import Account, Card, Code, Field, File, Line, Say, Span, Text, Tone, When, moment, text
from core.sheets import sheet
from core.text import plural
from core.views.common import carried_fields, quiet

#: So many of the people stand on the card; of more there is a file with all of them.
SHOWN = 25
FILE = "invitations.csv"
_COLUMNS = ("Address", "Result", "Invitation", "Code", "Link", "Ends (UTC)")


class BulkLine(NamedTuple):
    """What became of one entry of a pasted list. ``until``: when the invitation that was there before ends."""

    address: Span
    outcome: str  # invited, you, member, waiting, twice, bad, outside
    code: str = ""
    short_id: str = ""
    until: int | None = None
    link: str = ""


_WORDS = {
    "invited": "invited",
    "you": "is you yourself",
    "member": "is a member already",
    "waiting": "was invited before and still is",
    "twice": "stands in the list twice",
    "bad": "is not an e-mail address",
    "outside": "is not at a domain from which people may join",
}


def counts_of(results: list[BulkLine]) -> str:
    """The title: how many of each, plain success first."""
    of = Counter(line.outcome for line in results)
    parts = [
        f"{of['invited']:,} invited",
        "1 is you yourself" if of["you"] else "",
        plural(of["member"], "is a member already", "are members already") if of["member"] else "",
        f"{of['waiting']:,} invited before" if of["waiting"] else "",
        f"{of['twice']:,} twice in the list" if of["twice"] else "",
        plural(of["bad"], "bad address", "bad addresses") if of["bad"] else "",
        f"{of['outside']:,} outside the allowed domains" if of["outside"] else "",
    ]
    return ", ".join(part for part in parts if part)


def lines_of(results: list[BulkLine]) -> tuple[Line, ...]:
    """One line for each, what was not plain success first; whoever was invited with the code to send them."""
    ordered = sorted(results, key=lambda line: line.outcome == "invited")
    return tuple(_line(line) for line in ordered[:SHOWN])


def _line(line: BulkLine) -> Line:
    if line.outcome == "invited" and line.code:
        return Line(text(f"{line.short_id} ", line.address, ": ", Code(line.code)))
    if line.outcome == "invited":
        return Line(text(f"{line.short_id} ", line.address, " was invited; that is over now"), dead=True)
    until = text(", until ", When(line.until)) if line.until is not None else ()
    return Line((line.address, f" {_WORDS[line.outcome]}", *until), dead=True)


def bulk_result(
    results: list[BulkLine],
    expires_at: int,
    roles: str,
    workspace: str,
    seats: str = "",
    groups: str = "",
    resources: str = "",
) -> Card:
    """To whoever invited many: how many of each, a line for each as far as they fit, and all of them in a file."""
    body: list[Text] = []
    fields: list[Field] = []
    invited = any(line.outcome == "invited" for line in results)
    if invited:
        body.append(
            text(
                "Send each person their own code; it works for nobody else. It is typed as ",
                Say("join", "code:…"),
                ".",
            )
        )
        fields += [Field("Role", text(roles)), *carried_fields(groups, resources)]
        fields.append(Field("Ends", text(When(expires_at))))
    if invited and seats:
        fields.append(Field("Seats", text(seats)))
    files = _files(results, expires_at) if len(results) > SHOWN else ()
    if files:
        body.append(text(f"Here are {SHOWN} of {len(results):,}; every one of them is in the file {FILE}."))
    return Card(
        counts_of(results),
        Tone.GOOD if invited else Tone.PLAIN,
        body=tuple(body),
        fields=tuple(fields),
        lines=lines_of(results),
        files=files,
        footer=quiet(f"to {workspace}", text("All of them: ", Say("invite list")) if invited else ""),
    )


def _files(results: list[BulkLine], expires_at: int) -> tuple[File, ...]:
    content, count = sheet(_COLUMNS, (_row(line, expires_at) for line in results))
    return (File(FILE, content, f"{plural(count, 'line')}, one for each entry of your list, in its order"),)


def _row(line: BulkLine, expires_at: int) -> tuple[str, ...]:
    address = line.address
    shown = f"{address.platform} {address.subject}" if isinstance(address, Account) else str(address)
    ends = expires_at if line.outcome == "invited" else line.until
    return (
        shown,
        _WORDS[line.outcome],
        line.short_id,
        line.code,
        line.link,
        "" if ends is None else moment(When(ends)).removesuffix(" UTC"),
    )
