"""Slack's two ways of writing: ``rich_text`` elements, and mrkdwn."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from markupsafe import Markup, escape

from adapters.web.drawing.parts import NOTHING, Json, Look, link, mention, tag, time, together

_STYLES: Final = {"bold": "b", "italic": "i", "strike": "s", "underline": "u", "code": "code"}
_MRKDWN = re.compile(
    r"```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`|<(?P<angle>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>[^*\n]*[^*\s])\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>[^_\n]*[^_\s])_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^~\n]*[^~\s])~(?![\w~])",
    re.DOTALL,
)
_MARKS: Final = {"bold": "b", "italic": "i", "strike": "s"}


def style_of(form: str) -> str:
    """The style of ``core.cards.When`` that comes nearest to a form of Slack's dates."""
    if "ago}" in form:
        return "relative"
    return "time" if "{time" in form else "date"


def rich(element: Json, look: Look) -> Markup:
    """One element of a ``rich_text`` block."""
    kind = element.get("type")
    if kind == "rich_text_list":
        entries = (tag("li", _inlines(item, look)) for item in element["elements"])
        return tag("ol" if element.get("style") == "ordered" else "ul", *entries)
    if kind == "rich_text_preformatted":
        return tag("pre", _inlines(element, look), tabindex=0)
    return tag("blockquote" if kind == "rich_text_quote" else "p", _inlines(element, look))


def _inlines(element: Json, look: Look) -> Markup:
    return together(_inline(inner, look) for inner in element.get("elements", ()))


def _inline(inner: Json, look: Look) -> Markup:
    shown = _words(inner, look)
    for style, name in _STYLES.items():
        if inner.get("style", {}).get(style):
            shown = tag(name, shown)
    return shown


def _words(inner: Json, look: Look) -> Markup:  # noqa: PLR0911 - one for each kind of element
    match inner.get("type"):
        case "link":
            return link(inner["url"], inner.get("text", ""))
        case "date":
            return time(inner["timestamp"], style_of(inner["format"]), inner.get("fallback", ""))
        case "user":
            return mention("@", inner["user_id"], look)
        case "channel":
            return mention("#", inner["channel_id"], look)
        case "usergroup":
            return mention("@", inner["usergroup_id"], look)
        case "broadcast":
            return tag("span", f"@{inner['range']}", class_="mention")
        case "emoji":
            return escape(f":{inner['name']}:")
    return escape(inner.get("text", ""))


def text(shown: Json, look: Look) -> Markup:
    """A ``plain_text`` or ``mrkdwn`` object."""
    return mrkdwn(shown["text"], look) if shown.get("type") == "mrkdwn" else escape(shown["text"])


def mrkdwn(words: str, look: Look) -> Markup:
    """Slack's markup. In it Slack has ``&``, ``<`` and ``>`` as entities, and only those."""
    out: list[str] = []
    end = 0
    for found in _MRKDWN.finditer(words):
        out += [_plain(words[end : found.start()]), _marked(found, look)]
        end = found.end()
    return together([*out, _plain(words[end:])])


def _marked(found: re.Match[str], look: Look) -> Markup:
    kind = found.lastgroup or ""
    inside = found[kind]
    if kind in _MARKS:
        return tag(_MARKS[kind], mrkdwn(inside, look))
    if kind == "angle":
        return _angle(inside, look)
    return tag("pre" if kind == "pre" else "code", _plain(inside.strip("\n")))


def _plain(words: str) -> Markup:
    return escape(unescape(words)) if words else NOTHING


def _angle(inside: str, look: Look) -> Markup:
    """A mention, a date or a link between angle brackets."""
    target, _, label = inside.partition("|")
    if target.startswith("!date^"):
        _, at, form, *_rest = target.split("^")
        return time(int(at), style_of(form), unescape(label)) if at.isdecimal() else _plain(label)
    if target[:1] in {"@", "#"}:
        return mention(target[0], target[1:], look)
    if target[:1] == "!":
        return tag("span", unescape(label) or f"@{target[1:].partition('^')[0]}", class_="mention")
    if target.startswith(("http://", "https://")):
        return link(unescape(target), unescape(label))
    if target.startswith("mailto:"):
        return _plain(label or target.removeprefix("mailto:"))
    return _plain(f"<{inside}>")
