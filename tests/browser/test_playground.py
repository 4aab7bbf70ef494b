"""The playground in a browser: a whole story, the first minute by keyboard alone, and what everybody has to be able to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chats import CREATE, INVITE, Visitor
from tests.browser.conftest import visiting

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


def test_a_whole_story_over_both_chats(visitor: Visitor):
    page = visitor.page
    expect(page.locator("#now")).to_have_text(
        re.compile(r"\w+ \d{1,2} \w+, \d\d:\d\d")
    )  # as Britons write it
    code = visitor.begin()
    private = visitor.last("slack")
    expect(private).to_contain_text("Only you can see this")
    visitor.become("slack", "Member")
    expect(visitor.items("slack")).to_have_count(0)
    visitor.become("slack", "Owner")

    visitor.run("discord", f"join code:{code}")
    expect(page.locator("#slack-room-direct .count")).to_have_text("1")
    visitor.go_to("slack", "direct")
    expect(page.locator("#slack-room-direct .count")).to_be_hidden()
    visitor.go_to("slack", "home")
    visitor.sees("slack", "1 request waits for you")
    expect(page.locator("#slack-line")).to_be_hidden()
    visitor.press("slack", "Approve")
    expect(page.locator("#notice")).to_contain_text("Slack, Direct messages: Approved: Newcomer")
    expect(page.locator("#slack .log")).not_to_contain_text("1 request waits for you")
    expect(page.locator("#slack .at-home")).to_be_focused()
    visitor.go_to("slack", "direct")
    visitor.sees("slack", "Joined: Newcomer is in Studio as Designer")
    visitor.go_to("discord", "direct")
    visitor.sees("discord", "welcome to Studio")
    expect(page.locator("#tour-after")).to_be_visible()
    expect(page.locator("#tour-close")).to_have_text("Hide this")  # nothing is left to skip

    # Somebody else, who is denied with a reason in a form.
    page.locator("#discord .add").click()
    visitor.dialog.get_by_role("textbox", name="Their name").fill("   ")
    visitor.dialog.get_by_role("button", name="Add").click()
    expect(visitor.dialog).to_be_visible()  # a name of blanks is none
    visitor.dialog.get_by_role("textbox", name="Their name").fill("Zoe")
    visitor.dialog.get_by_role("button", name="Add").click()
    expect(page.locator("#discord-person")).to_have_value("zoe")
    visitor.go_to("discord", "general")
    visitor.run("discord", f"join code:{code}")
    visitor.sees("slack", "Zoe asks to join Studio")
    visitor.press("slack", "Deny with a reason")
    until = visitor.dialog.locator("time")
    expect(until).to_contain_text("2")
    expect(until).not_to_contain_text("UTC")  # in the reader's own zone
    visitor.dialog.get_by_role("textbox", name="Reason").fill("We are full <b>today</b>")
    visitor.dialog.get_by_role("button", name="Deny").click()
    visitor.sees("slack", "Denied: Zoe")
    visitor.go_to("discord", "direct")
    visitor.sees("discord", "We are full <b>today</b>")

    # A field that is wrong says so, what was typed stays, and then it works.
    visitor.go_to("slack", "general")
    page.locator("#slack-line").fill("role assign member:Newcomer for:soon")
    page.keyboard.press("Escape")
    page.locator("#slack-line").press("Enter")
    time = visitor.dialog.get_by_role("textbox", name="For how long")
    expect(time).to_have_value("soon")
    visitor.dialog.get_by_role("combobox", name="Role").select_option(label="Admin")
    visitor.dialog.get_by_role("button", name="Assign").click()
    expect(time).to_have_attribute("aria-invalid", "true")
    expect(time).to_be_focused()
    time.fill("8h")
    visitor.dialog.get_by_role("button", name="Assign").click()
    expect(visitor.dialog).to_have_count(0)
    visitor.sees("slack", "Newcomer is Admin for a time")

    # Its time runs out as soon as the clock has moved.
    visitor.become("discord", "Newcomer")
    visitor.advance("1d")
    visitor.sees("discord", "The clock was moved: it is now")
    visitor.sees("discord", "Your time as Admin in Studio is over")

    # A channel of one's own, in both chats.
    page.locator("#slack .add-room").click()
    visitor.dialog.get_by_role("textbox", name="Its name").fill("Night shift")
    visitor.dialog.get_by_role("button", name="Add").click()
    expect(page.locator("#slack-channel-night-shift")).to_have_attribute("aria-selected", "true")
    visitor.run("slack", "me")
    visitor.go_to("discord", "night-shift")
    visitor.sees("discord", "Nothing here yet")

    page.locator("#record-open").click()
    drawer = page.locator("#record")
    for words in ("The chain of hashes holds", "Newcomer asked to join", "denied", "Owner"):
        expect(drawer).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator("#record-open")).to_be_focused()


def test_the_first_minute_by_keyboard_alone(visitor: Visitor):
    page, keys = visitor.page, visitor.page.keyboard
    keys.press("Tab")
    keys.press("Enter")  # skip to the command box
    expect(page.locator("#slack-line")).to_be_focused()
    keys.type("works")
    expect(page.locator("#slack-list [role=option]").first).to_contain_text("workspace")
    keys.press("ArrowDown")
    while page.locator("#slack-list [aria-selected=true] b").inner_text() != "workspace create":
        keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("#slack-line")).to_have_value("workspace create ")
    expect(page.locator("#slack-list [role=option]").first).to_contain_text("name:")
    keys.press("ArrowDown")
    keys.press("Enter")
    keys.type("Studio scheme:stu")
    expect(page.locator("#slack-list [role=option]")).to_have_count(1)
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator("#slack-line")).to_have_value(f"{CREATE} ")
    keys.press("Enter")
    visitor.sees("slack", "Studio is ready")
    expect(page.locator("#slack-line")).to_be_focused()

    keys.type(INVITE)
    keys.press("Escape")
    keys.press("Enter")
    visitor.sees("slack", "Invitation ready")
    code = visitor.code("slack")
    keys.press("ArrowUp")
    expect(page.locator("#slack-line")).to_have_value(INVITE)

    _tab_to(page, "#discord-line")
    keys.type(f"join {code}")
    keys.press("Enter")
    visitor.sees("discord", "You asked to join Studio")

    _tab_to(page, "#slack-room-general", back=True)
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(page.locator("#slack-room-direct")).to_have_attribute("aria-selected", "true")
    _tab_to(page, "#slack .button.primary")
    keys.press("Enter")
    visitor.sees("slack", "Joined: Newcomer")

    # A form keeps the focus inside, and gives it back.
    _tab_to(page, "#slack-line")
    keys.type("role assign")
    keys.press("Escape")
    keys.press("Enter")
    expect(visitor.dialog).to_be_visible()
    keys.press("Escape")
    expect(visitor.dialog).to_have_count(0)
    expect(page.locator("#slack-line")).to_be_focused()
    expect(page.locator("#slack-line")).to_have_value("role assign")


def _tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the Tab key does not lead to {selector}")


def test_several_tabs_see_the_same_and_a_lost_connection_comes_back(
    context: BrowserContext, visitor: Visitor
):
    with visiting(context, visitor.address) as other:
        visitor.run("slack", CREATE)
        other.sees("slack", "Studio is ready")
        other.page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
        other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        visitor.run("slack", INVITE)
        expect(other.items("slack")).to_have_count(1)
        other.page.evaluate("Object.defineProperty(document, 'hidden', {value: false, configurable: true})")
        other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(other.items("slack")).to_have_count(2)

        # Starting over is asked about, and both tabs are in the new chats.
        keys = visitor.page.keyboard
        visitor.page.locator("#anew-open").focus()
        keys.press("Enter")
        expect(visitor.dialog).to_contain_text("Start over?")
        keys.press("Escape")
        expect(visitor.page.locator("#anew-open")).to_be_focused()
        expect(visitor.items("slack")).to_have_count(2)
        keys.press("Enter")
        visitor.dialog.get_by_role("button", name="Start over").press("Enter")
        for tab in (visitor, other):
            tab.sees("slack", "Nothing here yet")
            expect(tab.items("slack")).to_have_count(0)
        visitor.run("slack", CREATE)
        other.sees("slack", "Studio is ready")


def test_the_page_and_the_cards_speak_german(visitor: Visitor):
    visitor.arrive("?lang=de")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    expect(visitor.page.get_by_role("button", name="Tour überspringen")).to_be_visible()
    expect(visitor.page.locator("#slack-language")).to_have_value("de")
    visitor.run("slack", CREATE)
    visitor.sees("slack", "Studio ist bereit")
    expect(visitor.last("slack")).to_contain_text("Nur du kannst das sehen")
    visitor.run("slack", "member export")
    visitor.go_to("slack", "direct")
    with visitor.page.expect_download() as fetched:
        visitor.last("slack").get_by_role("link", name="members.csv").press("Enter")
    assert fetched.value.suggested_filename == "members.csv"
    assert "Name" in fetched.value.path().read_text()
    visitor.page.locator("#discord-language").select_option("en")
    visitor.run("discord", "help")
    expect(visitor.last("discord")).to_contain_text("Only you can see this")
    visitor.arrive("?lang=de")
    expect(visitor.page.locator("#discord-language")).to_have_value("en")


# --- everybody can read it ---------------------------------------------------------------------------------------------


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    folder = request.config.getoption("--pictures")
    return Path(folder) if folder else None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_without_barriers_light_and_dark_wide_and_narrow(
    chromium: Browser, address: str, scheme: str, pictures: Path | None
):
    # The measuring script is put into the page, which the page itself would never allow.
    context = chromium.new_context(
        viewport=DESKTOP,
        color_scheme=scheme,
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
        bypass_csp=True,
    )
    context.set_default_timeout(15_000)
    with visiting(context, address) as visitor:
        page = visitor.page
        seen = _Seen(page, scheme, pictures)
        seen.at("empty")
        code = visitor.begin()
        visitor.run("discord", f"join code:{code}")
        visitor.go_to("slack", "direct")
        visitor.sees("slack", "asks to join")
        seen.at("cards")
        visitor.go_to("slack", "home")
        visitor.sees("slack", "1 request waits for you")
        seen.at("home")
        page.locator("#anew-open").click()
        seen.at("anew")
        page.keyboard.press("Escape")
        visitor.go_to("slack", "direct")
        visitor.press("slack", "Deny with a reason")
        expect(visitor.dialog).to_be_visible()
        seen.at("form")
        page.keyboard.press("Escape")
        visitor.press("slack", "Approve")
        visitor.sees("slack", "Joined")
        page.locator("#record-open").click()
        expect(page.locator("#record")).to_contain_text("The chain of hashes holds")
        seen.at("record")
        page.locator("#record-close").click()
        page.set_viewport_size(PHONE)
        seen.at("phone")
        page.locator("#tour-close").click()
        page.locator("#pick-discord").click()
        visitor.sees("discord", "You asked to join")
        visitor.run("discord", "help")
        seen.at("phone-discord")
    context.close()


#: The dark page differs from the light one in its colours alone.
_LOOKED_AT = {"light": {"resultTypes": ["violations"]}, "dark": {"runOnly": ["color-contrast"]}}


class _Seen:
    """Looks at states of the page: no serious fault, nothing wider than the screen, and a picture where one is wanted."""

    def __init__(self, page: Page, scheme: str, pictures: Path | None) -> None:
        self._page = page
        self._scheme = scheme
        self._pictures = pictures

    def at(self, state: str) -> None:
        self._page.wait_for_load_state()
        if self._pictures is not None:
            self._pictures.mkdir(parents=True, exist_ok=True)
            self._page.screenshot(path=self._pictures / f"playground-{state}-{self._scheme}.png")
        found = Axe().run(self._page, options=_LOOKED_AT[self._scheme]).response["violations"]
        grave = [
            f"{each['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
            for each in found
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"][:4]
        ]
        assert grave == [], f"{state}, {self._scheme}"
        wide = self._page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{state} is {wide} pixels too wide"
