"""What a person's Home shows, card by card: it tells what is so, where other cards tell what happened."""

from __future__ import annotations

from core.cards import Card, Code, Field, Line, Text, Tone, When, plain, text
from core.language import says, t
from core.text import shorten
from core.views.access import HeldGrant, access_field
from core.views.common import button, quiet
from core.views.invitations import InvitationFacts, gets
from core.views.members import HeldRole, groups_field, role_words
from core.views.settings import SettingFacts
from core.views.time_boxes import Ending, ending_buttons

#: So long a value stands whole in a line.
_SHORT = 40


def home_me(
    workspace: str, roles: tuple[HeldRole, ...], groups: tuple[str, ...], access: tuple[HeldGrant, ...]
) -> Card:
    """What I am in a workspace, and what I reach there."""
    reaches = (access_field(t("You reach"), access),) if access else ()
    return Card(
        t("You are in {workspace}", workspace=workspace),
        fields=(Field(t("Role"), role_words(roles)), *groups_field(groups), *reaches),
        footer=quiet(says("What you may do: {/me}"), says("What you can type: {/help}")),
    )


def home_time_box(end: Ending, what: str) -> Card:
    """Something of mine that ends by itself. ``what``: a role, or a level on a resource."""
    ends = Field(t("Ends"), text(When(end.ends_at)))
    return Card(what, Tone.WAITING, fields=(ends,), buttons=ending_buttons(end))


def home_own(line: Text, subject: str) -> Card:
    """A request of mine that waits. ``line`` begins with its short id; ``subject``: empty where it cannot be taken back."""
    return Card(
        t("You wait for an answer"),
        Tone.WAITING,
        body=(line,),
        buttons=(button("request.withdraw", subject),) if subject else (),
    )


def home_invitation(facts: InvitationFacts) -> Card:
    """An invitation of mine that is open, without its code: Show tells that."""
    uses = (
        ()
        if facts.personal or facts.uses_limit is None
        else (
            Field(
                t("Uses"),
                text(
                    t(
                        "{left} of {limit} left",
                        left=facts.uses_limit - facts.uses_taken,
                        limit=facts.uses_limit,
                    )
                ),
            ),
        )
    )
    names = ("invite.show", "invite.extend", "invite.extend_by", "invite.revoke")
    return Card(
        facts.label,
        fields=(
            Field(t("For"), facts.for_whom),
            gets(facts),
            Field(t("Ends"), text(When(facts.expires_at))),
            *uses,
        ),
        buttons=tuple(button(name, facts.subject) for name in names),
        footer=quiet(facts.short_id),
    )


def home_settings(workspace: str, settings: list[SettingFacts], subject: str) -> Card:
    """What holds in a workspace, for those who may change it: a short line each."""
    return Card(
        t("Settings of {workspace}", workspace=workspace),
        lines=tuple(
            Line(says("{name} = {value}", name=Code(each.name), value=_in_short(each))) for each in settings
        ),
        buttons=(button("setting.set", subject),),
        footer=says("What each of them does: {/workspace settings}"),
    )


def _in_short(facts: SettingFacts) -> Text:
    """A value that is more than a few words stands in the list of all settings."""
    words = plain(facts.value)
    if len(words) <= _SHORT:
        return facts.value
    return says("own rules") if facts.name == "approvals" else text(shorten(words, _SHORT))
