"""Forms that come back: sent, opened again, and completed while somebody fills them in.

Each stands for the call that opened it, which is read again, where it was made, whatever place the form comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core import drafts, forms, views
from core.binding import by_the_clocks
from core.calls import Call, Value
from core.cards import Card
from core.catalogue import Command
from core.context import Context
from core.drafts import Draft
from core.errors import Refusal, RefusalCode
from core.transactions import Transactions
from core.weeks import zone_of


def sent(transactions: Transactions, call: Call) -> Card:
    """What a form was opened for is done once, or it is shown again with what is wrong."""
    draft = _draft(transactions, call)
    options = {} if draft is None else forms.merged(draft, call.options)
    call = _as_opened(call, draft, options)
    try:
        return transactions.run(call, lambda ctx: _carry_out(ctx, draft, options), reads=False)
    except Refusal as refusal:
        if draft is None or refusal.code in {RefusalCode.FORM_DONE, RefusalCode.FORM_GONE}:
            raise
        why = refusal
    with transactions.writing(call) as ctx:
        card = forms.refused(ctx, draft, options, why)
    return views.in_workspace(card, why.workspace)


def again(transactions: Transactions, call: Call) -> Card:
    """The button that opens a form again, wherever it is pressed: what it was opened for says which workspace."""
    draft = _draft(transactions, call)
    opened = _as_opened(replace(call, message=None), draft, {} if draft is None else draft.options)
    return transactions.run(opened, lambda ctx: forms.again(ctx, forms.check(draft, ctx.at)), reads=True)


def facts(transactions: Transactions, call: Call) -> frozenset[str]:
    """What the platform is to be asked about the person before ``call``, which sends a form or opens it again."""
    draft = _draft(transactions, call)
    return forms.declared_of(draft).facts if draft is not None and forms.is_known(draft) else frozenset()


def complete(transactions: Transactions, call: Call, name: str, typed: str) -> list[tuple[str, str]]:
    """``(value, label)`` for a field of a form that is looked for; ``call``: who types, and what is filled in."""
    draft = _draft(transactions, call)
    if draft is None or not forms.is_known(draft):
        return []
    with transactions.reading(_as_opened(call, draft, {**draft.options, **call.options})) as ctx:
        return forms.complete(ctx, draft, name, typed)


def _draft(transactions: Transactions, call: Call) -> Draft | None:
    """What a call sends, or opens again, if this person opened it."""
    key = call.subject.partition("/")[2] if call.action == forms.OPEN else call.form
    with transactions.reading(call) as ctx:
        return drafts.load(ctx.connection, call.actor.identity, key)


def _as_opened(call: Call, draft: Draft | None, options: Mapping[str, Value]) -> Call:
    """The call as if it had been made where the form was opened, by what opened it.

    What a platform says of somebody holds for the team or server about which it was asked, and for no other. Of a form that is
    not theirs, or not there, the attempt is put on record, and no key.
    """
    if draft is None:
        return replace(call, action=forms.OPEN, subject="", options={})
    actor = call.actor
    if (call.where.platform, call.where.realm) != (draft.where.platform, draft.where.realm):
        actor = replace(actor, email=None, place_admin=False, outside=None)
    return replace(
        call,
        actor=actor,
        where=draft.where,
        command=draft.command,
        action=draft.action,
        subject=draft.subject,
        options=dict(options),
    )


def _carry_out(ctx: Context, found: Draft | None, options: Mapping[str, Value]) -> Card:
    draft = forms.check(found, ctx.at)
    declared = forms.declared_of(draft)
    local, ask = forms.take(ctx, draft, options)
    if ctx.found is not None:
        ask = by_the_clocks(declared, ask, zone_of(ctx.found.kept), ctx.at)
    card: Card = (
        declared.handler(ctx, ask) if isinstance(declared, Command) else declared.handler(ctx, local, ask)
    )
    return card
