"""What a refusal is usually about, by the names of the holes in its sentence, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Mapping

from core.cards import Code, Say, Span, Term, Text, When, joined, text
from core.errors import RefusalCode
from core.language import n, says, t
from core.terms import COMMAND, OPTION

NOW = 1_770_000_000
LATER = NOW + 7 * 86_400
#: Whatever else is asked for.
ANY = "Designer"


def facts_of(code: RefusalCode) -> dict[str, Span | Text]:
    """The facts for one reason: what a hole of that name is filled with, unless this sentence means something else by it."""
    return {**_by_name(), **_of_one().get(code, {})}


def _by_name() -> dict[str, Span | Text]:
    return {
        "asked": "Admin",
        "by": "Ada",
        "candidates": "Site/Renders (res-7F3K), Archive/Renders (res-2M9C)",
        "code": Code("ABCD-EFGH-JKMN-PQRS"),
        "command": Term(COMMAND, "role assign"),
        "count": "1,200",
        "detail": "",
        "domain": "gmail.example",
        "domains": "acme.example",
        "ended": t("It expired on"),
        "example": "role:Designer",
        "free": "29, 31",
        "giver": "Olga",
        "group": "Design leads",
        "highest": "999",
        "hint": "",
        "how": text(Say("request approve", "request:req-2M9C reason:…")),
        "ids": "FEV8GJNK, 2V8GJNKF",
        "inviter": "Ada",
        "kind": "folder",
        "kinds": "slack-channel, discord-role",
        "known": "content:edit, project:create, project:publish",
        "least": "3",
        "length": "4,000",
        "level": "edit",
        "limit": "50",
        "longest": "90d",
        "meaning": "",
        "name": "Bob",
        "option": Term(OPTION, "member"),
        "options": joined([(Term(OPTION, each),) for each in ("member", "role", "for")]),
        "outcome": t("Approved"),
        "owner": t("Usher's own"),
        "permission": "role:assign",
        "plan": "pro",
        "plans": "enterprise",
        "platform": "Slack",
        "problem": "",
        "rank": "30",
        "request": "req-2M9C",
        "resource": "Renders",
        "role": ANY,
        "roles": "Owner, Admin, Designer",
        "rule": t("It takes {who}, and there are not enough members who could", who="Owner"),
        "said": t("yes"),
        "schemes": "animation, computers, project, simple, studio",
        "seats": n("{count} seat", "{count} seats", 10),
        "setting": "invite_expires",
        "settings": "join_policy, default_role, invite_expires",
        "shortest": "5m",
        "steps": says("give another role to {names} with {/role assign}", names="Bob"),
        "taken": n("{count} use of it is taken", "{count} uses of it are taken", 3),
        "tally": t("{have} of {needs}", have=1, needs=2),
        "todo": t("The invitation needs another role."),
        "told": "Ada",
        "until": When(LATER),
        "uses": n("{count} use", "{count} uses", 5),
        "value": "soon",
        "what": t("to ask for this"),
        "when": When(NOW),
        "which": "Website",
        "who": t("Ask someone who is {roles}.", roles="Owner"),
        "whole": "workspace:configure",
        "why": t("the channel is archived"),
        "within": t("within an hour"),
        "words": "tomorrow",
        "workspace": "Studio",
        "workspaces": "Studio, Lab",
    }


def _of_one() -> Mapping[RefusalCode, Mapping[str, Span | Text]]:
    """Where a name means something else."""
    of_group: dict[str, Span | Text] = {"permission": "group:manage"}
    return {
        RefusalCode.ABOVE_CEILING: {"role": "Admin"},
        RefusalCode.ALREADY_DECIDED: {"outcome": t("Denied")},
        RefusalCode.ALREADY_SAID: {
            "tally": t("{count} approvals", count=t("{have} of {needs}", have=1, needs=2))
        },
        RefusalCode.AMBIGUOUS_HOLDER: {"group": "grp-7F3K"},
        RefusalCode.AMBIGUOUS_INVITATION: {"name": "Design team"},
        RefusalCode.AMBIGUOUS_RESOURCE: {"name": "Renders"},
        RefusalCode.AMBIGUOUS_WORKSPACE: {"name": "Studio"},
        RefusalCode.BAD_GROUP_NAME: {"name": "Design, leads"},
        RefusalCode.BAD_OPTION: {
            "option": Term(OPTION, "expires"),
            "problem": t("Write durations as 30m, 8h, 7d or 2w, and dates as 2026-12-24."),
            "example": "expires:7d",
        },
        RefusalCode.BAD_RESOURCE_KIND: {"kind": "Big folder"},
        RefusalCode.BAD_ROLE_NAME: {"name": "Design, leads"},
        RefusalCode.BAD_SETTING: {"problem": t("Write a length of time such as 3d, not a date.")},
        RefusalCode.CANNOT_ADD_TO_GROUP: of_group,
        RefusalCode.CANNOT_INVITE: {"rule": t("Here only those invite who may also remove members.")},
        RefusalCode.GROUP_ANSWERS: of_group,
        RefusalCode.GROUP_EXISTS: {"name": "Design leads"},
        RefusalCode.GROUP_FOR_A_TIME: of_group,
        RefusalCode.GROUP_NAMED: {
            "kinds": "join",
            "how": text(Say("workspace set", "setting:approvals value:…")),
        },
        RefusalCode.INVITATION_DEAD: {"when": When(NOW, "date")},
        RefusalCode.MISSING_OPTION: {
            "option": Term(OPTION, "role"),
            "meaning": f"{t('the role they get').capitalize()}.",
        },
        RefusalCode.NOTHING_TO_CHANGE: {"detail": t("You are {role} already.", role=ANY)},
        RefusalCode.NOT_AN_APPROVER: {"who": t("anyone who may {act}", act=t("approve requests"))},
        RefusalCode.NOT_LESS: {"hint": t("It can only be approved as it is, or denied.")},
        RefusalCode.NOT_TOP: {"role": "Owner"},
        RefusalCode.ONE_HOLDER: {"role": "Owner"},
        RefusalCode.OUTSIDE_BEYOND: {"why": t("only an admin of this place can let others in")},
        RefusalCode.OUTSIDE_TAKEN: {"name": "Website"},
        RefusalCode.OUTSIDE_ELSEWHERE: {"kind": "slack-channel"},
        RefusalCode.OUTSIDE_UNREAD: {"kind": "slack-channel", "example": "#design"},
        RefusalCode.OWN_REQUEST: {"permission": "request:approve"},
        RefusalCode.PLACE_TAKEN: {"hint": t("Type it in another channel.")},
        RefusalCode.POLICY_FOR_A_TIME: {"permission": "workspace:configure"},
        RefusalCode.REQUEST_EXPIRED: {"who": "Bob"},
        RefusalCode.RESENT_JUST_NOW: {"when": When(NOW, "relative")},
        RefusalCode.RESOURCE_EXISTS: {"name": "Renders", "resource": "Site/Renders"},
        RefusalCode.RESOURCE_TOO_DEEP: {"limit": "10"},
        RefusalCode.ROLE_EXISTS: {"name": ANY},
        RefusalCode.TOO_LONG: {"option": Term(OPTION, "note"), "length": "1,200", "limit": "300"},
        RefusalCode.TOO_LONG_LIFE: {"limit": "90d"},
        RefusalCode.TOO_MANY: {"limit": "100"},
        RefusalCode.TOO_MANY_WAITING: {"limit": "5", "what": t("for a role")},
        RefusalCode.TRANSFER_OVER: {"outcome": t("Declined")},
        RefusalCode.TRANSFER_VOID: {"role": "Owner"},
        RefusalCode.UNKNOWN_GROUP: {
            "name": "Desing leads",
            "hint": t("The groups are: {names}.", names="Design leads"),
        },
        RefusalCode.UNKNOWN_INVITATION: {"name": "inv-7F3X"},
        RefusalCode.UNKNOWN_OPTION: {"option": "roll"},
        RefusalCode.UNKNOWN_PERMISSION: {
            "name": "role:asign",
            "known": "role:assign, role:define",
            "hint": f"{t('Did you mean {permission}?', permission='role:assign')} ",
        },
        RefusalCode.UNKNOWN_REQUEST: {"name": "req-2M9X"},
        RefusalCode.UNKNOWN_RESOURCE: {"name": "Rendres"},
        RefusalCode.UNKNOWN_ROLE: {"name": "Desinger"},
        RefusalCode.UNKNOWN_SCHEME: {"name": "simpel"},
        RefusalCode.UNKNOWN_SETTING: {"name": "join"},
        RefusalCode.UNKNOWN_WORKSPACE: {"name": "Stduio"},
        RefusalCode.WRONG_NAME: {"example": "name:Studio"},
    }
