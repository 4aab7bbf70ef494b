"""Writes what the docs say of the code: run by ``make docs``; a test fails when the docs are out of date."""

from __future__ import annotations

from pathlib import Path

import core.service  # noqa: F401 - declares every command
from core.catalogue import ACTIONS, COMMANDS, Command
from core.permissions import INCLUDED, Level, Scheme
from core.schemes import schemes

INTRODUCTION = (
    "In Slack each command follows `/usher`; in Discord each noun is a command of its own, such as `/invite create`; in the "
    "console it is typed as it stands here. Options are `name:value`; those with * are required."
)
INTRODUCTION_TO_ROLES = (
    "Each scheme is a file in `core/schemes`, arranged like its table here. Roles stand in order of rank, the top role first; "
    "who starts a workspace has it."
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
    rows += ["", "# Buttons", "", "| button | stands for |", "| --- | --- |"]
    rows += [f"| {a.label} | `{a.name}` |" for a in ACTIONS.values()]
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


PAGES = {"commands.md": commands, "roles.md": roles}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
