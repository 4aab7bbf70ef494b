"""Settings without typing: a drop-down of all of them, and one of what the chosen one can become."""

from __future__ import annotations

from core import forms, views
from core.cards import Card, Choice, Menu
from core.catalogue import action
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.setting_changes import CONFIGURE, default_roles, facts_of, set_to
from core.settings import SETTINGS, Setting

#: Stands for no role.
_NOBODYS = "-"


@action("setting.choose", "Choose a setting", needs=CONFIGURE)
def choose(ctx: Context, local: str) -> Card:
    """One setting, with what it can become."""
    del local
    setting = _found(str(ctx.call.options.get("choice", "")))
    choices = _choices(ctx, setting)
    menus = (Menu(t("Set it to"), "setting.change", ctx.subject(setting.name), choices),) if choices else ()
    card = views.setting_shown(facts_of(ctx, setting), menus)
    return card if len(choices) > 1 else forms.beside(ctx, card, "setting.set", setting.name)


@action("setting.change", "Set it to", needs=CONFIGURE)
def change(ctx: Context, name: str) -> Card:
    setting = _found(name)
    chosen = str(ctx.call.options.get("choice", ""))
    if chosen not in {choice.value for choice in _choices(ctx, setting)}:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if setting.name == "default_role":
        return set_to(ctx, setting, "" if chosen == _NOBODYS else chosen)
    return set_to(ctx, setting, setting.read(chosen, ctx.call.where, {}))


def _found(name: str) -> Setting:
    if name not in SETTINGS:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return SETTINGS[name]


def _choices(ctx: Context, setting: Setting) -> tuple[Choice, ...]:
    """What whoever looks may choose here; what is not among it can be typed."""
    if setting.name == "default_role":
        roles = (Choice(role.role_id, role.name) for role in default_roles(ctx))
        return (*roles, Choice(_NOBODYS, "none"))
    here = ctx.call.where.channel
    return tuple(Choice(value, value) for value in setting.offers if here or value != "here")
