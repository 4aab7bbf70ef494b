"""Messages, views, acknowledgements and manifests, checked against the documented limits."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from tests.fakes.slack.blocks import TOTAL_AT_MOST, Surface, check_blocks, tables, total_length
from tests.fakes.slack.checks import boolean, complain, items, mapping, one_of, shape, string
from tests.fakes.slack.elements import option_groups, options, plain_text
from tests.fakes.slack.errors import SlackError

TEXT_AT_MOST: Final = 40_000
UPDATED_TEXT_AT_MOST: Final = 4_000
ATTACHMENTS_AT_MOST: Final = 100
METADATA_AT_MOST: Final = 16 * 1024
VIEW_AT_MOST: Final = 250 * 1024

_EVENT_TYPE = re.compile(r"[A-Za-z0-9_.\-]+")
_VIEW_COMMON = {
    "type": one_of("modal", "home"),
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL = shape(
    {"type": one_of("modal"), "title": plain_text(24), "blocks": items(mapping, most=100)},
    {
        **_VIEW_COMMON,
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = shape({"type": one_of("home"), "blocks": items(mapping, least=0, most=100)}, _VIEW_COMMON)


def check_message(args: dict[str, Any], *, text_at_most: int = TEXT_AT_MOST, total: bool = True) -> None:
    """Raise what chat.postMessage and its relatives answer for this content."""
    text, blocks = args.get("text"), args.get("blocks")
    attachments, markdown = args.get("attachments"), args.get("markdown_text")
    if text is not None and not isinstance(text, str):
        raise SlackError("invalid_arguments", "must provide a string [json-pointer:/text]")
    if not (text or blocks or attachments or markdown):
        raise SlackError("no_text")
    if markdown and (text or blocks):
        raise SlackError(
            "invalid_arguments", "markdown_text goes without text and blocks [json-pointer:/markdown_text]"
        )
    if len(text or "") > text_at_most or len(markdown or "") > 12_000:
        raise SlackError("msg_too_long")
    if blocks is not None:
        _check_message_blocks(blocks, total=total)
    if attachments:
        _check_attachments(attachments)
    attached = sum(tables(each.get("blocks")) for each in attachments or ())
    if tables(blocks) + attached > 1:
        raise SlackError("invalid_attachments", "only_one_table_allowed")
    if args.get("metadata"):
        _check_metadata(args["metadata"])


def _check_message_blocks(blocks: Any, *, total: bool) -> None:
    problems: list[str] = []
    check_blocks(blocks, "message", "/blocks", problems)
    if problems:
        raise SlackError("invalid_blocks", *problems)
    if total and total_length(blocks) > TOTAL_AT_MOST:
        raise SlackError("msg_blocks_too_long")


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(each, dict) for each in attachments):
        raise SlackError(
            "invalid_attachments", "must provide an array of objects [json-pointer:/attachments]"
        )
    if len(attachments) > ATTACHMENTS_AT_MOST:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if "blocks" in attachment:
            _check_message_blocks(attachment["blocks"], total=False)


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format", "needs event_type and event_payload, nothing else")
    kind, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(kind, str) or not _EVENT_TYPE.fullmatch(kind) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format", "event_type is a word, event_payload an object")
    if not all(_is_metadata_value(value) for value in payload.values()):
        raise SlackError(
            "invalid_metadata_format", "event_payload holds strings, numbers, booleans, flat objects"
        )
    if len(json.dumps(metadata)) > METADATA_AT_MOST:
        raise SlackError("metadata_too_large")


def _is_metadata_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_metadata_value(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(item, (str, int, float, bool, list)) for item in value.values())
    return isinstance(value, (str, int, float, bool))


def check_view(view: Any, *kinds: Surface) -> None:
    """Raise what views.open, views.update, views.push and views.publish answer for this view."""
    kind = view.get("type") if isinstance(view, dict) else None
    if kind not in kinds:
        raise SlackError("invalid_arguments", f"unsupported type: {kind} [json-pointer:/view/type]")
    if len(json.dumps(view)) > VIEW_AT_MOST:
        raise SlackError("view_too_large")
    problems: list[str] = []
    (_MODAL if kind == "modal" else _HOME)(view, "/view", problems)
    check_blocks(view.get("blocks"), kind, "/view/blocks", problems)
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(b, dict) and b.get("type") == "input" for b in blocks
    )
    if kind == "modal" and has_input and "submit" not in view:
        complain(problems, "missing required field: submit", "/view/submit")
    if problems:
        raise SlackError("invalid_arguments", *problems)


_ANSWER_KEYS = frozenset(
    [
        "text",
        "blocks",
        "attachments",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "metadata",
        "mrkdwn",
        "link_names",
        "parse",
        "username",
        "icon_emoji",
        "icon_url",
    ]
)
_OPTIONS = shape({}, {"options": items(mapping, least=0, most=100), "option_groups": option_groups})


def check_answer(body: Any) -> list[str]:
    """Problems of an answer to a command or click, in an acknowledgement or sent to a response_url."""
    if not isinstance(body, dict):
        return ["must be an object [json-pointer:]"]
    problems = [
        f"invalid additional property: {key} [json-pointer:]" for key in body if key not in _ANSWER_KEYS
    ]
    if body.get("response_type", "ephemeral") not in {"ephemeral", "in_channel"}:
        complain(problems, "must be one of ephemeral, in_channel", "/response_type")
    problems += [
        f"must be a boolean [json-pointer:/{key}]"
        for key in ("replace_original", "delete_original")
        if not isinstance(body.get(key, False), bool)
    ]
    return problems


def check_options(body: Any) -> list[str]:
    problems: list[str] = []
    _OPTIONS(body, "", problems)
    if not problems and body.get("options"):
        options(body["options"], "/options", problems)
    if isinstance(body, dict) and ("options" in body) == ("option_groups" in body):
        complain(problems, "must have exactly one of options, option_groups", "")
    return problems
