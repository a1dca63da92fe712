"""Looking at a page as different people see it: wide and narrow, light and dark, enlarged.

Rules other than that of contrast do not depend on the colours, so the dark page is held to
that one alone, and colours are the same in both languages, so one of them is held to contrast.
The two share the widths between them: one is held to all rules on a desktop, the other on a
phone.  ``SERVICEDESK_LOOK=pictures`` keeps pictures as well; ``thorough`` looks at every
combination too, which takes three times as long.  At 320 px a page is what 400 % zoom makes of
one 1280 px wide.
"""

import os
from pathlib import Path
from typing import Any, Final, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from servicedesk.cases import examples
from tests.browser.prepared_park import WRITTEN

TYPED: Final = frozenset(
    {examples.MEND, examples.REASON, "Universidad de Ejemplo", *WRITTEN.values()}
)
SHOTS: Final = Path(__file__).parents[2] / "build" / "screenshots"
_HEIGHT: Final = 900
_NARROWEST: Final = 320
_LOOK: Final = os.environ.get("SERVICEDESK_LOOK", "")
_THOROUGH: Final = _LOOK == "thorough"
_VIEWS: Final[tuple[tuple[int, Literal["light", "dark"]], ...]] = (
    (1280, "dark"),
    (1280, "light"),
    (768, "light"),
    (390, "light"),
    (390, "dark"),
    (_NARROWEST, "light"),
)
_KEPT: Final = (1280, 390)  # widths of which pictures are kept
_HELD_AT: Final = {"en": 1280, "zh": 390}
_OF_COLOURS: Final = "en"  # the language that is held to contrast
_CONTRAST: Final[dict[str, Any]] = {
    "runOnly": {"type": "rule", "values": ["color-contrast"]},
}
_RUN: Final = """options => axe
    .run(document, {resultTypes: ["violations"], preload: false, ...options})
    .then(found => found.violations.flatMap(rule => rule.nodes.map(
        node => `${rule.id} at ${node.target.join(" ")}: ${node.failureSummary}`)))"""
_TOO_WIDE: Final = """() => {
    const width = document.scrollingElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= window.innerWidth) return [];
    return [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > width + 0.5)
        .slice(-3).map(one => `wider than the page: ${one.tagName} .${one.className}`);
}"""
# In drawn ways, of which a page has a wide and an upright one: words cut or left outside, and what
# lies on words, on a circle or on a line that ends elsewhere.
_DRAWN_WAYS: Final = r"""() => [...document.querySelectorAll(".sd-svgroute")].flatMap(svg => {
    const hidden = svg.style.display;
    svg.style.setProperty("display", "block", "important");
    const view = svg.viewBox.baseVal;
    const words = [...svg.querySelectorAll("text:not(.s-n-here)")].map(one => {
        const {x, width} = one.getBBox(), foot = one.y.baseVal[0].value;
        const size = parseFloat(getComputedStyle(one).fontSize);  // boxes are as high as fonts say
        return {said: one.textContent, left: x, right: x + width,
            top: foot - 0.85 * size, foot: foot + 0.2 * size};
    });
    const circles = [...svg.querySelectorAll("circle")].map(one => (
        {x: one.cx.baseVal.value, y: one.cy.baseVal.value, r: one.r.baseVal.value}));
    const lines = [...svg.querySelectorAll("path:not(.s-tick)")].map(one => {
        const count = Math.ceil(one.getTotalLength() / 3);
        return [...Array(count + 1).keys()].map(
            each => one.getPointAtLength(one.getTotalLength() * each / count));
    });
    svg.style.display = hidden;
    const found = [];
    const onWords = (one, x, y, near) => x > one.left - near && x < one.right + near
        && y > one.top - near && y < one.foot + near;
    words.forEach((one, at) => {
        if (one.said.includes("…")) found.push(`cut: ${one.said}`);
        if (one.left < 0 || one.right > view.width || one.foot > view.height + 6)
            found.push(`outside: ${one.said}`);
        if (words.slice(at + 1).some(other => one.left < other.right && other.left < one.right
                && one.top < other.foot && other.top < one.foot))
            found.push(`words on words: ${one.said}`);
        if (circles.some(({x, y, r}) => onWords(one, x, y, r)))
            found.push(`a circle on: ${one.said}`);
        if (lines.some(line => line.some(({x, y}) => onWords(one, x, y, 2))))
            found.push(`a line on: ${one.said}`);
    });
    circles.forEach(({x, y, r}, at) => {
        const near = (place, far) => Math.hypot(place.x - x, place.y - y) < far;
        if (lines.some(line => !near(line[0], 1) && !near(line.at(-1), 1)
                && line.some(place => near(place, r + 2))))
            found.push(`a line on circle ${at}`);
        if (circles.some(other => !near(other, 1) && near(other, r + other.r)))
            found.push(`a circle on circle ${at}`);
    });
    return found.map(one => `${svg.getAttribute("class")}: ${one}`);
})"""
# Words of English on a Chinese page: two in a row, but not what somebody typed or is called.
_LEFT_IN_ENGLISH: Final = r"""() => {
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const found = new Set();
    while (walker.nextNode()) {
        const place = walker.currentNode.parentElement;
        const text = walker.currentNode.data.trim();
        if (place.closest("script, noscript, style, textarea, [lang=en]")) continue;
        if (/[A-Za-z]{2,}[,.]? [a-z]{2,}/.test(text)) found.add(text.replace(/\s+/g, " "));
    }
    return [...found];
}"""


def look(page: Page, name: str, language: str) -> list[str]:
    """Return what is wrong with the page as it stands; keep pictures of it."""
    page.evaluate(AXE_SCRIPT)
    left = page.evaluate(_LEFT_IN_ENGLISH) if language == "zh" else []
    problems = [f"{name}: in English: {text}" for text in left if text not in TYPED]
    problems += [f"{name} ({language}): {one}" for one in page.evaluate(_DRAWN_WAYS)]
    for width, scheme in _VIEWS:
        is_held = _THOROUGH or width == _HELD_AT[language]
        if scheme == "dark" and not (is_held and (_THOROUGH or language == _OF_COLOURS)):
            continue  # as wide as the light one
        page.set_viewport_size({"width": width, "height": _HEIGHT})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = page.evaluate(_TOO_WIDE)
        if is_held:
            found += page.evaluate(_RUN, _rules(language) if scheme == "light" else _CONTRAST)
        problems += [f"{name} ({language}, {width}, {scheme}): {one}" for one in found]
        if _LOOK and scheme == "light" and (_THOROUGH or width in _KEPT):
            _keep(page, f"{name}-{width}", language)
    return problems


def glance(page: Page, name: str, language: str) -> list[str]:
    """Return what is wrong with the page on a phone: all rules, width, words left in English.

    For the many pages that one template draws from data; ``look`` is for those of their own.
    """
    page.evaluate(AXE_SCRIPT)
    left = page.evaluate(_LEFT_IN_ENGLISH) if language == "zh" else []
    found = [f"in English: {text}" for text in left if text not in TYPED]
    found += page.evaluate(_TOO_WIDE) + page.evaluate(_RUN, _rules(language))
    found += page.evaluate(_DRAWN_WAYS)
    return [f"{name} ({language}): {one}" for one in found]


def _rules(language: str) -> dict[str, Any]:
    colours = _THOROUGH or language == _OF_COLOURS
    return {"rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": colours}}}


def _keep(page: Page, name: str, language: str) -> None:
    folder = SHOTS / language
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.jpg", full_page=True, type="jpeg", quality=80)
