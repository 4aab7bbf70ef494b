"""Cards and phrases that belong to no single subject."""

from __future__ import annotations

from core.cards import Button, Card, Code, Field, Say, Style, Text, Tone, When, text
from core.catalogue import ACTIONS
from core.language import mark, number, says, t
from core.lifecycle import RequestStatus

#: What became of a request, as the first word of its outcome.
_OUTCOMES = {
    RequestStatus.PENDING: mark("Waiting"),
    RequestStatus.APPROVED: mark("Approved"),
    RequestStatus.DENIED: mark("Denied"),
    RequestStatus.EXPIRED: mark("Expired"),
    RequestStatus.WITHDRAWN: mark("Withdrawn"),
}
#: What somebody gets beside a role: whether there are groups, and whether there is access.
_GETS = {
    (True, False): mark("{roles}; groups: {groups}"),
    (False, True): mark("{roles}; access: {resources}"),
    (True, True): mark("{roles}; groups: {groups}; access: {resources}"),
}
#: How many entries a list shows at a time.
PAGE = 10


def broken(reference: str) -> Card:
    """Something unexpected happened; an operator finds the fault in the log by its reference."""
    return Card(
        title=t("Something broke on our side (ref {reference})", reference=reference),
        tone=Tone.BROKEN,
        body=(
            says(
                "Nothing was changed. Please try again; if it happens again, give the reference {reference} to whoever runs "
                "Usher.",
                reference=Code(reference),
            ),
        ),
    )


def cancelled() -> Card:
    """Somebody thought better of it."""
    return Card(t("Nothing was changed"), body=(says("You pressed Cancel."),))


def confirming(subject: str, *, takes: bool = True) -> tuple[Button, ...]:
    """Confirm and Cancel for an intent. ``takes``: it takes something away."""
    style = Style.DANGER if takes else Style.PRIMARY
    return (button("intent.confirm", subject, style=style), button("intent.cancel", subject))


def button(action: str, subject: str, *, style: Style | None = None) -> Button:
    """A declared button, with the word and the look of its declaration."""
    declared = ACTIONS[action]
    return Button(t(declared.label), action, subject, declared.style if style is None else style)


def paging(action: str, subject: str, page: int, pages: int) -> tuple[Button, ...]:
    """Previous and Next, where there is such a page. ``subject`` gets the page's number behind it."""
    out = []
    if page > 0:
        out.append(Button(t("Previous"), action, f"{subject}/{page - 1}"))
    if page + 1 < pages:
        out.append(Button(t("Next"), action, f"{subject}/{page + 1}"))
    return tuple(out)


def status_word(status: RequestStatus) -> str:
    """What became of a request, in a word."""
    return t(_OUTCOMES[status])


def decided_by(who: str, at: When, status: RequestStatus) -> Text:
    """For the quiet line: who decided a request and when; ``who``: empty where nobody did."""
    if who:
        return says("by {who}, {when}", who=who, when=at)
    return says("nobody answered by {when}", when=at) if status is RequestStatus.EXPIRED else text(at)


def or_type(command: str, options: str) -> Text:
    """For the quiet line: the command that does the same as the buttons."""
    return says("or type {command}", command=Say(command, options))


def page_of(page: int, pages: int) -> str:
    """Which page of a list this is, where there are several."""
    return t("page {page} of {pages}", page=number(page + 1), pages=number(pages)) if pages > 1 else ""


def quiet(*parts: str | Text) -> Text:
    """The quiet line at the foot: parts with a dot between them."""
    out: Text = ()
    for part in parts:
        if not part:
            continue
        if out:
            out = (*out, " · ")
        out = (*out, part) if isinstance(part, str) else (*out, *part)
    return out


def what_field(roles: str, groups: str = "", resources: str = "") -> Field:
    """What somebody gets, as one fact: a role, and beside it groups and access to resources."""
    said = roles
    if groups or resources:
        said = t(_GETS[bool(groups), bool(resources)], roles=roles, groups=groups, resources=resources)
    return Field(t("Role"), text(said))


def list_of(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    """``a, b and c``; ``last``: and, or."""
    if len(names) < 2:
        return "".join(names)
    listed = mark("{names} or {last}") if last == "or" else mark("{names} and {last}")
    return t(listed, names=", ".join(names[:-1]), last=names[-1])


def first_of(names: list[str] | tuple[str, ...], most: int, total: int | None = None) -> str:
    """``a, b and 4 more``: at most so many names, and how many more there are."""
    shown = names[:most]
    more = (len(names) if total is None else total) - len(shown)
    return list_of([*shown, more_of(more)] if more > 0 else shown)


def more_of(count: int) -> str:
    """``4 more``, at the end of a list."""
    return t("{count} more", count=number(count))


#: So many people are named in one sentence.
NAMED = 5


def some_of(names: tuple[str, ...]) -> str:
    """``a, b and c``; of many the first, and how many more there are."""
    if len(names) <= NAMED:
        return list_of(names)
    return t(
        "{names} and {count} others",
        names=", ".join(names[: NAMED - 1]),
        count=number(len(names) - NAMED + 1),
    )


def say(command: str, options: str = "") -> Say:
    return Say(command, options)
