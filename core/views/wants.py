"""Cards about asking for something of one's own: a role, access to a resource, more time for either."""

from __future__ import annotations

from typing import NamedTuple

from core import durations
from core.cards import Card, Field, Line, Menu, Say, Text, Tone, When, text
from core.language import mark, says, t
from core.lifecycle import RequestStatus
from core.views.common import button, quiet
from core.views.joins import approver_names, or_typed, question_buttons


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
    def how_long(self) -> Text:
        if self.until is not None:
            return says("until {when}", when=When(self.until))
        if self.life is None:
            return says("for good")
        if self.held_until is None:
            return says("for {time}", time=durations.show(self.life))
        return says("for {time} more", time=durations.show(self.life))

    @property
    def what_was_given(self) -> Text:
        given = self.given or self.thing
        if self.given_until is None:
            return text(given)
        return says("{thing} until {when}", thing=given, when=When(self.given_until))

    @property
    def outcome(self) -> str:
        word = t(_OUTCOMES[self.status])
        return f"{word}, {self.effect_title}" if self.effect_title else word

    def said(self, plain: str, longer: str) -> str:
        """One of two sentences: the second where more time is asked for."""
        sentence = plain if self.held_until is None else longer
        return t(sentence, name=self.name, thing=self.thing, outcome=self.outcome)


_OUTCOMES = {
    RequestStatus.PENDING: mark("Waiting"),
    RequestStatus.APPROVED: mark("Approved"),
    RequestStatus.DENIED: mark("Denied"),
    RequestStatus.EXPIRED: mark("Expired"),
    RequestStatus.WITHDRAWN: mark("Withdrawn"),
}


# --- to those who answer ------------------------------------------------------------------------------------------------


def _facts(facts: WantFacts) -> tuple[Field, ...]:
    account = f" ({facts.account})" if facts.account else ""
    out = [
        Field(t("Who"), text(f"{facts.name}{account}")),
        Field(t("Asks for"), text(f"{facts.thing}, ", *facts.how_long)),
    ]
    if facts.held_until is not None:
        out.append(Field(t("Ends otherwise"), text(When(facts.held_until))))
    elif facts.has:
        out.append(Field(t("Has now"), facts.has))
    return tuple(out)


def _why(facts: WantFacts) -> tuple[Field, ...]:
    return (Field(t("Why"), text(facts.why)),) if facts.why else ()


def _their_request(facts: WantFacts) -> str:
    return facts.said(
        mark("{outcome}: {name}'s request for {thing}"),
        mark("{outcome}: {name}'s request to keep {thing} longer"),
    )


def want_request(facts: WantFacts) -> Card:
    """The approvers' card: a question while it is open, the outcome afterwards."""
    if facts.status is RequestStatus.PENDING:
        gives = says("With a yes, you give it in your own name.")
        if facts.instead:
            gives = says(
                "With a yes, you give it in your own name, and it takes the place of {instead}.",
                instead=facts.instead,
            )
        return Card(
            facts.said(mark("{name} asks for {thing}"), mark("{name} asks to keep {thing} longer")),
            Tone.WAITING,
            body=(gives, *((text(f"{facts.tally}."),) if facts.tally else ())),
            fields=(*_facts(facts), Field(t("Answer until"), text(When(facts.expires_at))), *_why(facts)),
            buttons=question_buttons(facts.subject, less=facts.divides),
            footer=quiet(facts.short_id, or_typed(facts.short_id)),
        )
    return Card(
        _their_request(facts),
        _tone(facts, Tone.PLAIN),
        body=(text(facts.effect),) if facts.effect else (),
        fields=(*_facts(facts)[:2], *_given(facts, beside_asked=True), *_why(facts), *_reason(facts)),
        footer=quiet(facts.short_id, _decided(facts)),
    )


