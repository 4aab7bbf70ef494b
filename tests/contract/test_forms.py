"""What is missing is asked for in a form: what was typed is kept, what is wrong stands at its field, nothing is done twice."""

from __future__ import annotations

from tests.contract.stories import ask, member, start, vanish
from tests.drivers.base import DAY, HOUR, Seen
from tests.drivers.worlds import Door


async def change(door: Door, setting: str, value: str) -> None:
    seen = await door.run("Ada", f"workspace set setting:{setting} value:{value}")
    assert seen.title.startswith(f"{setting} is now"), seen.text


async def errors(door: Door, seen: Seen, who: str = "Ada") -> dict[str, str]:
    """What is wrong at the fields of a form that came back, wherever the platform shows it."""
    if seen.form is None or not seen.form.errors:
        seen = await door.click(who, seen, "Fill in")
    assert seen.form is not None
    return seen.form.errors


async def test_a_command_that_lacks_something_opens_a_form_with_what_was_typed(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")

    seen = await door.run("Ada", "role assign member:@Bob for:8h")
    form = seen.form
    assert form is not None
    assert form.title == "Assign a role"
    assert form.submit == ("Submit" if door.name == "discord" else "Assign")  # Discord has a word of its own
    assert list(form.fields) == ["member", "role", "for"]
    assert form.fields["member"].value
    assert form.fields["for"].value == "8h"
    assert form.fields["role"].choices == ("Admin", "Designer", "Content Editor", "Commenter")
    assert [name for name, field in form.fields.items() if field.required] == ["member", "role"]
    assert not form.errors

    done = await door.fill("Ada", seen, role="Admin")
    assert done.title == "Bob is Admin for a time", done.text
    assert (await door.run("Bob", "me")).text.count("Admin until") == 1


async def test_what_is_wrong_stands_at_its_field_and_the_rest_is_kept(door: Door) -> None:
    await start(door)

    form = await door.run("Ada", "role create rank:25")
    wrong = await door.fill("Ada", form, name="Reviewer", rank="10000")
    assert list(await errors(door, wrong)) == ["rank"]
    worse = await door.fill_in("Ada", wrong, name="x" * 79, rank="many", permissions="what")
    assert set(await errors(door, worse)) == {"rank", "permissions"}
    done = await door.fill_in("Ada", worse, name="Reviewer", rank="25", permissions="content:edit")
    assert done.title == "New role: Reviewer"
    assert len(door.audit("role.created")) == 1


async def test_a_form_is_sent_once_in_time_and_by_its_person(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")

    form = await door.run("Ada", "role create")
    assert (await door.fill("Bob", form, name="Thief")).title == "That form is out of date"
    assert (await door.fill("Ada", form, name="Reviewer")).title == "New role: Reviewer"
    assert (await door.fill("Ada", form, name="Reader")).title == "That was sent already"
    late = await door.run("Ada", "role create")
    await door.advance(DAY)
    assert (await door.fill("Ada", late, name="Late")).title == "That form is out of date"
    assert door.world.count("drafts") == 0
    assert len(door.audit("role.created")) == 1


async def test_a_form_is_opened_only_for_who_may_do_it_and_asked_again_when_it_is_sent(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")

    assert (await door.run("Eve", "role create")).title == "You are not a member of this workspace"
    form = await door.run("Bob", "role create")
    await door.run("Ada", "role assign member:@Bob role:Designer")
    refused = await door.fill("Bob", form, name="Mine")
    assert refused.title == "You can't do that here"
    assert "Fill in" not in refused.labels
    leaving = await door.run("Ada", "group create")
    vanish(door, "Ada")
    assert (await door.fill("Ada", leaving, name="Artists")).title == "You are not a member of this workspace"
    assert door.audit("role.created") == door.audit("group.created") == []


async def test_a_reason_is_offered_and_asked_for_where_the_policy_wants_one(door: Door) -> None:
    await start(door)
    await ask(door)
    card = door.last("Ada")

    form = await door.click("Ada", card, "Deny with a reason")
    assert form.form is not None
    assert list(form.form.fields) == ["reason"]
    assert "Nia asks to join" in form.text
    done = await door.fill("Ada", form, reason="We are full & tired <b>")
    await door.settle()
    assert done.title.startswith("Denied: Nia")
    assert "We are full & tired <b>" in door.last("Nia").text
    assert door.last("Ada").title.startswith("Denied: Nia")

    await change(door, "approvals", '"join: 1 of request:approve; reason on approve and deny"')
    await ask(door)
    card = door.last("Ada")
    yes = await door.click("Ada", card, "Approve")
    no = await door.click("Ada", card, "Deny")
    assert (yes.form and yes.form.title, no.form and no.form.title) == (
        "Approve with a reason",
        "Deny with a reason",
    )
    assert (await door.fill("Ada", yes, reason="Welcome")).title == "Approved: Nia"
    gone = await door.fill("Ada", no, reason="Too late")
    assert gone.title == "Somebody was first"
    assert "Fill in" not in gone.labels


async def test_a_form_about_what_is_over_by_then_changes_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Cleo", "Admin")
    await ask(door)
    form = await door.click("Cleo", door.last("Cleo"), "Deny with a reason")
    assert (await door.click("Ada", door.last("Ada"), "Approve")).title == "Approved: Nia"

    refused = await door.fill("Cleo", form, reason="No")
    assert refused.title == "Somebody was first"
    assert "Approved by Ada" in refused.text


async def test_less_is_given_by_a_form(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    await door.run("Bob", "request role role:Designer for:7d")
    await door.settle()

    form = await door.click("Ada", door.last("Ada"), "Approve with less")
    assert form.form is not None
    assert form.form.fields["role"].choices == ("Content Editor",)
    assert "for 8h" in form.form.fields["for"].choices
    done = await door.fill("Ada", form, role="Content Editor", for_="for 8h")
    assert "(asked: Designer, for 7d)" in done.text, done.text
    assert "Content Editor until" in (await door.run("Bob", "me")).text


async def test_invitations_and_what_is_held_for_a_time_are_extended_by_as_much_as_one_says(
    door: Door,
) -> None:
    await start(door)
    made = await door.run("Ada", "invite create name:Friends")
    form = await door.click("Ada", made, "Choose how long")
    assert "Friends lasts until" in form.text
    extended = await door.fill("Ada", form, by="3d")
    assert extended.title.startswith("Extended"), extended.text

    await member(door, "Bob", "Commenter")
    await door.run("Ada", "role assign member:@Bob role:Designer for:2d")
    await door.settle()
    await door.advance(DAY + HOUR)
    box = await door.click("Bob", door.last("Bob"), "Choose how long")
    assert "You have Designer until" in box.text
    asked = await door.fill("Bob", box, for_="9d", reason="The shoot moved")
    await door.settle()
    assert asked.title.startswith("You asked"), asked.text
    assert "The shoot moved" in door.last("Ada").text


async def test_whoever_asks_says_for_how_long_and_why(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    answer = await door.run("Bob", "why permission:project:create")
    form = await door.click("Bob", answer, "Ask with a reason")
    assert form.form is not None
    assert list(form.form.fields) == ["for", "reason"]
    asked = await door.fill("Bob", form, for_="8h", reason="For the pitch")
    await door.settle()
    assert asked.title == "You asked for Designer"
    assert "For the pitch" in door.last("Ada").text

    await change(door, "members_can_invite", "off")
    offer = await door.run("Bob", "invite create emails:zoe@acme.example")
    why = await door.click("Bob", offer, "Ask with a reason")
    asked = await door.fill("Bob", why, reason="She draws")
    await door.settle()
    assert "She draws" in door.last("Ada").text, asked.text


async def test_in_an_emergency_it_is_asked_why_that_cannot_wait(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Content Editor")
    await change(door, "approvals", '"access: 1 of request:approve; emergency content:edit for at most 2h"')
    await door.run("Ada", "resource create kind:folder name:Vault")
    asked = await door.run("Bob", "request access resource:Vault level:edit")
    form = await door.click("Bob", asked, "In an emergency")
    assert "You get Vault at once, for 2h at most." in form.text
    taken = await door.fill("Bob", form, reason="It burns", for_="1h")
    assert taken.title == "You have edit on Vault", taken.text
    assert (await door.fill("Bob", form, reason="Again")).title == "That was sent already"


async def test_a_member_gets_a_role_and_goes_with_a_reason_by_forms(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Commenter")
    shown = await door.run("Ada", "member show member:@Bob")
    form = await door.click("Ada", shown, "Assign a role")
    assert "Bob has now: Commenter." in form.text
    assert (await door.fill("Ada", form, role="Designer", for_="2d")).title == "Bob is Designer for a time"

    warning = await door.click("Ada", await door.run("Ada", "member show member:@Bob"), "Remove")
    why = await door.click("Ada", warning, "Remove with a reason")
    gone = await door.fill("Ada", why, reason="The project is over")
    await door.settle()
    assert gone.title == "Removed: Bob"
    assert "The project is over" in door.last("Bob").text
    late = await door.click("Ada", warning, "Confirm")
    assert late.title == "That was answered already"


async def test_a_setting_is_changed_in_a_form(door: Door) -> None:
    await start(door)
    settings = await door.run("Ada", "workspace settings")
    form = await door.click("Ada", settings, "Change a setting")
    wrong = await door.fill("Ada", form, setting="join_policy", value="perhaps")
    assert list(await errors(door, wrong)) == ["value"]
    assert (await door.fill_in("Ada", wrong, value="instant")).title == "join_policy is now instant"

    one = await door.choose("Ada", settings, "Choose a setting", "allowed_domains")
    done = await door.fill("Ada", one, value="acme.example")
    assert done.title == "allowed_domains is now acme.example"


async def test_what_there_is_too_much_of_for_a_menu_is_looked_for(door: Door) -> None:
    await start(door)
    await door.run("Ada", "invite create name:Friends")
    form = await door.run("Ada", "invite revoke")
    label = next(seen.short_id for seen in [await door.run("Ada", "invite list")])
    done = await door.fill("Ada", form, invite=f"Friends ({label})")
    assert done.title.startswith("Revoked"), done.text


async def test_a_newcomer_fills_in_the_code(door: Door) -> None:
    await start(door)
    made = await door.run("Ada", "invite create")
    form = await door.run("Nia", "join")
    asked = await door.fill("Nia", form, code=made.code)
    assert asked.title == "You asked to join Studio"
    wrong = await door.run("Bob", "join")
    assert list(await errors(door, await door.fill("Bob", wrong, code="2222-3333-4444-5555"), "Bob")) == [
        "code"
    ]
