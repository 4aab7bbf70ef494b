"""A table as a picture: its check marks are where they belong, and it gives way to words where it could not be read."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image

from adapters.discord import picture
from core.cards import Table

PERMISSIONS = ("workspace:configure", "invite:create", "invite:revoke", "member:list")
#: Check marks that no two rows and no two columns have in common.
GRID = ((1, 0, 1), (1, 1, 0), (0, 1, 1), (1, 0, 0))


def table(
    columns: int = 3, rows: int = 4, *, role: str = "Role {}", cell: str = "✓", first: str = ""
) -> Table:
    names = tuple(role.format(n) for n in range(columns))
    body = tuple(
        (
            PERMISSIONS[n] if n < len(PERMISSIONS) else f"more:{n}",
            *(cell if GRID[n % 4][c % 3] else "" for c in range(columns)),
        )
        for n in range(rows)
    )
    return Table((first or "Permission", *names), body, ("words",))


def image(made: Table) -> tuple[Image.Image, picture.Plan]:
    drawn, plan = picture.drawn(made), picture.plan(made)
    assert drawn is not None
    assert plan is not None
    return Image.open(io.BytesIO(drawn)).convert("RGB"), plan


def near(found: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 8 for a, b in zip(found, wanted, strict=True))


def holds(shown: Image.Image, box: tuple[float, float, float, float], colour: tuple[int, int, int]) -> bool:
    """Whether there is this colour in a box, which is given in points."""
    part = shown.crop(tuple(round(edge * picture.SCALE) for edge in box))  # type: ignore[arg-type]
    colours = part.getcolors(1 << 24)
    return any(near(found, colour) for _, found in colours)  # type: ignore[arg-type, union-attr]


def around(plan: picture.Plan, row: int, column: int) -> tuple[float, float, float, float]:
    x, y = plan.middle(row, column)
    return x - 10, y - 10, x + 10, y + 10


@pytest.mark.parametrize("role", ["Role {}", "A very long role {}"])
def test_a_check_mark_stands_exactly_where_the_table_has_one(role: str):
    shown, plan = image(table(role=role))

    found = [
        [int(holds(shown, around(plan, row, column), picture.CHECK)) for column in range(3)]
        for row in range(4)
    ]
    assert found == [list(row) for row in GRID]
    assert bool(plan.heads) == (role == "Role {}")


@pytest.mark.parametrize("rows", [1, 4, 25, picture.ROWS])
@pytest.mark.parametrize("columns", [1, 5, picture.COLUMNS])
def test_it_is_as_large_as_planned_and_no_larger_than_can_be_sent(rows: int, columns: int):
    drawn = picture.drawn(table(columns, rows)) or b""
    plan = picture.plan(table(columns, rows))
    assert plan is not None

    shown = Image.open(io.BytesIO(drawn))
    assert shown.format == "PNG"
    assert shown.size == (round(plan.width * picture.SCALE), round(plan.height * picture.SCALE))
    assert len(drawn) < 400_000


def test_five_roles_fit_a_phone_without_being_made_much_smaller():
    plan = picture.plan(table(5, 25, role="Designer {}"))

    assert plan is not None
    assert plan.width < 400


def test_names_that_would_make_it_wide_stand_aslant_inside_the_picture():
    shown, plan = image(table(6, role="External reviewer {}"))

    assert plan.heads == ()
    edges = [
        (0, 0, plan.width, 4),
        (plan.width - 4, 0, plan.width, plan.head - 4),
        (0, 0, 4, plan.head - 4),
    ]
    assert not any(holds(shown, edge, picture.INK) for edge in edges)  # nothing is cut off
    assert holds(shown, (plan.width / 2, 0, plan.width, plan.head - 4), picture.INK)


def test_rows_are_told_apart_and_groups_have_a_line_between_them():
    shown, plan = image(table())
    x = plan.width / 2

    assert holds(shown, (1, plan.top(0) + 4, 3, plan.top(1) - 4), picture.STRIPE)
    assert holds(shown, (1, plan.top(1) + 4, 3, plan.top(2) - 4), picture.GROUND)
    lines = [
        holds(shown, (x, plan.top(row) - 0.5, x + 1, plan.top(row) + 0.5), picture.RULE)
        for row in range(1, 4)
    ]
    assert lines == [True, False, True]  # after workspace:, not among invite:, before member:


def test_words_in_cells_are_written():
    shown, plan = image(table(cell="Owner"))

    assert holds(shown, around(plan, 0, 0), picture.INK)
    assert not holds(shown, around(plan, 0, 1), picture.INK)


@pytest.mark.parametrize("over", [0, 1])
def test_a_table_is_a_picture_up_to_its_limits(over: int):
    assert (picture.drawn(table(columns=picture.COLUMNS + over)) is None) == bool(over)
    assert (picture.drawn(table(rows=picture.ROWS + over)) is None) == bool(over)


@pytest.mark.parametrize("name", ["設計師", "Designer 🎨", "Rédacteur", "a\u200bb", "עורך"])
def test_a_name_in_letters_that_the_font_lacks_makes_no_picture(name: str):
    assert picture.drawn(table(role=name + "{}")) is None
    assert picture.drawn(table(first=name)) is None
    assert picture.drawn(table(cell=name)) is None


def test_an_empty_table_makes_no_picture():
    assert picture.drawn(table(rows=0)) is None
    assert picture.drawn(table(columns=0)) is None


def test_a_long_name_is_cut_but_never_so_that_two_look_the_same():
    assert picture.drawn(table(columns=2, role="{} " + "w" * 80)) is not None
    assert picture.drawn(table(columns=2, role="w" * 80 + " {}")) is None
    assert picture.drawn(table(cell="w" * 80)) is None


def test_a_column_breaks_where_its_lines_are_shortest():
    assert picture.wrapped("Owner") == ("Owner",)
    assert picture.wrapped("Project team lead") == ("Project", "team lead")


def test_pillow_is_loaded_when_the_first_picture_is_drawn():
    asks = "import sys, adapters.discord.app; sys.exit('PIL' in sys.modules)"

    subprocess.run([sys.executable, "-W", "ignore", "-c", asks], check=True, timeout=60)
