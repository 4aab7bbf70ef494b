"""The gallery shows every card in every language, and nothing of it is cut off."""

from __future__ import annotations

import re
import warnings
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.types import ASGIApp

from adapters.slack.forms import Opened as Kept
from adapters.slack.forms import view as slack_view
from bot import cli, gallery, gallery_forms
from core import views
from core.cards import Card, Text, text
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

#: What is markup on one side and none on the other, and where lines end.
_LAYOUT = re.compile(r"[\s\\*_~`|•›‹–\u200b…#>-]+")


@cache
def shown(language: str) -> dict[str, list[gallery.Example]]:
    return gallery.examples(language)


def squeezed(words: str) -> str:
    return _LAYOUT.sub("", words)


def in_sight(drawn: str) -> str:
    """All words of a drawing, and those that stand for its pictures."""
    page = Page(drawn)
    return squeezed(" ".join([*page.words, *(str(each["alt"]) for each in page.all("img"))]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_every_view_and_every_refusal(language: str) -> None:
    found = gallery.Gallery(shown)
    names = {name for area in found.areas(language) for name in area.names}
    assert names == set(views.__all__) | {code.name for code in RefusalCode}
    assert {area.title for area in found.areas("en")}.isdisjoint({area.file for area in found.areas("en")})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_card_is_missing_from_its_drawing(language: str) -> None:
    with speaking(language):
        for name, cards in shown(language).items():
            usual = [each.card for each in cards if not each.large][: gallery.USUAL]
            for card in usual:
                drawn = gallery.draw(card, "x").on
                for platform, markup in drawn.items():
                    seen = in_sight(markup)
                    for words in said(card):
                        missing = squeezed(words) not in seen  # apart: pytest would compare them at length
                        assert not missing, (name, platform, words)


def said(card: Card) -> list[str]:
    """What a card says, in the pieces that every platform says alike: without times, names and commands."""
    texts: list[Text] = [(card.title,), *card.body, *(line.text for line in card.lines)]
    for field in card.fields:
        texts += [(field.label,), field.value]
    found = [span for each in texts for span in each if isinstance(span, str)]
    found += [button.label for button in card.buttons]
    found += [choice.label for menu in card.menus for choice in menu.choices]
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
            seen = in_sight(gallery.slack.draw_message(payload))
            for line in as_read_in_slack(payload["text"], payload["blocks"], str).splitlines():
                missing = squeezed(line) not in seen
                assert not missing, (name, line)


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
    site = gallery.site(gallery.Gallery(lambda language: few, lambda language: []))
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
def test_every_form_is_shown_with_all_its_fields(language: str) -> None:
    found = gallery_forms.opened(language)
    assert [each.name for each in found] == list(gallery_forms.names())
    with speaking(language):
        for each in found:
            drawn = gallery.draw_form(each).on
            for platform, markup in drawn.items():
                page, seen = Page(markup), in_sight(markup)
                entries = each.form.entries[:5] if platform == "discord" else each.form.entries
                for entry in entries:
                    for words in (entry.label, *(choice.label for choice in entry.choices[:12])):
                        assert squeezed(words) in seen, (each.name, platform, words)
                ids = [known["id"] for _, known in page.elements if "id" in known]
                assert len(ids) == len(set(ids)), each.name
                labelled = {label["for"] for label in page.all("label")} | {None}
                for name in ("input", "select", "textarea"):
                    assert {control.get("id") for control in page.all(name, type="text")} <= labelled, name
            assert squeezed(each.form.title) in in_sight(drawn["slack"])
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


def test_it_can_be_written_to_a_folder(tmp_path: Path) -> None:
    said: list[str] = []
    few = {"cancelled": [gallery.Example(Card("Nothing was changed", body=(text("x"),)), large=False)]}
    gallery.write(tmp_path, said.append, gallery.Gallery(lambda language: few, lambda language: []))
    assert said == [f"8 pages: {tmp_path}/en/index.html"]
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
