"""The board of budget rounds with fingers: from where need is greatest to a published round, by two officers."""

import json
import os
import random
import re
import statistics
import uuid

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from budget import papers, rounds
from budget.models import Project, Round, Solution
from budget.projects import villages_of
from mapping.access import Reader
from mapping.exchange import demo
from mapping.models import Area, Office, Person, Pin
from tests.conftest import client_of, feature, put
from tests.e2e.conftest import DESK, PHONE, Watched
from tests.test_compose import ROOT
from tests.test_papers import opened_by_libreoffice, row_with


@pytest.fixture
def local(country):
    """The sample's local office with some more needs, its draft of a round, and its officers."""
    office = Office.objects.get(code=demo.OFFICE)
    villages = Area.objects.filter(code__in=[row["code"] for row in villages_of(office.pk)], boundary_set__active=True)
    for number, village in enumerate(villages.order_by("code")[:6]):
        for category in ("street_light", "road", "water_supply")[: 1 + number % 3]:
            at = (village.point.x, village.point.y)
            need = feature(
                *at, category=category, village=village.code, severity=2 + number % 4, people=30 + 40 * number
            )
            assert put(client_of(), need).status_code == 201
    call_command("load_sample_round")
    draft = Round.objects.get(phase="draft")
    return country, draft, list(Person.objects.filter(grants__office=draft.office_id).distinct().order_by("pk"))


def enter(page, country, person) -> None:
    page.context.clear_cookies()
    session = client_of(person).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": country}])


def sound(watched: Watched) -> None:
    assert watched.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watched.barriers() == []


@pytest.mark.django_db(transaction=True)
def test_a_round_goes_from_heat_to_publication_on_the_board(local, open_page, tmp_path):
    country, draft, people = local
    assert len(people) >= 2
    desk = open_page(DESK)
    page = desk.page
    enter(page, country, people[0])

    # From the map of needs to the board.
    page.goto(f"{country}/office/")
    page.get_by_test_id("to-budget").click()
    page.get_by_test_id("own-round").filter(has_text=draft.name_th).click()
    expect(page.get_by_test_id("phase")).to_have_attribute("data-phase", "draft")

    # Weights are slid, and the order follows without a word to the server.
    before = [one.get_attribute("data-code") for one in page.get_by_test_id("place").all()]
    assert len(before) > 1
    slider = page.locator("input[type=range]").first
    asked = len(desk.requests)
    slider.fill("5")
    expect(page.get_by_test_id("moved")).to_contain_text("ลำดับเปลี่ยน")
    points = [int(one.inner_text()) for one in page.locator("output").all()]
    assert sum(points) == 100
    assert points[0] == 5
    assert len(desk.requests) == asked
    first = page.get_by_test_id("place").first
    first.locator("summary").click()
    expect(first.locator("table")).to_be_visible()
    page.get_by_test_id("save-weights").click()
    expect(page.get_by_test_id("moved")).to_have_text("บันทึกแล้ว")
    draft.refresh_from_db()
    assert [one["points"] for one in draft.rules["ranking"]] == points
    desk.picture("budget-need")

    # Rules: money to areas by formula.
    page.get_by_test_id("tab-rules").click()
    page.get_by_test_id("preset").select_option("equal")
    page.get_by_test_id("save-round").click()
    expect(page.get_by_role("status").filter(has_text="บันทึกแล้ว")).to_be_visible()
    draft.refresh_from_db()
    assert draft.rules["stage_a"]["preset"] == "equal"
    page.get_by_test_id("preset").select_option("")
    page.get_by_test_id("save-round").click()
    expect(page.get_by_role("status").filter(has_text="บันทึกแล้ว")).to_be_visible()

    # A project of one's own, judged with a reason.
    page.get_by_test_id("tab-projects").click()
    count = page.get_by_test_id("candidate").count()
    page.get_by_test_id("new-project").click()
    expect(page.get_by_test_id("project-form")).to_be_visible()
    page.locator("#project-name").fill("ซ่อมศาลากลางบ้าน (ตัวอย่าง)")
    village = page.locator("#villages option").first.get_attribute("value")
    page.locator("input.code").fill(village)
    page.locator("input.persons").first.fill("50")
    page.locator("#year-0").fill("90000")
    page.get_by_test_id("save-project").click()
    expect(page.get_by_test_id("candidate")).to_have_count(count + 1)
    page.get_by_test_id("tab-decide").click()
    expect(page.get_by_test_id("missing")).to_be_visible()
    expect(page.get_by_test_id("freeze")).to_be_disabled()
    page.get_by_test_id("tab-results").click()
    expect(page.get_by_test_id("no-results")).to_be_visible()
    page.get_by_test_id("tab-projects").click()
    mine = page.get_by_test_id("candidate").filter(has_text="ซ่อมศาลากลางบ้าน")
    mine.get_by_test_id("judge").click()
    mine.locator("textarea").fill("ตรวจพื้นที่แล้ว ที่ดินเป็นของหมู่บ้าน")
    mine.get_by_test_id("feasible").click()
    expect(mine.get_by_test_id("feasibility")).to_have_text("ทำได้")
    for other in Project.objects.filter(office=draft.office_id, feasibility="unknown"):
        pytest.fail(f"{other.name_th} waits")
    hands = page.get_by_test_id("hands")
    hands.locator("summary").click()
    hands.locator("select").select_option(index=1)
    hands.locator("#hands-on").fill("2026-11-01")
    hands.locator("#hands-present").fill("20")
    hands.locator("ul .short").first.fill("13")
    hands.get_by_test_id("save-hands").click()
    expect(hands.locator("summary")).to_contain_text("1 หมู่บ้าน")
    assert draft.tallies.get().people_present == 20
    asked = int(page.get_by_test_id("asked").get_attribute("data-baht"))
    expect(page.get_by_test_id("asked")).to_contain_text(f"{asked:,} บาท")
    desk.picture("budget-projects")

    # Locked before results; then the funding line, the rules side by side, and others tried.
    page.get_by_test_id("tab-decide").click()
    page.get_by_test_id("freeze").click()
    expect(page.get_by_test_id("phase")).to_have_attribute("data-phase", "frozen", timeout=60_000)
    page.get_by_test_id("tab-results").click()
    expect(page.get_by_test_id("line")).to_contain_text("เส้นแบ่งวงเงิน")
    page.get_by_test_id("try").click()
    expect(page.get_by_test_id("side-by-side")).to_be_visible(timeout=60_000)
    sound(desk)
    desk.picture("budget-results")
    draft.refresh_from_db()
    assert draft.version == 1

    # One agrees, and cannot decide too; another one does.
    page.get_by_test_id("tab-decide").click()
    page.get_by_test_id("sign").click()
    page.get_by_test_id("decide").click()
    expect(page.get_by_test_id("problem")).to_contain_text("อีกคน")
    enter(page, country, people[1])
    page.reload()
    page.get_by_test_id("decide").click()
    expect(page.get_by_test_id("phase")).to_have_attribute("data-phase", "decided")
    page.get_by_test_id("publish").click()
    expect(page.get_by_test_id("public")).to_be_visible()
    sound(desk)
    desk.picture("budget-decide")

    # Delivery is said, and the paper is taken.
    page.get_by_test_id("tab-papers").click()
    with page.expect_download() as file:
        page.get_by_test_id("paper-p02").click()
    rows = opened_by_libreoffice(file.value.path().read_bytes(), tmp_path)
    assert int(row_with(rows, papers.WORDS["th"]["sum_all"])[4]) == asked, "the paper says the board's baht"
    one = page.get_by_test_id("delivery").first
    one.get_by_test_id("report").click()
    one.locator("#on").fill("2026-11-01")
    one.get_by_test_id("deliver").click()
    expect(one.locator(".tag")).to_contain_text("ตั้งงบแล้ว")
    assert draft.deliveries.count() == 1

    # And a villager reads it.
    page.get_by_test_id("tab-decide").click()
    page.context.clear_cookies()
    page.get_by_test_id("public").click()
    expect(page.get_by_test_id("lead")).to_be_visible()
    assert desk.complaints == [c for c in desk.complaints if re.search("409|Failed to load", c)]


