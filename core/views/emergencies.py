"""Cards about access that somebody took in an emergency, and about what others say to that."""

from __future__ import annotations

from typing import NamedTuple

from core import durations
from core.cards import Card, Field, Line, Say, Span, Text, Tone, When, joined, text
from core.language import mark, says, t
from core.lifecycle import RequestStatus
from core.views.common import decided_by, or_type, quiet, status_word
from core.views.joins import approver_names, question_buttons


class EmergencyFacts(NamedTuple):
    """What somebody took in an emergency, and what has become of it. ``live``: it is still theirs."""

    subject: str
    short_id: str
    workspace: str
    name: str
    account: str
    resource: str
    level: str
    taken_at: int
    ends_at: int
    why: str
    expires_at: int
    status: RequestStatus
    live: bool = True
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""
    tally: str = ""

    @property
    def thing(self) -> str:
        return t("{level} on {resource}", level=self.level, resource=self.resource)


def _facts(facts: EmergencyFacts) -> tuple[Field, ...]:
    account = f" ({facts.account})" if facts.account else ""
    return (
        Field(t("Who"), text(f"{facts.name}{account}")),
        Field(t("Access"), text(facts.thing)),
        Field(t("Taken"), text(When(facts.taken_at))),
        Field(t("Until"), text(When(facts.ends_at))),
        Field(t("Why"), text(facts.why)),
    )


def emergency_mine(facts: EmergencyFacts, reviewers: tuple[str, ...], told: str) -> Card:
    """To whoever has just taken it. ``reviewers``: who looks at it, empty where nobody else could; ``told``: who knows."""
    body = [says("You took it in an emergency. It ends by itself on {when}.", when=When(facts.ends_at))]
    if facts.level == "manage":
        body.append(
            says("It is for doing the work yourself: it lets you give access to nobody, nor take theirs.")
        )
    after = t("Nobody else here could look at it now, so it stays open.") if not reviewers else ""
    if told or after:
        body.append(text(f"{told} {after}".strip()))
    return Card(
        t("You have {thing}", thing=facts.thing),
        Tone.GOOD,
        body=tuple(body),
        fields=(
            *((Field(t("Who looks at it"), text(approver_names(reviewers))),) if reviewers else ()),
            Field(t("Why"), text(facts.why)),
        ),
        footer=quiet(facts.short_id),
    )


def emergency_taken(facts: EmergencyFacts) -> Card:
    """To those who run the workspace, at once; where it is over by then, or was looked at, it says so."""
    waits = facts.status is RequestStatus.PENDING
    deny = or_type("request deny", f"request:{facts.short_id}") if waits and facts.live else ()
    title = t("Over: {name} took {thing}", name=facts.name, thing=facts.thing)
    if facts.live:
        title = t("Emergency: {name} took {thing}", name=facts.name, thing=facts.thing)
    without_asking = says("They took it without asking first, as the policy for access lets them.")
    return Card(
        title,
        Tone.WAITING if waits and facts.live else Tone.PLAIN,
        body=(joined([without_asking, _how_it_stands(facts)], " "),),
        fields=_facts(facts),
        footer=quiet(facts.short_id, deny),
    )


def _how_it_stands(facts: EmergencyFacts) -> Text:
    by = facts.decided_by or t("Somebody")
    if facts.status is RequestStatus.DENIED:
        return says("{who} said that it was not right, and it has ended.", who=by)
    if facts.status is RequestStatus.APPROVED:
        over = mark("{who} said that it was right. It is over.")
        return says("{who} said that it was right. It ends by itself." if facts.live else over, who=by)
    if not facts.live:
        return says("It is over already.")
    if facts.status is RequestStatus.PENDING:
        return says(
            "Whoever decides about access looks at it now; to end it at once, deny it or type {/access revoke}."
        )
    return says("Nobody has looked at it; to end it at once, type {/access revoke}.")


