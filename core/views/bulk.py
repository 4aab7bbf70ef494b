"""Cards about many people invited at once."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from core.cards import Account, Card, Code, Field, File, Line, Say, Span, Text, Tone, When, moment, text
from core.language import mark, n, number, says, t
from core.sheets import sheet
from core.views.common import quiet, what_field

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


#: What became of who was not invited.
_SAID = {
    "you": mark("{address} is you yourself"),
    "member": mark("{address} is a member already"),
    "waiting": mark("{address} was invited before and still is"),
    "twice": mark("{address} stands in the list twice"),
    "bad": mark("{address} is not an e-mail address"),
    "outside": mark("{address} is not at a domain from which people may join"),
}


def counts_of(results: list[BulkLine]) -> str:
    """The title: how many of each, plain success first."""
    of = Counter(line.outcome for line in results)
    parts = [
        t("{count} invited", count=number(of["invited"])),
        t("1 is you yourself") if of["you"] else "",
        n("{count} is a member already", "{count} are members already", of["member"]) if of["member"] else "",
        t("{count} invited before", count=number(of["waiting"])) if of["waiting"] else "",
        t("{count} twice in the list", count=number(of["twice"])) if of["twice"] else "",
        n("{count} bad address", "{count} bad addresses", of["bad"]) if of["bad"] else "",
        t("{count} outside the allowed domains", count=number(of["outside"])) if of["outside"] else "",
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
        over = mark("{invitation} {address} was invited; that is over now")
        return Line(says(over, invitation=line.short_id, address=line.address), dead=True)
    said = says(_SAID[line.outcome], address=line.address)
    if line.until is not None:
        said = says("{line}, until {when}", line=said, when=When(line.until))
    return Line(said, dead=True)


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
            says(
                "Send each person their own code; it works for nobody else. It is typed as {command}.",
                command=Say("join", "code:…"),
            )
        )
        fields += [what_field(roles, groups, resources), Field(t("Ends"), text(When(expires_at)))]
    if invited and seats:
        fields.append(Field(t("Seats"), text(seats)))
    files = _files(results, expires_at) if len(results) > SHOWN else ()
    if files:
        all_in = mark("Here are {count} of {total}; every one of them is in the file {file}.")
        body.append(says(all_in, count=number(SHOWN), total=number(len(results)), file=FILE))
    return Card(
        counts_of(results),
        Tone.GOOD if invited else Tone.PLAIN,
        body=tuple(body),
        fields=tuple(fields),
        lines=lines_of(results),
        files=files,
        footer=quiet(
            t("to {workspace}", workspace=workspace), says("All of them: {/invite list}") if invited else ""
        ),
    )


def _files(results: list[BulkLine], expires_at: int) -> tuple[File, ...]:
    content, count = sheet(_COLUMNS, (_row(line, expires_at) for line in results))
    said = n(
        "{count} line, one for each entry of your list, in its order",
        "{count} lines, one for each entry of your list, in its order",
        count,
    )
    return (File(FILE, content, said),)


def _row(line: BulkLine, expires_at: int) -> tuple[str, ...]:
    address = line.address
    shown = f"{address.platform} {address.subject}" if isinstance(address, Account) else str(address)
    invited = line.outcome == "invited"
    ends = expires_at if invited else line.until
    return (
        shown,
        "invited" if invited else _SAID[line.outcome].removeprefix("{address} "),  # files are in English
        line.short_id,
        line.code,
        line.link,
        "" if ends is None else moment(When(ends)).removesuffix(" UTC"),
    )
