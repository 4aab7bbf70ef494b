"""Cards about the record."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.cards import Button, Card, Code, File, Line, Span, Text, Tone, When, text
from core.language import fill, mark, n, says, t, translated
from core.text import shorten


class EventFacts(NamedTuple):
    """An event as cards show it; ``subject`` is a name where it is a member, and of several spans where it is a place.

    Facts that are texts are words already; so are some others: see ``_WHOLE``.
    """

    number: int
    at: int
    who: Span
    event: str
    subject: str | Text
    facts: dict[str, Any]


#: What somebody did, behind their name: in every language it begins with the verb. Braces are filled with the subject or with
#: one of the facts of the event.
EVENTS = {
    "refused": mark("was refused: {what} (“{why}”)"),
    "workspace.created": mark("created the workspace with the roles of {scheme}"),
    "place.linked": mark("linked {subject}"),
    "place.left": mark("was taken out of {subject}"),
    "place.back": mark("was let into {subject} again"),
    "link.created": mark("made a code to link another place"),
    "setting.changed": mark("changed {subject} from {before} to {after}"),
    "invitation.created": mark("made the invitation {subject} ({label})"),
    "invitation.extended": mark("extended the invitation {subject}"),
    "invitation.revoked": mark("revoked the invitation {subject} ({label})"),
    "join.asked": mark("asked to join ({subject})"),
    "member.joined": mark("let {subject} in as {roles}"),
    "access.emergency": mark("took {level} on {resource} in an emergency, for {lasts} ({request}): {reason}"),
    "request.approved": mark("approved {subject}"),
    "request.denied": mark("denied {subject}"),
    "request.voted": mark("answered {subject} with {vote}, which decided nothing yet"),
    "request.expired": mark("let {subject} expire"),
    "request.withdrawn": mark("withdrew {subject}"),
    "request.asked": mark("asked for {name} ({subject}, {kind})"),
    "invite.asked": mark("asked to have people invited ({subject})"),
    "invitation.edited": mark("changed the invitation {subject}"),
    "invitation.resent": mark("sent the invitation {subject} again, with a new code"),
    "invitation.declined": mark("declined the invitation {subject}"),
    "links.ended": mark("ended all invite links: {count}"),
    "member.removed": mark("removed {subject}; reason: {reason}"),
    "members.exported": mark("exported the members: {count}"),
    "role.created": mark("made the role {name}"),
    "role.edited": mark("changed the role {subject} from {before} to {after}"),
    "role.deleted": mark("deleted the role {name}"),
    "role.assigned": mark("gave {subject} the role {role}{until}"),
    "role.unassigned": mark("took the role {role} from {subject}"),
    "role.ended": mark("saw the time of {subject} as {role} end"),
    "group.created": mark("made the group {name}"),
    "group.deleted": mark("deleted the group {name} with {members_count} in it"),
    "group.added": mark("put {member} into the group {group}"),
    "group.removed": mark("took {member} out of the group {group}"),
    "resource.linked": mark("linked {name} to a platform: from {before} to {after}"),
    "platform.given": mark("gave {member} {what} on {platform}"),
    "platform.taken": mark("took {what} on {platform} from {member}"),
    "platform.failed": mark("could not change what {member} has on {platform}: {why}"),
    "request.applied": mark("carried out what was approved ({subject})"),
    "request.failed": mark("could not carry out what was approved yet ({subject})"),
    "request.over": mark("could not carry out what was approved before it was over ({subject})"),
    "resource.created": mark("made the {kind} {name}"),
    "resource.deleted": mark("deleted the {kind} {name}: {resources} resources and {grants} grants in all"),
    "access.granted": mark("gave {subject} {level} on {resource}{until}; before: {had}"),
    "access.ended": mark("saw access end: {what}"),
    "access.revoked": mark("took {had} on {resource} from {subject}"),
    "permissions.declared": mark("declared {permissions}"),
    "preset.applied": mark("set everything up as {subject}"),
    "plan.changed": mark("changed the plan from {before} to {after}"),
    "transfer.offered": mark("offered {receiver} to be {role} ({subject})"),
    "transfer.accepted": mark("took over as {role} from {giver} ({subject})"),
    "transfer.declined": mark("declined {subject}"),
    "transfer.withdrawn": mark("took back the offer {subject}"),
    "transfer.expired": mark("saw the offer {subject} run out"),
    "transfer.ended": mark("ended the offer {subject}, since one side left"),
    "workspace.chosen": mark("chose this workspace for direct messages"),
    "workspace.deleted": mark("deleted the workspace {name}"),
    "audit.exported": mark("exported the record"),
}
#: What reads better when somebody did it to themselves.
OWN = {
    "member.joined": mark("joined as {roles}"),
    "member.removed": mark("left"),
    "role.unassigned": mark("gave back the role {role}"),
    "access.revoked": mark("gave back the access to {resource}"),
}
#: What came to somebody with an invitation: said of whoever let them in, and of themselves, where nobody had to.
_CARRIED = {
    "group.added": (EVENTS["group.added"], mark("came into the group {group}")),
    "access.granted": (EVENTS["access.granted"], mark("got {level} on {resource}; before: {had}")),
}
_LONGEST = 60
#: Facts that are words already, and may be none.
_WHOLE = {"access.granted": ("until",), "role.assigned": ("until",), "access.ended": ("what",)}


def words(facts: EventFacts) -> Text:
    """What happened, in words; an event without words of its own shows its name."""
    known: dict[str, Span | Text] = {
        name: value if isinstance(value, tuple) else _shown(value) for name, value in facts.facts.items()
    }
    known |= {name: str(facts.facts.get(name, "")) for name in _WHOLE.get(facts.event, ())}
    invitation, by = _through(facts)
    if invitation:
        let_in, came = _CARRIED[facts.event]
        template = came if facts.who == facts.facts.get("member", facts.subject) else let_in
        said = _fill(template, facts, known)
        if by:
            return says(
                "{said}, through the invitation {invitation} of {name}",
                said=said,
                invitation=invitation,
                name=by,
            )
        return says("{said}, through the invitation {invitation}", said=said, invitation=invitation)
    own = OWN.get(facts.event) if facts.who == facts.subject else None
    template = own or EVENTS.get(facts.event, mark("{event}: {subject}"))
    return _fill(template, facts, known)


def _fill(template: str, facts: EventFacts, known: dict[str, Span | Text]) -> Text:
    return fill(translated(template), _Blanks({**known, "event": facts.event, "subject": facts.subject}))


def _through(facts: EventFacts) -> tuple[str, str]:
    """The invitation that something came with, and who answers for it where that is not who acted; empty for none."""
    after = facts.facts.get("after")
    kept = after if isinstance(after, dict) else facts.facts
    source, by = str(kept.get("source", "")), kept.get("given_by") or kept.get("by")
    if facts.event not in _CARRIED or not source.startswith("invitation "):
        return "", ""
    invitation = source.removeprefix("invitation ")
    return invitation, "" if not by or by == facts.who else shorten(str(by), _LONGEST)


class _Blanks(dict[str, Span | Text]):
    def __missing__(self, key: str) -> str:
        return t("none")


def _shown(value: Any) -> str:
    match value:
        case None | "" | []:
            return t("none")
        case bool():
            return t("on") if value else t("off")
        case list():
            return shorten(", ".join(map(_shown, value)), _LONGEST)
        case dict():
            return shorten(", ".join(f"{name} {_shown(each)}" for name, each in value.items()), _LONGEST)
        case _:
            return shorten(str(value), _LONGEST)


def audit_shown(found: list[EventFacts], workspace: str, *, newer: str, older: str) -> Card:
    """One page of the record, newest first. ``newer`` and ``older``: what their buttons carry, empty for none."""
    buttons = []
    if newer:
        buttons.append(Button(t("Previous"), "audit.show", newer))
    if older:
        buttons.append(Button(t("Next"), "audit.show", older))
    lines = tuple(Line(_line(facts)) for facts in found)
    return Card(
        t("What happened in {workspace}", workspace=workspace),
        body=() if lines else (says("Nothing that fits. Leave out the options to see everything."),),
        lines=lines,
        buttons=tuple(buttons),
        footer=says("As a file: {/audit export}"),
    )


def _line(facts: EventFacts) -> Text:
    return text(When(facts.at), " — ", facts.who, " ", *words(facts))


def audit_exported(workspace: str, file: File, *, cut: bool) -> Card:
    """The file says how many events there are; ``cut``: there were more than fit."""
    more = says(
        "These are the latest ones; whoever runs Usher gets all of them with {command}.",
        command=Code("usher audit export"),
    )
    return Card(
        t("The record of {workspace}", workspace=workspace),
        body=(more,) if cut else (),
        files=(file,),
    )


def audit_verified(workspace: str, count: int, first_bad: int | None) -> Card:
    """``first_bad``: the number of the first event that is changed or missing."""
    if first_bad is None:
        whole = n(
            "{count} event, each tied to the one before: none was changed, none is missing.",
            "{count} events, each tied to the one before: none was changed, none is missing.",
            count,
        )
        title = t("The record of {workspace} is whole", workspace=workspace)
        return Card(title, tone=Tone.GOOD, body=(text(whole),))
    return Card(
        t("The record of {workspace} was tampered with", workspace=workspace),
        tone=Tone.REFUSED,
        body=(
            says(
                "Event {event} is not what it was, or is missing. What stands before it holds. "
                "Keep a copy of the database and tell whoever runs Usher.",
                event=str(first_bad),
            ),
        ),
    )
