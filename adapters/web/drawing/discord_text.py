"""Discord's Markdown."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from adapters.web.drawing.parts import Json, Look, link, mention, tag, time, together

_INLINE = re.compile(
    r"\\(?P<escaped>[^A-Za-z0-9\s])"
    r"|(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|<t:(?P<at>-?\d{1,14})(?::(?P<style>[tTdDfFR]))?>"
    r"|<(?P<sign>@!?|@&|#)(?P<known>\d+)>"
    r"|</(?P<command>[^:<>\n]+):\d+>"
    r"|<(?P<bare>https?://[^\s<>]+)>"
    r"|\[(?P<label>(?:\\.|[^\[\]\\\n])+)\]\((?P<target>https?://[^\s()]+)\)"
    r"|(?P<url>https?://[^\s<>|*`]+[^\s<>|*`.,;:!?)\]'\"])"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*(?!\*)"
    r"|__(?P<under>(?:\\.|[^\\])+?)__(?!_)"
    r"|~~(?P<strike>(?:\\.|[^\\])+?)~~"
    r"|\|\|(?P<spoiler>(?:\\.|[^\\])+?)\|\|"
    r"|\*(?P<star>(?:\\.|[^\\*\s])(?:(?:\\.|[^\\*])*(?:\\.|[^\\*\s]))?)\*(?!\*)"
    r"|(?<!\w)_(?P<italic>(?:\\.|[^\\_])+)_(?!\w)",
    re.DOTALL,
)
_DEEPEST: Final = 20
_MARKS: Final = {"bold": "b", "under": "u", "strike": "s", "star": "i", "italic": "i"}
_STYLES: Final = {"D": "date", "d": "date", "R": "relative"}
_FENCE = re.compile(r"```(?:[\w+-]*\n)?(.+?)\n?```", re.DOTALL)
_LINE = re.compile(r"(?P<mark>#{1,3}|-#|>|[-*]|\d+\.)\s+(?P<rest>.*)", re.DOTALL)
#: A bullet that is written as a letter, as ``core`` writes its lists.
_BULLET = "• "


def draw(words: str, look: Look) -> Markup:
    """Several lines of it: paragraphs, lists, headings, quotes and code."""
    pieces = _FENCE.split(words)
    out: list[Markup] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            out.append(tag("pre", piece, tabindex=0))
        else:
            out += _paragraphs(piece, look)
    return together(out)


def _paragraphs(words: str, look: Look) -> list[Markup]:
    """Lines that belong together, as one element each."""
    out: list[Markup] = []
    kind, kept = "", list[str]()
    for line in [*words.split("\n"), ""]:
        found, rest = _kind(line)
        if found != kind or found in {"", "h"}:
            if kept:
                out.append(_element(kind, kept, look))
            kind, kept = found, []
        if line.strip():
            kept.append(rest)
        else:
            kind = ""
    if kept:
        out.append(_element(kind, kept, look))
    return out


def _kind(line: str) -> tuple[str, str]:
    """What a line is, by its beginning, and the words behind that."""
    if not line.strip():
        return "", ""
    if line.startswith(_BULLET):
        return "bullet", line.removeprefix(_BULLET)
    found = _LINE.fullmatch(line.lstrip())
    if found is None:
        return "p", line
    sign, rest = found["mark"], found["rest"]
    if sign.startswith("#"):
        return "h", rest
    if sign == "-#":
        return "quiet", rest
    return ("quote" if sign == ">" else "bullet" if sign in {"-", "*"} else "number"), rest


def _element(kind: str, kept: list[str], look: Look) -> Markup:
    if kind in {"bullet", "number"}:
        return tag("ol" if kind == "number" else "ul", *(tag("li", inline(line, look)) for line in kept))
    inside = inline("\n".join(kept), look)
    if kind == "h":
        return tag(f"h{look.heading}", inside)
    if kind == "quiet":
        return tag("p", inside, class_="quiet")
    return tag("blockquote" if kind == "quote" else "p", inside)


def inline(words: str, look: Look, deep: int = 0) -> Markup:
    """One line of it, or lines that go on. Marks within marks are followed only so far."""
    if deep > _DEEPEST:
        return escape(words)
    out: list[str] = []
    end = 0
    for found in _INLINE.finditer(words):
        out += [words[end : found.start()], _marked(found, look, deep + 1)]
        end = found.end()
    return together([*out, words[end:]])


def _marked(found: re.Match[str], look: Look, deep: int) -> Markup:  # noqa: PLR0911 - one for each kind of mark
    if found["code"] is not None:
        return tag("code", found["code"].strip())
    if found["at"] is not None:
        return time(int(found["at"]), _STYLES.get(found["style"] or "f", "time"))
    if found["known"] is not None:
        return mention(found["sign"][0], found["known"], look)
    if found["command"] is not None:
        return tag("code", f"/{found['command']}")
    if found["target"] is not None:
        return link(found["target"], str(inline(found["label"], look, deep).striptags()))
    if address := found["bare"] or found["url"]:
        return link(address)
    for kind, name in _MARKS.items():
        if found[kind] is not None:
            return tag(name, inline(found[kind], look, deep))
    if found["spoiler"] is not None:
        return tag("span", inline(found["spoiler"], look, deep), class_="spoiler")
    return escape(found["escaped"])


def plainly(payload: Json) -> str:
    """What a component says, for its label."""
    emoji = (payload.get("emoji") or {}).get("name") or ""
    return " ".join(part for part in (emoji, payload.get("label") or "") if part)
