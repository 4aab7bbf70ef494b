"""Forms: what a command or a button still needs is asked for in one, with everything that was typed so far in it.

A form is opened for whoever may do the thing at all, and for what is still open; that is asked again when it comes back. What
it was opened for is kept under its key (``core.drafts``): what comes back names nothing else, and works once.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from core import drafts, views
from core.binding import bind, faults
from core.calls import Identity, Value
from core.cards import Button, Card, Form, Say
from core.catalogue import ACTIONS, COMMANDS, Action, Command, Kind, Opening, Option, Scope, action
from core.completion import MENU, one_of
from core.context import Context
from core.drafts import Draft
from core.errors import Refusal, RefusalCode, refusal_card
from core.form_errors import field_of, words
from core.form_fields import entry, parts_of
from core.form_words import COMMANDS as OF_COMMANDS
from core.form_words import FILL_IN, SEND
from core.language import mark, t
from core.models import NOWHERE

#: The button that opens a form again.
OPEN = "form.open"


class Asked(NamedTuple):
    """What a form asks for: the options that apply, and what it says beside them."""

    name: str
    shape: type[Any] | None
    options: tuple[Option, ...]
    opening: Opening


# --- what it asks for ----------------------------------------------------------------------------------------------


def asked_by(ctx: Context, declared: Command | Action, local: str) -> Asked:
    """What this person still has to say; refuses who may not do it at all. The workspace has to be entered."""
    ctx.require(declared.needs)
    if isinstance(declared, Command):
        title, submit = OF_COMMANDS[declared.name]
        typed = Say(declared.name, declared.example.removeprefix(declared.name).strip())
        opening = Opening(t(title), typed=(typed,), submit=t(submit))
        return Asked(declared.name, declared.shape, declared.options, opening)
    opening = declared.opening(ctx, local) if declared.opening is not None else Opening(t(declared.label))
    options = tuple(
        replace(option, required=True) if option.name in opening.required else option
        for option in declared.options
        if option.name not in opening.left_out
    )
    return Asked(declared.name, declared.shape, options, opening)


def enter(ctx: Context, declared: Command | Action, *, to_do: bool = False) -> str:
    """Enters the workspace that a form is about; returns what in it a button is about.

    A command that finds its workspace by what is typed is entered only to be shown: with names of this place, if any. Of any
    other one the call's subject is the workspace for which its form was opened.
    """
    if isinstance(declared, Action):
        workspace, _, local = ctx.call.subject.partition("/")
        if not local or workspace == NOWHERE or not ctx.enter(workspace):
            raise Refusal(RefusalCode.UNKNOWN_BUTTON)
        return local
    if declared.scope is Scope.PLACE:
        ctx.enter_place()
        if ctx.call.subject not in ("", ctx.workspace.workspace_id):
            raise Refusal(
                RefusalCode.FORM_GONE
            )  # the place, or this person there, has turned to another workspace
    elif not to_do:
        with suppress(Refusal):
            ctx.enter_place()
    return ""


def build(
    ctx: Context, asked: Asked, key: str, options: Mapping[str, Value], errors: Mapping[str, str]
) -> Form:
    """The form with what was typed in it: what has to be given first, then what was given, then the rest."""
    found = [
        made
        for option in asked.options
        if (
            made := entry(
                ctx, option, options, errors.get(option.name, ""), asked.opening.choices.get(option.name)
            )
        )
        is not None
    ]
    entries = sorted(found, key=lambda each: (not each.required, each.value in ("", ()) and not each.error))
    opening = asked.opening
    return Form(key, opening.title, opening.submit or t(SEND), tuple(entries), opening.body)


# --- opening -------------------------------------------------------------------------------------------------------


def open_command(ctx: Context, declared: Command, refusal: Refusal | None) -> Card:
    """Asks for what a typed command lacks; where there are no forms the refusal says what to type."""
    enter(ctx, declared)
    asked = asked_by(ctx, declared, "")
    options = kept(asked, ctx.call.options)
    wrong = faults(asked, typed(asked, options), ctx.at)
    errors = {
        name: words(fault) for name, fault in wrong.items() if fault.code is not RefusalCode.MISSING_OPTION
    }
    if declared.scope is Scope.PLACE:
        ctx.call = replace(ctx.call, subject=ctx.workspace.workspace_id)
    return _opened(ctx, asked, options, errors, refusal)


def open_action(ctx: Context, declared: Action, local: str) -> Card:
    """Asks for what a button needs. The workspace has been entered."""
    asked = asked_by(ctx, declared, local)
    return _opened(ctx, asked, dict(asked.opening.values), {}, None)


def ask(ctx: Context, name: str, local: str) -> Card:
    """As if the button of that name had been pressed: for one that lacks something."""
    ctx.call = replace(ctx.call, action=name, subject=ctx.subject(local))
    return open_action(ctx, ACTIONS[name], local)


def beside(ctx: Context, card: Card, name: str, local: str) -> Card:
    """A card on which the same can be done without a form: that is opened where there are forms."""
    return replace(card, form=ask(ctx, name, local).form)


def _opened(
    ctx: Context,
    asked: Asked,
    options: Mapping[str, Value],
    errors: Mapping[str, str],
    refusal: Refusal | None,
) -> Card:
    key = drafts.new_key()
    form = build(ctx, asked, key, options, errors)
    drafts.keep(ctx.connection, key, ctx.call, _to_keep(asked, options))
    return _card(asked, form, refusal)


def again(ctx: Context, draft: Draft) -> Card:
    """The same form once more, with what is kept of it."""
    declared = declared_of(draft)
    local = enter(ctx, declared)
    asked = asked_by(ctx, declared, local)
    return _card(asked, build(ctx, asked, draft.key, draft.options, draft.wrong), None)


def _card(asked: Asked, form: Form, refusal: Refusal | None) -> Card:
    """What stands where no form can be opened."""
    if refusal is None:
        opening = asked.opening
        card = views.form_waits(opening.title, opening.body, opening.typed)
    else:
        card = refusal_card(refusal)
    return replace(card, buttons=(*card.buttons, fill_in(form.key)), form=form)


def fill_in(key: str) -> Button:
    return Button(t(FILL_IN), OPEN, f"{NOWHERE}/{key}")


# --- coming back ---------------------------------------------------------------------------------------------------


def check(draft: Draft | None, at: int) -> Draft:
    """Refuses what was sent already, what came too late, and what was never there for this person."""
    if draft is not None and draft.done_at is not None:
        raise Refusal(RefusalCode.FORM_DONE)
    if draft is None or draft.expires_at <= at or not is_known(draft):
        raise Refusal(RefusalCode.FORM_GONE)
    return draft


def is_known(draft: Draft) -> bool:
    return draft.command in COMMANDS if draft.command else draft.action in ACTIONS


def declared_of(draft: Draft) -> Command | Action:
    return COMMANDS[draft.command] if draft.command else ACTIONS[draft.action]


def merged(draft: Draft, filled: Mapping[str, Value]) -> dict[str, Value]:
    """What was filled in now, and before in fields that were not shown this time; what was emptied is left out."""
    return {name: value for name, value in {**draft.options, **filled}.items() if value not in ("", ())}


def take(ctx: Context, draft: Draft, options: Mapping[str, Value]) -> tuple[str, Any]:
    """What a form was about, and what was filled in, as its handler expects it. It counts as sent from now on."""
    if not drafts.mark_done(ctx.connection, ctx.actor.identity, draft.key, ctx.at):
        raise Refusal(RefusalCode.FORM_DONE)
    declared = declared_of(draft)
    local = enter(ctx, declared, to_do=True)
    asked = asked_by(ctx, declared, local)
    return local, bind(asked, typed(asked, options), ctx.at)


def refused(ctx: Context, draft: Draft, options: Mapping[str, Value], refusal: Refusal) -> Card:
    """A refused form: it can be sent again, with everything kept, where it could still be opened; else the refusal alone.

    What is wrong with one field stands at that field, and with it what is wrong with others.
    """
    try:
        declared = declared_of(draft)
        asked = asked_by(ctx, declared, enter(ctx, declared))
    except Refusal:
        return refusal_card(refusal)
    options = kept(asked, options)
    wrong = {name: words(fault) for name, fault in faults(asked, typed(asked, options), ctx.at).items()}
    about = field_of(refusal, asked.options, options)
    if about is not None:
        wrong = {about[0]: about[1], **wrong}
    drafts.keep_typed(ctx.connection, ctx.actor.identity, draft.key, ctx.at, _to_keep(asked, options), wrong)
    card = refusal_card(refusal)
    form = build(ctx, asked, draft.key, options, wrong) if wrong else None
    return replace(card, buttons=(*card.buttons, fill_in(draft.key)), form=form)


def complete(ctx: Context, draft: Draft, option: str, typed: str) -> list[tuple[str, str]]:
    """What goes on from ``typed`` in a field that is looked for, as far as this person may know."""
    declared = declared_of(draft)
    found = declared.option(option)
    try:
        enter(ctx, declared)
    except Refusal:
        return []  # sending it would be refused, too
    return [] if found is None else one_of(ctx, found, typed)[:MENU]


def kept(asked: Asked, options: Mapping[str, Value]) -> dict[str, Value]:
    """Of what was given only what the form asks for."""
    known = {option.name for option in asked.options}
    return {name: value for name, value in options.items() if name in known}


def _to_keep(asked: Asked, options: Mapping[str, Value]) -> dict[str, Value]:
    """What may lie in the database until the form is sent: whoever steals that gets no code with it."""
    secret = {option.name for option in asked.options if option.kind is Kind.CODE}
    return {name: value for name, value in options.items() if name not in secret}


def typed(asked: Asked, options: Mapping[str, Value]) -> dict[str, Value]:
    """What was picked from lists as it would be typed: with commas in between."""
    found = kept(asked, options)
    for option in asked.options:
        given = found.get(option.name)
        if option.kind in _LISTED and isinstance(given, tuple) and not isinstance(given, Identity):
            found[option.name] = tuple(_parted(part) for part in parts_of(given))
    return found


#: Lists whose entries are told apart by commas.
_LISTED = frozenset({Kind.ROLES, Kind.GROUPS, Kind.RESOURCES, Kind.MEMBERS})


def _parted(part: Value) -> Value:
    return f"{part}," if isinstance(part, str) else part


@action(OPEN, mark("Fill in"), needs="")
def reopen(ctx: Context, local: str) -> Card:
    """Of no workspace: ``core.answering`` answers it by ``again``, whatever place it is pressed in."""
    del ctx, local
    raise Refusal(RefusalCode.UNKNOWN_BUTTON)
