"""Writes what the docs say of the code: run by ``make docs``; a test fails when the docs are out of date."""

from __future__ import annotations

from pathlib import Path

import core.service  # noqa: F401 - declares every command
from core.approval_typed import EXAMPLE
from core.cards import plain
from core.catalogue import ACTIONS, COMMANDS, Action, Command
from core.permissions import INCLUDED, Level, Scheme
from core.plans import plans
from core.schemes import schemes
from core.setting_values import NOTICES
from core.settings import SETTINGS

INTRODUCTION = (
    "In Slack each command follows `/usher`; in Discord each noun is a command of its own, such as `/invite create`; in the "
    "console it is typed as it stands here. Options are `name:value`; those with * are required."
)
INTRODUCTION_TO_ROLES = (
    "Each scheme is a file in `core/schemes`, arranged like its table here. Roles stand in order of rank, the top role first; "
    "who starts a workspace has it."
)
INTRODUCTION_TO_SETTINGS = (
    "`workspace settings` shows each setting with its value and what that does; `workspace set` changes one; both are for "
    "whoever has `workspace:configure`."
)
DEFAULT_ROLE = "Newcomers whose invitation names no role get the one that the role scheme says."
INTRODUCTION_TO_PRESETS = (
    "`workspace preset` shows what it would change before anything is changed. **small-team**: every join is approved first, "
    "members can invite, newcomers get the scheme's working role. **large-org**: every join is approved first, only those who "
    "may also remove members invite, newcomers get the lowest role, links are off; which e-mail domains people come from is "
    "asked for."
)
INTRODUCTION_TO_PLANS = (
    "Whoever runs Usher sets a workspace's plan with `usher workspace plan NAME PLAN`, with `--seats` where it gets a number "
    "of seats of its own. New workspaces have the plan `USHER_DEFAULT_PLAN`. Which roles count on which plan stands with the "
    "[roles](roles.md)."
)
INTRODUCTION_TO_POLICIES = (
    "`approvals` takes a policy for one kind of request at a time, `join:`, `role:`, `access:`, `invite:` or `extension:`; `join: default` and `default` take it "
    "back. A request keeps the policy under which it was made. Each panel names so many people, panels are joined by *and*, the rest is "
    f"optional: `{EXAMPLE}`."
)
POLICY_LINES = (
    (
        "`2 of role:Designer or group:Ops`: so many of those with that role, in that group, or with a permission such as `request:approve`; "
        "everybody counts once, and for no longer than they may"
    ),
    "`denials 2`: so many end it (1)",
    "`own on`: people may answer their own requests; set by the highest role only (off)",
    "`life 3d`: how long it waits (3d)",
    "`remind 4h`: when approvers hear of it again; each wait is twice the one before (4h)",
    "`escalate 1d to role:Owner`: these may answer too when it has waited so long (off)",
    "`backups role:Admin`: these may answer at any time, and are told only when it escalates (off)",
    "`reason on deny`: what takes a reason: ask, approve, deny (off)",
    (
        "`emergency resource:manage for at most 4h`: for `access:` alone: whoever has the permission may take access at once, for so "
        "long; somebody else looks at it afterwards (off)"
    ),
)
#: Words that are used from outside the project too, and stay as they are.
PROMISED = (
    *(
        "Approve",
        "Approve with less",
        "Deny",
        "Accept",
        "Decline",
        "Revoke",
        "Extend",
        "Resend",
        "Confirm",
        "Cancel",
    ),
    *("Withdraw", "Ask", "Grant", "I'm done", "Next", "Previous"),
)
INTRODUCTION_TO_BUTTONS = (
    "A button does one thing wherever it stands. These words are promised, as the names of commands are; **Previous** is the "
    "other side of **Next**. What a button asks for comes in a form where forms can be opened, and can be typed elsewhere."
)
INTRODUCTION_TO_OTHER_BUTTONS = (
    "These stand beside them, on buttons and on menus, and may be worded better one day."
)
DOCS = Path(__file__).parent.parent / "docs"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _options(command: Command) -> str:
    return "<br>".join(
        f"`{option.name}`{'*' if option.required else ''}: {_cell(option.help)} (`{_cell(option.example)}`)"
        for option in command.options
    )


def _needs(command: Command) -> str:
    return {"": "anyone", "member": "members"}.get(command.needs, f"`{command.needs}`")


def _buttons(labels: set[str]) -> list[str]:
    """Each word with everything that it stands for, and what that asks for."""
    rows = ["| button | stands for |", "| --- | --- |"]
    for label in sorted(labels):
        found = sorted((a for a in ACTIONS.values() if a.label == label), key=lambda a: a.name)
        rows.append(f"| {label} | {'<br>'.join(map(_button, found))} |")
    return rows


