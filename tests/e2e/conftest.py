"""A real browser against a real server with the sample country."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from playwright.sync_api import TimeoutError as BrowserTimeout

from mapping.exchange import demo
from mapping.models import Category
from tests.e2e import kept

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}
AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a microphone that beeps
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "Chromium is missing: ./meemap test installs it"
    found = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
    yield found
    found.close()


@pytest.fixture
def country(live_server, settings, tmp_path):
    """The sample country, served as the demo does, on the live server's address."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "shown", "sample": True, "start": "58"}
    assert Category.objects.exists()
    if kept.is_kept():
        kept.put_back()
    else:
        demo.load(1500, password="correct horse battery")
        kept.keep()
    return live_server.url


class Watched:
    """A page whose every complaint is kept: console errors, refused policies, dialogs, failed requests."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on(
            "console",
            lambda message: message.type == "error" and self.complaints.append(f"console: {message.text}"),
        )
        self.page.on(
            "response",
            lambda answer: answer.status >= 500 and self.complaints.append(f"{answer.status} {answer.url}"),
        )
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.requests: list[str] = []

    def barriers(self) -> list[str]:
        """What axe-core finds against WCAG A and AA on the page as it stands, each with its place."""
        self.page.evaluate(AXE.read_text("utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate("tags => axe.run({runOnly: tags})", tags)["violations"]
        return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]

    def picture(self, name: str) -> None:
        """A picture of the page; with WRITE_DOCS=1 the README's own is taken anew."""
        shown = self.page.screenshot()
        assert len(shown) > 10_000, "an empty page"
        if os.environ.get("WRITE_DOCS"):
            (PICTURES / f"{name}.png").write_bytes(shown)


@pytest.fixture
def open_page(browser: Browser) -> Iterator:
    contexts: list[BrowserContext] = []
    pages: list[Watched] = []

    def make(size: dict[str, int], language: str = "th", **more) -> Watched:
        context = browser.new_context(
            viewport=size,
            locale="th-TH" if language == "th" else "en-GB",
            geolocation={"longitude": 97.9684, "latitude": 19.3003, "accuracy": 8},
            permissions=["geolocation", "microphone"],
            reduced_motion="reduce",
            has_touch=size is PHONE,
            timezone_id="Asia/Bangkok",
            **more,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        watched = Watched(context)
        pages.append(watched)
        return watched

    yield make
    for context in contexts:
        context.close()


def send_now(page: Page) -> None:
    """Ask to send at once, unless the page has begun by itself and the button is gone."""
    button = page.get_by_test_id("send-now")
    for _ in range(10):
        try:
            button.click(timeout=2000)
            return
        except BrowserTimeout:
            if not button.count():
                return
    raise AssertionError("the button to send stands there and cannot be pressed")


def new_need(page: Page) -> None:
    """Past "already reported?", which is asked only where something is near: this is a new need."""
    same = page.get_by_test_id("step-same")
    expect(same.or_(page.get_by_test_id("step-severity"))).to_be_visible()
    if same.is_visible():
        page.get_by_test_id("next").click()
        expect(page.get_by_test_id("step-severity")).to_be_visible()


TAKEN_CARE_OF = "navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"


def installed(page) -> None:
    """The service worker has everything and answers for this page."""
    for _ in range(100):
        if page.evaluate(TAKEN_CARE_OF):
            return
        time.sleep(0.1)
    raise AssertionError("the service worker does not answer for the page")