def emergency_review(facts: EmergencyFacts) -> Card:
    """To those who decide about access: a question while it is open, the outcome afterwards."""
    if facts.status is RequestStatus.PENDING:
        return Card(
            t("{name} took {thing} in an emergency", name=facts.name, thing=facts.thing),
            Tone.WAITING,
            body=(
                says("Approve: it was right, and it ends by itself. Deny: it was not, and it ends now."),
                *((text(f"{facts.tally}."),) if facts.tally else ()),
            ),
            fields=(*_facts(facts), Field(t("Answer until"), text(When(facts.expires_at)))),
            buttons=question_buttons(facts.subject),
            footer=quiet(facts.short_id, or_type("request approve", f"request:{facts.short_id}")),
        )
    reason = (Field(t("Reason"), text(facts.reason)),) if facts.reason else ()
    end = When(facts.decided_at or facts.expires_at)
    return Card(
        _outcome_title(facts),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        fields=(*_facts(facts), *reason),
        footer=quiet(facts.short_id, decided_by(facts.decided_by, end, facts.status)),
    )


def _outcome_title(facts: EmergencyFacts) -> str:
    return t(
        "{outcome}: {name}'s emergency access to {resource}",
        outcome=status_word(facts.status),
        name=facts.name,
        resource=facts.resource,
    )


def emergency_decided(facts: EmergencyFacts) -> Card:
    """To whoever has just said what they think of it."""
    if facts.status is not RequestStatus.APPROVED:
        body = says("What {name} took is over, if it was not already. They hear of it now.", name=facts.name)
    elif facts.live:
        keeps = mark("{name} keeps it until {when}. They hear of it now.")
        body = says(keeps, name=facts.name, when=When(facts.ends_at))
    else:
        body = says("It is over already. {name} hears of it now.", name=facts.name)
    return Card(
        _outcome_title(facts),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        body=(body,),
        footer=quiet(facts.short_id),
    )


def emergency_outcome(facts: EmergencyFacts) -> Card:
    """To whoever took it: what others say to that."""
    fields = [Field(t("Decided by"), text(facts.decided_by))] if facts.decided_by else []
    if facts.reason:
        fields.append(Field(t("Reason"), text(facts.reason)))
    match facts.status:
        case RequestStatus.APPROVED:
            body = says("It was right to take it.")
            if facts.live:
                kept = mark("It was right to take it. You keep it until {when}.")
                body = says(kept, when=When(facts.ends_at))
        case RequestStatus.DENIED:
            slip = mark("It has ended. If you think that is a mistake, talk to {who}.")
            body = says(slip, who=facts.decided_by)
        case RequestStatus.EXPIRED:
            nobody = mark("Nobody looked at it by {when}. There is nothing for you to do.")
            body = says(nobody, when=When(facts.expires_at))
        case _:
            body = says("There is nothing for you to do.")
    outcome = status_word(facts.status)
    return Card(
        t("{outcome}: your emergency access to {resource}", outcome=outcome, resource=facts.resource),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.REFUSED,
        body=(body,),
        fields=tuple(fields),
        footer=quiet(facts.short_id),
    )


def emergency_line(facts: EmergencyFacts, own: bool) -> Line:
    """Such a request in a list; ``own``: to whoever took it."""
    about: dict[str, Span] = {
        "request": facts.short_id,
        "name": facts.name,
        "thing": facts.thing,
        "when": When(facts.expires_at),
    }
    if own:
        return Line(
            says("{request} what you took yourself, {thing}, in an emergency — until {when}", **about)
        )
    return Line(says("{request} {name} took {thing}, in an emergency — until {when}", **about))


def in_an_emergency(most: int, short_id: str, level: str) -> Text:
    """To somebody who may: that they need not wait for an answer."""
    how = Say("access emergency", f'resource:{short_id} level:{level} reason:"…"')
    longest = durations.show(most)
    return says("you may take it at once, for {time} at most: {command}", time=longest, command=how)
