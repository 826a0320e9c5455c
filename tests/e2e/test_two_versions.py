"""S7 in the browser: two people change one need, both versions are shown, and a person decides."""

import json
import time

import pytest
from playwright.sync_api import expect

from mapping.models import Pin
from tests.conftest import client_of, make_person, report
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_life import sign_in


def patch(person, pin: str, version: int, base: dict, changes: dict, op_id: str):
    return client_of(person).patch(
        f"/api/v1/pins/{pin}",
        json.dumps({"op_id": op_id, "base": base, "changes": changes}),
        content_type="application/json",
        HTTP_IF_MATCH=f'"{version}"',
    )


@pytest.mark.fault("S7")
@pytest.mark.django_db(transaction=True)
def test_both_versions_are_in_the_api_the_list_and_on_the_page_and_one_is_chosen(country, open_page, proven):
    author, officer = make_person("dao", "volunteer", "58"), make_person("mali", "officer", "58")
    base = {"words": "สะพานเก่า", "severity": 3}
    pin = report(author, 97.9684, 19.3003, **base)["id"]
    begun = time.monotonic()
    ids = ("6f1c1f9e-0000-4000-8000-000000000001", "6f1c1f9e-0000-4000-8000-000000000002")
    assert patch(officer, pin, 1, base, {"words": "สะพานขาด", "severity": 4}, ids[0]).status_code == 200
    assert patch(author, pin, 1, base, {"words": "สะพานขาดสองแห่ง", "severity": 5}, ids[1]).status_code == 412
    [one] = client_of(officer).get(f"/api/v1/pins/{pin}/conflicts").json()["results"]
    assert (one["fields"], one["changes"]["words"]) == (["severity", "words"], "สะพานขาดสองแห่ง")

    watched = open_page(DESK, "en")
    page = watched.page
    sign_in(page, country, "58")
    page.goto(f"{country}/office/?view=heat&list=pins&area=58&queue=conflicts&lang=en")
    expect(page.get_by_test_id("pin-list").locator("li")).to_have_count(1)
    page.goto(f"{country}/office/?view=heat&list=pins&area=58&pin={pin}&lang=en")
    two = page.get_by_test_id("two-versions")
    expect(two).to_contain_text("สะพานขาดสองแห่ง")
    seconds = time.monotonic() - begun
    expect(two).to_contain_text("4 · ")
    assert watched.barriers() == []

    phone = open_page(PHONE, "en")
    session = client_of(author).cookies["sessionid"].value
    phone.page.context.add_cookies([{"name": "sessionid", "value": session, "url": country}])
    phone.page.goto(f"{country}/need/?id={pin}&lang=en")
    expect(phone.page.get_by_test_id("two-versions")).to_contain_text("สะพานขาดสองแห่ง")
    assert phone.barriers() == []
    stranger = open_page(PHONE, "en").page
    stranger.goto(f"{country}/need/?id={pin}&lang=en")
    expect(stranger.locator("h1")).to_be_visible()
    expect(stranger.get_by_test_id("two-versions")).to_have_count(0)

    page.get_by_test_id("two-other-words").check()
    page.get_by_test_id("two-decide").click()
    expect(page.get_by_test_id("two-versions")).to_have_count(0)
    there = Pin.objects.get(pk=pin)
    assert (there.words, there.severity, there.conflicts) == ("สะพานขาดสองแห่ง", 4, 0)
    phone.page.get_by_test_id("two-decide").click()  # too late: it was decided
    expect(phone.page.get_by_role("alert")).to_be_visible()
    assert seconds <= 60
    proven(figure=f"both versions in the API, the list and on the page after {seconds:.0f} s")
