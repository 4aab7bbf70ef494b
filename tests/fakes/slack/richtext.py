"""The shape of rich_text blocks."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.slack.checks import (
    anything,
    boolean,
    by_type,
    complain,
    integer,
    items,
    one_of,
    shape,
    string,
    url,
)

_DATE_TOKENS = frozenset(
    [
        "date_num",
        "date_slash",
        "date_long",
        "date_long_full",
        "date_long_pretty",
        "date",
        "date_pretty",
        "date_short",
        "date_short_pretty",
        "time",
        "time_secs",
        "ago",
        "day_divider_pretty",
    ]
)
_TOKEN = re.compile(r"\{([^}]*)\}")

_text_style = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))
_mention_style = shape(
    {},
    dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), boolean),
)
_type = {"type": anything}


def _date_format(value: Any, path: str, problems: list[str]) -> None:
    string()(value, path, problems)
    tokens = _TOKEN.findall(value) if isinstance(value, str) else []
    if not tokens or not _DATE_TOKENS.issuperset(tokens):
        complain(problems, "must be a valid date format", path)


_INLINE = {
    "text": shape({**_type, "text": string()}, {"style": _text_style}),
    "link": shape(
        {**_type, "url": url()}, {"text": string(least=0), "unsafe": boolean, "style": _text_style}
    ),
    "emoji": shape({**_type, "name": string()}, {"unicode": string(), "skin_tone": integer(1, 6)}),
    "date": shape(
        {**_type, "timestamp": integer(0), "format": _date_format},
        {"url": url(), "fallback": string(), "style": _text_style},
    ),
    "user": shape({**_type, "user_id": string()}, {"style": _mention_style}),
    "usergroup": shape({**_type, "usergroup_id": string()}, {"style": _mention_style}),
    "channel": shape({**_type, "channel_id": string()}, {"style": _mention_style}),
    "broadcast": shape({**_type, "range": one_of("here", "channel", "everyone")}, {"style": _mention_style}),
    "color": shape({**_type, "value": string()}, {}),
}
_PLAIN_INLINE = {kind: _INLINE[kind] for kind in ("text", "link")}

_inline = items(by_type(_INLINE), least=0)
_section = shape({**_type, "elements": _inline}, {})
_list = shape(
    {
        **_type,
        "style": one_of("bullet", "ordered"),
        "elements": items(by_type({"rich_text_section": _section})),
    },
    {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
)
_preformatted = shape(
    {**_type, "elements": items(by_type(_PLAIN_INLINE))},
    {"border": integer(0, 1), "language": string()},
)
_quote = shape({**_type, "elements": _inline}, {"border": integer(0, 1)})

check_elements = items(
    by_type(
        {
            "rich_text_section": _section,
            "rich_text_list": _list,
            "rich_text_preformatted": _preformatted,
            "rich_text_quote": _quote,
        }
    )
)
check_block = shape({**_type, "elements": check_elements}, {"block_id": string(255)})
