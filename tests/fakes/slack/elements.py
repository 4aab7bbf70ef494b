"""The shapes of Block Kit's composition objects and elements, with their limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.checks import (
    anything,
    boolean,
    by_type,
    complain,
    exactly_one_of,
    integer,
    items,
    mapping,
    number_text,
    one_of,
    shape,
    string,
    url,
)
from tests.fakes.slack.richtext import check_block as rich_text

if TYPE_CHECKING:
    from tests.fakes.slack.checks import Check

_type = {"type": anything}
action_id = string(255)


def plain_text(most: int) -> Check:
    return by_type({"plain_text": shape({**_type, "text": string(most)}, {"emoji": boolean})})


def any_text(most: int) -> Check:
    return by_type(
        {
            "plain_text": shape({**_type, "text": string(most)}, {"emoji": boolean}),
            "mrkdwn": shape({**_type, "text": string(most)}, {"verbatim": boolean}),
        }
    )


def matching(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, path: str, problems: list[str]) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            complain(problems, f"must be a valid {what}", path)

    return check


confirm = shape(
    {"title": plain_text(100), "text": any_text(300), "confirm": plain_text(30), "deny": plain_text(30)},
    {"style": one_of("primary", "danger")},
)
_option = shape({"text": plain_text(75), "value": string(150)}, {"description": plain_text(75)})
_rich_option = shape({"text": any_text(75), "value": string(150)}, {"description": any_text(75)})
_overflow_option = shape(
    {"text": plain_text(75), "value": string(150)},
    {"description": plain_text(75), "url": url(3000)},
)
options = items(_option, most=100)
option_groups = items(shape({"label": plain_text(75), "options": options}, {}), most=100)
_dispatch = shape({"trigger_actions_on": items(one_of("on_enter_pressed", "on_character_entered"))}, {})
_filter = shape(
    {},
    {
        "include": items(one_of("im", "mpim", "private", "public")),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
_slack_file = shape({}, {"id": string(), "url": url()}, exactly_one_of("id", "url"))

image_source = {"image_url": url(3000), "slack_file": _slack_file}
image = shape({**_type, "alt_text": string(2000)}, image_source, exactly_one_of("image_url", "slack_file"))

_button = shape(
    {**_type, "text": plain_text(75)},
    {
        "action_id": action_id,
        "value": string(2000),
        "url": url(3000),
        "style": one_of("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": string(75),
    },
)
_choice = {**_type, "action_id": action_id}
_menu = {"action_id": action_id, "placeholder": plain_text(150), "confirm": confirm, "focus_on_load": boolean}
_multi = {**_menu, "max_selected_items": integer(1)}
_one_source = exactly_one_of("options", "option_groups")
_static = {"options": options, "option_groups": option_groups}
_ids = items(string(), least=0)
_conversations = {"default_to_current_conversation": boolean, "filter": _filter}


def _chosen_is_offered(value: Any, path: str, problems: list[str]) -> None:
    offered = [*(value.get("options") or ())]
    for group in value.get("option_groups") or ():
        offered += group.get("options", ()) if isinstance(group, dict) else ()
    chosen = value.get("initial_options") or ([value["initial_option"]] if "initial_option" in value else [])
    if not all(option in offered for option in chosen):
        complain(problems, "initial options must be among the options", path)


_MENUS = {
    "static_select": shape(
        _type, {**_menu, **_static, "initial_option": _option}, _one_source, _chosen_is_offered
    ),
    "external_select": shape(_type, {**_menu, "initial_option": _option, "min_query_length": integer(0)}),
    "users_select": shape(_type, {**_menu, "initial_user": string()}),
    "conversations_select": shape(
        _type, {**_menu, **_conversations, "initial_conversation": string(), "response_url_enabled": boolean}
    ),
    "channels_select": shape(_type, {**_menu, "initial_channel": string(), "response_url_enabled": boolean}),
}
_MULTI_MENUS = {
    "multi_static_select": shape(
        _type,
        {**_multi, **_static, "initial_options": items(_option, most=100)},
        _one_source,
        _chosen_is_offered,
    ),
    "multi_external_select": shape(
        _type, {**_multi, "initial_options": items(_option, most=100), "min_query_length": integer(0)}
    ),
    "multi_users_select": shape(_type, {**_multi, "initial_users": _ids}),
    "multi_conversations_select": shape(_type, {**_multi, **_conversations, "initial_conversations": _ids}),
    "multi_channels_select": shape(_type, {**_multi, "initial_channels": _ids}),
}
_CHOICES = {
    "checkboxes": shape(
        {**_type, "options": items(_rich_option, most=10)},
        {
            **_choice,
            "initial_options": items(_rich_option, most=10),
            "confirm": confirm,
            "focus_on_load": boolean,
        },
        _chosen_is_offered,
    ),
    "radio_buttons": shape(
        {**_type, "options": items(_rich_option, most=10)},
        {**_choice, "initial_option": _rich_option, "confirm": confirm, "focus_on_load": boolean},
        _chosen_is_offered,
    ),
    "datepicker": shape(_type, {**_menu, "initial_date": matching(r"\d{4}-\d{2}-\d{2}", "date")}),
    "timepicker": shape(
        _type, {**_menu, "initial_time": matching(r"([01]\d|2[0-3]):[0-5]\d", "time"), "timezone": string()}
    ),
    "datetimepicker": shape(
        _type,
        {
            "action_id": action_id,
            "initial_date_time": integer(1_000_000_000, 9_999_999_999),
            "confirm": confirm,
            "focus_on_load": boolean,
        },
    ),
}
_overflow = shape(
    {**_type, "options": items(_overflow_option, most=5)}, {"action_id": action_id, "confirm": confirm}
)
_field = {
    "action_id": action_id,
    "placeholder": plain_text(150),
    "dispatch_action_config": _dispatch,
    "focus_on_load": boolean,
}


def _lengths_in_order(value: Any, path: str, problems: list[str]) -> None:
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        complain(problems, "min_length must not be above max_length", path)


_FIELDS = {
    "plain_text_input": shape(
        _type,
        {
            **_field,
            "initial_value": string(3000, least=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        _lengths_in_order,
    ),
    "email_text_input": shape(_type, {**_field, "initial_value": string()}),
    "url_text_input": shape(_type, {**_field, "initial_value": url()}),
    "number_input": shape(
        {**_type, "is_decimal_allowed": boolean},
        {**_field, "initial_value": number_text, "min_value": number_text, "max_value": number_text},
    ),
    "rich_text_input": shape(_type, {**_field, "initial_value": rich_text}),
    "file_input": shape(
        _type, {"action_id": action_id, "filetypes": items(string()), "max_files": integer(1, 10)}
    ),
}
_workflow_button = shape(
    {**_type, "text": plain_text(75), "workflow": mapping},
    {"action_id": action_id, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
)

MODAL_ONLY = frozenset(
    {"email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
)
_CLICKABLE = {"button": _button, "overflow": _overflow, "workflow_button": _workflow_button}
IN_ACTIONS = by_type({**_CLICKABLE, **_MENUS, **_CHOICES})
IN_SECTION = by_type({**_CLICKABLE, **_MENUS, **_MULTI_MENUS, **_CHOICES, "image": image})
IN_INPUT = by_type({**_MENUS, **_MULTI_MENUS, **_CHOICES, **_FIELDS})
