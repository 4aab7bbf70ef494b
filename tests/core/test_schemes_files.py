"""A scheme's file reads like its table; whatever is wrong with one is said with the file and the line."""

from __future__ import annotations

from importlib import resources

import pytest

from core.permissions import INCLUDED, Level, Role, Row
from core.schemes import SchemeError, load, schemes

GOOD = """\
# The role scheme "x" = nothing to see here.
name = "x"
single = true
default = "Low"  # "High" is not for newcomers

[roles]
"High" = { rank = 30, exactly_one = true }
"Middle" = { rank = 20, plans = ["pro", "enterprise"] }
"Low" = { rank = 10 }

[[row]]
permissions = ["thing:view", "thing:make"]  # not "thing:break"
roles = ["High", "Middle", "Low"]

[[row]]
permissions = [
    "member:invite",
    "workspace:configure",
]
roles = ["High"]

[levels]
view = ["thing:view"]
edit = ["thing:make"]
"""


def test_a_scheme_is_read_from_its_file():
    made = load("x.toml", GOOD)

    everything = {"thing:view", "thing:make", "member:invite", "workspace:configure"}
    assert made.top == Role(
        "high", "High", 30, frozenset({*everything, *INCLUDED["workspace:configure"]}), exactly_one=True
    )
    assert made.roles[1:] == (
        Role("middle", "Middle", 20, frozenset({"thing:view", "thing:make"}), plans=("pro", "enterprise")),
        Role("low", "Low", 10, frozenset({"thing:view", "thing:make"})),
    )
    assert made.rows[1] == Row(("member:invite", "workspace:configure"), ("High",))
    assert (made.name, made.default, made.single) == ("x", "Low", True)


def test_a_permission_needs_the_level_that_the_file_names_and_the_highest_where_it_names_none():
    made = load("x.toml", GOOD)

    assert made.level("thing:view") is Level.VIEW
    assert made.level("thing:make") is Level.EDIT
    assert made.level("thing:break") is Level.MANAGE
    assert sorted(Level, reverse=True) == [Level.MANAGE, Level.EDIT, Level.USE, Level.VIEW]


