"""Every card that Usher can show, each in its usual forms and at its largest, with what people might write in it.

Each module of this package adds the cards of one area with its ``examples()``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from core import service as _service  # noqa: F401 - fills the catalogue
from core.cards import Account, Card, Room, plain_text
from core.catalogue import COMMANDS
from core.errors import Refusal as _Refusal
from core.errors import RefusalCode, refusal_card
from core.example_refusals import facts_of
from core.example_words import views
from core.language import n
from core.lifecycle import InvitationStatus, RequestStatus
from core.permissions import expanded
from core.schemes import schemes
from core.text import LABEL_LIMIT, NOTE_LIMIT
from core.trouble_words import in_words
from core.views.access import HeldGrant
from core.views.bulk import BulkLine
from core.views.invitations import InvitationFacts
from core.views.joins import JoinFacts, join_line
from core.views.welcome import WelcomeFacts
from core.views.workspaces import Undelivered

NOW = 1_770_000_000
LATER = NOW + 7 * 86_400
CODE = "ABCD-EFGH-JKMN-PQRS"
LINK = f"https://usher.example/i/{CODE}"
#: As long as the core lets it become, and of what Discord escapes: every character takes two.
LABEL = "*" * LABEL_LIMIT
NOTE = ("<@everyone> " * NOTE_LIMIT)[:NOTE_LIMIT]
NAMES = tuple(LABEL for _ in range(20))
#: As long as what an invitation carries becomes in words.
WITH_GROUPS = ", ".join([*NAMES[:5], "5 more", "10 deleted since"])
WITH_ACCESS = ", ".join([*(f"{LABEL} (manage)" for _ in range(5)), "5 more", "10 deleted since"])
ADDRESS = "a" * 60 + "@" + "b" * 60 + ".example"

INVITATION = InvitationFacts(
    subject="FEV8GJNK/inv-7F3K",
    short_id="inv-7F3K",
    workspace="Studio",
    label="Design team",
    roles="Designer",
    status=InvitationStatus.PENDING,
    for_whom=("anyone with the code",),
    inviter="Ada",
    expires_at=LATER,
    uses_limit=5,
    uses_taken=2,
    personal=False,
    note="See you on Monday",
    code=CODE,
    link=LINK,
)
LARGEST_INVITATION = INVITATION._replace(
    workspace=LABEL,
    label=LABEL,
    roles=", ".join(NAMES[:5]),
    for_whom=(Account("slack", "U012345678"),),
    inviter=LABEL,
    note=NOTE,
    ended_by=LABEL,
    came=NAMES,
    groups=WITH_GROUPS,
    resources=WITH_ACCESS,
)
REQUEST = JoinFacts(
    subject="FEV8GJNK/req-2M9C",
    short_id="req-2M9C",
    workspace="Studio",
    name="Nia",
    account="Slack nia@acme.example",
    roles="Designer",
    invitation="Design team",
    inviter="Ada",
    created_at=NOW,
    expires_at=LATER,
    status=RequestStatus.PENDING,
)
LARGEST_REQUEST = REQUEST._replace(
    workspace=LABEL,
    name=LABEL,
    account=ADDRESS,
    roles=", ".join(NAMES[:5]),
    invitation=LABEL,
    inviter=LABEL,
    decided_by=LABEL,
    decided_at=NOW,
    reason=NOTE,
    groups=WITH_GROUPS,
    resources=WITH_ACCESS,
)
WELCOMES = [
    WelcomeFacts(
        "Studio", "Designer", ("Design leads",), (HeldGrant("Website", "Website", "edit", LATER),), any=True
    ),
    WelcomeFacts("Studio", "no role", beyond=("Website", "Plans"), any=True, ask="FEV8GJNK/any", gone=1),
    WelcomeFacts(
        LABEL,
        LABEL,
        NAMES,
        (HeldGrant(LABEL, LABEL, "manage", LATER),) * 30,
        ("project", "computer"),
        NAMES[:3],
        1_234,
        any=True,
        gone=20,
        ask="FEV8GJNK/any",
    ),
]
PERMISSIONS = expanded(p for role in schemes()["studio"].roles for p in role.permissions)
DECIDED = [REQUEST, LARGEST_REQUEST, *(
    facts._replace(status=status, decided_at=NOW, decided_by=by)
    for facts in (REQUEST, LARGEST_REQUEST)
    for status in RequestStatus
    for by in ("", "Ada")
)]  # fmt: skip


def _as_it_is(facts: InvitationFacts, personal: bool) -> InvitationFacts:
    """One for a person is for that person, once; a dead one has no code any more."""
    if facts.status is not InvitationStatus.PENDING:
        facts = facts._replace(code="", link="")
    if personal:
        facts = facts._replace(uses_limit=None)
        facts = facts._replace(for_whom=("nia@acme.example",)) if facts.label != LABEL else facts
    return facts._replace(personal=personal)


INVITATIONS = [
    _as_it_is(facts._replace(status=status, ended_at=NOW, ended_by=by), personal)
    for facts in (
        INVITATION,
        LARGEST_INVITATION,
        INVITATION._replace(uses_limit=None, note=""),
    )
    for status in InvitationStatus
    for by in ("", "Ada")
    for personal in (False, True)
]
OPEN = [facts for facts in INVITATIONS if facts.status is InvitationStatus.PENDING]
#: As a list has them: those that wait, and one that is over.
_SOME = [
    INVITATION,
    INVITATION._replace(
        subject="FEV8GJNK/inv-2M9C",
        short_id="inv-2M9C",
        label="nia@acme.example",
        roles="Commenter",
        for_whom=("nia@acme.example",),
        uses_limit=None,
        personal=True,
    ),
    INVITATION._replace(
        subject="FEV8GJNK/inv-5C2D",
        short_id="inv-5C2D",
        label="Summer school",
        status=InvitationStatus.REVOKED,
        ended_at=NOW,
        ended_by="Ada",
    ),
]
BULK = [
    BulkLine("new@acme.example", "invited", CODE, "inv-7F3K"),
    BulkLine(Account("discord", "123456789012345678"), "invited", CODE, "inv-7F3M"),
    *(
        BulkLine("other@acme.example", outcome)
        for outcome in ("you", "member", "waiting", "twice", "bad", "outside")
    ),
]


def _invitations() -> Iterator[tuple[str, Card]]:
    for room in (
        Room("slack", "C0123456789"),
        Room("discord", "123456789012345678"),
        Room("memory", "general"),
    ):
        yield "approvals_misplaced", views.approvals_misplaced(LABEL, room)
    for facts in OPEN:
        yield "invitation_ready", views.invitation_ready(facts)
        yield "invitation_extended", views.invitation_extended(facts)
        yield "invitation_ending", views.invitation_ending(facts)
        for here in (False, True) if facts.personal else ():
            yield "you_are_invited", views.you_are_invited(facts, here=here)
    for facts in INVITATIONS:
        yield "invitation_shown", views.invitation_shown(facts)
        for waiting in (0, 1, 12) if facts.status is InvitationStatus.REVOKED else ():
            yield "invitation_revoked", views.invitation_revoked(facts, waiting)
    for found in ([], _SOME, INVITATIONS, [LARGEST_INVITATION] * 95):
        for page in (0, 1, 9, 99) if found not in ([], _SOME) else (0,):
            yield (
                "invitation_list",
                views.invitation_list(
                    found[page * 10 : page * 10 + 10], len(found), "all", page, "FEV8GJNK/list", len(found)
                ),
            )
    yield "invitation_list", views.invitation_list([], 0, "expired", 0, "FEV8GJNK/list", 0)
    for workspace, inviter in (("Studio", "Ada"), (LABEL, LABEL)):
        yield "landing", views.landing(workspace, inviter, CODE, LATER)
    yield "landing_dead", views.landing_dead()


def _joins() -> Iterator[tuple[str, Card]]:
    for facts in DECIDED:
        yield "join_request", views.join_request(facts)
        if facts.status is not RequestStatus.PENDING:
            yield "outcome", views.outcome(facts)
            yield "decided", views.decided(facts)
            for has in WELCOMES:
                having = has._replace(workspace=facts.workspace, roles=facts.roles)
                yield "outcome", views.outcome(facts, having)
        for approvers in (("Ada",), ("Ada", "Bob"), NAMES):
            yield "join_asked", views.join_asked(facts, approvers)
    for workspace, roles in (("Studio", "Designer"), (LABEL, ", ".join(NAMES[:5]))):
        for elsewhere in (False, True):
            for has in (WelcomeFacts(workspace, roles), *WELCOMES):
                yield "welcome", views.welcome(has._replace(workspace=workspace, roles=roles), elsewhere)
        yield "already_member", views.already_member(workspace, roles)
        yield "newcomer_arrived", views.newcomer_arrived(LABEL, workspace, LABEL, roles)
        yield "join_withdrawn", views.join_withdrawn(REQUEST._replace(workspace=workspace))
    for found, mine in ([0, 0], [1, 0], [0, 1], [10, 0], [9, 1]):
        lines = [join_line(LARGEST_REQUEST, False)] * found + [join_line(REQUEST, True)] * mine
        first, own = "req-2M9C" if found else "", "req-2M9D" if mine else ""
        for page, pages in ((0, 1), (0, 3), (1, 3), (2, 3)) if found or mine else ((0, 1),):
            yield (
                "request_list",
                views.request_list(lines, first, own, found, page, pages, "FEV8GJNK/list"),
            )


def _members() -> Iterator[tuple[str, Card]]:
    yield "me_waiting", views.me_waiting(LABEL, "req-2M9C", LATER)
    for workspace in ("", "Studio", LABEL):
        yield "me_stranger", views.me_stranger(workspace)


def _workspaces() -> Iterator[tuple[str, Card]]:
    barred = Undelivered("card of req-2M9C", in_words("not_in_channel"), "not_in_channel")
    for name in ("Studio", LABEL):
        yield "workspace_created", views.workspace_created(name, "studio", "Owner", "this Slack team")
        for places in ((), (n("a Slack team", "{count} Slack teams", 1),), ("a channel on Discord",) * 50):
            yield "workspace_shown", views.workspace_shown(name, "studio", "pro", 12, 1, places, NOW)
        yield "workspace_shown", views.workspace_shown(name, "studio", "free", 1_234_567, 1, (), NOW)
        yield "link_code", views.link_code(name, "ABCD-EFGH", LATER)
        yield "place_linked", views.place_linked(name, "this channel")
        for troubles in ([], [barred], [Undelivered("message", "", NOTE)] * 10):
            yield "status_shown", views.status_shown("this Slack team", name, 3, troubles)
            yield "status_shown", views.status_shown("this Slack team", name, None, None)
        for commands in (list(COMMANDS.values()), []):
            about = [each for each in commands if each.noun == "invite"]
            for subject in ("FEV8GJNK/help", ""):
                yield "help_overview", views.help_overview(name, commands, "", subject)
                yield "help_overview", views.help_overview(name, about, "invite", subject)
            for nearest in (commands[0] if commands else None, None):
                yield "help_unknown", views.help_unknown(LABEL, nearest, commands[:5])
    for command in COMMANDS.values():
        yield "help_command", views.help_command(command)
    yield "broken", views.broken("7F3K2A")
    yield "cancelled", views.cancelled()


def of_views() -> list[tuple[str, Card]]:
    """Name of the view, and a card that it makes, in the spoken language."""
    found = [*_invitations(), *_joins(), *_members(), *_workspaces()]
    for module in pkgutil.iter_modules(__path__):
        found += importlib.import_module(f"{__name__}.{module.name}").examples()
    return [*found, *_in_workspace(found)]


def _in_workspace(found: list[tuple[str, Card]]) -> Iterator[tuple[str, Card]]:
    """The largest card of each view, for whoever is in several workspaces."""
    largest: dict[str, Card] = {}
    for name, card in found:
        if name not in largest or len(plain_text(card)) > len(plain_text(largest[name])):
            largest[name] = card
    for card in largest.values():
        yield "in_workspace", views.in_workspace(card, "&" * len(LABEL))


class _Facts(dict[str, str]):
    """Fills every hole of a sentence with the same words."""

    def __missing__(self, key: str) -> str:
        return self["any"]


class Refusal(_Refusal):
    """A refusal whose facts are whatever its sentence asks for."""

    def __init__(self, code: RefusalCode, words: str) -> None:
        super().__init__(code)
        self.facts = _Facts(any=words)  # type: ignore[assignment]


def of_refusals() -> list[tuple[str, Card]]:
    """Name of the reason, and the card that tells it."""
    found = []
    for code in RefusalCode:
        found.append((code.name, refusal_card(_Refusal(code, **facts_of(code)))))
        found += [(code.name, refusal_card(Refusal(code, words))) for words in (LABEL, NOTE)]
    return found


def everything() -> list[tuple[str, Card]]:
    """Every card that Usher can show, in the spoken language."""
    return of_views() + of_refusals()
