"""Writes what the docs say of the code: run by ``make docs``; a test fails when the docs are out of date."""

from __future__ import annotations

from pathlib import Path

import core.service  # noqa: F401 - declares every command
from core.catalogue import ACTIONS, COMMANDS, Command
from core.permissions import Scheme, schemes

INTRODUCTION = (
    "In Slack each command follows `/usher`; in Discord each noun is a command of its own, such as `/invite create`; in the "
    "console it is typed as it stands here. Options are `name:value`; those with * are required."
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
    every = sorted({p for role in scheme.roles for p in role.permissions})
    names = [f"{role.name}{' (newcomers)' if role.name == scheme.default else ''}" for role in scheme.roles]
    return [
        f"## {scheme.name}",
        "",
        f"| permission | {' | '.join(names)} |",
        f"| --- |{' --- |' * len(names)}",
        *(
            f"| {p} | {' | '.join('✓' if p in role.permissions else ' ' for role in scheme.roles)} |"
            for p in every
        ),
        "",
    ]


def roles() -> str:
    """The tables of the role schemes."""
    rows = ["# Role schemes", "", "Columns stand in order of rank, the top role first.", ""]
    for scheme in schemes().values():
        rows += _scheme(scheme)
    return "\n".join(rows)


PAGES = {"commands.md": commands, "roles.md": roles}


def main() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page())


if __name__ == "__main__":
    main()
