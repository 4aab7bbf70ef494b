"""Resources: how they are named, who knows of which, how they are listed, and what goes with one that is deleted."""

from __future__ import annotations

from collections import Counter

import pytest

from core.cards import Card, plain
from core.durations import HOUR
from tests.core.together import at_once
from tests.core.world import Person, World, code, facts_of, field_of, made, words


def short_id(card: Card) -> str:
    return plain(card.footer).partition(" ")[0]


def make(owner: Person, name: str, parent: str = "", kind: str = "folder", outside: str = "") -> str:
    """A new resource; its short id."""
    more = {key: value for key, value in (("parent", parent), ("outside", outside)) if value}
    return short_id(made(owner.run("resource create", kind=kind, name=name, **more)))


def lines(card: Card) -> list[str]:
    return [plain(line.text) for line in made(card).lines]


def listed(card: Card) -> list[str]:
    """The names or paths on a page."""
    return [line.partition(" — ")[0].replace("└", "").strip() for line in lines(card)]


def pages(who: Person, typed: str) -> list[list[str]]:
    """All pages of a list, there and back again."""
    card = made(who.say(typed))
    out = [listed(card)]
    while any(button.label == "Next" for button in card.buttons):
        card = made(who.click(card, "Next"))
        out.append(listed(card))
    back = [listed(card)]
    while any(button.label == "Previous" for button in card.buttons):
        card = made(who.click(card, "Previous"))
        back.append(listed(card))
    assert list(reversed(back)) == out
    return out


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    """Somebody who gives nobody anything."""
    return world.member(owner, "Bob", "Commenter")


def test_a_resource_stands_in_another_and_is_meant_by_id_name_kind_or_path(owner: Person):
    site, other = make(owner, "Site", kind="project"), make(owner, "Other", kind="project")
    renders = make(owner, "Renders", "Site", outside="fld_1")
    cut = make(owner, "Cut 3/4", "site/renders")
    also = make(owner, "Renders", other, kind="project")
    for typed, meant in (
        (site.lower(), site),
        ("SITE", site),
        ("project/site", site),
        ("folder/renders", renders),
        ("Site/Renders", renders),
        ("other / renders".replace(" / ", "/"), also),
        ("Cut 3/4", cut),
        ("Site/Renders/Cut 3/4", cut),
        ("renders/cut 3/4", cut),
    ):
        assert short_id(made(owner.run("resource show", name=typed))) == meant, typed
    shown = made(owner.run("resource show", name=cut))
    assert field_of(shown, "Path") == "Site/Renders/Cut 3/4"
    assert field_of(made(owner.run("resource show", name=renders)), "Outside id") == "fld_1"
    for more, meant in (
        ({"kind": "Folder"}, renders),
        ({"kind": "project"}, also),
        ({"parent": "Other"}, also),
        ({"parent": "Site", "kind": "folder"}, renders),
    ):
        assert short_id(made(owner.run("resource show", name="Renders", **more))) == meant, more
    assert code(owner.run("resource show", name=renders, kind="project")) == "UNKNOWN_RESOURCE"
    several = owner.run("resource show", name="Renders")
    assert code(several) == "AMBIGUOUS_RESOURCE"
    assert f"Site/Renders (folder, {renders})" in words(several)
    assert f"Other/Renders (project, {also})" in words(several)
    for typed in ("Nothing", "Site/Nothing", "res-2222", "computer/Site", "/", "res-"):
        assert code(owner.run("resource show", name=typed)) == "UNKNOWN_RESOURCE", typed


def test_a_name_like_an_id_takes_nobody_s_place(owner: Person):
    site = make(owner, "Site")
    make(owner, site)
    assert made(owner.run("resource show", name=site)).title == "Resource: Site"


def test_a_place_holds_a_name_once_and_an_outside_id_is_known_once_for_each_kind(owner: Person):
    make(owner, "Site", outside="1")
    assert code(owner.run("resource create", kind="FOLDER", name="ＳITE")) == "RESOURCE_EXISTS"
    assert code(owner.run("resource create", kind="folder", name="New", outside="1")) == "OUTSIDE_TAKEN"
    make(owner, "Site", kind="project", outside="1")
    make(owner, "Site", "folder/Site")
    for kind in ("9th", "two words", "x" * 41, "Ümlaut"):
        assert code(owner.run("resource create", kind=kind, name="New")) == "BAD_RESOURCE_KIND", kind


def test_a_tree_is_ten_deep_at_most(owner: Person):
    last = make(owner, "L0")
    for number in range(1, 10):
        last = make(owner, f"L{number}", last)
    assert code(owner.run("resource create", kind="folder", name="More", parent=last)) == "RESOURCE_TOO_DEEP"


