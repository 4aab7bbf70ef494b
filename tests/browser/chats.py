"""What a visitor does and sees, in their own words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

CREATE = "workspace create name:Studio scheme:studio"
INVITE = 'invite create name:"Design team" role:Designer'
_CODE = re.compile(r"\b[2-9A-HJKMNP-TV-Z]{4}(?:-[2-9A-HJKMNP-TV-Z]{4}){3}\b")


class Visitor:
    """Somebody at the page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def arrive(self, query: str = "") -> None:
        self.page.goto(self.address + query)
        self.page.wait_for_selector("body.is-open")

    # --- doing ---------------------------------------------------------------------------------------------------

    def become(self, chat: str, name: str) -> None:
        self.page.locator(f"#{chat}-person").select_option(value=name.lower())

    def go_to(self, chat: str, room: str) -> None:
        place = {"direct": "", "home": "@home"}.get(room, room)
        self.page.locator(f"#{chat} [data-room='{place}']").click()

    def run(self, chat: str, line: str) -> Locator:
        """Types a command and returns its answer."""
        before = self.items(chat).count()
        box = self.page.locator(f"#{chat}-line")
        box.fill(line)
        box.press("Enter")
        expect(self.items(chat)).to_have_count(before + 1)
        return self.last(chat)

    def press(self, chat: str, label: str) -> None:
        """Presses the newest button with that word."""
        self.items(chat).get_by_role("button", name=label, exact=True).last.click()

    def advance(self, words: str) -> None:
        self.page.locator(f"[data-advance='{words}']").click()
        expect(self.page.locator("#slack .moved, #discord .moved").first).to_be_attached()

    # --- seeing --------------------------------------------------------------------------------------------------

    def items(self, chat: str) -> Locator:
        return self.page.locator(f"#{chat} .slot")

    def last(self, chat: str) -> Locator:
        return self.items(chat).last

    def sees(self, chat: str, words: str) -> None:
        expect(self.page.locator(f"#{chat} .log")).to_contain_text(words)

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog[open]")

    def code(self, chat: str) -> str:
        """The invite code shown last."""
        return _CODE.findall(self.page.locator(f"#{chat} .log").inner_text())[-1]

    def begin(self) -> str:
        """A workspace and an invitation; its code."""
        self.run("slack", CREATE)
        self.run("slack", INVITE)
        return self.code("slack")
