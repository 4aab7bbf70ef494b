"""The command line. Each command imports what it needs when it runs, so that all of them start quickly."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from bot.faults import SettingsError, StartError

if TYPE_CHECKING:
    from bot.engine import Engine
    from core.service import Core

BEGUN = time.time()
EXIT_FAILED = 1
EXIT_WRONG_USE = 2


def main() -> None:
    """The entry point: no traceback reaches an operator who set something wrong."""
    cli(prog_name="usher")


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """What an operator has to mend ends the command with a sentence and the exit code; no traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SettingsError as wrong:
            click.echo(f"usher: {wrong}", err=True)
            sys.exit(EXIT_WRONG_USE)
        except StartError as wrong:
            click.echo(f"usher: {wrong}", err=True)
            sys.exit(EXIT_FAILED)
        except KeyboardInterrupt:
            sys.exit(130)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="usher")
def cli() -> None:
    """Runs a workspace's door from team chat: invitations, join approvals, roles, in Slack and in Discord."""


@cli.command()
@click.argument("parts", nargs=-1, type=click.Choice(["slack", "discord", "web", "worker"]))
@explained
def run(parts: tuple[str, ...]) -> None:
    """Run PARTS: slack, discord, web, worker; without any, all that is configured in the environment."""
    from bot import config, logs

    settings = config.load()
    logs.configure(secrets=settings.secrets())
    from bot.engine import leave
    from bot.wiring import chosen, serve

    names = chosen(settings, parts)
    leave(asyncio.run(serve(settings, names, BEGUN)))


@cli.command()
@explained
def console() -> None:
    """Try Usher in this terminal, or run the commands that are piped in. Needs no account."""
    from bot.stage import run_console

    run_console()


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Where it listens; 8080, or a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address on which it listens.")
@click.option("--i-know", is_flag=True, help="Start beside real tokens, or on an address that others reach.")
@explained
def playground(port: int | None, host: str, i_know: bool) -> None:
    """Try Usher in a browser: both chats side by side. Needs no account; all is forgotten at the end."""
    from bot.playground import run_playground

    run_playground(host, port, sure=i_know)


@cli.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8090, show_default=True, help="Where it listens."
)
@click.option(
    "--write", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write it to FOLDER."
)
@explained
def gallery(port: int, folder: Path | None) -> None:
    """Show every card as Slack, Discord and the console show it, in every language: a page on this machine."""
    from bot.gallery import serve, write

    if folder is None:
        serve(port, click.echo)
    else:
        write(folder, click.echo)


@cli.command("try", hidden=True)
@click.pass_context
def try_out(ctx: click.Context) -> None:
    """A script that is piped in goes to the console; without one the playground opens."""
    ctx.invoke(console if _piped_in() else playground)


def _piped_in() -> bool:
    """Whether there is something to read: a pipe or a file, and no terminal."""
    import os
    import stat

    try:
        mode = os.fstat(0).st_mode
    except OSError:  # closed
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


@cli.command()
@click.option("--new-secret", is_flag=True, help="Go on with another USHER_SECRET: every open code dies.")
@explained
def migrate(new_secret: bool) -> None:
    """Bring the database to this version's tables."""
    from bot import config, engine, logs

    settings = config.load()
    logs.configure(secrets=settings.secrets())
    engine.migrate(settings, new_secret=new_secret)
    click.echo("The database is up to date.")


@cli.command()
@click.option("--http", is_flag=True, help="For Slack over HTTP at USHER_PUBLIC_URL, instead of Socket Mode.")
@click.option(
    "--several", is_flag=True, help="For teams that install the app themselves, at USHER_PUBLIC_URL."
)
@click.option("--name", default="Usher", show_default=True, help="The name of the app.")
@click.option("--command", default="/usher", show_default=True, help="The name of the slash command.")
@explained
def manifest(http: bool, several: bool, name: str, command: str) -> None:
    """Print the Slack app manifest, to paste at api.slack.com/apps."""
    import json

    import core.service  # noqa: F401 - declares every command
    from adapters.slack.manifest import manifest as made
    from bot import config

    settings = config.load()
    several = several or settings.slack_several
    if (http or several) and settings.public_address is None:
        raise SettingsError("USHER_PUBLIC_URL is missing: Slack has to reach this machine at some address.")
    url = f"{settings.public_url}/slack/events" if http else None
    redirect = f"{settings.public_url}/slack/oauth_redirect" if several else None
    try:
        public = None if settings.public_address is None else settings.public_url
        found = made(url, command, name, redirect_url=redirect, public_url=public)
    except ValueError as wrong:
        raise SettingsError(str(wrong)) from None
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


