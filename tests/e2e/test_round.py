"""Anyone reads a published round: what was funded, why not the rest, and the file to recompute it."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_villager_comes_from_the_list_of_rounds_to_the_reason(country, open_page, size):
    call_command("load_sample_round")
    for language, reason, line in (("th", "ยังไม่ได้", "เส้นแบ่งวงเงิน"), ("en", "Not funded", "funding line")):
        watched = open_page(size, language)
        page = watched.page
        page.goto(f"{country}/round/?lang={language}")
        page.get_by_test_id("round").click()
        expect(page.get_by_test_id("line")).to_contain_text(line)
        assert page.get_by_test_id("funded").get_by_test_id("project").count() > 5
        left_out = page.get_by_test_id("reserve").get_by_test_id("project").first
        left_out.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(left_out.get_by_test_id("why")).to_contain_text(reason)
        assert left_out.locator("summary").bounding_box()["height"] >= 48
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        watched.picture(f"round-{language}-{size['width']}")
        with page.expect_download() as file:
            page.get_by_test_id("zip").click()
        assert file.value.path().read_bytes().startswith(b"PK")
        assert watched.complaints == []


@pytest.mark.django_db(transaction=True)
def test_a_round_that_is_not_there_says_so(country, open_page):
    watched = open_page(PHONE, "en")
    watched.page.goto(f"{country}/round/?id=00000000-0000-4000-8000-000000000000&lang=en")
    expect(watched.page.get_by_test_id("failed")).to_be_visible()
