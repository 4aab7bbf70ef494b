"""A card as a web page: one template, no script, no outside resource, nothing of a person's text taken as markup."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.cards import Card, Span, When, bars, moment
from core.language import spoken

_HERE = Path(__file__).with_name("templates")


class Pages:
    """Renders cards; ``policy`` is the Content-Security-Policy that lets exactly this style through."""

    def __init__(self) -> None:
        style = (_HERE / "page.css").read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        self._environment = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            bars=bars,
            kind_of=_kind_of,
            iso=_iso,
            moment=moment,
            style=Markup(style),  # noqa: S704 - our own file
        )

    def render(self, card: Card) -> str:
        return self._environment.get_template("page.html").render(card=card, language=spoken())


def _kind_of(span: Span) -> str:
    return type(span).__name__


def _iso(when: When) -> str:
    return datetime.fromtimestamp(when.at, tz=UTC).isoformat().replace("+00:00", "Z")
