"""The desk: what may be the same need, what waits, views by name, a shortlist in an order of one's own."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mapping.access import Reader
from mapping.models import Confirmation, Entry, Pin
from mapping.silent import sheets_html
from tests.conftest import body_of, client_of, errors_of, make_person, report
from tests.test_answering import act, move, post

STEP = 0.0009  # of latitude: 100 m


def duplicates(person, pin_id: str) -> list[dict]:
    answer = client_of(person).get(f"/api/v1/pins/{pin_id}/duplicates")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def at(person, metres: float, **more) -> str:
    return report(person, 98.05, 19.05 + metres * STEP / 100, **more)["id"]


def test_needs_within_the_categorys_radius_are_suggested_the_nearest_and_likest_first(alice, bob):
    pin = at(bob, 0, words="สะพานไม้ชำรุดหน้าวัด")
    near, like = at(bob, 60, words="ไฟดับ"), at(bob, 100, words="สะพานไม้ชำรุด หน้าวัด")
    at(bob, 200, words="ไกลไป")  # a road's radius is 150 m
    at(bob, 10, category="school")
    found = duplicates(alice, pin)
    assert [one["id"] for one in found] == [like, near]
    assert [one["distance_m"] for one in found] == pytest.approx([100, 60], abs=2)
    assert found[0]["likeness"] > 0.5 > found[1]["likeness"]


def test_another_category_of_the_group_counts_where_the_words_are_alike(alice, bob):
    pin = at(bob, 0, words="ไฟทางหน้าวัดดับมาสองเดือน", category="street_light")
    other = at(bob, 20, words="ไฟทางหน้าวัดดับ", category="road")
    at(bob, 20, words="หลุมใหญ่", category="road")
    assert [one["id"] for one in duplicates(alice, pin)] == [other]


def test_across_a_border_too(alice, bob):
    west = report(bob, 98.0995, 19.05)["id"]
    east = report(bob, 98.1004, 19.05)["id"]
    assert [one["id"] for one in duplicates(alice, west)] == [east]


def test_what_is_over_or_joined_is_not_suggested(alice, bob):
    pin = at(bob, 0)
    closed, joined, gone = at(bob, 10), at(bob, 20), at(bob, 30)
    lead = at(bob, 40)
    move(alice, closed, "closed_without_fix", words="x")
    post(alice, joined, "join", lead=lead)
    post(bob, gone, "withdrawal")
    assert [one["id"] for one in duplicates(alice, pin)] == [lead]


def test_needs_whose_place_is_hidden_are_never_suggested_nor_looked_for(alice, bob, anyone):
    care = at(bob, 0, category="care", words="ยายป่วย")
    at(bob, 10, category="care", words="ยายป่วย")
    assert duplicates(alice, care) == duplicates(None, care) == []
    hidden = at(bob, 0, words="สะพาน")
    pin = at(bob, 10, words="สะพาน")
    Pin.objects.filter(pk=hidden).update(hidden=True)
    assert duplicates(None, pin) == []
    assert [one["id"] for one in duplicates(alice, pin)] == [hidden]


def test_already_reported_is_asked_before_a_pin_is_sent(bob, anyone):
    pin = at(bob, 0, words="สะพานขาด โทร 081-234-5678")
    asked = anyone.get("/api/v1/duplicates", {"lng": 98.05, "lat": 19.0503, "category": "road", "words": "สะพานขาด"})
    assert [one["id"] for one in asked.json()["results"]] == [pin]
    assert "234-5678" not in asked.content.decode()


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({}, "coordinates_pair"), ({"lng": "x", "lat": "19", "category": "road"}, "coordinates_pair"),
        ({"lng": "19", "lat": "98", "category": "road"}, "swapped"),
        ({"lng": "nan", "lat": "19", "category": "road"}, "number_not_finite"),
        ({"lng": "98", "lat": "19", "category": "x"}, "choice_unknown"),
        ({"lng": "98", "lat": "19", "category": "road", "radius": "9"}, "parameter_unknown"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_refused(country, anyone, query, error):
    assert errors_of(anyone.get("/api/v1/duplicates", query))[0][0] == error


def test_a_suggestion_is_a_handful_of_statements(alice, bob):
    pin = at(bob, 0)
    with CaptureQueriesContext(connection) as before:
        duplicates(alice, pin)
    for metres in range(10, 60, 10):
        at(bob, metres)
    with CaptureQueriesContext(connection) as after:
        duplicates(alice, pin)
    assert len(after) <= len(before) < 30


# -- confirming and joining -----------------------------------------------------------------------


def test_one_tap_counts_a_person_once_also_without_an_account(bob, anonymous_pins, anyone):
    pin = at(bob, 0)
    assert anyone.put(f"/api/v1/pins/{pin}/confirmation").status_code == 201
    assert anyone.put(f"/api/v1/pins/{pin}/confirmation").status_code == 200
    assert anyone.get(f"/api/v1/pins/{pin}").json()["properties"]["confirmations"] == 2  # with the author
    assert anyone.delete(f"/api/v1/pins/{pin}/confirmation").json()["properties"]["confirmations"] == 1
    assert anyone.delete(f"/api/v1/pins/{pin}/confirmation").status_code == 200


def test_supporting_and_taking_it_back_a_hundred_times_leaves_nothing(bob, anonymous_pins, anyone):
    pin = at(bob, 0)
    for _ in range(100):
        anyone.put(f"/api/v1/pins/{pin}/confirmation")
        anyone.delete(f"/api/v1/pins/{pin}/confirmation")
    assert Confirmation.objects.count() == 1


def test_an_author_cannot_take_back_what_was_reported(bob):
    pin = at(bob, 0)
    client_of(bob).delete(f"/api/v1/pins/{pin}/confirmation")
    assert Confirmation.objects.count() == 1


def test_where_the_deployment_takes_no_pins_without_account_nobody_is_counted(bob, anyone):
    pin = at(bob, 0)
    assert errors_of(anyone.put(f"/api/v1/pins/{pin}/confirmation")) == [("sign_in_first", None)]
    assert "meemap_device" not in anyone.cookies


def test_a_need_that_is_over_is_reported_anew_not_confirmed(bob, charlie):
    pin = at(bob, 0)
    post(bob, pin, "withdrawal")
    assert errors_of(client_of(charlie).put(f"/api/v1/pins/{pin}/confirmation"))[0][0] == "need_is_over"


def test_joining_and_parting_keep_everything(alice, bob):
    dam = make_person("dam", "volunteer", "58")
    lead, pin = at(bob, 0, words="เรื่องแรก"), at(dam, 10, words="เรื่องเดียวกัน")
    joined = post(alice, pin, "join", lead=lead, words="จุดเดียวกัน").json()
    assert joined["properties"]["joined_to"] == lead
    assert client_of(None).get(f"/api/v1/pins/{lead}").json()["properties"]["confirmations"] == 2
    assert "verdict" not in client_of(dam).get(f"/api/v1/pins/{lead}").json()["properties"]["may"]
    parted = post(alice, pin, "part").json()
    assert (parted["properties"]["joined_to"], parted["properties"]["words"]) == (None, "เรื่องเดียวกัน")


# -- the queue ------------------------------------------------------------------------------------


def counts(person, **query) -> dict[str, int]:
    return client_of(person).get("/api/v1/queue", query).json()["counts"]


def found(person, part: str) -> list[str]:
    features = client_of(person).get("/api/v1/pins", {"queue": part}).json()["features"]
    return sorted(feature["id"] for feature in features)


def test_the_queue_counts_what_it_lists(alice, bob, anonymous_pins, anyone):
    new, twin = at(bob, 0), at(bob, 30)
    old = at(bob, 3000)
    long_ago = timezone.now() - timedelta(days=61)
    Entry.objects.create(pin_id=old, kind="status", to_status="verified", at=long_ago, by=alice)
    unchecked = at(None, 6000, category="school")
    expected = {
        "new": sorted([new, twin, unchecked]), "unchecked": [unchecked], "overdue": [old], "duplicates": [twin],
        "reopened": [], "outside": [], "conflicts": [],
    }  # fmt: skip
    assert counts(alice) == {part: len(ids) for part, ids in expected.items()}
    for part, ids in expected.items():
        assert found(alice, part) == ids, part
    assert counts(alice, category="school")["new"] == 1


def test_what_was_reopened_waits_on_top(alice, bob):
    pin = at(bob, 0)
    move(alice, pin, "closed_without_fix", words="x")
    post(bob, pin, "verdict", confirmed=False, words="ยังอยู่")
    assert counts(alice)["reopened"] == 1


def test_pins_outside_every_area_wait_for_those_who_answer_for_the_country(alice, bob):
    report(bob, 104.9, 17.9)
    dao = make_person("dao", "administrator", "")
    assert (counts(alice)["outside"], counts(dao)["outside"]) == (0, 1)


def test_charlie_queues_nothing_of_north(bob, charlie, alice):
    at(bob, 0)
    assert set(counts(charlie).values()) == {0}
    assert found(charlie, "new") == []
    assert found(bob, "new") == []  # what one reported waits for an officer, not for its author
    assert errors_of(client_of(bob).get("/api/v1/queue")) == [("permission_denied", None)]


def test_the_downloads_hold_the_same_part_of_the_queue(alice, bob, anyone):
    pin = at(bob, 0)
    assert pin in b"".join(client_of(alice).get("/api/v1/pins.geojson?queue=new").streaming_content).decode()
    assert pin not in b"".join(anyone.get("/api/v1/pins.geojson?queue=new").streaming_content).decode()
    assert errors_of(anyone.get("/api/v1/pins?queue=all")) == [("choice_unknown", "queue")]


# -- views, shortlist, templates, offices ---------------------------------------------------------


def write(who, path: str, method: str = "post", /, **body):
    return getattr(client_of(who), method)(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_a_view_is_kept_by_its_name_with_its_count(alice, bob, charlie):
    at(bob, 0)
    made = write(alice, "saved-views", name="ถนนเร่งด่วน", query="?category=road&severity=3-5")
    assert (made.status_code, made.json()["count"], made.json()["query"]) == (201, 1, "category=road&severity=3-5")
    assert [view["name"] for view in client_of(alice).get("/api/v1/saved-views").json()["results"]] == ["ถนนเร่งด่วน"]
    assert client_of(charlie).get("/api/v1/saved-views").json()["results"] == []
    view = made.json()["id"]
    assert client_of(charlie).delete(f"/api/v1/saved-views/{view}").status_code == 404
    assert client_of(alice).delete(f"/api/v1/saved-views/{view}").status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "", "query": ""}, "words_missing"), ({"name": "x", "query": "nope=1"}, "parameter_unknown"),
        ({"name": "x" * 101, "query": ""}, "text_too_long"), ({"name": 5, "query": ""}, "text_type"),
        ({"name": "x", "query": "", "person": 1}, "member_unknown"),
        ({"name": "twice", "query": ""}, "saved_view_name"),
    ],
)  # fmt: skip
def test_a_view_that_cannot_be_kept_is_refused(alice, body, code):
    write(alice, "saved-views", name="twice", query="")
    assert errors_of(write(alice, "saved-views", **body))[0][0] == code


def test_a_view_gets_another_name_from_its_owner_only(alice, bob, charlie, anyone):
    view = write(alice, "saved-views", name="ถนน", query="category=road").json()["id"]
    write(alice, "saved-views", name="โรงเรียน", query="category=school")
    renamed = write(alice, f"saved-views/{view}", "patch", name=" ถนนเร่งด่วน ")
    assert (renamed.status_code, renamed.json()["name"], renamed.json()["query"]) == (200, "ถนนเร่งด่วน", "category=road")
    assert errors_of(write(alice, f"saved-views/{view}", "patch", name="โรงเรียน")) == [("saved_view_name", "name")]
    assert errors_of(write(alice, f"saved-views/{view}", "patch", name=" ")) == [("words_missing", "name")]
    assert errors_of(write(alice, f"saved-views/{view}", "patch", name="x", query="")) == [("member_unknown", "query")]
    assert write(charlie, f"saved-views/{view}", "patch", name="x").status_code == 404
    assert write(bob, f"saved-views/{view}", "patch", name="x").status_code == 403
    names = [one["name"] for one in client_of(alice).get("/api/v1/saved-views").json()["results"]]
    assert sorted(names) == ["ถนนเร่งด่วน", "โรงเรียน"]


def test_a_view_of_a_category_that_is_no_more_says_so_by_no_count(alice):
    write(alice, "saved-views", name="x", query="category=road")
    connection.cursor().execute("UPDATE category SET slug = 'gone' WHERE slug = 'road'")
    assert client_of(alice).get("/api/v1/saved-views").json()["results"][0]["count"] is None


def test_a_shortlist_keeps_the_order_of_its_owner(alice, bob, charlie):
    first, second, third = (at(bob, metres) for metres in (0, 200, 400))
    assert write(alice, "shortlist", "put", pins=[third, first, second]).status_code == 200
    again = client_of(alice).get("/api/v1/shortlist").json()["results"]
    assert [feature["id"] for feature in again] == [third, first, second]
    assert client_of(charlie).get("/api/v1/shortlist").json()["results"] == []
    Pin.objects.filter(pk=first).update(hidden=True)
    assert errors_of(write(charlie, "shortlist", "put", pins=[first])) == [("not_found", None)]
    assert errors_of(write(alice, "shortlist", "put", pins=[first, first]))[0][0] == "pins_list"
    assert write(alice, "shortlist", "put", pins=[]).json()["results"] == []
    Pin.objects.filter(pk=third).delete()


def test_reply_templates_begin_with_those_of_the_category(alice):
    results = client_of(alice).get("/api/v1/reply-templates?status=verified&category=road").json()["results"]
    assert results[0]["category"] == "road"
    assert all(one["words_th"] and one["words_en"] for one in results)
    assert {one["category"] for one in results} == {"road", None}


def test_offices_are_found_by_part_of_their_name(alice):
    assert client_of(alice).get("/api/v1/offices?q=%25").json()["results"] == []


def test_since_when_a_need_has_its_status_follows_the_entry(alice, bob):
    pin = at(bob, 0)
    act(alice, do="status", to="verified", pins=[pin])
    assert timezone.now() - Pin.objects.get().status_at < timedelta(minutes=1)
    with pytest.raises(Exception, match="follow"):
        Pin.objects.filter(pk=pin).update(reopenings=5)


def test_an_unknown_id_is_not_found(alice):
    assert client_of(alice).get(f"/api/v1/pins/{uuid.uuid4()}/duplicates").status_code == 404


def silent(person, path="", **query) -> dict:
    return client_of(person).get(f"/api/v1/silent-villages{path}", query)


def test_a_village_is_silent_until_somebody_reports_from_it_or_near_it(alice, bob, charlie, anyone):
    before = silent(alice).json()
    assert before["count"] == len(before["results"]) > 0
    assert all(one["code"].startswith(alice.grants.get().area_code) for one in before["results"])
    village = before["results"][0]["code"]
    pin = at(bob, 0)
    Pin.objects.filter(pk=pin).update(village=village)
    heard = {one["code"] for one in before["results"]} - {one["code"] for one in silent(alice).json()["results"]}
    assert village in heard
    own = {one["code"] for one in silent(charlie).json()["results"]}
    assert not own & {one["code"] for one in before["results"]}
    assert silent(charlie, within=village).json() == {"count": 0, "results": []}
    assert silent(bob).status_code == 403
    assert anyone.get("/api/v1/silent-villages").status_code == 403
    assert errors_of(silent(alice, within="x"))[0] == ("code_form", "within")


def test_silent_villages_are_invited_by_a_page_each_and_charlie_prints_none_of_north(alice, charlie, monkeypatch):
    found = silent(alice).json()["results"]
    village = found[0]["code"]
    paper = silent(alice, "/sheets.pdf", within=village)
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert body_of(paper).startswith(b"%PDF-")
    assert silent(charlie, "/sheets.pdf", within=village).status_code == 404
    html = sheets_html(Reader.of(alice), "", root="https://x.example/", language="th")
    assert html.count("<section>") == len(found)
    assert "https://x.example/m/" in html
    monkeypatch.setattr("mapping.silent.MOST_SHEETS", 0)
    assert errors_of(silent(alice, "/sheets.pdf")) == [("silent_many", "within")]
