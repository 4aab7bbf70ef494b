"""Cards about the record."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.cards import Button, Card, Code, File, Line, Say, Span, Text, Tone, When, text
from core.text import plural, shorten
from core.views.common import quiet


class EventFacts(NamedTuple):
    """An event as cards show it; ``subject`` is a name where it is a member."""

    number: int
    at: int
    who: Span
    event: str
    subject: str
    facts: dict[str, Any]


#: What somebody did, behind their name. Braces are filled with the subject or with one of the event's facts.
EVENTS = {
    "refused": "was refused: {what} ({code})",
    "workspace.created": "created the workspace with the roles of {scheme}",
    "place.linked": "linked {subject}",
    "link.created": "made a code to link another place",
    "setting.changed": "changed {subject} from {before} to {after}",
    "invitation.created": "made the invitation {subject} ({label})",
    "invitation.extended": "extended the invitation {subject}",
    "invitation.revoked": "revoked the invitation {subject} ({label})",
    "join.asked": "asked to join ({subject})",
    "member.joined": "let {subject} in as {roles}",
    "access.emergency": "took {level} on {resource} in an emergency, for {lasts} ({request}): {reason}",
    "request.approved": "approved {subject}",
    "request.denied": "denied {subject}",
    "request.voted": "answered {subject} with {vote}, which decided nothing yet",
    "request.expired": "let {subject} expire",
    "request.withdrawn": "withdrew {subject}",
    "request.asked": "asked for {name} ({subject}, {kind})",
    "invite.asked": "asked to have people invited ({subject})",
    "invitation.edited": "changed the invitation {subject}",
    "invitation.resent": "sent the invitation {subject} again, with a new code",
    "invitation.declined": "declined the invitation {subject}",
    "links.ended": "ended all invite links: {count}",
    "member.removed": "removed {subject}; reason: {reason}",
    "members.exported": "exported the members: {count}",
    "role.created": "made the role {name}",
    "role.edited": "changed the role {subject} from {before} to {after}",
    "role.deleted": "deleted the role {name}",
    "role.assigned": "gave {subject} the role {role}{until}",
    "role.unassigned": "took the role {role} from {subject}",
    "role.ended": "saw the time of {subject} as {role} end",
    "group.created": "made the group {name}",
    "group.deleted": "deleted the group {name} with {members_count} in it",
    "group.added": "put {member} into the group {group}",
    "group.removed": "took {member} out of the group {group}",
    "resource.linked": "linked {name} to a platform: from {before} to {after}",
    "platform.given": "gave {member} {what} on {platform}",
    "platform.taken": "took {what} on {platform} from {member}",
    "platform.failed": "could not change what {member} has on {platform}: {why}",
    "request.applied": "carried out what was approved ({subject})",
    "request.failed": "could not carry out what was approved yet ({subject})",
    "request.over": "could not carry out what was approved before it was over ({subject})",
    "resource.created": "made the {kind} {name}",
    "resource.deleted": "deleted the {kind} {name}: {resources} resources and {grants} grants in all",
    "access.granted": "gave {subject} {level} on {resource}{until}; before: {had}",
    "access.ended": "saw access end: {what}",
    "access.revoked": "took {had} on {resource} from {subject}",
    "permissions.declared": "declared {permissions}",
    "preset.applied": "set everything up as {subject}",
    "plan.changed": "changed the plan from {before} to {after}",
    "transfer.offered": "offered {receiver} to be {role} ({subject})",
    "transfer.accepted": "took over as {role} from {giver} ({subject})",
    "transfer.declined": "declined {subject}",
    "transfer.withdrawn": "took back the offer {subject}",
    "transfer.expired": "saw the offer {subject} run out",
    "transfer.ended": "ended the offer {subject}, since one side left",
    "workspace.chosen": "chose this workspace for direct messages",
    "workspace.deleted": "deleted the workspace {name}",
    "audit.exported": "exported the record",
}
#: What reads better when somebody did it to themselves.
OWN = {
    "member.joined": "joined as {roles}",
    "member.removed": "left",
    "role.unassigned": "gave back the role {role}",
    "access.revoked": "gave back the access to {resource}",
}
#: What came to somebody with an invitation: said of whoever let them in, and of themselves, where nobody had to.
_CARRIED = {
    "group.added": (EVENTS["group.added"], "came into the group {group}"),
    "access.granted": (EVENTS["access.granted"], "got {level} on {resource}; before: {had}"),
}
_LONGEST = 60
#: Facts that are words already, and may be none.
_WHOLE = {"access.granted": ("until",), "role.assigned": ("until",), "access.ended": ("what",)}


def words(facts: EventFacts) -> str:
    """What happened, in words; an event without words of its own shows its name."""
    known = {name: _shown(value) for name, value in facts.facts.items()}
    known |= {name: str(facts.facts.get(name, "")) for name in _WHOLE.get(facts.event, ())}
    through = _through(facts)
    if through:
        known["through"] = through
        let_in, came = _CARRIED[facts.event]
        template = came if facts.who == facts.facts.get("member", facts.subject) else let_in
        return _fill(f"{template}, through the {{through}}", facts, known)
    own = OWN.get(facts.event) if facts.who == facts.subject else None
    template = own or EVENTS.get(facts.event, "{event}: {subject}")
    return _fill(template, facts, known)


def _fill(template: str, facts: EventFacts, known: dict[str, str]) -> str:
    return template.format_map(_Blanks({**known, "event": facts.event, "subject": facts.subject}))


def _through(facts: EventFacts) -> str:
    """The invitation that something came with, and who answers for it where that is not who acted; empty for none."""
    after = facts.facts.get("after")
    kept = after if isinstance(after, dict) else facts.facts
    source, by = str(kept.get("source", "")), kept.get("given_by") or kept.get("by")
    if facts.event not in _CARRIED or not source.startswith("invitation "):
        return ""
    return source if not by or by == facts.who else f"{source} of {shorten(str(by), _LONGEST)}"


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "none"


def _shown(value: Any) -> str:
    match value:
        case None | "" | []:
            return "none"
        case bool():
            return "on" if value else "off"
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
        buttons.append(Button("Previous", "audit.show", newer))
    if older:
        buttons.append(Button("Next", "audit.show", older))
    lines = tuple(Line(_line(facts)) for facts in found)
    return Card(
        f"What happened in {workspace}",
        body=() if lines else (text("Nothing that fits. Leave out the options to see everything."),),
        lines=lines,
        buttons=tuple(buttons),
        footer=text("As a file: ", Say("audit export")),
    )


def _line(facts: EventFacts) -> Text:
    return text(When(facts.at), " — ", facts.who, f" {words(facts)}")


def audit_exported(workspace: str, count: int, file: File, *, cut: bool) -> Card:
    """``cut``: there were more events than fit."""
    more = "These are the latest ones; whoever runs Usher gets all of them with "
    return Card(
        f"The record of {workspace}",
        body=(text(more, Code("usher audit export"), "."),) if cut else (),
        files=(file,),
        footer=quiet(plural(count, "event")),
    )


def audit_verified(workspace: str, count: int, first_bad: int | None) -> Card:
    """``first_bad``: the number of the first event that is changed or missing."""
    if first_bad is None:
        return Card(
            f"The record of {workspace} is whole",
            tone=Tone.GOOD,
            body=(
                text(
                    f"{plural(count, 'event')}, each tied to the one before: none was changed, none is missing."
                ),
            ),
        )
    return Card(
        f"The record of {workspace} was tampered with",
        tone=Tone.REFUSED,
        body=(
            text(
                f"Event {first_bad} is not what it was, or is missing. What stands before it holds. "
                "Keep a copy of the database and tell whoever runs Usher."
            ),
        ),
    )
