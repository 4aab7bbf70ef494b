"""The body of a message: its keys, its limits, its embeds, whom it pings."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tests.fakes.discord.components import check_components
from tests.fakes.discord.form import Form, Path
from tests.fakes.discord.state import COMPONENTS_V2

Json = dict[str, Any]

_COMMON = {"content", "embeds", "components", "flags", "allowed_mentions", "attachments", "tts"}
CREATE = frozenset(_COMMON | {"nonce", "enforce_nonce", "message_reference", "sticker_ids", "poll"})
EDIT = frozenset(_COMMON)
REPLY = frozenset(_COMMON | {"poll"})
WEBHOOK = frozenset(_COMMON | {"username", "avatar_url", "thread_name", "applied_tags", "poll"})

EMBED = frozenset(
    [
        "title",
        "type",
        "description",
        "url",
        "timestamp",
        "color",
        "footer",
        "image",
        "thumbnail",
        "author",
        "fields",
        "flags",
    ]
)
SENDABLE_FLAGS = (1 << 2) | (1 << 6) | (1 << 12) | COMPONENTS_V2
MAX_CONTENT, MAX_EMBEDS, MAX_EMBED_TOTAL, MAX_NONCE, MAX_FILES, MAX_MENTIONS = 2000, 10, 6000, 25, 10, 100


def check_message(body: Any, allowed: frozenset[str], *, already_v2: bool = False, path: Path = ()) -> Json:
    """Refuse what the platform refuses; return the body, trimmed the way the platform trims it."""
    form = Form()
    body = dict(form.keys(body, allowed, path))
    if isinstance(body.get("content"), str):
        body["content"] = body["content"].strip()
    form.text(body, "content", path, 0, MAX_CONTENT)
    flags = form.number(body, "flags", path, 0, (1 << 31) - 1) or 0
    if flags & ~SENDABLE_FLAGS:
        form.add(
            (*path, "flags"),
            "MESSAGE_FLAGS_INVALID",
            f"These flags cannot be sent: {flags & ~SENDABLE_FLAGS}",
        )
    v2 = already_v2 or bool(flags & COMPONENTS_V2)
    if v2:
        _no_legacy_fields(form, body, path)
    if body.get("embeds") is not None:
        body["embeds"] = check_embeds(
            form, form.items(body, "embeds", path, 0, MAX_EMBEDS), (*path, "embeds")
        )
    components = form.items(body, "components", path, 0, 40 if v2 else 5)
    check_components(form, components, (*path, "components"), v2=v2)
    _check_small(form, body, path)
    form.finish()
    return body


def _no_legacy_fields(form: Form, body: Json, path: Path) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            text = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.add((*path, key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def _check_small(form: Form, body: Json, path: Path) -> None:
    form.flag(body, "tts", path)
    nonce = body.get("nonce")
    if nonce is not None and not isinstance(nonce, str | int):
        form.add((*path, "nonce"), "NONCE_TYPE", "A nonce is a string or an integer")
    elif nonce is not None:
        form.length(str(nonce), (*path, "nonce"), 0, MAX_NONCE)
    if body.get("allowed_mentions") is not None:
        _check_allowed_mentions(form, body["allowed_mentions"], (*path, "allowed_mentions"))
    keys = frozenset(
        {"id", "filename", "description", "title", "spoiler", "size", "url", "proxy_url", "content_type"}
    )
    for index, item in enumerate(form.items(body, "attachments", path, 0, MAX_FILES)):
        form.keys(item, keys, (*path, "attachments", index))
    if body.get("message_reference") is not None:
        keys = frozenset({"message_id", "channel_id", "guild_id", "fail_if_not_exists", "type"})
        form.keys(body["message_reference"], keys, (*path, "message_reference"))


def _check_allowed_mentions(form: Form, value: Any, path: Path) -> None:
    value = form.keys(value, frozenset({"parse", "users", "roles", "replied_user"}), path)
    parse = form.items(value, "parse", path, 0, 3)
    for index, kind in enumerate(parse):
        if kind not in {"users", "roles", "everyone"}:
            form.add(
                (*path, "parse", index),
                "BASE_TYPE_CHOICES",
                "Value must be one of ('users', 'roles', 'everyone').",
            )
    for kind in ("users", "roles"):
        if form.items(value, kind, path, 0, MAX_MENTIONS) and kind in parse:
            form.add(
                path,
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f"parse:[{kind!r}] and {kind}: [ids...] are exclusive",
            )


def check_embeds(form: Form, embeds: list[Any], path: Path) -> list[Json]:
    trimmed = [_check_embed(form, embed, (*path, index)) for index, embed in enumerate(embeds)]
    if sum(map(embed_size, trimmed)) > MAX_EMBED_TOTAL:
        form.add(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MAX_EMBED_TOTAL}")
    return trimmed


def _check_embed(form: Form, embed: Any, path: Path) -> Json:
    embed = _trim(form.keys(embed, EMBED, path))
    form.text(embed, "title", path, 0, 256)
    form.text(embed, "description", path, 0, 4096)
    form.number(embed, "color", path, 0, 0xFFFFFF)
    for index, given in enumerate(form.items(embed, "fields", path, 0, 25)):
        where = (*path, "fields", index)
        field = form.keys(given, frozenset({"name", "value", "inline"}), where)
        form.text(field, "name", where, 0, 256, required=True)
        form.text(field, "value", where, 0, 1024, required=True)
        form.flag(field, "inline", where)
    _check_parts(form, embed, path)
    if not any(
        embed.get(key) for key in ("title", "description", "fields", "footer", "author", "image", "thumbnail")
    ):
        form.required((*path, "description"))
    return embed | {"type": "rich"}


def _check_parts(form: Form, embed: Json, path: Path) -> None:
    media = frozenset({"url", "proxy_url", "width", "height", "flags"})
    if embed.get("footer") is not None:
        where = (*path, "footer")
        footer = form.keys(embed["footer"], frozenset({"text", "icon_url", "proxy_icon_url"}), where)
        form.text(footer, "text", where, 0, 2048, required=True)
    if embed.get("author") is not None:
        where = (*path, "author")
        author = form.keys(embed["author"], frozenset({"name", "url", "icon_url", "proxy_icon_url"}), where)
        form.text(author, "name", where, 0, 256, required=True)
    for key in ("image", "thumbnail"):
        if embed.get(key) is not None:
            form.url(
                form.keys(embed[key], media, (*path, key)).get("url"),
                (*path, key, "url"),
                ("http", "https", "attachment"),
            )
    if embed.get("url") is not None:
        form.url(embed["url"], (*path, "url"))
    if embed.get("timestamp") is not None:
        try:
            datetime.fromisoformat(embed["timestamp"])
        except (TypeError, ValueError):
            form.add((*path, "timestamp"), "DATE_TIME_TYPE_PARSE", "Could not parse. Should be ISO8601.")


def _trim(value: Any) -> Any:
    """Leading and trailing blanks of an embed's texts do not survive the real platform either."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {key: _trim(inner) for key, inner in value.items()}
    return [_trim(inner) for inner in value] if isinstance(value, list) else value


def embed_size(embed: Json) -> int:
    size = len(embed.get("title") or "") + len(embed.get("description") or "")
    for key, part in (("footer", "text"), ("author", "name")):
        holder = embed.get(key)
        size += len(str(holder.get(part) or "")) if isinstance(holder, dict) else 0
    fields = embed.get("fields")
    for field in fields if isinstance(fields, list) else []:
        if isinstance(field, dict):
            size += len(str(field.get("name") or "")) + len(str(field.get("value") or ""))
    return size


def pinged(text: str, allowed: Json | None) -> tuple[set[int], set[int], bool]:
    """Ids of users, ids of roles and whether everyone is pinged by a text under ``allowed_mentions``."""
    users = {int(found) for found in re.findall(r"<@!?(\d+)>", text)}
    roles = {int(found) for found in re.findall(r"<@&(\d+)>", text)}
    everyone = "@everyone" in text or "@here" in text
    if allowed is None:
        return users, roles, everyone
    parse = allowed.get("parse") or []
    if "users" not in parse:
        users &= {int(i) for i in allowed.get("users") or []}
    if "roles" not in parse:
        roles &= {int(i) for i in allowed.get("roles") or []}
    return users, roles, everyone and "everyone" in parse
