"""The page's own words, by the names under which its template and its scripts say them."""

from __future__ import annotations

from core.language import mark, t

PAGE = {
    "title": mark("Usher’s playground"),
    "name": mark("playground"),
    "about": mark(
        "Slack on one side, Discord on the other, one Usher behind both. Be anyone, type commands, press the buttons, "
        "move the clock. Nothing leaves this machine, and all of it is forgotten when you stop it."
    ),
    "skip": mark("Skip to the command box"),
    "no_script": mark("This page needs JavaScript. Without it, try Usher in a terminal: usher console"),
    "chats": mark("The two chats"),
    "you_are": mark("You are"),
    "reads": mark("Language"),
    "somebody_new": mark("Somebody new"),
    "their_name": mark("Their name"),
    "name_rule": mark("At least one letter or number"),
    "add": mark("Add"),
    "anew": mark("Start over"),
    "anew_ask": mark("Start over?"),
    "anew_about": mark(
        "All that happened here is forgotten: both chats, the workspaces, whom you added, and how far the clock was moved. "
        "Other tabs with this page start over, too."
    ),
    "close": mark("Close"),
    "cancel": mark("Cancel"),
    "rooms": mark("Channels of {chat}"),
    "direct": mark("Direct messages"),
    "new_room": mark("New channel"),
    "new_room_about": mark("It opens in both chats, and everybody is in it."),
    "room_name": mark("Its name"),
    "room_rule": mark("Letters, numbers and hyphens"),
    "home": mark("Home"),
    "opening_home": mark("One moment: {name}’s Home is being opened …"),
    "command": mark("Command for {chat}"),
    "placeholder": mark("Type a command, for example {command}"),
    "send": mark("Send"),
    "suggestions": mark("Suggestions"),
    "clock": mark("The clock"),
    "clock_now": mark("It is"),
    "hour": mark("1 hour"),
    "day": mark("1 day"),
    "week": mark("7 days"),
    "forward": mark("Move the clock {far} forward"),
    "own": mark("Another length of time, for example 3d"),
    "go": mark("Go"),
    "moving": mark("Moving the clock …"),
    "bad_time": mark("Type a length of time, for example 36h, 3d or 2w."),
    "record": mark("Record"),
    "record_of": mark("The record of {workspace}"),
    "record_empty": mark(
        "Nothing has happened yet. Every change, and every refused attempt, will stand here."
    ),
    "record_holds": mark("The chain of hashes holds: no event was changed, none is missing."),
    "record_broken": mark("The chain of hashes is broken: an event was changed or is missing."),
    "tour": mark("First steps"),
    "tour_skip": mark("Skip the tour"),
    "tour_hide": mark("Hide this"),
    "tour_show": mark("Show the first steps"),
    "tour_done": mark("Done"),
    "tour_do": mark("Type it for me"),
    "step_create": mark(
        "Make a workspace. In Slack you are Owner: type this, or let it be typed, and press Enter."
    ),
    "step_invite": mark("Invite somebody. The card that comes has a code to pass on."),
    "step_join": mark(
        "Let them in. In Discord you are Newcomer: join with the code. Then press Approve, in Owner’s direct messages in Slack."
    ),
    "step_after": mark(
        "That was it. Now move the clock to see reminders and ends, link the two chats with {command}, or type help for the rest."
    ),
    "typed": mark("{name} typed"),
    "pressed": mark("{name} pressed"),
    "only_you": mark("Only you can see this"),
    "dismiss": mark("Dismiss"),
    "reply_to": mark("In reply to “{title}”"),
    "later": mark("The clock was moved: it is now {now}"),
    "from_list": mark("Choose …"),
    "lost": mark(
        "The connection to the playground is lost. It comes back by itself as soon as it runs again."
    ),
    "back": mark("The connection is back."),
    "failed": mark("That did not work. Try it again, or load the page anew."),
    "starting": mark("One moment: the chats are being opened …"),
    "empty_room": mark("Nothing here yet. Type help to see what you can do."),
    "empty_direct": mark("What Usher writes to {name} comes here."),
    "has_news": mark("{name} has new messages"),
}


def page_words(**facts: str) -> dict[str, str]:
    """All of them in the spoken language; holes stay open where no fact is given for them."""
    return {name: t(sentence, **facts) for name, sentence in PAGE.items()}
