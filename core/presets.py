"""Presets: several settings at once, shown before they are applied and read again when they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core import views
from core.cards import Card, Say, Text
from core.catalogue import Kind, command, option
from core.context import Context
from core.intents import announce, confirms
from core.language import n, says
from core.schemes import schemes
from core.setting_changes import CONFIGURE, apply, check, live_links, shown
from core.settings import SETTINGS
from core.views.settings import Difference

SMALL_TEAM, LARGE_ORG = "small-team", "large-org"
PRESETS = (SMALL_TEAM, LARGE_ORG)
_KIND = "workspace.preset"


@dataclass(frozen=True, slots=True)
class WorkspacePreset:
    preset: str = option(Kind.CHOICE, "how the workspace works", SMALL_TEAM, required=True, choices=PRESETS)


@command(
    "workspace preset",
    "Set the workspace up for a small team or a large one",
    WorkspacePreset,
    needs=CONFIGURE,
)
def preset(ctx: Context, ask: WorkspacePreset) -> Card:
    wanted = _changes(ctx, ask.preset)
    asks = _asks(ctx, ask.preset)
    if not wanted:
        return views.preset_unneeded(ask.preset, ctx.workspace.name, asks)
    for name, kept in wanted.items():
        check(ctx, SETTINGS[name], kept)
    changes = [_difference(ctx, name, kept) for name, kept in wanted.items()]
    subject = announce(ctx, _KIND, ask.preset, {})
    return views.preset_announced(ask.preset, ctx.workspace.name, changes, asks, subject)


@confirms(_KIND)
def _apply(ctx: Context, subject: str, facts: dict[str, Any]) -> Card:
    """Whatever has changed since it was shown, the preset is what is reached."""
    del facts
    ctx.require(CONFIGURE)
    wanted = _changes(ctx, subject)
    asks = _asks(ctx, subject)
    if not wanted:
        return views.preset_unneeded(subject, ctx.workspace.name, asks)
    changes = [_difference(ctx, name, kept) for name, kept in wanted.items()]
    for name, kept in wanted.items():
        check(ctx, SETTINGS[name], kept)
    ctx.record("preset.applied", subject, settings=list(wanted))
    for name, kept in wanted.items():
        apply(ctx, SETTINGS[name], kept)
    return views.preset_applied(subject, ctx.workspace.name, changes, asks)


def _changes(ctx: Context, name: str) -> dict[str, Any]:
    """What the preset makes of the settings, as far as that is not so already."""
    small = name == SMALL_TEAM
    wanted: dict[str, Any] = {"join_policy": "approval", "members_can_invite": small}
    role = _working_role(ctx) if small else _lowest_role(ctx)
    if role is not None:
        wanted["default_role"] = role
    if not small:
        wanted["invite_links"] = False
    return {name: kept for name, kept in wanted.items() if kept != ctx.workspace.setting(name)}


def _working_role(ctx: Context) -> str | None:
    """The scheme's working role; None where the workspace has none like it any more."""
    scheme = schemes()[ctx.workspace.scheme]
    found = next((role.role_id for role in scheme.roles if role.name == scheme.working), "")
    return found if found in ctx.workspace.roles else None


def _lowest_role(ctx: Context) -> str | None:
    """The lowest role that can be given; none at all where the scheme gives newcomers none."""
    if not schemes()[ctx.workspace.scheme].default:
        return ""
    workspace = ctx.workspace
    given = [role for role in workspace.roles.values() if role.on(workspace.plan) and not role.exactly_one]
    return min(given, key=lambda role: role.rank).role_id if given else None


def _difference(ctx: Context, name: str, kept: Any) -> Difference:
    setting = SETTINGS[name]
    note = ""
    if name == "invite_links" and not kept and (ending := live_links(ctx)):
        note = n("{count} live link ends, for good", "{count} live links end, for good", ending)
    before = shown(ctx, setting, ctx.workspace.setting(name))
    return Difference(name, before, shown(ctx, setting, kept), note)


def _asks(ctx: Context, name: str) -> Text:
    """What a preset cannot know: from which domains the people of a large organisation come."""
    if name != LARGE_ORG or ctx.workspace.setting("allowed_domains"):
        return ()
    return says(
        "Say next from which e-mail domains people may join: {command}",
        command=Say("workspace set", "setting:allowed_domains value:example.com"),
    )