@cli.command()
def doctor() -> None:
    """Check settings, tokens, scopes, intents, database and clock, and say what to do."""
    from bot import config, logs
    from bot.doctor import examine

    try:
        settings = config.load()
    except SettingsError as wrong:
        click.echo("\n".join(f"FIX   settings: {line}" for line in str(wrong).splitlines()))
        sys.exit(EXIT_FAILED)
    logs.configure(level="ERROR", secrets=settings.secrets())
    checks = asyncio.run(examine(settings))
    for check in checks:
        click.echo(str(check))
    failed = sum(check.failed for check in checks)
    click.echo("All is well." if not failed else f"{failed} to fix.")
    sys.exit(EXIT_FAILED if failed else 0)


@contextmanager
def _core() -> Iterator[Engine]:
    """The core on the database of the settings, for an operator's command."""
    from bot import config, engine, logs

    settings = config.load()
    logs.configure(level="ERROR", secrets=settings.secrets())
    opened = engine.open_engine(settings, lambda: int(time.time()))
    try:
        yield opened
    finally:
        opened.close()


def _the_one(core: Core, named: str) -> str:
    """The id of the workspace that is meant. Raises ``SettingsError`` where there is none, or more than one."""
    found = core.workspace_ids(named)
    if len(found) == 1:
        return found[0]
    if not found:
        raise SettingsError(f"There is no workspace {named!r}. See: usher workspace list")
    raise SettingsError(f"Several workspaces are called {named!r}; use the id: {', '.join(found)}")


@cli.group()
def audit() -> None:
    """The record of what was changed and of what was refused."""


@audit.command()
@click.argument("workspace")
@explained
def export(workspace: str) -> None:
    """Print the record of WORKSPACE (its name or id), one event a line, oldest first."""
    with _core() as opened:
        workspace_id = _the_one(opened.core, workspace)
        for line in opened.core.export_audit(workspace_id):
            click.echo(line)


@audit.command()
@click.argument("file", required=False, type=click.File(encoding="utf-8"))
@explained
def verify(file: TextIO | None) -> None:
    """Check the chain of every workspace's record, or that of an exported FILE (- for standard input).

    Exit code 1 where an event was changed or is missing.
    """
    if file is not None:
        from core.audit import verify_lines

        bad = verify_lines(line for line in file if line.strip())
        click.echo("holds" if bad is None else f"broken at line {bad}")
        sys.exit(0 if bad is None else EXIT_FAILED)
    broken = 0
    with _core() as opened:
        for workspace, first_bad in opened.core.verify_audit().items():
            broken += first_bad is not None
            click.echo(f"{workspace}: " + ("holds" if first_bad is None else f"broken at event {first_bad}"))
    sys.exit(EXIT_FAILED if broken else 0)


@cli.group()
def workspace() -> None:
    """The workspaces on this database, and their plans."""


@workspace.command("list")
@explained
def list_workspaces() -> None:
    """Print every workspace with its plan, its members and seats, and its places."""
    from bot.plans import table

    with _core() as opened:
        for line in table(opened.core.workspaces()):
            click.echo(line)


@workspace.command("plan")
@click.argument("name")
@click.argument("plan")
@click.option("--seats", type=click.IntRange(min=1), help="A number of its own, instead of the plan's.")
@explained
def set_plan(name: str, plan: str, seats: int | None) -> None:
    """Put the workspace NAME (its name or id) on the plan PLAN: free, pro or enterprise.

    Exit code 1 where that would leave nobody who can run the workspace.
    """
    from bot.plans import find, refused, told
    from core.errors import Refusal
    from core.operating import problem

    wrong = problem(plan, seats)
    if wrong:
        raise SettingsError(wrong)
    with _core() as opened:
        try:
            found = find(opened.core.workspaces(), name)
            change = opened.core.set_plan(found, plan, seats, int(time.time()))
        except Refusal as refusal:
            click.echo(f"usher: {refused(refusal)}", err=True)
            sys.exit(EXIT_FAILED)
        for line in told(change):
            click.echo(line)
