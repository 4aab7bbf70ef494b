"""The limit on guessing codes: ten wrong ones within an hour, then none is taken from that person until the hour is over."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, text

from core.cards import When
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import guesses

LIMIT = 10
WINDOW = 3_600

_MINE = select(guesses.c.since, guesses.c.wrong).where(guesses.c.person == bindparam("person"))
#: The hour begins with the first wrong code; a wrong one after its end begins a new hour.
_COUNT = text(
    "INSERT INTO guesses (person, since, wrong) VALUES (:person, :now, 1) "
    "ON CONFLICT (person) DO UPDATE SET "
    "wrong = CASE WHEN guesses.since <= :over THEN 1 ELSE guesses.wrong + 1 END, "
    "since = CASE WHEN guesses.since <= :over THEN :now ELSE guesses.since END"
)


def check_guesses(ctx: Context) -> None:
    """Refuses right codes too while the hour lasts: otherwise the answer would tell a right one from a wrong one."""
    row = ctx.connection.execute(_MINE, {"person": ctx.person}).first()
    if row is not None:
        refuse_guesser(ctx, row.since, row.wrong)


def refuse_guesser(ctx: Context, since: int | None, wrong: int | None) -> None:
    """Refuses a person with this count of wrong codes (None: none yet)."""
    if since is not None and wrong is not None and wrong >= LIMIT and since + WINDOW > ctx.at:
        raise Refusal(RefusalCode.TOO_MANY_CODES, until=When(since + WINDOW))


def count_wrong(connection: Connection, person: str, at: int) -> None:
    connection.execute(_COUNT, {"person": person, "now": at, "over": at - WINDOW})