@pytest.mark.django_db(transaction=True)
def test_an_amendment_is_made_on_the_board_with_its_reason(local, open_page):
    country, draft, people = local
    rounds.freeze(reader=Reader.of(people[0]), round_id=draft.pk)
    desk = open_page(DESK, "en")
    page = desk.page
    enter(page, country, people[0])
    page.goto(f"{country}/office/budget/?lang=en&id={draft.pk}#decide")
    page.get_by_test_id("amend").click()
    page.get_by_test_id("add-override").click()
    page.get_by_label("Reason for this project").fill("The pump broke after the list was closed")
    page.get_by_label("Reason for the amendment").fill("A pump broke")
    page.get_by_test_id("send-amend").click()
    expect(page.get_by_test_id("amended")).to_contain_text("A pump broke", timeout=60_000)
    draft.refresh_from_db()
    assert (draft.phase, draft.version) == ("amended", 2)
    assert desk.complaints == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["th", "en"])
def test_every_part_of_the_board_fits_a_phone(local, open_page, language):
    country, draft, people = local
    watched = open_page(PHONE, language)
    page = watched.page
    enter(page, country, people[0])
    page.goto(f"{country}/office/budget/?lang={language}")
    expect(page.get_by_test_id("own-round").first).to_be_visible()
    sound(watched)
    page.get_by_test_id("new-round").click()
    sound(watched)
    for tab in ("need", "rules", "projects", "results", "decide", "papers"):
        page.goto(f"{country}/office/budget/?lang={language}&id={draft.pk}#{tab}")
        page.reload()
        expect(page.get_by_test_id("phase")).to_be_visible()
        sound(watched)
    page.get_by_test_id("tab-need").click()
    assert page.locator("input[type=range]").first.bounding_box()["height"] >= 48
    watched.picture(f"budget-phone-{language}")
    assert watched.complaints == []