#: What is written instead of what, the line that is named, and a part of what is said about it.
MISTAKES = [
    # the file as a whole
    ('name = "x"', 'name = "y"', 2, "the name 'y' is not that of the file"),
    ('name = "x"', "name = 7", 2, "name has to be text"),
    ('name = "x"\n', "", 1, "name is missing"),
    ("single = true", "single = 1", 3, "single has to be true or false"),
    ("single = true", "single = ", 3, "Invalid value"),
    ("single = true\n", "single = true\nsingle = true\n", 4, "Cannot overwrite"),
    ("single = true\n", "single = true\ncolour = 'red'\n", 4, "'colour' is not known here"),
    ("[levels]", "[[levels]]", 22, "levels has to be a table"),
    ("[roles]", "[rolls]", 6, "'rolls' is not known here"),
    ('edit = ["thing:make"]\n', 'edit = ["thing:make"', 24, "Unclosed array"),
    (GOOD, "", 1, "name is missing"),
    # roles
    ('"Low" = { rank = 10 }', '"Low" = { rank = 20 }', 9, "'Low' has the same rank as 'Middle'"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 25 }', 9, "below 'Middle' and has a higher rank"),
    ('"Low" = { rank = 10 }', '"Low" = { }', 9, "rank is missing"),
    ('"Low" = { rank = 10 }', '"Low" = 10', 9, "has to be a table"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = "10" }', 9, "rank has to be a whole number"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = true }', 9, "rank has to be a whole number"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 10, exactly_one = 1 }', 9, "has to be true or false"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 10, exacty_one = true }', 9, "'exacty_one' is not known"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 10, plans = "pro" }', 9, "plans has to be a list"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 10, plans = [1] }', 9, "1 among the plans has to be text"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 10 }\n"High" = { rank = 5 }', 10, "Cannot overwrite"),
    ('"Low" = { rank = 10 }', '"Low" = { rank = 10 }\n"LOW" = { rank = 5 }', 10, "'LOW' is there twice"),
    ('"Low" = { rank = 10 }', '" Low" = { rank = 10 }', 9, "' Low' cannot be the name of a role"),
    ('"Low" = { rank = 10 }', '"" = { rank = 10 }', 9, "'' cannot be the name of a role"),
    ('"Low" = { rank = 10 }', f'"{"L" * 65}" = {{ rank = 10 }}', 9, "cannot be the name of a role"),
    ('plans = ["pro", "enterprise"]', 'plans = ["pro", "gold"]', 8, "there is no plan 'gold'"),
    ('plans = ["pro", "enterprise"]', 'plans = ["pro", "pro"]', 8, "'pro' stands there twice"),
    ("rank = 30, exactly_one = true", "rank = 30, plans = ['pro']", 7, "has to count on every plan"),
    # who holds what
    ('    "workspace:configure",\n', "", 7, "'High' does not hold workspace:configure"),
    ('roles = ["High"]', 'roles = ["Middle"]', 7, "'High' does not hold workspace:configure"),
    ('"member:invite",', '"member:fly",', 17, "'member:fly' is none of Usher's own"),
    ('"member:invite",', '"Member:invite",', 17, "'Member:invite' is not a permission"),
    ('"member:invite",', '"invite",', 17, "'invite' is not a permission"),
    ('"member:invite",', '"thing:make",', 17, "'thing:make' stands in two rows"),
    ('"member:invite",', '"workspace:configure",', 18, "'workspace:configure' stands there twice"),
    ('"member:invite",', "7,", 16, "7 among the permissions has to be text"),
    ('roles = ["High"]', 'roles = ["High", "Lower"]', 20, "there is no role 'Lower'"),
    ('roles = ["High"]', 'roles = ["High", "high"]', 20, "there is no role 'high'"),
    ('roles = ["High"]', 'roles = ["High", "High"]', 20, "'High' stands there twice"),
    ('roles = ["High"]', "roles = []", 20, "no role is named in this row"),
    ('roles = ["High"]', 'roles = "High"', 20, "roles has to be a list"),
    ('roles = ["High"]\n', "", 15, "roles is missing"),
    ('["thing:view", "thing:make"]  #', "[]  #", 12, "no permission is named in this row"),
    ("[[row]]\n", "[row]\n", 15, "Cannot overwrite"),
    # newcomers
    ('default = "Low"', 'default = "Lower"', 4, "the default role 'Lower' is not among the roles"),
    ('default = "Low"', 'default = "High"', 4, "'High' is held by exactly one member"),
    ('default = "Low"', "default = false", 4, "default has to be text"),
    ('default = "Low"', 'default = "Low"\nworking = "Lower"', 5, "the working role 'Lower' is not among"),
    ('default = "Low"', 'default = "Low"\nworking = "High"', 5, "it cannot be the working role"),
    ('default = "Low"', 'default = "Low"\nworking = 7', 5, "working has to be text"),
    # levels
    ('edit = ["thing:make"]', 'fly = ["thing:make"]', 24, "there is no level 'fly'"),
    ('edit = ["thing:make"]', 'edit = "thing:make"', 24, "edit has to be a list"),
    ('edit = ["thing:make"]', "edit = [7]", 24, "7 among the permissions has to be text"),
    ('edit = ["thing:make"]', 'edit = ["thing:make", "thing:view"]', 24, "'thing:view' has two levels"),
    ('edit = ["thing:make"]', 'edit = ["thing:make", "thing:fly"]', 24, "no role holds 'thing:fly'"),
    ('edit = ["thing:make"]', 'edit = ["thing:make", "member:invite"]', 24, "is Usher's own"),
    ('edit = ["thing:make"]', "", 12, "'thing:make' has no level"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"), MISTAKES, ids=[f"{m[1][:30]}-{m[2]}" for m in MISTAKES]
)
def test_every_mistake_is_refused_with_the_file_and_the_line(right, wrong, line, said):
    assert right in GOOD
    broken = GOOD.replace(right, wrong, 1)

    with pytest.raises(SchemeError) as refused:
        load("x.toml", broken)

    where, _, problem = str(refused.value).partition(": ")
    assert where == f"x.toml:{line}", refused.value
    assert said in problem


def test_a_scheme_without_a_role_is_refused():
    begin = GOOD[: GOOD.index('"High" = {')]
    with pytest.raises(SchemeError, match=r"^x\.toml:6: there is no role$"):
        load("x.toml", begin + "[[row]]\npermissions = ['a:b']\nroles = ['High']\n")


def test_every_file_that_comes_with_usher_is_a_scheme_under_its_own_name():
    files = {file.name for file in resources.files("core.schemes").iterdir() if file.name.endswith(".toml")}
    assert files == {f"{name}.toml" for name in schemes()}