def test_who_may_not_look_after_resources_makes_and_deletes_none(world: World, owner: Person, bob: Person):
    make(owner, "Site")
    assert code(bob.say("resource create kind:folder name:Mine")) == "NOT_ALLOWED"
    assert code(bob.say("resource delete Site")) == "NOT_ALLOWED"
    asked = made(owner.say("resource delete Site"))
    made(owner.say("workspace transfer Bob"))  # only to have another announcement beside it
    assert code(bob.click(asked, "Confirm")) == "UNKNOWN_BUTTON"
    world.sound()


# --- who knows of what -----------------------------------------------------------------------------------------------


def test_a_member_knows_what_they_reach_and_what_stands_at_the_top(world: World, owner: Person, bob: Person):
    make(owner, "Site")
    make(owner, "Secret", "Site")
    make(owner, "Plans", "Site/Secret")
    make(owner, "Old", "Site/Secret/Plans")
    make(owner, "Away")
    made(owner.say("access grant resource:Plans to:Bob level:edit for:8h"))
    assert listed(bob.say("resource list")) == ["Away", "Site/…/Plans/Old", "Site/…/Plans", "Site"]
    assert code(bob.say("resource show Secret")) == "UNKNOWN_RESOURCE"
    assert code(bob.say("resource list parent:Secret")) == "UNKNOWN_RESOURCE"
    assert listed(bob.say("resource list parent:Site")) == ["Site/…/Plans/Old", "Site/…/Plans"]
    assert lines(bob.say("resource list parent:Plans"))[0].startswith("Old — folder")
    assert field_of(made(bob.say("resource show Old")), "Path") == "Site/…/Plans/Old"
    only_name = made(bob.say("resource show Site"))
    assert "You have no access to it" in words(only_name)
    assert not only_name.lines
    assert code(bob.say("access list resource:Site")) == "NO_ACCESS"
    # Who stands above on the path is seen, its name is not.
    made(owner.say("access grant resource:Secret to:Olga level:view"))
    assert "Olga — view, from further up" in lines(bob.say("access list resource:Plans"))
    world.forward(8 * HOUR)
    assert listed(bob.say("resource list")) == ["Away", "Site"]
    assert code(bob.say("resource show Plans")) == "UNKNOWN_RESOURCE"
    assert bob.complete("resource show", "name", "pl") == []
    assert owner.complete("resource show", "name", "PL") == ["Site/Secret/Plans (folder)"]


def test_a_role_that_sees_all_of_a_kind_knows_all_of_that_kind(world: World, owner: Person, bob: Person):
    make(owner, "Top")
    make(owner, "Site", "Top", kind="project")  # every role of the studio has project:view_all
    make(owner, "Hidden", "Site")
    assert listed(bob.say("resource list")) == ["Top/Site", "Top"]
    assert "your role reaches it" in field_of(made(bob.say("resource show Site")), "You have")
    assert code(bob.say("resource show Hidden")) == "UNKNOWN_RESOURCE"
    assert listed(bob.say("resource list kind:project")) == ["Top/Site"]


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_tree_is_listed_by_name_level_by_level_and_paged_both_ways(world: World, owner: Person):
    assert listed(owner.say("resource list")) == []
    assert "resource create" in words(owner.say("resource list"))
    wanted = []
    for top in ("beta", "Alpha", "gamma"):
        make(owner, top)
        for number in (2, 1, 3):
            make(owner, f"{top} {number}", top)
            make(owner, f"{top} {number} deep", f"{top} {number}")
    for top in ("Alpha", "beta", "gamma"):
        wanted.append(top)
        for number in (1, 2, 3):
            wanted += [f"{top} {number}", f"{top} {number} deep"]
    shown = pages(owner, "resource list")
    assert [len(page) for page in shown] == [10, 10, 1]
    assert [name for page in shown for name in page] == wanted
    assert [name for page in pages(owner, "resource list parent:beta") for name in page] == wanted[8:14]
    flat = [name for page in pages(owner, "resource list kind:folder") for name in page]
    assert sorted(each.rpartition("/")[2] for each in flat) == sorted(wanted)
    assert listed(owner.say("resource list kind:none")) == []
    # What stood at the border is gone: the list begins again.
    card = made(owner.say("resource list"))
    made(owner.click(made(owner.run("resource delete", name="beta 1 deep")), "Confirm"))
    assert listed(owner.click(card, "Next")) == listed(owner.say("resource list"))
    for odd in ("list/-/-/x", "list/-/-", "list/res-2222/-/>res-2222", "list/-/BAD KIND/>x"):
        found = owner.press("resource.list", card.buttons[0].subject.partition("/")[0] + "/" + odd)
        assert code(found) == "UNKNOWN_BUTTON", odd


