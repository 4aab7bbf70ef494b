"""The gallery shows every card in every language, and nothing of it is cut off."""

from __future__ import annotations

import re
import warnings
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.types import ASGIApp

from adapters.slack.forms import Opened as Kept
from adapters.slack.forms import view as slack_view
from adapters.web.drawing.slack import draw_message
from bot import cli, gallery, gallery_story
from bot.gallery_drawing import draw_form, draw_home
from core import views
from core.cards import Card, Code, Link, Text, When, plain_text, text
from core.errors import RefusalCode
from core.language import LANGUAGES, speaking
from tests.adapters.test_drawing import Page
from tests.fakes.discord.components import check_modal
from tests.fakes.discord.messages import CREATE
from tests.fakes.discord.messages import check_message as check_in_discord
from tests.fakes.slack.render import plain as as_read_in_slack
from tests.fakes.slack.validate import check_message, check_view

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    from adapters.discord.forms import modal as discord_modal

PLATFORMS = {"slack", "discord", "console"}
#: An account or a channel that is not called by its name.
_ID = re.compile(r"[@#](?:\d{6,}|[UWCG][A-Z0-9]{8,})")
#: What is markup on one side and none on the other, and where lines end.
_LAYOUT = re.compile(r"[\s\\*_~`|•›‹–\u200b…#>-]+")


@cache
def shown(language: str) -> dict[str, list[gallery.Example]]:
    return gallery.examples(language)


def squeezed(words: str) -> str:
    return _LAYOUT.sub("", words)


