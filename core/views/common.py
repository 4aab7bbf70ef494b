"""Cards and phrases that belong to no single subject."""

from __future__ import annotations

from core.cards import Button, Card, Code, Field, Say, Style, Text, Tone, text
from core.catalogue import ACTIONS

#: How many entries a list shows at a time.
PAGE = 10


def broken(reference: str) -> Card:
    """Something unexpected happened; an operator finds the fault in the log by its reference."""
    return Card(
        title=f"Something broke on our side (ref {reference})",
        tone=Tone.BROKEN,
        body=(
            text(
                "Nothing was changed. Please try again; if it happens again, give the reference ",
                Code(reference),
                " to whoever runs Usher.",
            ),
        ),
    )


def cancelled() -> Card:
    """Somebody thought better of it."""
    return Card("Nothing was changed", body=(text("You pressed Cancel."),))


def confirming(subject: str) -> tuple[Button, ...]:
    """Confirm and Cancel for an intent."""
    return (button("intent.confirm", subject), button("intent.cancel", subject))


def button(action: str, subject: str, *, style: Style | None = None) -> Button:
    """A declared button, with the word and the look of its declaration."""
    declared = ACTIONS[action]
    return Button(declared.label, action, subject, declared.style if style is None else style)


def paging(action: str, subject: str, page: int, pages: int) -> tuple[Button, ...]:
    """Previous and Next, where there is such a page. ``subject`` gets the page's number behind it."""
    out = []
    if page > 0:
        out.append(Button("Previous", action, f"{subject}/{page - 1}"))
    if page + 1 < pages:
        out.append(Button("Next", action, f"{subject}/{page + 1}"))
    return tuple(out)


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


def carried_fields(groups: str, resources: str) -> list[Field]:
    """What somebody gets beside a role: groups, and access to resources."""
    named = (("Groups", groups), ("Access", resources))
    return [Field(label, text(words)) for label, words in named if words]


def list_of(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    """``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


#: So many people are named in one sentence.
NAMED = 5


def some_of(names: tuple[str, ...]) -> str:
    """``a, b and c``; of many the first, and how many more there are."""
    if len(names) <= NAMED:
        return list_of(names)
    return f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} others"


def say(command: str, options: str = "") -> Say:
    return Say(command, options)
