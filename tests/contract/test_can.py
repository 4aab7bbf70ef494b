"""``can`` and ``why``: Yes or No through every door, with what it follows from."""

from __future__ import annotations

import pytest

from tests.contract.stories import invite, member, on_plan, remove, start
from tests.drivers.base import DAY, HOUR
from tests.drivers.worlds import Door


async def test_can_says_yes_or_no_first_and_which_role_decides_it(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")

    yes = await door.run("Bob", "can permission:project:edit")
    no = await door.run("Bob", "can permission:member:remove")

    assert yes.private
    assert yes.title == "Yes: you may project:edit"
    assert "Your role Designer has it." in yes.text
    assert no.title == "No: you may not member:remove"
    assert "Your role Designer does not give it. Owner and Admin have it." in no.text


async def test_any_member_may_ask_about_any_member(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")

    seen = await door.run("Bob", "can member:@Ada permission:workspace:delete")

    assert seen.title == "Yes: Ada may workspace:delete"
    assert "Their role Owner has it." in seen.text


async def test_why_names_the_rule_the_role_its_source_and_its_end(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    await door.run("Ada", "role assign member:@Bob role:Admin for:3h")

    seen = await door.run("Bob", "why permission:member:remove")

    assert seen.title == "Yes: you may member:remove"
    assert "One of your roles has it." in seen.text
    assert "Admin (rank 40) has it — assigned by Ada, since" in seen.text
    assert ", until" in seen.text
    assert "Commenter (rank 10) does not have it — invitation Commenter link, since" in seen.text


async def test_L06_why_says_that_a_role_is_over(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    await door.run("Ada", "role assign member:@Bob role:Admin for:3h")
    await door.advance(3 * HOUR, jobs=False)

    seen = await door.run("Ada", "why member:@Bob permission:member:remove")

    assert seen.title == "No: Bob may not member:remove"
    assert "No role of theirs that counts now has it." in seen.text
    assert "Admin (rank 40) had it and is over — assigned by Ada" in seen.text


async def test_why_says_through_which_permission_another_one_comes(door: Door) -> None:
    await start(door)

    can = await door.run("Ada", "can permission:audit:view")
    why = await door.run("Ada", "why permission:audit:view")

    assert "Your role Owner has it, as part of workspace:configure." in can.text
    assert "One of your roles has workspace:configure, which includes it." in why.text


async def test_why_not_says_which_roles_have_it_and_who_could_give_one(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    await member(door, "Cleo", "Admin")

    seen = await door.run("Bob", "why permission:content:edit")

    assert "Roles that have it: Owner, Admin, Designer and 1 more" in seen.text
    assert "Could give it: Ada and Cleo" in seen.text


async def test_who_could_give_it_is_whom_the_ceiling_allows_and_never_oneself(door: Door) -> None:
    await start(door, scheme="project")
    await member(door, "Bob", "Admin")
    await member(door, "Cleo", "Project Member")

    # An Admin gives no role with workspace:configure.
    assert "Could give it: Ada" in (await door.run("Cleo", "why permission:workspace:configure")).text
    assert "Could give it: Ada" in (await door.run("Bob", "why permission:workspace:configure")).text
    assert "Could give it: Ada and Bob" in (await door.run("Cleo", "why permission:icon:add")).text


async def test_who_could_give_it_are_a_few_names_and_a_number(door: Door) -> None:
    await start(door)
    for who in ("Bob", "Cleo", "Eve"):
        await member(door, who, "Admin")
    await member(door, "Nia", "Commenter")

    seen = await door.run("Nia", "why permission:project:edit")

    assert "Could give it: Ada, Bob, Cleo and 1 more" in seen.text


async def test_what_only_a_role_of_exactly_one_has_nobody_gives(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")

    seen = await door.run("Bob", "why permission:workspace:delete")

    assert "Could give it: nobody: Owner passes on with" in seen.text
    assert "workspace transfer" in seen.text


async def test_a_role_that_does_not_count_on_the_plan_gives_nothing_and_why_says_so(door: Door) -> None:
    await start(door, scheme="animation")
    await member(door, "Bob", "Developer")
    assert (await door.run("Bob", "can permission:animation:inspect")).title.startswith("Yes: ")
    on_plan(door, "pro")

    can = await door.run("Bob", "can permission:animation:inspect")
    why = await door.run("Bob", "why permission:animation:inspect")

    assert can.title == why.title == "No: you may not animation:inspect"
    assert "counts on the enterprise plan only, and this workspace is on pro" in can.text
    assert "has it, but does not count on this plan (pro), only on enterprise" in why.text
    assert "Roles that have it: Admin" in why.text


async def test_several_roles_each_say_what_they_give(door: Door) -> None:
    await start(door, scheme="computers")
    await member(door, "Bob", "")
    none = await door.run("Bob", "why permission:application:launch")
    for role in ("Contributor", "Member Manager"):
        await door.run("Ada", f'role assign member:@Bob role:"{role}"')

    seen = await door.run("Bob", "why permission:application:launch")
    no = await door.run("Bob", "can permission:workspace:configure")

    assert "Without a role nobody may do anything." in none.text
    assert seen.text.index("Contributor (rank 10) has it") < seen.text.index(
        "Member Manager (rank 20) does not"
    )
    assert "No role of yours gives it. Owner has it." in no.text


@pytest.mark.parametrize("command", ["can", "why"])
async def test_an_unknown_permission_is_a_no_with_the_one_that_may_be_meant(door: Door, command: str) -> None:
    await start(door)

    near = await door.run("Ada", f"{command} permission:projct:edit")
    own = await door.run("Ada", f"{command} permission:member:removed")
    far = await door.run("Ada", f"{command} permission:zebra:stripe")

    assert near.title == "No: you may not projct:edit"
    assert "Nobody" in near.text
    assert "Did you mean project:edit?" in near.text
    assert "Did you mean member:remove?" in own.text
    assert "Did you mean" not in far.text
    assert far.title == "No: you may not zebra:stripe"


async def test_a_permission_that_no_role_has_is_known_all_the_same(door: Door) -> None:
    await start(door)

    seen = await door.run("Ada", "why permission:resource:all")

    assert "Roles that have it: none here" in seen.text
    assert "whoever may change roles" in seen.text
    assert "Did you mean" not in seen.text


async def test_what_is_no_permission_at_all_is_refused_with_how_they_read(door: Door) -> None:
    await start(door)

    seen = await door.run("Ada", "can permission:everything")

    assert seen.title == "I can't read permission"
    assert "thing:action" in seen.text


@pytest.mark.parametrize("command", ["can", "why"])
async def test_strangers_and_those_who_left_are_told_nothing_and_nothing_is_told_of_them(
    door: Door, command: str
) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await remove(door, "Bob")

    for who in ("Bob", "Eve"):
        seen = await door.run(who, f"{command} member:@Ada permission:project:edit")
        assert seen.title == "You are not a member of this workspace"
        about = await door.run("Ada", f"{command} member:@{who} permission:project:edit")
        assert "I can't find" in about.title


@pytest.mark.without("discord")  # it vouches for no address
async def test_why_names_no_address_to_those_who_may_not_see_it(door: Door) -> None:
    await start(door, policy="instant")
    for who, options in (("Nia", "emails:nia@acme.example role:Commenter"), ("Bob", "role:Commenter")):
        made = await invite(door, options=options)
        await door.run(who, f"join code:{made.code}")

    question = "why member:@Nia permission:project:edit"

    assert "nia@acme.example" in (await door.run("Ada", question)).text
    assert "nia@acme.example" in (await door.run("Nia", question)).text
    theirs = await door.run("Bob", question)
    assert theirs.title == "No: Nia may not project:edit"
    assert "nia@acme.example" not in theirs.text


async def test_L28_what_can_answers_is_what_the_command_does_at_that_moment(door: Door) -> None:
    """Asked and done by one decision: before, while and after a role is held."""
    await start(door)
    await member(door, "Bob", "Commenter")

    async def asked_and_done() -> tuple[bool, bool]:
        asked = await door.run("Bob", "can permission:workspace:configure")
        done = await door.run("Bob", "workspace settings")
        return asked.title.startswith("Yes: "), done.title != "You can't do that here"

    seen = [await asked_and_done()]
    await door.run("Ada", "role assign member:@Bob role:Admin for:1d")
    seen.append(await asked_and_done())
    await door.advance(DAY)
    seen.append(await asked_and_done())

    assert seen == [(False, False), (True, True), (False, False)]