def in_sight(page: Page) -> str:
    """All words of a drawing, and those that stand for its pictures."""
    return squeezed(" ".join([*page.words, *(str(each["alt"]) for each in page.all("img"))]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_every_view_and_every_refusal(language: str) -> None:
    found = gallery.Gallery(shown)
    names = {name for area in found.areas(language) for name in area.names}
    assert names == set(views.__all__) | {code.name for code in RefusalCode}
    assert {area.title for area in found.areas("en")}.isdisjoint({area.file for area in found.areas("en")})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_card_is_missing_from_its_drawing(language: str) -> None:
    """Nor any moment, picture or cell; and nothing is drawn as if there were more."""
    with speaking(language):
        for name, cards in shown(language).items():
            usual = [each.card for each in cards if not each.large][: gallery.USUAL]
            assert usual, f"{name} is only shown at its largest"
            for card in usual:
                drawn = gallery.show(name, card, "x").on
                assert set(drawn) == (PLATFORMS - {"discord"} if name.startswith("home_") else PLATFORMS), (
                    name
                )
                for platform, markup in drawn.items():
                    page = Page(markup)
                    seen = in_sight(page)
                    for words in said(card):
                        missing = squeezed(words) not in seen  # apart: pytest would compare them at length
                        assert not missing, (name, platform, words)
                    if platform != "console":
                        assert len(page.all("time")) == moments(card, footer=platform == "slack"), name
                    assert page.text.count("…") <= plain_text(card).count("…"), (name, platform)
                    assert not _ID.search(page.text), (name, platform)
                    _has_what_it_shows(card, page, platform, name)


def _has_what_it_shows(card: Card, page: Page, platform: str, name: str) -> None:
    """A table and a chart are there, and with them their words for who does not see them."""
    pictures = [squeezed(str(each["alt"])) for each in page.all("img")]
    assert all(pictures), (name, platform)
    if card.table is not None and card.table.rows:
        cells = {squeezed(cell) for row in (card.table.columns, *card.table.rows) for cell in row}
        if platform == "discord" and pictures:
            assert pictures == [squeezed("\n".join(card.table.words))], name
        else:
            assert all(cell in in_sight(page) for cell in cells), (name, platform)
    if card.chart is not None:
        numbers = {squeezed(label) for label, _ in card.chart.bars}
        seen = in_sight(page) if platform == "console" else "".join(pictures)
        assert all(label in seen for label in numbers), (name, platform)


def moments(card: Card, *, footer: bool) -> int:
    """How many moments a card tells that a platform shows by itself."""
    texts = [*card.body, *(field.value for field in card.fields), *(line.text for line in card.lines)]
    texts += [card.footer] if footer else []
    return sum(isinstance(span, When) for each in texts for span in each)


def said(card: Card) -> list[str]:
    """What a card says, in the pieces that every platform says alike: without times, names and commands."""
    texts: list[Text] = [
        card.heading or (card.title,),
        *card.body,
        *(line.text for line in card.lines),
        card.footer,
    ]
    for field in card.fields:
        texts += [(field.label,), field.value]
    found = [span for each in texts for span in each if isinstance(span, str)]
    found += [span[0] for each in texts for span in each if isinstance(span, Code | Link)]
    found += [button.label for button in card.buttons]
    found += [choice.label for menu in card.menus if not menu.terms for choice in menu.choices]
    found += [menu.label for menu in card.menus] + [file.name for file in card.files]
    return [words for words in found if squeezed(words)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_sent_is_drawn_to_its_end_at_its_largest_too(language: str) -> None:
    """What a platform would cut was cut by its renderer, and says so."""
    from adapters.slack import render

    with speaking(language):
        for name, cards in shown(language).items():
            card = cards[-1].card
            payload = render.message(card)
            seen = in_sight(Page(draw_message(payload)))
            for line in as_read_in_slack(payload["text"], payload["blocks"], str).splitlines():
                missing = squeezed(line) not in seen
                assert not missing, (name, line)


def nothing_told(language: str) -> gallery_story.Told:
    del language
    return gallery_story.Told([], [])


async def got(site: ASGIApp, path: str, host: str = gallery.HOST) -> tuple[int, str]:
    """Status and body, or where it leads, of a GET as a server hands it over."""
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [(b"host", host.encode())], "scheme": "http", "server": (host, 8090), "root_path": "",
             "http_version": "1.1", "asgi": {"version": "3.0"}}  # fmt: skip
    await site(scope, receive, send)
    headers = dict(sent[0]["headers"])
    body = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return sent[0]["status"], headers.get(b"location", b"").decode() or body


async def test_every_page_is_served_on_this_machine_and_to_nobody_else() -> None:
    few = {name: shown("en")[name] for name in ("group_list", "invitation_ready", "UNKNOWN_ROLE")}
    site = gallery.site(gallery.Gallery(lambda language: few, nothing_told))
    assert await got(site, "/") == (307, "/en/index.html")
    links = set()
    for language in LANGUAGES:
        for file in ("index", "groups", "invitations", "refusals", "forms", "all-group_list"):
            status, body = await got(site, f"/{language}/{file}.html")
            assert status == 200
            page = Page(body)
            assert page.one("html")["lang"] == language
            ids = [found["id"] for _, found in page.elements if "id" in found]
            assert len(ids) == len(set(ids))
            links |= {link["href"] or "" for link in page.all("a")} | {
                each["src"] or "" for each in page.all("script")
            }
    for link in links - {link for link in links if link.startswith(("#", "https://usher.example"))}:
        path = link.replace("../", "/") if link.startswith("../") else f"/en/{link}"
        assert (await got(site, path))[0] == 200, link
    for name in ("chat.css", "chat.js", "gallery.css"):
        assert (await got(site, f"/static/{name}"))[0] == 200
    for lost in ("/fr/index.html", "/en/nothing.html", "/static/gallery.py", "/en/all-nothing.html"):
        assert (await got(site, lost))[0] == 404
    assert (await got(site, "/en/index.html", "elsewhere.example"))[0] == 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_and_every_home_is_shown_with_all_that_is_on_it(language: str) -> None:
    found = gallery_story.told(language)
    assert [each.name for each in found.forms] == list(gallery_story.forms())
    assert [each.name for each in found.homes] == list(gallery_story.HOMES)
    with speaking(language):
        for home in found.homes:
            for platform, markup in draw_home(home).on.items():
                page = Page(markup)
                seen = in_sight(page)
                for section in home.home.sections:
                    for words in (section.title, *(words for card in section.cards for words in said(card))):
                        assert squeezed(words) in seen, (home.name, platform, words)
        for each in found.forms:
            drawn = draw_form(each).on
            assert set(drawn) == PLATFORMS
            for platform, markup in drawn.items():
                page = Page(markup)
                seen = in_sight(page)
                entries = each.form.entries[:5] if platform == "discord" else each.form.entries
                for entry in entries:
                    for words in (entry.label, *(choice.label for choice in entry.choices[:12])):
                        assert squeezed(words) in seen, (each.name, platform, words)
                ids = [known["id"] for _, known in page.elements if "id" in known]
                assert len(ids) == len(set(ids)), each.name
                labelled = {label["for"] for label in page.all("label")} | {None}
                for name in ("input", "select", "textarea"):
                    assert {control.get("id") for control in page.all(name, type="text")} <= labelled, name
            assert squeezed(each.form.title) in in_sight(Page(drawn["slack"]))
            check_view(slack_view(each.form, Kept("key")), "modal")
            check_modal(discord_modal(each.form, each.found, in_server=True))


def test_what_people_read_most_is_taken_in_every_language_and_shown_whole() -> None:
    """In English, at its largest and in every place, it is tried in the contract's tests of views."""
    from adapters.discord.letters import letter
    from adapters.slack import render

    for language in LANGUAGES[1:]:
        with speaking(language):
            for name, cards in shown(language).items():
                for each in [each for each in cards if not each.large][: gallery.USUAL]:
                    payload = render.message(each.card)
                    check_message(payload)
                    check_in_discord(letter(each.card).message(), CREATE)
                    cut = "…" in payload["blocks"][0]["text"]["text"] and "…" not in each.card.title
                    assert not cut, (name, each.card.title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_sent_with_its_words(language: str) -> None:
    from adapters.discord.letters import letter
    from adapters.slack import render

    with speaking(language):
        shown_as_pictures = [
            each.card
            for cards in shown(language).values()
            for each in cards
            if not each.large and (each.card.chart is not None or each.card.table is not None)
        ]
        assert {card.chart is None for card in shown_as_pictures} == {True, False}
        for card in shown_as_pictures:
            told = card.chart.words if card.chart is not None else "\n".join(card.table.words)
            made = letter(card)
            for as_layout in (False, True):
                sent = made.message(as_layout=as_layout)
                assert [each["description"] for each in sent["attachments"]] == [told]
            payload = render.message(card, picture="F1")
            assert squeezed(told) in squeezed(unescape(payload["text"]))
            if card.chart is not None:
                assert [each["alt_text"] for each in payload["blocks"] if each["type"] == "image"] == [told]


#: What nobody says without English words, but for whatever people in the examples wrote.
_ENGLISH = re.compile(
    r"\b(the|you|your|and|is|are|has|have|been|until|which|who|they|their|there|only|without|somebody|nobody)\b",
    re.IGNORECASE,
)
_WRITTEN = re.compile("See you on Monday|I design the spring campaign")


def test_no_example_mixes_languages() -> None:
    with speaking("de"):
        for name, cards in shown("de").items():
            for each in [each for each in cards if not each.large]:
                table = each.card.table.words if each.card.table is not None else ()
                for words in (*said(each.card), *table, *(file.description for file in each.card.files)):
                    found = _ENGLISH.search(_WRITTEN.sub("", words))
                    assert found is None, (name, words)


def test_it_can_be_written_to_a_folder(tmp_path: Path) -> None:
    said: list[str] = []
    few = {"cancelled": [gallery.Example(Card("Nothing was changed", body=(text("x"),)), large=False)]}
    gallery.write(tmp_path, said.append, gallery.Gallery(lambda language: few, nothing_told))
    assert said == [f"10 pages: {tmp_path}/en/index.html"]
    assert "Nothing was changed" in (tmp_path / "de" / "common.html").read_text()
    assert (tmp_path / "static" / "chat.css").exists()


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind((gallery.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = CliRunner().invoke(cli.cli, ["gallery", "--port", str(port)])
    assert answer.exit_code == 1
    assert f"Port {port} is taken" in answer.output