# --- deleting --------------------------------------------------------------------------------------------------------


def test_deleting_says_what_goes_with_it_and_does_that(world: World, owner: Person, bob: Person):
    make(owner, "Site")
    renders = make(owner, "Renders", "Site")
    make(owner, "Kept")
    for what in ("Site", "Renders", "Kept"):
        made(owner.run("access grant", resource=what, to="Bob"))
    asked = made(owner.say("resource delete Site"))
    assert lines(asked) == ["Goes: 1 resource under it", "Ends: 2 grants"]
    assert made(owner.say("resource show Renders")).title == "Resource: Renders"  # only announced
    make(owner, "Late", renders)
    done = made(owner.click(asked, "Confirm"))
    assert done.title == "Deleted: Site"
    assert lines(done) == ["Goes: 2 resources under it", "Ends: 2 grants"]
    assert listed(owner.say("resource list")) == ["Kept"]
    assert [each[:4] for each in listed(bob.say("access list"))] == ["Kept"]
    (facts,) = facts_of(world, "resource.deleted")
    assert (facts["name"], facts["resources"], facts["grants"]) == ("Site", 3, 2)
    again = made(owner.say("resource delete Kept"))
    made(owner.click(made(owner.say("resource delete Kept")), "Confirm"))
    assert code(owner.click(again, "Confirm")) == "NOTHING_TO_CHANGE"
    assert world.one("SELECT count(*) FROM grants") == 0
    world.sound()


def test_what_is_announced_is_done_only_by_who_may_do_it_at_that_moment(world: World, owner: Person):
    ada = world.member(owner, "Ada", "Admin")
    make(owner, "Site")
    asked = made(ada.say("resource delete Site"))
    made(owner.say("role assign member:Ada role:Commenter"))
    assert code(ada.click(asked, "Confirm")) == "NOT_ALLOWED"
    assert made(owner.say("resource show Site")).title == "Resource: Site"


def test_requests_about_what_is_deleted_are_closed_and_their_askers_told(
    world: World, owner: Person, bob: Person
):
    make(owner, "Site")
    make(owner, "Renders", "Site")
    make(owner, "Kept")
    made(owner.say("access grant resource:Site to:Bob level:view"))
    made(bob.say("request access resource:Renders level:edit"))
    made(bob.say("request access resource:Kept level:edit"))
    asked = made(owner.say("resource delete Site"))
    assert "Ends: 1 open request about it; its asker hears of it" in lines(asked)
    made(owner.click(asked, "Confirm"))
    states = world.rows("SELECT status FROM requests WHERE kind = 'access' ORDER BY status")
    assert [row.status for row in states] == ["pending", "withdrawn"]
    world.desk.drain(world.at)
    assert any("deleted" in words(card) for card in world.desk.to("BOB"))


def test_invitations_that_carry_it_are_named_and_go_on(world: World, owner: Person):
    make(owner, "Site")
    made(owner.say("invite create name:Spring role:Designer resource:Site"))
    asked = made(owner.say("resource delete Site"))
    assert lines(asked) == ["Stays: 1 invitation that carries it, and no longer gives it"]


def test_what_is_given_while_it_is_deleted_leaves_nothing_behind(world: World, owner: Person, bob: Person):
    other = world.another()
    for number in range(6):
        make(owner, f"S{number}")
        make(owner, "Renders", f"S{number}")
        asked = made(owner.run("resource delete", name=f"S{number}"))
        given, made_below, deleted = at_once(
            lambda n=number: owner.on(other).run("access grant", resource=f"S{n}/Renders", to="Bob"),
            lambda n=number: owner.run("resource create", kind="folder", name="Late", parent=f"S{n}"),
            lambda card=asked: owner.on(other).click(card, "Confirm"),
        )
        assert code(given) in {"", "UNKNOWN_RESOURCE"}
        assert code(made_below) in {"", "UNKNOWN_RESOURCE"}
        assert made(deleted).title == f"Deleted: S{number}"
    assert world.one("SELECT count(*) FROM grants") == 0
    assert world.one("SELECT count(*) FROM resources") == 0
    world.sound()


def test_of_two_who_make_the_same_at_once_one_does(world: World, owner: Person):
    other = world.another()
    cards = at_once(
        *(
            lambda w=w: owner.on(w).run("resource create", kind="folder", name="Site", outside="1")
            for w in (world, other) * 3
        )
    )
    assert Counter(map(code, cards)) == {"": 1, "RESOURCE_EXISTS": 5}
