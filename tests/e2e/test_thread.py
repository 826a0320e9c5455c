"""Votes on a round that is open for them, and the solutions under a need, in a real browser."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from budget.models import MeetingTally, MeetingTallyLine, Round, Solution, Vote
from mapping.models import PinPublic
from mapping.models.pins import OPEN
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_village import sound

PASSWORD = "correct horse battery"


def sign_in(page, name: str) -> None:
    page.get_by_label("ชื่อผู้ใช้").fill(name)
    page.get_by_label("รหัสผ่าน").fill(PASSWORD)
    page.get_by_test_id("submit").click()


@pytest.fixture
def voting(country) -> str:
    call_command("load_sample_round")
    before = Round.objects.get(phase="published")
    draft = Round.objects.create(
        pk=uuid.uuid4(), office=before.office, name_th="รอบเพิ่มเติม ปี 2571 (ตัวอย่าง)", name_en="Further round (sample)",
        fiscal_year=before.fiscal_year, envelope_baht=5_000_000, rules=before.rules,
        voting_until=timezone.now() + timedelta(days=7),
    )  # fmt: skip
    return str(draft.pk)


@pytest.mark.django_db(transaction=True)
def test_a_villager_signs_in_on_the_way_and_votes_with_one_tap(country, open_page, voting):
    watched = open_page(PHONE)
    page = watched.page
    page.goto(f"{country}/round/?id={voting}&lang=th")
    expect(page.get_by_test_id("undecided")).to_contain_text("ยังไม่มีการตัดสิน")
    expect(page.get_by_test_id("candidate").first).to_be_visible()
    assert page.get_by_test_id("vote").count() == 0
    sound(watched, "voting-anyone-th-360")
    page.get_by_test_id("vote-sign-in").click()
    sign_in(page, "volunteer5801")
    expect(page.get_by_test_id("my-votes")).to_contain_text("0 โครงการ")
    order = page.get_by_test_id("candidate").locator("b").all_inner_texts()
    vote = page.get_by_test_id("vote").first
    assert vote.bounding_box()["height"] >= 48
    vote.click()
    expect(vote).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_test_id("my-votes")).to_contain_text("1 โครงการ")
    assert Vote.objects.count() == 1
    sound(watched, "voting-th-360")
    page.reload()
    expect(page.get_by_test_id("vote").first).to_have_attribute("aria-pressed", "true")
    assert page.get_by_test_id("candidate").locator("b").all_inner_texts() == order, "the order stays one's own"
    page.route("**/votes/**", lambda route: route.abort())
    page.get_by_test_id("vote").first.click()
    expect(page.get_by_test_id("vote-trouble")).to_be_visible()
    expect(page.get_by_test_id("my-votes")).to_contain_text("1 โครงการ")
    page.unroute("**/votes/**")
    page.get_by_test_id("vote").first.click()
    expect(page.get_by_test_id("my-votes")).to_contain_text("0 โครงการ")
    assert Vote.objects.count() == 0
    page.set_viewport_size(DESK)
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("undecided")).to_contain_text("Nothing is decided")
    watched.complaints[:] = [one for one in watched.complaints if "ERR_FAILED" not in one]
    sound(watched, "voting-en-1440")


@pytest.mark.django_db(transaction=True)
def test_votes_and_hands_stand_apart_once_a_round_is_published(country, open_page):
    call_command("load_sample_round")
    done = Round.objects.get(phase="published")
    project = done.snapshots.get().allocations.filter(baht__gt=0).first().project
    Vote.objects.create(round=done, project=project, person=project.author)
    tally = MeetingTally.objects.create(round=done, village="58010101", held_on="2026-11-20", people_present=60)
    MeetingTallyLine.objects.create(tally=tally, project=project, hands=41)
    watched = open_page(PHONE)
    watched.page.goto(f"{country}/round/?id={done.pk}&lang=th")
    row = watched.page.get_by_test_id("counts").get_by_role("row").nth(1)
    expect(row.get_by_role("cell").nth(0)).to_have_text("1")
    expect(row.get_by_role("cell").nth(1)).to_have_text("41 จาก 1 การประชุม")
    sound(watched, "counts-th-360")


@pytest.mark.django_db(transaction=True)
def test_a_solution_is_proposed_waits_and_is_shown_or_hidden_with_a_reason(country, open_page):
    need = PinPublic.objects.filter(area_code__startswith="5801", status__in=OPEN, joined_to=None).first()
    assert need
    address = f"{country}/need/?id={need.pk}&lang=th"
    villager, officer, anyone = open_page(PHONE), open_page(DESK), open_page(PHONE)
    page = villager.page
    page.goto(address)
    expect(page.get_by_test_id("no-solutions")).to_be_visible()
    page.get_by_test_id("solution-sign-in").click()
    sign_in(page, "volunteer5801")
    page.get_by_test_id("solution-write").click()
    words = "<img src=x onerror=alert(1)> วางท่อใหม่"
    page.get_by_test_id("solution-words").fill(words)
    page.get_by_test_id("solution-cost").fill("สองหมื่น")
    expect(page.get_by_test_id("solution-send")).to_be_disabled()
    sound(villager, "solution-form-th-360")
    page.get_by_test_id("solution-cost").fill("20,000")
    page.route("**/solutions/**", lambda route: route.abort())
    page.get_by_test_id("solution-send").click()
    expect(page.get_by_test_id("solution-trouble")).to_contain_text("ยังอยู่ในช่องนี้")
    expect(page.get_by_test_id("solution-words")).to_have_value(words)
    page.unroute("**/solutions/**")
    villager.complaints.clear()
    page.get_by_test_id("solution-send").click()
    expect(page.get_by_test_id("solution")).to_contain_text(words)
    expect(page.get_by_test_id("solution-state")).to_contain_text("คนอื่นยังไม่เห็น")
    assert Solution.objects.get().cost_baht == 20_000
    sound(villager, "solution-waits-th-360")

    anyone.page.goto(address)
    expect(anyone.page.get_by_test_id("no-solutions")).to_be_visible()
    desk = officer.page
    desk.goto(f"{country}/login/?next={address.removeprefix(country).replace('&', '%26')}")
    sign_in(desk, "officer5801")
    expect(desk.get_by_test_id("solution")).to_contain_text(words)
    desk.get_by_test_id("solution-show").click()
    expect(desk.get_by_test_id("solution-project")).to_have_attribute(
        "href", re.compile("/office/budget/\\?need=.+&solution=.+")
    )
    sound(officer, "solution-officer-th-1440")
    anyone.page.reload()
    expect(anyone.page.get_by_test_id("solution")).to_contain_text(words)
    assert anyone.page.get_by_test_id("solution-hide").count() == 0
    desk.get_by_test_id("solution-hide").click()
    expect(desk.get_by_test_id("solution-hide-send")).to_be_disabled()
    desk.get_by_test_id("solution-reason").fill("ซ้ำกับโครงการที่มีอยู่")
    desk.get_by_test_id("solution-hide-send").click()
    expect(desk.get_by_test_id("solution-state")).to_contain_text("ซ้ำกับโครงการ")
    page.reload()
    expect(page.get_by_test_id("solution-state")).to_contain_text("ซ้ำกับโครงการ")
    anyone.page.reload()
    expect(anyone.page.get_by_test_id("no-solutions")).to_be_visible()
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("solutions")).to_contain_text("Proposed solutions")
    sound(villager, "solution-en-360")
    assert [one.complaints for one in (officer, anyone)] == [[], []]