def _button(action: Action) -> str:
    asked = ", ".join(f"`{option.name}`{'*' if option.required else ''}" for option in action.options)
    return f"`{action.name}`, asks for {asked}" if asked else f"`{action.name}`"


def commands() -> str:
    """The reference of all commands and buttons."""
    rows = [
        "# Commands",
        "",
        INTRODUCTION,
        "",
        "| command | does | for | options |",
        "| --- | --- | --- | --- |",
    ]
    rows += [f"| `{c.name}` | {_cell(c.summary)} | {_needs(c)} | {_options(c)} |" for c in COMMANDS.values()]
    promised = {a.label for a in ACTIONS.values()} & {*PROMISED}
    rows += ["", "# Buttons", "", INTRODUCTION_TO_BUTTONS, "", *_buttons(promised)]
    others = {a.label for a in ACTIONS.values()} - promised
    rows += ["", "## More buttons and menus", "", INTRODUCTION_TO_OTHER_BUTTONS, "", *_buttons(others)]
    return "\n".join(rows) + "\n"


def _scheme(scheme: Scheme) -> list[str]:
    """A scheme as its file arranges it: roles across from the top down, rows of permissions with the roles that hold them."""
    names = [role.name for role in scheme.roles]
    holders = [" | ".join("✓" if name in row.roles else " " for name in names) for row in scheme.rows]
    return [
        f"## {scheme.name}",
        "",
        f"{_facts(scheme)}.",
        "",
        f"| permission | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
        *(
            f"| {', '.join(row.permissions)} | {held} |"
            for row, held in zip(scheme.rows, holders, strict=True)
        ),
        "",
        f"On a resource: {_levels(scheme)}.",
        "",
    ]


def _facts(scheme: Scheme) -> str:
    facts = ["One role each" if scheme.single else "Several roles at once"]
    facts += [f"exactly one {role.name}" for role in scheme.roles if role.exactly_one]
    facts.append(f"a newcomer is {scheme.default}" if scheme.default else "a newcomer has no role")
    facts.append(f"the working role is {scheme.working}")
    facts += [
        f"{role.name} counts on the {' or '.join(role.plans)} plan only"
        for role in scheme.roles
        if role.plans
    ]
    return "; ".join(facts)


def _levels(scheme: Scheme) -> str:
    listed = {level: [p for p, needed in scheme.levels.items() if needed is level] for level in Level}
    return "; ".join(f"`{level.word}` for {', '.join(found)}" for level, found in listed.items() if found)


def roles() -> str:
    """The tables of the role schemes."""
    included = "; ".join(f"`{p}` includes {', '.join(more)}" for p, more in INCLUDED.items())
    rows = ["# Role schemes", "", f"{INTRODUCTION_TO_ROLES} {included}.", ""]
    for scheme in schemes().values():
        rows += _scheme(scheme)
    return "\n".join(rows)


def settings() -> str:
    """The settings with their defaults, the presets and the plans."""
    rows = [
        "# Settings",
        "",
        INTRODUCTION_TO_SETTINGS,
        "",
        "| setting | is for | default | which does | example |",
        "| --- | --- | --- | --- | --- |",
    ]
    for setting in SETTINGS.values():
        default = "the scheme's" if setting.default is None else plain(setting.show(setting.default, {}))
        does = DEFAULT_ROLE if setting.default is None else setting.does(setting.default, {})
        rows.append(f"| `{setting.name}` | {setting.meaning} | {default} | {does} | `{setting.example}` |")
    rows += ["", "`reminders` takes `on`, `off`, or some of:", ""]
    rows += [f"- `{kind}`: {words}" for kind, words in NOTICES.items()]
    rows += ["", "# Approval policies", "", INTRODUCTION_TO_POLICIES, ""]
    rows += [f"- {line}" for line in POLICY_LINES]
    rows += ["", "# Presets", "", INTRODUCTION_TO_PRESETS, "", "# Plans", "", INTRODUCTION_TO_PLANS, ""]
    rows += ["| plan | others than the owner | seats |", "| --- | --- | --- |"]
    rows += [
        f"| `{plan.name}` | {'yes' if plan.collaboration else 'no'} | {plan.seats or 'no limit'} |"
        for plan in plans().values()
    ]
    return "\n".join(rows) + "\n"


PAGES = {"commands.md": commands, "roles.md": roles, "settings.md": settings}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