@pytest.mark.django_db(transaction=True)
def test_charlie_sees_no_board_of_another_office(local, open_page):
    country, draft, _ = local
    other = Office.objects.exclude(pk=draft.office_id).exclude(code=demo.PROVINCIAL).first()
    charlie = Person.objects.create(username="charlie-of-elsewhere", name="Charlie", password="!")
    charlie.grants.create(role="officer", office=other)
    watched = open_page(DESK, "en")
    page = watched.page
    enter(page, country, charlie)
    page.goto(f"{country}/office/budget/?lang=en&id={draft.pk}")
    expect(page.get_by_test_id("problem")).to_be_visible()
    assert draft.name_en not in page.content()
    page.goto(f"{country}/office/budget/?lang=en&id={uuid.uuid4()}")
    expect(page.get_by_test_id("problem")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_who_acts_for_no_office_is_told_where_to_look(local, open_page):
    country, _, _ = local
    villager = Person.objects.create(username="fah", name="Fah", password="!")
    page = open_page(PHONE).page
    enter(page, country, villager)
    page.goto(f"{country}/office/budget/")
    expect(page.get_by_test_id("no-office")).to_be_visible()


DISTRICTS = 928
ROUNDS_OF_SLIDING = 15
FIGURES = ROOT / "docs" / "figures" / "board.json"
SLIDE = """async points => {
  const slider = document.querySelector('input[type=range]')
  const began = performance.now()
  slider.value = String(points)
  slider.dispatchEvent(new Event('input', {bubbles: true}))
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)))
  return performance.now() - began
}"""


@pytest.mark.django_db(transaction=True)
def test_the_order_of_928_districts_follows_the_slider(local, open_page):
    """WRITE_DOCS=1 keeps how long it took until the new order was drawn."""
    country, draft, people = local
    watched = open_page(DESK, "en")
    page = watched.page
    enter(page, country, people[0])
    chance = random.Random(5)

    def many(route) -> None:
        board = route.fetch().json()
        keys = [one["key"] for one in board["inputs"]["rules"]["ranking"]]
        board["inputs"]["villages"] = [
            {
                "code": f"{10 + n // 90}{10 + n % 90}", "name_th": f"อำเภอ {n}", "name_en": f"District {n}",
                "area": board["inputs"]["areas"][0]["code"], "population": 50_000, "reports": 3,
                "facts": {key: chance.uniform(0, 100) for key in keys},
            }
            for n in range(DISTRICTS)
        ]  # fmt: skip
        route.fulfill(json=board)

    page.route("**/api/v1/rounds/*/board", many)
    page.goto(f"{country}/office/budget/?lang=en&id={draft.pk}")
    page.get_by_role("button", name=f"Show all {DISTRICTS}").click()
    expect(page.get_by_test_id("place")).to_have_count(DISTRICTS)
    orders, took = set(), []
    for turn in range(ROUNDS_OF_SLIDING):
        took.append(page.evaluate(SLIDE, 5 if turn % 2 else 90))
        orders.add(tuple(page.get_by_test_id("place").evaluate_all("rows => rows.map(row => row.dataset.code)")))
    assert len(orders) == 2, "each weight has its own order"
    if os.environ.get("WRITE_DOCS"):
        drawn = {"places": DISTRICTS, "median_ms": round(statistics.median(took[1:])), "slowest_ms": round(max(took))}
        FIGURES.write_text(json.dumps(drawn | {"wanted_ms": 100}, indent=1) + "\n")
    assert watched.complaints == []


@pytest.mark.django_db(transaction=True)
def test_a_solution_becomes_a_project_that_carries_it_out(local, open_page):
    country, draft, people = local
    officer = people[0]
    village = villages_of(draft.office_id)[0]["code"]
    need = Pin.objects.filter(village=village).first()
    offered = Solution.objects.create(
        pk=uuid.uuid4(), pin=need, author=officer, words="ใช้โคมโซลาร์แทน", cost_baht=64_000, state="shown"
    )
    watched = open_page(PHONE)
    page = watched.page
    enter(page, country, officer)
    page.goto(f"{country}/office/budget/?need={need.pk}&solution={offered.pk}")
    form = page.get_by_test_id("project-form")
    expect(form).to_contain_text("ใช้โคมโซลาร์แทน")
    expect(form.locator("#year-0")).to_have_value("64000")
    expect(form.locator("input.code")).to_have_value(village)
    sound(watched)
    form.locator("#project-name").fill("โคมโซลาร์หน้าวัด (ตัวอย่าง)")
    form.get_by_test_id("save-project").click()
    expect(form).to_be_hidden()
    made = Project.objects.get(name_th="โคมโซลาร์หน้าวัด (ตัวอย่าง)")
    assert (made.solution_id, made.cost_baht) == (offered.pk, 64_000)
    assert [link.pin_id for link in made.needs.all()] == [need.pk]
    assert watched.complaints == []
