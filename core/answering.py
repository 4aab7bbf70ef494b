"""What answers a call: the command that was typed, the button that was pressed, the form that was sent.

Refusals are answers; only a fault raises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core import commands, deliveries, filling, forms, views
from core.binding import bind, by_the_clocks
from core.calls import OPEN, Call
from core.cards import Card
from core.catalogue import Action, Command, Scope
from core.context import Context
from core.errors import Refusal, RefusalCode, refusal_card
from core.models import NOWHERE
from core.text import clean, display_name, shorten
from core.transactions import Transactions
from core.weeks import zone_of

SUBJECT_LIMIT = 100


def tidy(call: Call) -> Call:
    """The call with what anybody may have typed or forged in a form that every database can keep."""
    name = display_name(call.actor.name, "Somebody")
    action, subject = clean(call.action)[:SUBJECT_LIMIT], clean(call.subject)[:SUBJECT_LIMIT]
    if call.form:
        call = replace(call, form=clean(call.form)[:SUBJECT_LIMIT] or "?")
    if call.action and not action:
        action = "?"  # still a click, and not a command
    if (name, action, subject) == (call.actor.name, call.action, call.subject):
        return call
    return replace(call, actor=replace(call.actor, name=name), action=action, subject=subject)


def answer(transactions: Transactions, call: Call) -> Card:
    """Raises ``Repeated`` where the call was delivered, and did its work, before."""
    try:
        if call.action == forms.OPEN:
            return filling.again(transactions, call)
        if call.form and call.form != OPEN:
            return filling.sent(transactions, call)
        if call.action or not call.command:
            return _pressed(transactions, call)
        return _typed(transactions, call)
    except Refusal as refusal:
        return views.in_workspace(refusal_card(refusal), refusal.workspace)


# --- buttons ---------------------------------------------------------------------------------------------------------


def _pressed(transactions: Transactions, call: Call) -> Card:
    declared = commands.ACTIONS.get(call.action)
    reads = declared is not None and declared.reads and declared.shape is None
    try:
        return transactions.run(call, lambda ctx: _press(ctx, declared), reads=reads)
    except Refusal as refusal:
        if refusal.code is not RefusalCode.REASON_NEEDED or declared is None or not declared.asks:
            raise
        asks = commands.ACTIONS[declared.asks]
    # A click brings no reason along: where the policy wants one, it is asked for.
    return transactions.run(replace(call, action=asks.name), lambda ctx: _press(ctx, asks), reads=False)


def _press(ctx: Context, declared: Action | None) -> Card:
    """A click: the subject says which workspace, and everything else is read again."""
    workspace, _, local = ctx.call.subject.partition("/")
    if declared is None or not local or workspace == NOWHERE or not ctx.enter(workspace):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    ctx.require(declared.needs)
    card: Card = (
        declared.handler(ctx, local) if declared.shape is None else forms.open_action(ctx, declared, local)
    )
    if ctx.call.message is not None and declared.live:
        deliveries.adopt(ctx, local, ctx.call.message)
    return card


# --- commands --------------------------------------------------------------------------------------------------------


def _typed(transactions: Transactions, call: Call) -> Card:
    command = commands.COMMANDS.get(call.command)
    if command is None:
        # A platform still offers what we no longer know.
        command, call = (
            commands.COMMANDS["help"],
            replace(call, form="", options={"command": shorten(clean(call.command))}),
        )
    if not command.options:
        call = replace(call, form="")  # nothing is to be filled in
    missing, ask = _bound(call, command)
    if missing is not None or call.form:
        return transactions.run(call, lambda ctx: forms.open_command(ctx, command, missing), reads=False)
    if command.exports:
        return _export(transactions, call, command, ask)
    return transactions.run(call, lambda ctx: _obey(ctx, command, ask), reads=command.reads)


def _bound(call: Call, command: Command) -> tuple[Refusal | None, Any]:
    """What a command asks for, or why it cannot be told without something more."""
    if call.form:
        return None, None
    try:
        return None, bind(command, call.options, call.at)
    except Refusal as refusal:
        if refusal.code is not RefusalCode.MISSING_OPTION:
            raise
        return refusal, None


def _obey(ctx: Context, declared: Command, ask: Any) -> Card:
    if declared.scope is Scope.PLACE:
        try:
            ctx.enter_place()
            if ctx.found is not None:
                ask = by_the_clocks(declared, ask, zone_of(ctx.found.kept), ctx.at)
        except Refusal:
            if declared.name != "help":
                raise  # help has an answer without a workspace too
    ctx.require(declared.needs)
    card: Card = declared.handler(ctx, ask)
    return card


def _export(transactions: Transactions, call: Call, command: Command, ask: Any) -> Card:
    """Reads for as long as that takes, which holds up nobody, and then puts on record what is given out.

    What cannot be recorded, since the person may not have it any more by then, is not given.
    """
    read: list[Context] = []

    def reading(ctx: Context) -> Card:
        read[:] = [ctx]
        return _obey(ctx, command, ask)

    card = transactions.run(call, reading, reads=True)
    transactions.run(call, lambda ctx: _put_on_record(ctx, command, read[0], card), reads=False)
    return card


def _put_on_record(ctx: Context, declared: Command, read: Context, card: Card) -> Card:
    if not ctx.enter(read.workspace.workspace_id):
        raise Refusal(RefusalCode.NOT_LINKED)
    ctx.require(declared.needs)
    for event, subject, facts in read.to_record:
        ctx.record(event, subject, **facts)
    return card
