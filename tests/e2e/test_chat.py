"""A photo sent to the chat of LINE becomes the photo of a report."""

import io

import pytest
from django.core import signing
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.test_notices import fake_line  # noqa: F401  (a fixture)


def link(message_id: str) -> str:
    return f"/m/?openExternalBrowser=1#photo={signing.dumps(message_id, salt='line-photo')}"


@pytest.mark.django_db(transaction=True)
def test_the_link_of_the_chat_opens_a_report_with_the_photo(country, open_page, fake_line):  # noqa: F811
    out = io.BytesIO()
    Image.effect_mandelbrot((800, 600), (-2, -1.5, 1, 1.5), 30).convert("RGB").save(out, "JPEG")
    fake_line.photos["77"] = out.getvalue()
    phone = open_page(PHONE)
    page = phone.page
    page.goto(f"{country}{link('77')}")
    expect(page.get_by_test_id("photo-preview")).to_be_visible()
    assert page.get_by_test_id("photo-preview").evaluate("image => image.naturalWidth") == 800
    assert page.url.endswith("#photo"), "the token does not stay in the address"

    # Whoever takes it away does not get it back unasked.
    page.get_by_test_id("photo-remove").click()
    page.get_by_test_id("next").click()
    page.go_back()
    expect(page.get_by_test_id("photo-preview")).to_be_hidden()
    expect(page.get_by_test_id("photo-problem")).to_be_hidden()
    assert phone.complaints == []


@pytest.mark.django_db(transaction=True)
def test_where_the_photo_is_gone_the_page_says_what_to_do(country, open_page, fake_line):  # noqa: F811
    page = open_page(PHONE).page
    page.goto(f"{country}{link('78')}")
    expect(page.get_by_test_id("photo-problem")).to_contain_text("โปรดเลือกรูปในหน้านี้แทน")
    expect(page.get_by_test_id("photo-input")).to_be_enabled()
