"""Cards about asking for something of one's own: a role, access to a resource, more time for either."""

from __future__ import annotations

from typing import NamedTuple

from core import durations
from core.cards import Card, Field, Line, Menu, Say, Text, Tone, When, text
from core.lifecycle import RequestStatus
from core.views.common import button, quiet
from core.views.joins import approver_names, question_buttons


class WantFacts(NamedTuple):
    """A request for a role, for access or for more time, as cards show it.

    ``thing``: ``Admin`` or ``edit on Renders``. ``held_until`` is there where more time is asked for: when it ends
    otherwise. ``life`` and ``until``: for how long, or until which date; neither for good. ``has``: what they have now.
    ``instead``: what a yes takes the place of. ``given``: what was given, ``given_until`` for how long; ``less``:
    that is less than was asked for. ``divides``: there is something between a yes and a no. ``effect``: how
    far that has come, where it is not in place. ``again``: how to ask once more.
    """

    subject: str
    short_id: str
    name: str
    account: str
    thing: str
    created_at: int
    expires_at: int
    status: RequestStatus
    again: Say
    held_until: int | None = None
    life: int | None = None
    until: int | None = None
    has: Text = ()
    instead: str = ""
    why: str = ""
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""
    tally: str = ""
    given: str = ""
    given_until: int | None = None
    less: bool = False
    divides: bool = False
    effect_title: str = ""
    effect: str = ""

    @property
    def what(self) -> str:
        return f"for {self.thing}" if self.held_until is None else f"to keep {self.thing} longer"

    @property
    def how_long(self) -> Text:
        if self.until is not None:
            return text("until ", When(self.until))
        if self.life is None:
            return text("for good")
        more = "" if self.held_until is None else " more"
        return text(f"for {durations.show(self.life)}{more}")

    @property
    def what_was_given(self) -> Text:
        ends = (" until ", When(self.given_until)) if self.given_until is not None else ()
        return text(self.given or self.thing, *ends)

    @property
    def word(self) -> str:
        said = "Waiting" if self.status is RequestStatus.PENDING else self.status.value.capitalize()
        return f"{said}, {self.effect_title}" if self.effect_title else said


# --- to those who answer ------------------------------------------------------------------------------------------------


def _facts(facts: WantFacts) -> tuple[Field, ...]:
    account = f" ({facts.account})" if facts.account else ""
    out = [
        Field("Who", text(f"{facts.name}{account}")),
        Field("Asks for", text(f"{facts.thing}, ", *facts.how_long)),
    ]
    if facts.held_until is not None:
        out.append(Field("Ends otherwise", text(When(facts.held_until))))
    elif facts.has:
        out.append(Field("Has now", facts.has))
    return tuple(out)


def _why(facts: WantFacts) -> tuple[Field, ...]:
    return (Field("Why", text(facts.why)),) if facts.why else ()


def want_request(facts: WantFacts) -> Card:
    """The approvers' card: a question while it is open, the outcome afterwards."""
    if facts.status is RequestStatus.PENDING:
        gives = "With a yes, you give it in your own name."
        if facts.instead:
            gives = f"With a yes, you give it in your own name, and it takes the place of {facts.instead}."
        return Card(
            f"{facts.name} asks {facts.what}",
            Tone.WAITING,
            body=(text(gives), *((text(f"{facts.tally}."),) if facts.tally else ())),
            fields=(*_facts(facts), Field("Answer until", text(When(facts.expires_at))), *_why(facts)),
            buttons=question_buttons(facts.subject, less=facts.divides),
            footer=quiet(
                facts.short_id, text("or type ", Say("request approve", f"request:{facts.short_id}"))
            ),
        )
    return Card(
        f"{facts.word}: {facts.name}'s request {facts.what}",
        _tone(facts, Tone.PLAIN),
        body=(text(facts.effect),) if facts.effect else (),
        fields=(*_facts(facts)[:2], *_given(facts, beside_asked=True), *_why(facts), *_reason(facts)),
        footer=quiet(facts.short_id, _decided(facts)),
    )


def want_decided(facts: WantFacts) -> Card:
    """To the approver who has just decided, or found that there is nothing to decide any more."""
    if facts.status is RequestStatus.APPROVED:
        body = text(facts.effect or f"{facts.name} hears of it now.")
    elif facts.status is RequestStatus.WITHDRAWN:
        body = text(f"{facts.reason or 'It was taken back.'} So there is nothing to decide any more.")
    else:
        body = text(f"Nothing was given. {facts.name} hears of it now.")
    return Card(
        f"{facts.word}: {facts.name}'s request {facts.what}",
        _tone(facts, Tone.GOOD if facts.status is RequestStatus.DENIED else Tone.PLAIN),
        body=(body,),
        fields=_given(facts),
        footer=quiet(facts.short_id),
    )


