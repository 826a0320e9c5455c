"""An officer answers a need, those who reported it judge what was done, and everybody reads how it went."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mapping.models import Entry, Grant, Office, OfficeArea, Photo, Pin
from mapping.pins import UNDO_WITHIN
from tests.conftest import announce, body_of, client_of, errors_of, make_person, report
from tests.test_photos import jpeg, send


def post(person, pin_id: str, what: str, language: str = "en", **body):
    return client_of(person, language).post(
        f"/api/v1/pins/{pin_id}/{what}", json.dumps(body), content_type="application/json"
    )


def move(person, pin_id: str, to: str, **more):
    return post(person, pin_id, "status", to=to, **more)


def timeline(person, pin_id: str) -> list[dict]:
    return client_of(person).get(f"/api/v1/pins/{pin_id}/entries").json()["results"]


def steps(person, pin_id: str) -> list[tuple]:
    return [(line["kind"], line["to"], line["by"], line["words"]) for line in timeline(person, pin_id)]


def after_photo(person, pin_id: str) -> None:
    raw = jpeg()
    about = announce(raw)
    assert post(person, pin_id, "photos", photos=[about]).status_code == 200
    assert send(person, about["id"], raw).status_code == 201


@pytest.fixture
def pin(alice, bob) -> str:
    return report(bob)["id"]


# -- statuses and their papers ------------------------------------------------------------------


def test_status_and_words_are_one_save(pin, alice):
    answer = move(alice, pin, "verified", words="ไปดูแล้ว")
    assert answer.json()["properties"]["status"] == "verified"
    assert answer["ETag"] == '"2"'
    assert steps(alice, pin) == [("reported", None, "author", ""), ("status", "verified", "officer", "ไปดูแล้ว")]


@pytest.mark.parametrize(
    ("to", "papers", "kept"),
    [
        ("planned", {"plan_item": "12 ถนนหมู่ 3", "amendment": 2}, {"plan_item": "12 ถนนหมู่ 3", "amendment": 2}),
        ("funded", {"fiscal_year": 2570}, {"fiscal_year": 2570}),
        ("in_progress", {}, {}),
    ],
)  # fmt: skip
def test_a_status_carries_its_papers_and_everybody_reads_them(pin, alice, anyone, to, papers, kept):
    assert move(alice, pin, to, **papers).status_code == 200
    Pin.objects.update(checked=True)
    found = anyone.get(f"/api/v1/pins/{pin}/entries").json()["results"][-1]
    assert (found["to"], found["papers"]) == (to, kept)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"to": "planned"}, ("plan_item_missing", "plan_item")),
        ({"to": "planned", "plan_item": "  "}, ("plan_item_missing", "plan_item")),
        ({"to": "funded"}, ("year_missing", "fiscal_year")),
        ({"to": "funded", "fiscal_year": 2026}, ("year_range", "fiscal_year")),
        ({"to": "funded", "fiscal_year": True}, ("year_range", "fiscal_year")),
        ({"to": "forwarded"}, ("office_missing", "office")),
        ({"to": "forwarded", "office": 999999}, ("office_unknown", "office")),
        ({"to": "verified", "fiscal_year": 2570}, ("paper_not_asked", "fiscal_year")),
        ({"to": "closed_without_fix"}, ("reason_missing", "words")),
        ({"to": "closed_without_fix", "words": " "}, ("reason_missing", "words")),
        ({"to": "done"}, ("after_photo_missing", "photos")),
        ({"to": "confirmed"}, ("confirmed_by_villagers", "status")),
        ({"to": "reported"}, ("status_order", "status")),
        ({"to": "happy"}, ("choice_unknown", "to")),
        ({}, ("choice_unknown", "to")),
        ({"to": "verified", "checked": True}, ("member_unknown", "checked")),
        ({"to": "verified", "words": "ก\x00"}, ("text_characters", "words")),
        ({"to": "verified", "words": "ก" * 2001}, ("text_too_long", "words")),
        ({"to": "verified", "public": False}, ("member_unknown", "public")),
    ],
)
def test_what_a_status_needs_is_asked_for_by_name(pin, alice, body, error):
    answer = post(alice, pin, "status", **body)
    assert answer.status_code in (400, 409)
    code, attr = errors_of(answer)[0]
    assert (code, attr) == error or code == error[0] == "text_characters"
    assert Pin.objects.get().status == "reported"
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("body", [[], "x", 5, None])
def test_a_body_that_is_no_object_is_refused(pin, alice, body):
    answer = client_of(alice).post(f"/api/v1/pins/{pin}/status", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400


def test_nothing_public_can_be_left_out_of_the_timeline(pin, alice):
    for kind in ("status", "joined", "parted", "reply", "checked"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(
                pin_id=pin, kind=kind, to_status="verified" if kind == "status" else None, public=False, by=alice
            )


def test_notes_stay_with_those_who_answer(pin, alice, bob, charlie, anyone):
    assert post(alice, pin, "note", words="ผู้แจ้งเป็นญาติกำนัน").status_code == 200
    Pin.objects.update(checked=True)
    assert [line["kind"] for line in timeline(alice, pin)] == ["reported", "note"]
    for person in (bob, charlie, None):
        assert "กำนัน" not in json.dumps(timeline(person, pin), ensure_ascii=False)
    assert errors_of(post(alice, pin, "note", words=" ")) == [("words_missing", "words")]


def test_a_reply_is_public_and_changes_no_status(pin, alice, anyone):
    post(alice, pin, "reply", words="จะไปดูสัปดาห์หน้า โทร 081-234-5678")
    Pin.objects.update(checked=True)
    last = timeline(None, pin)[-1]
    assert (last["kind"], last["to"], last["by"]) == ("reply", None, "officer")
    assert "081" not in last["words"]


# -- done, confirmed, reopened ------------------------------------------------------------------


@pytest.fixture
def done(pin, alice) -> str:
    after_photo(alice, pin)
    assert move(alice, pin, "done", words="เสร็จแล้ว").status_code == 200
    return pin


def test_a_photo_that_is_only_announced_does_not_make_it_done(pin, alice):
    post(alice, pin, "photos", photos=[announce(jpeg())])
    assert errors_of(move(alice, pin, "done")) == [("after_photo_missing", "photos")]


def test_the_photo_of_what_was_done_is_told_apart(done, anyone):
    Pin.objects.update(checked=True)
    Photo.objects.update(checked=True)
    photos = anyone.get(f"/api/v1/pins/{done}").json()["properties"]["photos"]
    assert [photo["after"] for photo in photos] == [True]


def test_those_who_reported_confirm_what_was_done(done, bob, anyone):
    assert "verdict" in client_of(bob).get(f"/api/v1/pins/{done}").json()["properties"]["may"]
    answer = post(bob, done, "verdict", confirmed=True, words="ขอบคุณ")
    assert answer.json()["properties"]["status"] == "confirmed"
    assert steps(bob, done)[-1] == ("status", "confirmed", "author", "ขอบคุณ")
    assert errors_of(post(bob, done, "verdict", confirmed=True)) == [("nothing_to_confirm", "confirmed")]


def test_whoever_said_we_have_this_too_may_reopen_and_it_is_counted_in_public(done, bob, alice, anyone):
    Pin.objects.update(checked=True)
    dam = make_person("dam", "volunteer", "5802")
    assert errors_of(post(dam, done, "verdict", confirmed=False, words="ยัง")) == [("not_yours", None)]
    assert client_of(dam).put(f"/api/v1/pins/{done}/confirmation").status_code == 201
    assert errors_of(post(dam, done, "verdict", confirmed=False)) == [("reason_missing", "words")]
    answer = post(dam, done, "verdict", confirmed=False, words="น้ำยังท่วมอยู่")
    assert answer.status_code == 200, answer.content
    public = anyone.get(f"/api/v1/pins/{done}").json()["properties"]
    assert (public["status"], public["reopenings"]) == ("verified", 1)
    assert steps(None, done)[-1] == ("status", "verified", "villager", "น้ำยังท่วมอยู่")
    assert '"reopenings":1' in body_of(anyone.get("/api/v1/pins.geojson")).decode()
    # Done again needs a photo taken since.
    assert errors_of(move(alice, done, "done")) == [("after_photo_missing", "photos")]
    after_photo(alice, done)
    assert move(alice, done, "done").status_code == 200


def test_what_was_closed_without_a_fix_may_be_reopened_but_not_confirmed(pin, alice, bob):
    move(alice, pin, "closed_without_fix", words="ไม่มีงบ")
    assert errors_of(post(bob, pin, "verdict", confirmed=True)) == [("nothing_to_confirm", "confirmed")]
    assert post(bob, pin, "verdict", confirmed=False, words="ปัญหายังอยู่").status_code == 200


def test_the_author_withdraws(pin, bob, alice):
    assert errors_of(post(alice, pin, "withdrawal")) == [("not_yours", None)]
    assert errors_of(move(alice, pin, "withdrawn")) == [("not_yours", None)]
    assert post(bob, pin, "withdrawal", words="แจ้งผิดที่").status_code == 200
    assert Pin.objects.get().status == "withdrawn"


# -- forwarding ---------------------------------------------------------------------------------


@pytest.fixture
def power(country) -> Office:
    """An agency far away."""
    office = Office.objects.create(kind="agency", name_th="การไฟฟ้า", name_en="Electricity Authority")
    OfficeArea.objects.create(office=office, code="83")
    return office


@pytest.fixture
def eve(power):
    person = make_person("eve", "volunteer", "8301")
    person.grants.all().delete()
    Grant.objects.create(person=person, role="officer", office=power)
    return person


def test_a_need_is_forwarded_and_the_office_answers_though_it_lies_elsewhere(pin, alice, power, eve, charlie):
    assert client_of(eve).get(f"/api/v1/pins/{pin}").json()["properties"]["may"] == []
    assert errors_of(post(eve, pin, "reply", words="x")) == [("not_yours", None)]
    assert move(alice, pin, "forwarded", office=power.pk, words="เป็นเสาของการไฟฟ้า").status_code == 200
    seen = client_of(eve).get(f"/api/v1/pins/{pin}").json()["properties"]
    assert seen["may"] == ["answer"]
    assert seen["forwarded_to"] == {"id": power.pk, "name_th": "การไฟฟ้า", "name_en": "Electricity Authority"}
    assert post(eve, pin, "reply", words="จะเปลี่ยนหลอดภายในเดือนนี้").status_code == 200
    assert timeline(None, pin)[-1]["papers"]["office"]["name_th"] == "การไฟฟ้า"
    for act in ("check", "hide", "part"):
        body = {} if act == "check" else {"words": "x"}
        assert errors_of(post(eve, pin, act, **body))[0][0] == "not_yours"
    assert client_of(eve).get("/api/v1/pins?queue=overdue").json()["count"] == 0
    assert errors_of(post(charlie, pin, "reply", words="x")) == [("not_yours", None)]


def test_an_office_that_it_goes_on_from_loses_it(pin, alice, power, eve):
    other = Office.objects.create(kind="agency", name_th="ประปา")
    move(alice, pin, "forwarded", office=power.pk)
    connection.cursor().execute("UPDATE pin SET forwarded_to_id = %s WHERE id = %s", [other.pk, pin])
    assert errors_of(post(eve, pin, "reply", words="x")) == [("not_yours", None)]


def test_an_office_that_is_removed_leaves_the_need_where_it_is(pin, alice, power):
    move(alice, pin, "forwarded", office=power.pk)
    power.delete()
    found = client_of(alice).get(f"/api/v1/pins/{pin}").json()["properties"]
    assert (found["status"], found["forwarded_to"]) == ("forwarded", None)
    assert timeline(alice, pin)[-1]["papers"]["office"] is None


# -- undoing ------------------------------------------------------------------------------------


def undo(person, *entries: int):
    return client_of(person).post(
        "/api/v1/pins/undo", json.dumps({"entries": entries}), content_type="application/json"
    )


def test_a_step_is_undone_by_the_one_who_made_it_and_both_lines_stay(pin, alice):
    move(alice, pin, "verified")
    entry = move(alice, pin, "funded", fiscal_year=2570).json()["entry"]
    assert undo(alice, entry).json()["results"] == [{"entry": entry, "code": None, "detail": None}]
    assert Pin.objects.get().status == "verified"
    assert [line["kind"] for line in timeline(alice, pin)] == ["reported", "status", "status", "undone"]
    assert undo(alice, entry).json()["results"][0]["code"] == "undo_too_late"


def test_undoing_a_reopening_takes_it_out_of_the_count(done, alice):
    entry = move(alice, done, "verified", words="ภาพไม่ชัด").json()["entry"]
    assert Pin.objects.get().reopenings == 1
    undo(alice, entry)
    assert (Pin.objects.get().reopenings, Pin.objects.get().status) == (0, "done")


def test_another_cannot_undo_it_nor_after_something_else_nor_after_an_hour(pin, alice, charlie, bob):
    dao = make_person("dao", "officer", "5801")
    entry = move(alice, pin, "verified").json()["entry"]
    for person in (dao, charlie):
        assert undo(person, entry).json()["results"][0]["code"] == "not_found"
    move(dao, pin, "in_progress")
    assert undo(alice, entry).json()["results"][0]["code"] == "undo_too_late"
    with pytest.raises(IntegrityError, match="last step"), transaction.atomic():
        Entry.objects.create(pin_id=pin, kind="undone", to_status="reported", by=alice)
    old = Entry.objects.create(
        pin_id=pin, kind="status", to_status="closed_without_fix", words="x", by=dao,
        at=timezone.now() - UNDO_WITHIN - timedelta(minutes=1),
    )  # fmt: skip
    assert undo(dao, old.pk).json()["results"][0]["code"] == "undo_too_late"


@pytest.mark.parametrize("entries", [[], ["1"], [1, 1], [True], None, [1] * 201])
def test_a_list_of_acts_is_read_strictly(alice, entries):
    answer = client_of(alice).post(
        "/api/v1/pins/undo", json.dumps({"entries": entries}), content_type="application/json"
    )
    assert errors_of(answer) == [("pins_list", "entries")]


# -- many at once -------------------------------------------------------------------------------


def act(person, **body):
    return client_of(person).post("/api/v1/pins/act", json.dumps(body), content_type="application/json")


def test_one_act_on_many_says_of_each_how_it_went_and_is_undone_together(alice, bob, charlie):
    here = [report(bob)["id"] for _ in range(3)]
    south = report(charlie, 98.05, 8.05)["id"]
    answer = act(alice, do="status", to="verified", words="ไปดูแล้วทั้งสาย", pins=[*here, south])
    results = answer.json()["results"]
    assert [result["id"] for result in results] == [*here, south]
    assert [result["code"] for result in results] == [None, None, None, "not_yours"]
    assert results[3]["detail"]
    assert Pin.objects.filter(status="verified").count() == 3
    undone = undo(alice, *(result["entry"] for result in results[:3])).json()["results"]
    assert [result["code"] for result in undone] == [None] * 3
    assert not Pin.objects.filter(status="verified").exists()


@pytest.mark.parametrize("do", ["check", "hide", "show", "join", "part"])
def test_each_act_on_many_can_be_taken_back(alice, bob, anyone, do):
    lead, pin = report(bob)["id"], report(bob, category="road", words="อีกเรื่อง")["id"]
    Pin.objects.update(checked=do != "check", hidden=False)
    if do == "show":
        act(alice, do="hide", pins=[pin], words="ซ้ำ")
    if do == "part":
        act(alice, do="join", pins=[pin], lead=lead)
    more = {"lead": lead} if do == "join" else {} if do == "check" else {"words": "เหตุผล"}
    before = Pin.objects.values_list("checked", "hidden", "joined_to").get(pk=pin)
    entry = act(alice, do=do, pins=[pin], **more).json()["results"][0]["entry"]
    assert Pin.objects.values_list("checked", "hidden", "joined_to").get(pk=pin) != before
    assert undo(alice, entry).json()["results"][0]["code"] is None
    assert Pin.objects.values_list("checked", "hidden", "joined_to").get(pk=pin) == before


def test_hiding_needs_its_reason_and_a_list_has_an_end(alice, bob):
    pin = report(bob)["id"]
    assert errors_of(act(alice, do="hide", pins=[pin])) == [("reason_missing", "words")]
    assert errors_of(act(alice, do="check", pins=[str(uuid.uuid4())] * 2)) == [("pins_list", "pins")]
    assert errors_of(act(alice, do="check", pins=[str(uuid.uuid4()) for _ in range(201)])) == [("pins_list", "pins")]
    assert errors_of(act(alice, do="erase", pins=[pin])) == [("choice_unknown", "do")]
    assert errors_of(act(alice, do="join", pins=[pin], lead="x")) == [("id_form", "lead")]
    assert act(alice, do="check", pins=[str(uuid.uuid4())]).json()["results"][0]["code"] == "not_found"


# -- Charlie ------------------------------------------------------------------------------------

ACTS = {
    "status": {"to": "verified"}, "reply": {"words": "x"}, "note": {"words": "x"}, "check": {},
    "hide": {"words": "x"}, "part": {}, "photos": {"photos": [announce(b"x")]}, "withdrawal": {},
    "verdict": {"confirmed": False, "words": "x"},
}  # fmt: skip


@pytest.mark.parametrize("what", ACTS)
def test_charlie_acts_on_nothing_of_north(pin, charlie, what):
    Pin.objects.update(checked=True)
    assert errors_of(post(charlie, pin, what, **ACTS[what]))[0][0] == "not_yours"
    Pin.objects.update(hidden=True)
    assert errors_of(post(charlie, pin, what, **ACTS[what])) == [("not_found", None)]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("what", [*ACTS, "join"])
def test_a_villager_and_a_device_are_told_to_sign_in_or_have_no_right(pin, bob, what):
    Pin.objects.update(checked=True)
    code = errors_of(post(None, pin, what, **ACTS.get(what, {"lead": pin})))[0][0]
    assert code == ("sign_in_first" if what in ("withdrawal", "verdict") else "not_authenticated")
    if what not in ("withdrawal", "verdict"):
        assert errors_of(post(bob, pin, what, **ACTS.get(what, {"lead": pin})))[0][0] == "permission_denied"
