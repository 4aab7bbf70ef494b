"""The gallery in a browser: nothing of any card or form is cut off, whatever the width, and everybody can read it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from adapters.web.gallery import Area, Kind
from bot import gallery
from core.language import LANGUAGES
from tests.browser.conftest import listened

#: Nobody listens there: what the page asks for is answered here.
ADDRESS = "http://127.0.0.1:9"
WIDTHS = (390, 1280)
#: Whose words are the longer ones.
LONGEST = "de"
#: With every kind of field.
FORMS = ("invite create", "request.give_less", "workspace set")
#: What is too wide or too high may be scrolled here, by keyboard too, as it may be on the platforms.
SCROLLERS = ".wide, .message-console.columns, .message pre, .menu > ul, .boxes"
#: What has an edge that is seen. A space that hangs over the end of a line is seen nowhere.
EDGED = ".message, .embed, .form, .field, .button, summary, th, td, .file, .no-picture, .tokens li, .mention"
_CUT = """([scrollers, edged]) => {
  const cut = [];
  const told = (element, why) => cut.push(`${why}: ${element.closest("article")?.id}, ${element.outerHTML.slice(0, 120)}`);
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (/text-overflow|line-clamp/.test(rule.cssText)) cut.push(`shortened: ${rule.cssText}`);
    }
  }
  // An element in a line has no width of its own; what people type into scrolls by itself.
  for (const element of document.querySelectorAll("article, article *:not(input, select, textarea, svg, option)")) {
    const wide = element.scrollWidth > element.clientWidth + 1, high = element.scrollHeight > element.clientHeight + 1;
    if (!(wide || high) || !element.clientWidth) continue;
    const style = getComputedStyle(element), scrolls = element.matches(scrollers);
    if (style.display === "inline" || (style.overflowX === "visible" && !element.matches(edged))) continue;
    if (wide && !(scrolls && style.overflowX === "auto")) told(element, "too wide");
    if (high && style.overflowY !== "visible" && !(scrolls && style.overflowY === "auto")) told(element, "too high");
    if (wide && scrolls && element.tabIndex < 0) told(element, "not reached by keyboard");
  }
  for (const platform of document.querySelectorAll(".platform")) {
    const { left, right } = platform.getBoundingClientRect();
    for (const element of platform.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      if (!box.width || element.parentElement.closest(scrollers)) continue;
      if (box.left < left - 1 || box.right > right + 1) told(element, "sticks out");
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) cut.push("the page is too wide");
  return cut;
}"""


def shown(language: str) -> tuple[list[Kind], list[Kind]]:
    """Every card, form and Home, and of each area the first one with some forms; of the language with the shorter words a card
    of each kind. Made aside: the browser has this thread's event loop.
    """
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(_made, language).result()


def _made(language: str) -> tuple[list[Kind], list[Kind]]:
    all_of_it = gallery.Gallery()
    every: list[Kind] = []
    first: list[Kind] = []
    for area in all_of_it.areas(language):
        long = language == LONGEST
        kinds = all_of_it.kinds(language, area) if long else all_of_it.cards(language, area, 1)
        every += kinds
        first += [kinds[0]._replace(usual=kinds[0].usual[:1], largest=[])]
        first += [kind for kind in kinds if kind.name in FORMS]
    return every, first


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        locale="de-DE", timezone_id="Europe/Berlin", bypass_csp=True, reduced_motion="reduce"
    )
    context.set_default_timeout(30_000)
    opened = context.new_page()
    complaints = listened(opened)
    yield opened
    context.close()
    assert complaints == []


def open_page(page: Page, language: str, kinds: list[Kind]) -> None:
    """All these cards on one page, with all that is folded open."""
    area = Area("all", "All", [kind.name for kind in kinds], len(kinds))
    body = gallery.Gallery().pages.area(language, [area], area, kinds)

    def answer(route: Route) -> None:
        name = route.request.url.rpartition("/static/")[2]
        if name in gallery.STATICS:
            route.fulfill(path=gallery.STATIC / name)
        else:
            route.fulfill(body=body, content_type="text/html; charset=utf-8")

    page.route(f"{ADDRESS}/**", answer)
    page.goto(f"{ADDRESS}/{language}/all.html")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.evaluate("document.querySelectorAll('img').forEach(each => { each.loading = 'eager'; })")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_it_is_cut_off_and_everybody_can_read_it(page: Page, language: str):
    every, first = shown(language)
    open_page(page, language, every)
    assert page.locator("article").count() > (700 if language == LONGEST else 400)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        cut = page.evaluate(_CUT, [SCROLLERS, EDGED])
        assert not cut, f"{len(cut)} at {width}: " + "\n".join(cut[:12])
    if language == LONGEST:  # what they are made of is the same in all
        open_page(page, language, first)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert faults(page) == [], scheme


def faults(page: Page) -> list[str]:
    """What is a grave barrier to somebody."""
    return [
        f"{each['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for each in Axe().run(page).response["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:4]
    ]
