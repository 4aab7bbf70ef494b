"""What the console says of itself: its own words, and the first card."""

from __future__ import annotations

from core.cards import Card, Line, text
from core.language import mark, says, t

WORDS = {
    "as": mark("as NAME [E-MAIL] — be another person; a new name makes a new person"),
    "in": mark("in CHANNEL — type in another channel (dm: in a direct message with Usher)"),
    "click": mark(
        "click LABEL [ID] — press the newest button with that word, or the one on the card with that id; "
        'of a menu, its label and a choice: click "Change role" Designer'
    ),
    "fill": mark(
        'fill NAME:VALUE … — fill in the form that was opened last, and send it: fill reason:"Not now"'
    ),
    "inbox": mark("inbox — the messages sent to you, as they stand now"),
    "cards": mark("cards — the cards in channels and in your inbox, as they stand now"),
    "home": mark("home — what is yours and what waits for you, as one page"),
    "advance": mark("advance 7d — move the clock forward: reminders are sent, invitations expire"),
    "language": mark("language de — read in another language; en for English"),
    "people": mark("people — who is here"),
    "quit": mark("quit — leave"),
}
FIRST_STEPS = (
    "workspace create name:Studio scheme:studio",
    'invite create name:"Design team" role:Designer',
    "as Newcomer",
    "join code:{code}",
    "as Owner",
    "click Approve",
)


def words_card() -> Card:
    """The console's own words, for its help."""
    return Card(
        t("In this console you can also type"),
        lines=tuple(Line(text(t(line))) for line in WORDS.values()),
        body=(
            text(
                t(
                    "In a line, {code} stands for the invite code shown last, {invite} and {request} for the last short ids, "
                    "{link_code} for the last link code; # begins a comment."
                )
            ),
        ),
    )


def welcome(kept_in: str) -> Card:
    """The first card: what this is, where the data goes, what to type first."""
    where = (
        t("Your data stays in {place}.", place=kept_in)
        if kept_in
        else t("Everything here is forgotten when you leave.")
    )
    return Card(
        t("Usher's console"),
        body=(
            says(
                "You are Owner; Admin, Member and Newcomer are here too. {where} Try this, where {code} stands for the code "
                "shown last:",
                where=where,
                code="{code}",
            ),
            *(text(f"  {step}") for step in FIRST_STEPS),
            says("Type {/help} to see what else there is."),
        ),
    )
