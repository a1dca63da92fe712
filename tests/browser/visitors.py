"""Somebody at a browser: what people do on pages, by what the pages are made of.

Nothing here looks for words of one language, so that every journey runs in both.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.running_desk import Desk
from tests.factories import PASSWORD

DESKTOP = {"width": 1280, "height": 900}
_LOCALES = {"en": "en-GB", "zh": "zh-CN"}
_HTML = {"en": "en", "zh": "zh-CN"}
# What a page may say on the console: the refusals that tests provoke, and nothing else.
_EXPECTED = ("status of 4", "status of 503")


class Visitor:
    """One window of the browser, and the hands on its keyboard and mouse."""

    def __init__(self, page: Page, desk: Desk, language: str, *, scripts: bool) -> None:
        self.page, self.desk, self.language, self.scripts = page, desk, language, scripts
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda line: self._hear(line.type, line.text))

    @classmethod
    @contextmanager
    def opened(
        cls,
        chromium: Browser,
        desk: Desk,
        *,
        language: str = "en",
        scripts: bool = True,
        width: int = DESKTOP["width"],
    ) -> Iterator[Self]:
        """Yield somebody new, whose browser asks for ``language``; scripts may be off."""
        context = chromium.new_context(
            base_url=desk.address,
            locale=_LOCALES[language],
            java_script_enabled=scripts,
            viewport={"width": width, "height": DESKTOP["height"]},
        )
        context.set_default_timeout(20_000)
        visitor = cls(context.new_page(), desk, language, scripts=scripts)
        try:
            yield visitor
            assert not visitor.complaints, visitor.complaints
        finally:
            context.close()

    def go(self, path: str) -> None:
        """Open an address of the desk."""
        answer = self.page.goto(path)
        assert answer is None or answer.status < 500, f"{path}: {answer.status}"  # None: an anchor

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in on the page for it."""
        self.go("/sign-in")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password)
        self.press_primary()
        self.arrives("/sign-in", is_there=False)
        expect(self.page.locator("html")).to_have_attribute("lang", _HTML[self.language])

    def ask_and_type_code(self, number: str, email: str) -> None:
        """On a tracking page: have the code for ``number`` mailed to ``email``, and enter it."""
        self.page.locator('main form[action$="/ask"] button').click()
        self.arrives(f"/track/{number}/code")
        mailed = rf"(?ms){number}.*?^(\d{{6,8}})$"
        code = re.search(mailed, self.desk.await_mail(email, mailed))
        assert code
        self.page.fill("[name=code]", code[1])
        self.press_primary()
        self.arrives(f"/track/{number}")
        expect(self.page.locator(".sd-route").first).to_be_visible()

    def press_primary(self, within: str = "main") -> None:
        """Press the one button that the page is for."""
        self.page.locator(f"{within} button.btn-primary").click()

    def key(self, key: str) -> None:
        """Press a key, as soon as the page listens to keys."""
        self.page.wait_for_load_state()
        self.page.keyboard.press(key)

    def arrives(self, path: str, *, is_there: bool = True) -> None:
        """See that the page is the one at ``path``, or has left it."""
        wish = re.compile(re.escape(f"{self.desk.address}{path}") + "([?#].*)?$")
        if is_there:
            expect(self.page).to_have_url(wish, timeout=20_000)
        else:
            expect(self.page).not_to_have_url(wish, timeout=20_000)

    def sees(self, text: str) -> None:
        """See a text on the page that no language changes."""
        expect(self.page.locator("main")).to_contain_text(text)

    def one(self, selector: str) -> Locator:
        """Return the one thing on the page that ``selector`` names."""
        found = self.page.locator(selector)
        expect(found).to_have_count(1)
        return found

    # --- Filling in -------------------------------------------------------------------------

    def answer_page(self, answers: Mapping[str, Any]) -> None:
        """Fill in a page of an application: answers by key, as definitions keep them."""
        for key, answer in answers.items():
            self.answer(f"f_{key}", answer)

    def answer(self, name: str, answer: Any) -> None:  # noqa: ANN401 - any kind of answer
        """Answer the question ``name`` in the way in which it is asked."""
        page = self.page
        if isinstance(answer, Mapping):
            self._answer_money(name, answer)
        elif isinstance(answer, Sequence) and answer and isinstance(answer[0], Mapping):
            self._answer_cards(name, answer)
        elif isinstance(answer, list):
            for one in answer:
                self._tick(page.locator(f'[name="{name}"][value="{one}"]'))
        elif page.locator(f'[name="{name}-y"]').count():
            for part, typed in zip("ymd", str(answer).split("-"), strict=True):
                page.fill(f'[name="{name}-{part}"]', typed)
        else:
            self._answer_plainly(name, answer)

    def cards(self, group: str) -> Locator:
        """Return the cards of a repeating group."""
        return self.page.locator(f'[data-card^="{group}:"]')

    def add_card(self, group: str) -> None:
        """Press the button that adds one more."""
        count = self.cards(group).count()
        self.page.locator(f'button[name=edit][value="add:{group}"]').click()
        expect(self.cards(group)).to_have_count(count + 1)

    def remove_card(self, group: str, number: int) -> None:
        """Press the button that removes the card of this number."""
        count = self.cards(group).count()
        self.page.locator(f'button[name=edit][value="remove:{group}:{number}"]').click()
        expect(self.cards(group)).to_have_count(count - 1)

    def _answer_cards(self, name: str, entries: Sequence[Mapping[str, Any]]) -> None:
        group = name.removeprefix("f_")
        for number, entry in enumerate(entries):
            if self.cards(group).count() <= number:
                self.add_card(group)
            closed = self.page.locator(f'[data-card="{group}:{number}"] details:not([open])')
            if closed.count():
                closed.locator("summary").click()
            for key, answer in entry.items():
                self.answer(f"{name}-{number}-f_{key}", answer)

    def _answer_money(self, name: str, answer: Mapping[str, Any]) -> None:
        currency = self.page.locator(f'select[name="{name}-currency"]')
        if currency.count():
            currency.select_option(answer["currency"])
        self.page.fill(f'[name="{name}-amount"]', answer["amount"])

    def _answer_plainly(self, name: str, answer: Any) -> None:  # noqa: ANN401
        if isinstance(answer, bool):
            box = self.page.locator(f'input[type=checkbox][name="{name}"]')
            word = "yes" if answer else "no"
            self._tick(box if box.count() else self._option(name, word))
        elif self._option(name, answer).count():
            self._tick(self._option(name, answer))
        elif self.page.locator(f'select[name="{name}"]').count():
            self.page.select_option(f'select[name="{name}"]', str(answer))
        else:
            self.page.fill(f'[name="{name}"]', str(answer))

    def _option(self, name: str, value: object) -> Locator:
        return self.page.locator(f'input[type=radio][name="{name}"][value="{value}"]')

    def _tick(self, box: Locator) -> None:
        closed = self.page.locator("details:not([open])", has=box)
        if closed.count():
            closed.locator("> summary").click()
        box.check()

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(words in text for words in _EXPECTED):
            self.complaints.append(f"{self.page.url}: {text}")
