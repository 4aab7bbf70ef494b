"""The operator's commands about workspaces and their plans."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import config, logs
from bot.cli import cli
from bot.engine import open_engine
from core.calls import Actor, Call, Identity, Where

Usher = Callable[..., Result]
OVER = "It has 4 members and {}: nobody is removed, and nobody new gets in."


@pytest.fixture
def usher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Usher]:
    """Runs the command line on an empty database."""
    monkeypatch.setattr(logs, "configure", lambda **options: None)
    runner = CliRunner()

    def run(*words: str) -> Result:
        return runner.invoke(cli, list(words), env={"USHER_DATABASE_URL": f"sqlite:///{tmp_path}/usher.db"})

    return run


@pytest.fixture
def studio(usher: Usher, tmp_path: Path) -> Callable[..., str]:
    """Starts a workspace in a team of its own; the id that it gets."""
    teams = iter(range(1, 100))

    def start(name: str = "Studio", scheme: str = "studio", members: int = 0) -> str:
        team = f"T{next(teams)}"
        opened = open_engine(config.load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db"), lambda: 1_000)

        def say(who: str, command: str, **options: str) -> str:
            actor = Actor(Identity("slack", team, who), who, place_admin=True)
            card = opened.core.handle(Call(actor, Where("slack", team, "C1"), 1_000, command, options))
            return next((str(f.value[0][0]) for f in card.fields if f.label == "Code"), card.title)

        before = {each.workspace_id for each in opened.core.workspaces()}
        say("U1", "workspace create", name=name, scheme=scheme)
        [new] = {each.workspace_id for each in opened.core.workspaces()} - before
        if members:
            say("U1", "workspace set", setting="join_policy", value="instant")
            code = say("U1", "invite create")
            for number in range(members):
                assert say(f"M{number}", "join", code=code) == f"Welcome to {name}"
        opened.close()
        return new

    return start


def test_without_a_workspace_the_list_says_how_one_begins(usher: Usher):
    result = usher("workspace", "list")

    assert result.exit_code == 0
    assert "workspace create name:Studio" in result.output


def test_the_list_has_a_line_for_each_workspace(usher: Usher, studio: Callable[..., str]):
    first, second = studio(members=2), studio("工作室", "simple")
    usher("workspace", "plan", "Studio", "pro")
    result = usher("workspace", "list")

    assert result.exit_code == 0
    header, *lines = result.output.splitlines()
    assert header.split() == ["ID", "NAME", "SCHEME", "PLAN", "MEMBERS", "PLACES"]
    rows = {line.split()[0]: line.split() for line in lines}
    assert rows[first] == [first, "Studio", "studio", "pro", "3", "of", "10", "slack/T1"]
    assert rows[second] == [second, "工作室", "simple", "enterprise", "1", "slack/T2"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("studio pro", ["Studio is on the pro plan now: 4 of 10 seats."]),
        ("STUDIO pro --seats 25", ["Studio is on the pro plan now: 4 of 25 seats."]),
        ("Studio enterprise", ["Studio is on the enterprise plan already: 4 members, no limit."]),
        ("Studio enterprise --seats 4", ["Studio is on the enterprise plan now: 4 of 4 seats."]),
        ("Studio pro --seats 3", ["Studio is on the pro plan now: 4 of 3 seats.", OVER.format("3 seats")]),
        ("Studio free", ["Studio is on the free plan now: for one person.", OVER.format("1 seat")]),
    ],
)
def test_setting_a_plan_says_what_that_does(usher: Usher, studio: Callable[..., str], words, says):
    studio(members=3)
    result = usher("workspace", "plan", *words.split())

    assert (result.exit_code, result.output.splitlines()) == (0, says)
    assert usher("audit", "verify").exit_code == 0


def test_an_id_names_a_workspace_too(usher: Usher, studio: Callable[..., str]):
    found = studio()

    assert usher("workspace", "plan", found, "pro").output.startswith("Studio is on the pro plan now")


def test_roles_that_do_not_count_any_more_are_named_with_who_holds_them(
    usher: Usher, studio: Callable[..., str], tmp_path: Path
):
    studio(scheme="animation", members=2)
    with sqlite3.connect(tmp_path / "usher.db") as database:
        database.execute("UPDATE member_roles SET role_id = 'viewer' WHERE role_id = 'editor'")
        database.execute(
            "UPDATE workspaces SET settings = json_set(settings, '$.default_role', 'viewer') WHERE name = 'Studio'"
        )
    database.close()
    result = usher("workspace", "plan", "Studio", "pro")

    assert result.exit_code == 0
    assert "Viewer does not count on this plan: 2 members hold it." in result.output
    assert "Viewer, the role of newcomers, does not count on this plan" in result.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["plan", "Stodio", "pro"], "There is no workspace 'Stodio'. See: usher workspace list"),
        (["plan", "Studio", "gold"], "There is no plan 'gold'; there are free, pro, enterprise."),
        (["plan", "Studio", "pro", "--seats", "0"], "Invalid value for '--seats'"),
        (["plan", "Studio", "pro", "--seats", "many"], "Invalid value for '--seats'"),
        (["plan", "Studio", "free", "--seats", "3"], "The free plan is for one person"),
        (["plan", "Studio"], "Missing argument 'PLAN'"),
        (["plan"], "Missing argument 'NAME'"),
        (["delete", "Studio"], "No such command"),
    ],
)
def test_wrong_use_ends_with_two_and_a_sentence_and_changes_nothing(
    usher: Usher, studio: Callable[..., str], words, says
):
    studio()
    result = usher("workspace", *words)

    assert result.exit_code == 2
    assert says in result.stderr
    assert "enterprise" in usher("workspace", "list").output


def test_a_name_that_several_have_is_refused_with_their_ids(usher: Usher, studio: Callable[..., str]):
    first, second = studio(), studio("STUDIO")
    result = usher("workspace", "plan", "Studio", "pro")

    assert result.exit_code == 2
    assert f"{first}" in result.stderr
    assert f"{second}" in result.stderr
    assert usher("workspace", "plan", second, "pro").exit_code == 0


def test_a_plan_that_would_leave_nobody_to_run_the_workspace_ends_with_one(
    usher: Usher, studio: Callable[..., str], tmp_path: Path
):
    studio(scheme="simple")
    with sqlite3.connect(tmp_path / "usher.db") as database:
        database.execute("UPDATE roles SET plans = '[\"enterprise\"]' WHERE role_id = 'workspace-admin'")
    database.close()
    result = usher("workspace", "plan", "Studio", "pro")

    assert result.exit_code == 1
    assert "Somebody has to be able to run this workspace." in result.stderr
    assert "enterprise" in usher("workspace", "list").output


@pytest.mark.parametrize("words", [["list"], ["plan", "Studio", "pro"]])
def test_a_database_that_cannot_be_reached_ends_with_one(
    usher: Usher, monkeypatch: pytest.MonkeyPatch, words
):
    monkeypatch.setattr(logs, "configure", lambda **options: None)
    result = CliRunner().invoke(
        cli,
        ["workspace", *words],
        env={"USHER_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/d", "USHER_SECRET": "0123456789abcdef"},
    )

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