def want_decided(facts: WantFacts) -> Card:
    """To the approver who has just decided, or found that there is nothing to decide any more."""
    if facts.status is RequestStatus.APPROVED:
        body = text(facts.effect) or says("{name} hears of it now.", name=facts.name)
    elif facts.status is RequestStatus.WITHDRAWN:
        body = says(
            "{reason} So there is nothing to decide any more.",
            reason=facts.reason or t("It was taken back."),
        )
    else:
        body = says("Nothing was given. {name} hears of it now.", name=facts.name)
    return Card(
        _their_request(facts),
        _tone(facts, Tone.PLAIN),
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
    given = facts.what_was_given
    if facts.less and not beside_asked:
        given = says("{given} (asked: {asked})", given=given, asked=(f"{facts.thing}, ", *facts.how_long))
    return (Field(t("Given"), given),)


def _reason(facts: WantFacts) -> tuple[Field, ...]:
    return (Field(t("Reason"), text(facts.reason)),) if facts.reason else ()


def _decided(facts: WantFacts) -> Text:
    at = When(facts.decided_at or facts.expires_at)
    if facts.decided_by:
        return says("by {who}, {when}", who=facts.decided_by, when=at)
    return says("nobody answered by {when}", when=at) if facts.status is RequestStatus.EXPIRED else text(at)


# --- to whoever asked ---------------------------------------------------------------------------------------------------


def want_asked(facts: WantFacts, approvers: tuple[str, ...], at_once: Text = (), emergency: str = "") -> Card:
    """To whoever has just asked: who can say yes, until when, what happens then.

    ``at_once``: that they need not wait in an emergency; ``emergency``: what the button for that carries.
    """
    need = (button("access.emergency", emergency),) if emergency else ()
    ends: tuple[Text, ...] = ()
    if facts.held_until is not None:
        ends = (says("You hold it until {when}: this asks for longer.", when=When(facts.held_until)),)
    return Card(
        facts.said(mark("You asked for {thing}"), mark("You asked to keep {thing} longer")),
        Tone.WAITING,
        body=(
            *ends,
            says("You will get a message here as soon as it is answered."),
            *((says("In an emergency {what}.", what=at_once),) if at_once else ()),
        ),
        fields=(
            Field(t("Asked for"), text(f"{facts.thing}, ", *facts.how_long)),
            Field(t("Who can approve"), text(approver_names(approvers))),
            Field(t("Answer until"), text(When(facts.expires_at))),
            *_why(facts),
        ),
        buttons=(*need, button("request.withdraw", facts.subject)),
        footer=quiet(facts.short_id),
    )


def _your_request(facts: WantFacts) -> str:
    return facts.said(
        mark("{outcome}: your request for {thing}"), mark("{outcome}: your request to keep {thing} longer")
    )


def want_withdrawn(facts: WantFacts) -> Card:
    """To whoever has just taken it back."""
    return Card(
        _your_request(facts),
        Tone.GOOD,
        body=(says("It is off the approvers' list. Nothing was changed."),),
        footer=quiet(facts.short_id),
    )


def want_outcome(facts: WantFacts) -> Card:
    """To whoever asked: what became of it, who decided and why, and until when it lasts."""
    fields = list(_given(facts))
    if facts.decided_by:
        fields.append(Field(t("Decided by"), text(facts.decided_by)))
    if facts.status is not RequestStatus.WITHDRAWN:
        fields += _reason(facts)
    return Card(
        _your_request(facts),
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
            return says(
                "You have it now. It ends by itself; you are told before, and can ask for longer then."
            )
        case RequestStatus.APPROVED:
            return says("You have it now. See what that makes of you: {/me}")
        case RequestStatus.DENIED:
            return says(
                "Nothing was changed. If you think that is a mistake, talk to {name}.", name=facts.decided_by
            )
        case RequestStatus.WITHDRAWN:
            taken_back = says("It is off the approvers' list. Nothing was changed.")
            closed = says(
                "{reason} So your request was closed, and there is nothing for you to do.",
                reason=facts.reason,
            )
            return closed if facts.reason else taken_back
        case _:
            return says(
                "Nobody answered by {when}. Ask again with {command}.",
                when=When(facts.expires_at),
                command=facts.again,
            )


# --- lists, and offers --------------------------------------------------------------------------------------------------


def want_line(facts: WantFacts, own: bool) -> Line:
    """Such a request in a list; ``own``: to whoever asked."""
    if own:
        asks = facts.said(
            mark("your own request for {thing}"), mark("your own request to keep {thing} longer")
        )
    else:
        asks = facts.said(mark("{name} asks for {thing}"), mark("{name} asks to keep {thing} longer"))
    line = says(
        "{request}, {how_long} — until {when}",
        request=f"{facts.short_id} {asks}",
        how_long=facts.how_long,
        when=When(facts.expires_at),
    )
    return Line(line)


def what_to_ask_for(menus: tuple[Menu, ...], more: bool) -> Card:
    """To somebody who pressed Ask without a resource in mind: the first of those whose names they know."""
    if not menus:
        return Card(
            t("There is nothing to ask for here"),
            body=(says("You reach everything that you know of. For anything else, talk to an admin."),),
        )
    typed = says("With another level, or for a time, type {/request access}.")
    choose = says("Choose it, and those who can decide are asked.")
    if more:
        choose = says("Choose it, and those who can decide are asked. These are the first.")
    return Card(
        t("What do you need access to?"),
        body=(choose, typed),
        menus=menus,
    )
