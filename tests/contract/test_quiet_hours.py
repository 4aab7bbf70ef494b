"""Quiet hours through every door: set by typing and by choosing, and what can wait waits for their end."""

from __future__ import annotations

from tests.contract.stories import ask, change, start
from tests.drivers.base import HOUR, MINUTE
from tests.drivers.worlds import Door

QUESTION = "Nia asks to join Studio"


def _titles(door: Door, who: str) -> list[str]:
    return [seen.title for seen in door.inbox(who)]


async def test_a_reminder_waits_for_the_morning_and_an_answer_does_not(door: Door) -> None:
    await start(door)
    changed = await change(door, "quiet_hours", "6am–9am")
    assert "From 06:00 to 09:00 reminders and news wait." in changed.text
    settings = await door.run("Ada", "workspace settings")
    zone = await door.choose("Ada", settings, "Choose a setting", "time_zone")
    changed = await door.choose("Ada", zone, "Set it to", "Europe/Berlin")
    assert changed.title == "time_zone is now Europe/Berlin"

    # It is 3:40 in Berlin, and the reminder is due at 7:40.
    asked = await ask(door)
    await ask(door, "Eve")
    await door.advance(4 * HOUR)
    await door.restart()
    await door.advance(HOUR)
    assert not [title for title in _titles(door, "Ada") if title.startswith("Still")]
    await door.run("Ada", f"request deny request:{asked.short_id}")
    await door.settle()
    assert "Denied: your request to join Studio" in _titles(door, "Nia")

    await door.advance(20 * MINUTE)
    reminders = [seen for seen in door.inbox("Ada") if seen.title.startswith("Still")]
    assert [(seen.title, seen.under) for seen in reminders] == [
        ("Still waiting: Eve asks to join Studio", "Eve asks to join Studio")
    ]


async def test_what_is_no_time_is_refused_with_an_example(door: Door) -> None:
    await start(door)
    for typed, example in (
        ("quiet_hours value:always", "22:00-07:00"),
        ("time_zone value:Mars", "Europe/Berlin"),
    ):
        seen = await door.run("Ada", f"workspace set setting:{typed}")
        assert example in seen.text