def _tone(facts: WantFacts, otherwise: Tone) -> Tone:
    if facts.status is not RequestStatus.APPROVED:
        return otherwise
    return Tone.WAITING if facts.effect else Tone.GOOD


def _given(facts: WantFacts, *, beside_asked: bool = False) -> tuple[Field, ...]:
    """What a yes has given; and what was asked for, where that is more and the card does not say it anyway."""
    if facts.status is not RequestStatus.APPROVED:
        return ()
    asked = (
        text(" (asked: ", facts.thing, ", ", *facts.how_long, ")") if facts.less and not beside_asked else ()
    )
    return (Field("Given", (*facts.what_was_given, *asked)),)


def _reason(facts: WantFacts) -> tuple[Field, ...]:
    return (Field("Reason", text(facts.reason)),) if facts.reason else ()


def _decided(facts: WantFacts) -> Text:
    at = When(facts.decided_at or facts.expires_at)
    if facts.decided_by:
        return text(f"by {facts.decided_by}, ", at)
    return text("nobody answered by ", at) if facts.status is RequestStatus.EXPIRED else text(at)


# --- to whoever asked ---------------------------------------------------------------------------------------------------


def want_asked(facts: WantFacts, approvers: tuple[str, ...], at_once: Text = ()) -> Card:
    """To whoever has just asked: who can say yes, until when, what happens then. ``at_once``: that they need not wait."""
    ends: tuple[Text, ...] = ()
    if facts.held_until is not None:
        ends = (text("You hold it until ", When(facts.held_until), ": this asks for longer."),)
    return Card(
        f"You asked {facts.what}",
        Tone.WAITING,
        body=(
            *ends,
            text("You will get a message here as soon as it is answered."),
            *((text("In an emergency ", *at_once, "."),) if at_once else ()),
        ),
        fields=(
            Field("Asked for", text(f"{facts.thing}, ", *facts.how_long)),
            Field("Who can approve", text(approver_names(approvers))),
            Field("Answer until", text(When(facts.expires_at))),
            *_why(facts),
        ),
        buttons=(button("request.withdraw", facts.subject),),
        footer=quiet(facts.short_id),
    )


def want_withdrawn(facts: WantFacts) -> Card:
    """To whoever has just taken it back."""
    return Card(
        f"Withdrawn: your request {facts.what}",
        Tone.GOOD,
        body=(text("It is off the approvers' list. Nothing was changed."),),
        footer=quiet(facts.short_id),
    )


def want_outcome(facts: WantFacts) -> Card:
    """To whoever asked: what became of it, who decided and why, and until when it lasts."""
    fields = list(_given(facts))
    if facts.decided_by:
        fields.append(Field("Decided by", text(facts.decided_by)))
    if facts.status is not RequestStatus.WITHDRAWN:
        fields += _reason(facts)
    return Card(
        f"{facts.word}: your request {facts.what}",
        _tone(facts, Tone.REFUSED),
        body=(_advice(facts),),
        fields=tuple(fields),
        footer=quiet(facts.short_id),
    )


def _advice(facts: WantFacts) -> Text:
    match facts.status:
        case RequestStatus.APPROVED if facts.effect:
            return text(facts.effect)
        case RequestStatus.APPROVED if facts.given_until is not None:
            return text(
                "You have it now. It ends by itself; you are told before, and can ask for longer then."
            )
        case RequestStatus.APPROVED:
            return text("You have it now. See what that makes of you: ", Say("me"))
        case RequestStatus.DENIED:
            return text(f"Nothing was changed. If you think that is a slip, talk to {facts.decided_by}.")
        case RequestStatus.WITHDRAWN:
            return text(
                f"{facts.reason} So your request was closed, and there is nothing for you to do."
                if facts.reason
                else "It is off the approvers' list. Nothing was changed."
            )
        case _:
            return text("Nobody answered by ", When(facts.expires_at), ". Ask again with ", facts.again, ".")


# --- lists, and offers --------------------------------------------------------------------------------------------------


def want_line(facts: WantFacts, own: bool) -> Line:
    """Such a request in a list; ``own``: to whoever asked."""
    asks = f"your own request {facts.what}" if own else f"{facts.name} asks {facts.what}"
    return Line(text(f"{facts.short_id} {asks}, ", *facts.how_long, " — until ", When(facts.expires_at)))


def what_to_ask_for(menus: tuple[Menu, ...], more: bool) -> Card:
    """To somebody who pressed Ask without a resource in mind: the first of those whose names they know."""
    if not menus:
        return Card(
            "There is nothing to ask for here",
            body=(text("You reach everything that you know of. For anything else, talk to an admin."),),
        )
    typed = text("With another level, or for a time, type ", Say("request access"), ".")
    return Card(
        "What do you need access to?",
        body=(
            text(f"Choose it, and those who can decide are asked.{' These are the first.' if more else ''}"),
            typed,
        ),
        menus=menus,
    )
