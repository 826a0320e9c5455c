"""Ending what one follows, from the link of a message, in a real browser."""

import os
from pathlib import Path

import pytest

from mapping import notices
from mapping.models import Person, Subscription
from tests.e2e.conftest import DESK, PHONE


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(("language", "done"), [("th", "เลิกติดตามแล้ว"), ("en", "Done.")])
def test_one_tap_ends_it_and_opening_the_page_does_not(live_server, open_page, size, language, done):
    person = Person.objects.create_user("fah", email="fah@example.org")
    following = Subscription.objects.create(person=person, village="58010101", channel="email")
    watched = open_page(size, language)
    page = watched.page
    page.goto(f"{live_server.url}/unsubscribe/?lang={language}#{notices.token_of(following.pk)}")
    button = page.get_by_test_id("stop")
    button.wait_for()
    keep(page, f"unsubscribe-{language}-{size['width']}")
    following.refresh_from_db()
    assert following.unsubscribed_at is None
    assert button.bounding_box()["height"] >= 48
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text(done).wait_for()
    following.refresh_from_db()
    assert following.unsubscribed_at is not None
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watched.complaints == []


def keep(page, name: str) -> None:
    folder = os.environ.get("PICTURES_TO")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def test_a_link_that_is_cut_says_so_and_offers_nothing(live_server, open_page):
    watched = open_page(PHONE, "en")
    watched.page.goto(f"{live_server.url}/unsubscribe/?lang=en")
    watched.page.get_by_text("not complete").wait_for()
    assert watched.page.get_by_test_id("stop").count() == 0
