"""Push, pull, merge: nothing twice, nothing lost, and nothing to those who may not see it."""

import itertools
import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from mapping import sync
from mapping.models import Edit, Entry, FeedState, Grant, Pin, Tombstone
from tests.conftest import client_of, errors_of, feature, make_person, report


def push(person, *operations, client=None, **more):
    body = {"operations": list(operations), **more}
    answer = (client or client_of(person)).post("/api/v1/sync", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def create(pin_id=None, **properties) -> dict:
    pin_id = str(pin_id or uuid.uuid4())
    return {"op_id": str(uuid.uuid4()), "kind": "create", "id": pin_id, "feature": feature(**properties)}


def edit(pin_id, changes: dict, base: dict, version: int = 1, after: str | None = None) -> dict:
    return {
        "op_id": str(uuid.uuid4()), "kind": "edit", "id": str(pin_id), "version": version, "base": base,
        "changes": changes, "after": after,
    }  # fmt: skip


def states(results: list[dict]) -> list[str]:
    return [one["state"] for one in results]


def patch(person, pin_id, changes, base, version=1, op_id=None, after=None):
    body = {"op_id": op_id or str(uuid.uuid4()), "base": base, "changes": changes, "after": after}
    return client_of(person).patch(
        f"/api/v1/pins/{pin_id}", json.dumps(body), content_type="application/json", HTTP_IF_MATCH=f'"{version}"'
    )


# -- push ---------------------------------------------------------------------------------------


def test_a_batch_applies_each_operation_once_and_one_that_is_refused_holds_up_no_other(bob):
    good, bad, last = create(words="สะพานขาด"), create(severity=9), create()
    first = push(bob, good, bad, last)
    assert states(first) == ["applied", "refused", "applied"]
    assert [one["op_id"] for one in first] == [good["op_id"], bad["op_id"], last["op_id"]]
    assert first[0]["pin"]["properties"]["words"] == "สะพานขาด"
    assert first[1]["pin"] is None
    assert first[1]["errors"][0]["attr"] == "operations[1].properties.severity"
    again = push(bob, good, bad, last)
    assert states(again) == ["duplicate", "refused", "duplicate"]
    assert Pin.objects.count() == 2


def test_the_answer_says_up_to_which_number_all_of_it_was_received(bob):
    answer = client_of(bob).post(
        "/api/v1/sync", json.dumps({"operations": [create()]}), content_type="application/json"
    ).json()  # fmt: skip
    assert answer["generation"] == str(FeedState.objects.get().generation)
    assert answer["received_through"] == FeedState.objects.get().last_pub > 0
    assert answer["durable_through"] is None  # there is no backup


def test_another_report_under_the_same_id_is_a_conflict_that_shows_the_first(bob):
    first = create(words="หนึ่ง")
    push(bob, first)
    [found] = push(bob, first | {"op_id": str(uuid.uuid4()), "feature": feature(words="สอง")})
    assert found["state"] == "conflict"
    assert found["errors"][0]["code"] == "pin_differs"
    assert found["pin"]["properties"]["words"] == "หนึ่ง"


def test_an_id_of_somebody_elses_pin_is_refused_and_nothing_of_it_shown(bob, charlie):
    mine = create()
    push(bob, mine)
    Pin.objects.update(hidden=True)
    [found] = push(charlie, mine | {"feature": feature(words="x")})
    assert found["state"] == "refused"
    assert found["errors"][0]["code"] == "not_found"
    assert found["pin"] is None


@pytest.mark.parametrize(
    ("body", "attr", "code"),
    [
        ({}, "operations", "operations_list"),
        ({"operations": []}, "operations", "operations_list"),
        ({"operations": [{}] * 101}, "operations", "operations_list"),
        ({"operations": "x"}, "operations", "operations_list"),
        ({"operations": [{}], "more": 1}, "more", "member_unknown"),
        ({"operations": [{}], "sent_at": "yesterday"}, "sent_at", "time_form"),
    ],
)
def test_a_batch_that_cannot_be_read_is_refused_whole(bob, body, attr, code):
    answer = client_of(bob).post("/api/v1/sync", json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert errors_of(answer)[0] == (code, attr)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (5, "body_object"),
        ({}, "id_form"),
        ({"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4()), "kind": "drop"}, "operation_kind"),
        ({"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4()), "kind": ["x"]}, "operation_kind"),
        ({"op_id": "x", "id": str(uuid.uuid4()), "kind": "confirm"}, "id_form"),
        ({"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4()), "kind": "confirm"}, "not_found"),
        ({"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4()), "kind": "confirm", "words": "x"}, "member_unknown"),
        ({"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4()), "kind": "create"}, "feature_type"),
        ({"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4()), "kind": "edit"}, "edit_fields"),
        (edit(uuid.uuid4(), {"status": "done"}, {}), "field_unknown"),
        (edit(uuid.uuid4(), {"words": "x"}, {}), "base_missing"),
        (edit(uuid.uuid4(), {"words": "x"}, {"words": ""}, version=0), "number_range"),
    ],
)
def test_an_operation_that_cannot_be_read_is_refused_by_itself(bob, operation, code):
    good = create()
    results = push(bob, operation, good)
    assert states(results) == ["refused", "applied"]
    assert results[0]["errors"][0]["code"] == code
    assert results[0]["errors"][0]["attr"] is None or results[0]["errors"][0]["attr"].startswith("operations[0]")


def test_withdrawing_and_we_have_this_too_are_sent_the_same_way(bob, alice):
    pin = report(bob)["id"]
    op = {"op_id": str(uuid.uuid4()), "id": pin}
    assert states(push(alice, op | {"kind": "confirm"}, op | {"kind": "confirm"})) == ["applied", "duplicate"]
    assert states(push(alice, op | {"kind": "unconfirm"}, op | {"kind": "unconfirm"})) == ["applied", "duplicate"]
    assert states(push(alice, op | {"kind": "withdraw"})) == ["refused"]  # not hers
    assert states(push(bob, op | {"kind": "withdraw"}, op | {"kind": "withdraw"})) == ["applied", "duplicate"]


def test_a_phone_without_an_account_becomes_one_device_by_its_first_batch(country, anonymous_pins, anyone):
    first, second = create(), create()
    push(None, first, client=anyone)
    push(None, second, client=anyone)
    assert len(set(Pin.objects.values_list("author_id", flat=True))) == 1
    assert Pin.objects.filter(author__is_device=True).count() == 2


def test_where_nobody_may_pin_without_an_account_the_whole_batch_is_turned_away(country, anyone, settings):
    settings.MEEMAP = {**settings.MEEMAP, "anonymous_pins": "off"}
    answer = anyone.post("/api/v1/sync", json.dumps({"operations": [create()]}), content_type="application/json")
    assert answer.status_code in (401, 403)
    assert not Pin.objects.exists()


def test_the_phones_clock_is_kept_as_a_hint_however_wrong_it_is(bob, anyone):
    late = timezone.now() - timedelta(days=3650)
    push(bob, create(), sent_at=late.isoformat())
    assert Pin.objects.get().clock_skew_s == pytest.approx(-3650 * 86400, abs=60)
    pin = Pin.objects.get().pk
    assert client_of(bob).get(f"/api/v1/pins/{pin}").json()["properties"]["clock_skew_s"] < -3600
    assert "clock_skew_s" not in anyone.get(f"/api/v1/pins/{pin}").json()["properties"]
    assert timezone.now() - Pin.objects.get().received_at < timedelta(minutes=1)


# -- merge, pure --------------------------------------------------------------------------------

THEIRS = {
    "category": "road", "severity": 3, "people": 10, "words": "ก", "needed_since": None,
    "village": None, "place": {"lng": 98.05, "lat": 19.05}, "source": "map", "accuracy_m": None,
}  # fmt: skip


def test_other_fields_merge_and_the_same_field_is_a_conflict():
    assert sync.merge({"words": "ก"}, {"words": "ข"}, THEIRS) == sync.Merged({"words": "ข"}, ())
    assert sync.merge({"words": "ค"}, {"words": "ข"}, THEIRS) == sync.Merged({}, ("words",))
    assert sync.merge({"words": "ค"}, {"words": "ก"}, THEIRS) == sync.Merged({}, ())  # both said the same
    both = sync.merge({"words": "ค", "severity": 3}, {"words": "ข", "severity": 5}, THEIRS)
    assert both == sync.Merged({"severity": 5}, ("words",))


def test_a_place_and_how_it_was_found_merge_as_one():
    mine = {"place": {"lng": 98.01, "lat": 19.01}, "source": "gps", "accuracy_m": 8.0}
    assert sync.merge({"place": THEIRS["place"]}, mine, THEIRS).values == mine
    assert sync.merge({"place": None, "source": "map"}, mine, THEIRS) == sync.Merged(
        {}, ("place", "source", "accuracy_m")
    )


# -- edit ---------------------------------------------------------------------------------------


def test_an_edit_is_a_new_version_and_a_line_in_the_timeline_that_says_what_was_there(bob, anyone):
    pin = report(bob, words="ก่อน")["id"]
    answer = patch(bob, pin, {"words": "หลัง", "severity": 5}, {"words": "ก่อน", "severity": 3})
    assert answer.status_code == 200, answer.content
    assert answer.json()["properties"]["words"] == "หลัง"
    assert answer.json()["properties"]["severity"] == 5
    assert answer["ETag"] == f'"{Pin.objects.get().version}"' != '"1"'
    entry = Entry.objects.get(kind="edited")
    assert entry.detail["was"] == {"words": "ก่อน", "severity": 3}
    assert entry.by == bob
    shown = anyone.get(f"/api/v1/pins/{pin}/entries").json()["results"]
    assert "ก่อน" not in json.dumps(shown, ensure_ascii=False)  # what was taken back is not published


def test_without_a_version_428_and_with_a_broken_one_too(bob):
    pin = report(bob)["id"]
    body = json.dumps({"op_id": str(uuid.uuid4()), "base": {"words": ""}, "changes": {"words": "x"}})
    for headers in ({}, {"HTTP_IF_MATCH": "7"}, {"HTTP_IF_MATCH": "*"}, {"HTTP_IF_MATCH": 'W/"1"'}):
        answer = client_of(bob).patch(f"/api/v1/pins/{pin}", body, content_type="application/json", **headers)
        assert answer.status_code == 428
        assert errors_of(answer)[0][0] == "version_missing"
    assert not Edit.objects.exists()


def test_the_same_edit_again_has_the_same_answer_and_another_under_its_id_is_refused(bob, alice):
    pin, op = report(bob, words="ก")["id"], str(uuid.uuid4())
    first = patch(bob, pin, {"words": "ข"}, {"words": "ก"}, op_id=op)
    again = patch(bob, pin, {"words": "ข"}, {"words": "ก"}, op_id=op)
    assert first.status_code == again.status_code == 200
    assert first["ETag"] == again["ETag"]
    other = patch(bob, pin, {"words": "ค"}, {"words": "ก"}, op_id=op)
    assert other.status_code == 409
    assert errors_of(other)[0][0] == "op_differs"
    assert patch(alice, pin, {"words": "ข"}, {"words": "ก"}, op_id=op).status_code == 409
    assert Entry.objects.filter(kind="edited").count() == 1


def test_two_who_change_different_fields_are_merged(bob, alice):
    pin = report(bob, words="ก", severity=3)["id"]
    assert patch(alice, pin, {"severity": 5}, {"severity": 3}).status_code == 200
    assert patch(bob, pin, {"words": "ข"}, {"words": "ก"}).status_code == 200  # he saw version 1
    found = Pin.objects.get()
    assert (found.severity, found.words, found.conflicts) == (5, "ข", 0)


def test_two_who_change_the_same_field_are_both_kept_until_a_person_decides(bob, alice, anyone):
    pin = report(bob, words="ก")["id"]
    assert patch(alice, pin, {"words": "ของเจ้าหน้าที่"}, {"words": "ก"}).status_code == 200
    answer = patch(bob, pin, {"words": "ของชาวบ้าน", "severity": 5}, {"words": "ก", "severity": 3})
    assert answer.status_code == 412
    said = answer.json()
    assert said["errors"][0]["code"] == "edit_conflict"
    assert said["pin"]["properties"]["words"] == "ของเจ้าหน้าที่"
    assert said["side_version"]["changes"]["words"] == "ของชาวบ้าน"
    assert said["side_version"]["mine"]
    assert said["pin"]["properties"]["severity"] == 5  # what could be merged was
    for person in (alice, bob):
        [one] = client_of(person).get(f"/api/v1/pins/{pin}/conflicts").json()["results"]
        assert one["changes"]["words"] == "ของชาวบ้าน"
        assert one["fields"] == ["words"]
        assert one["by"] == "author"
    listed = client_of(alice).get("/api/v1/pins?queue=conflicts").json()["features"]
    assert [one["id"] for one in listed] == [pin]
    assert listed[0]["properties"]["conflicts"] == 1
    assert client_of(alice).get("/api/v1/queue").json()["counts"]["conflicts"] == 1
    assert "conflicts" not in anyone.get(f"/api/v1/pins/{pin}").json()["properties"]


def decide(person, pin, op_id, changes, version):
    return client_of(person).post(
        f"/api/v1/pins/{pin}/conflicts/{op_id}", json.dumps({"changes": changes}), content_type="application/json",
        HTTP_IF_MATCH=f'"{version}"',
    )  # fmt: skip


def in_conflict(bob, alice) -> tuple[str, str]:
    pin = report(bob, words="ก")["id"]
    patch(alice, pin, {"words": "ข"}, {"words": "ก"})
    return pin, patch(bob, pin, {"words": "ค"}, {"words": "ก"}).json()["side_version"]["op_id"]


def test_deciding_names_both_parents_and_is_done_once(bob, alice):
    pin, op = in_conflict(bob, alice)
    version = Pin.objects.get().version
    stale = decide(alice, pin, op, {"words": "ค"}, version - 1)
    assert stale.status_code == 412
    assert errors_of(stale)[0][0] == "version_stale"
    assert decide(alice, pin, op, {"words": "ค"}, version).status_code == 200
    found = Pin.objects.get()
    assert (found.words, found.conflicts) == ("ค", 0)
    parents = Entry.objects.filter(kind="edited").latest("pk").detail["parents"]
    assert parents == [{"version": version}, {"op": op, "version": 1}]
    late = decide(bob, pin, op, {}, found.version)
    assert late.status_code == 409
    assert errors_of(late)[0][0] == "conflict_over"


def test_leaving_it_as_it_stands_is_a_decision_too(bob, alice):
    pin, op = in_conflict(bob, alice)
    assert decide(bob, pin, op, {}, Pin.objects.get().version).status_code == 200
    assert (Pin.objects.get().words, Pin.objects.get().conflicts) == ("ข", 0)


def test_charlie_neither_edits_nor_sees_nor_decides_what_is_not_his(bob, alice, charlie, country):
    pin, op = in_conflict(bob, alice)
    assert patch(charlie, pin, {"words": "x"}, {"words": "ข"}).status_code == 403
    assert client_of(charlie).get(f"/api/v1/pins/{pin}/conflicts").json()["results"] == []
    assert decide(charlie, pin, op, {"words": "x"}, Pin.objects.get().version).status_code == 403
    Pin.objects.update(hidden=True)
    assert patch(charlie, pin, {"words": "x"}, {"words": "ข"}).status_code == 404
    assert client_of(charlie).get(f"/api/v1/pins/{pin}/conflicts").status_code == 404
    assert decide(charlie, pin, op, {}, 1).status_code == 404
    volunteer = make_person("dao", "volunteer", "5801")
    assert patch(volunteer, report(bob)["id"], {"words": "x"}, {"words": ""}).status_code == 403


def test_an_edit_that_charlie_sent_before_the_pin_came_does_nothing(bob, charlie):
    pin = str(uuid.uuid4())
    trap = edit(pin, {"words": "ของชาลี"}, {"words": ""})
    assert states(push(charlie, trap)) == ["held"]
    push(bob, create(pin, words="ของบ๊อบ"))
    assert Pin.objects.get().words == "ของบ๊อบ"
    assert not Pin.objects.get().conflicts
    [again] = push(charlie, trap)
    assert again["state"] == "refused"
    assert again["errors"][0]["code"] == "not_yours"


def test_once_others_have_built_on_it_the_authors_edit_waits_for_a_person(bob, alice):
    pin = report(bob, words="ก")["id"]
    client_of(alice).post(
        f"/api/v1/pins/{pin}/status", json.dumps({"to": "planned", "plan_item": "1"}), content_type="application/json"
    )
    answer = patch(bob, pin, {"words": "ข"}, {"words": "ก"}, version=Pin.objects.get().version)
    assert answer.status_code == 412
    assert Pin.objects.get().words == "ก"
    assert Pin.objects.get().conflicts == 1


def test_a_device_whose_checked_pin_changes_is_looked_at_again(country, anonymous_pins, anyone):
    first = create(words="ดี")
    push(None, first, client=anyone)
    Pin.objects.update(checked=True)
    assert states(push(None, edit(first["id"], {"words": "อื่น"}, {"words": "ดี"}), client=anyone)) == ["applied"]
    assert not Pin.objects.get().checked


@pytest.mark.parametrize(
    ("changes", "code", "attr"),
    [
        ({"severity": 9}, "severity_range", "changes.severity"),
        ({"category": "x"}, "unknown_category", "changes.category"),
        ({"place": {"lng": 1e9, "lat": 0}}, "out_of_range", "changes.place.coordinates[0]"),
        ({"place": [1, 2]}, "edit_place", "changes.place"),
        ({"place": None}, "place_missing", "geometry"),
        ({"village": "99999999"}, "unknown_village", "changes.village"),
        ({"words": 5}, "text_type", "changes.words"),
        ({"photos": []}, "field_unknown", "changes.photos"),
        ({}, "edit_fields", "changes"),
    ],
)
def test_values_that_no_pin_can_hold_are_refused_with_their_place(bob, changes, code, attr):
    pin = report(bob)["id"]
    answer = patch(bob, pin, changes, dict.fromkeys(changes))
    assert answer.status_code == 400, answer.content
    assert errors_of(answer)[0] == (code, attr)
    assert not Edit.objects.exists()


def test_a_pin_moves_with_its_area_and_how_its_place_was_found(bob):
    pin = report(bob)["id"]
    before = {"place": {"lng": 98.05, "lat": 19.05}}
    changes = {"place": {"lng": 98.15, "lat": 19.05}, "source": "gps", "accuracy_m": 7}
    assert patch(bob, pin, changes, before).status_code == 200
    found = Pin.objects.get()
    assert (found.area_code[:6], found.source, found.accuracy_m) == ("580102", "gps", 7)
    whole = {"place": None, "village": "58010201"}
    answer = patch(bob, pin, whole, {"place": changes["place"], "village": None}, version=found.version)
    assert answer.status_code == 200, answer.content
    assert Pin.objects.get().whole_village
    assert Pin.objects.get().source == "village"


# -- order --------------------------------------------------------------------------------------


def stack() -> list[dict]:
    first = create(words="ก", severity=1)
    second = edit(first["id"], {"words": "ข"}, {"words": "ก"})
    third = edit(first["id"], {"words": "ค", "severity": 4}, {"words": "ข", "severity": 1}, after=second["op_id"])
    return [first, second, third]


@pytest.mark.fault("S8")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("together", [True, False])
def test_one_phones_stack_ends_in_one_state_in_whatever_order_it_arrives(bob, order, together):
    operations = stack()
    sent = [operations[place] for place in order]
    if together:
        push(bob, *sent)
    else:
        for one in sent:
            push(bob, one)
    pin = Pin.objects.get()
    assert (pin.words, pin.severity, pin.conflicts) == ("ค", 4, 0)
    assert set(Edit.objects.values_list("state", flat=True)) == {"applied"}
    assert states(push(bob, *operations)) == ["duplicate"] * 3


@pytest.mark.fault("S8")
def test_what_waits_for_an_edit_that_never_comes_is_applied_after_five_days_and_flagged(bob):
    first, second, third = stack()
    assert states(push(bob, first, third)) == ["applied", "held"]
    assert sync.settle_held() == 1
    assert Pin.objects.get().words == "ก"
    Edit.objects.update(received_at=timezone.now() - timedelta(days=5, minutes=1))
    assert sync.settle_held() == 0
    assert Pin.objects.get().words == "ค"
    assert Edit.objects.get().flagged
    assert states(push(bob, second)) == ["applied"]  # six days late: its successor has said it anew
    assert (Pin.objects.get().words, Pin.objects.get().severity, Pin.objects.get().conflicts) == ("ค", 4, 0)


@pytest.mark.fault("S8")
def test_an_edit_without_its_pin_waits_and_is_flagged_and_is_applied_all_the_same(bob):
    first, second, _ = stack()
    assert states(push(bob, second)) == ["held"]
    Edit.objects.update(received_at=timezone.now() - timedelta(days=6))
    assert sync.settle_held() == 1
    assert Edit.objects.get().flagged
    push(bob, first)
    assert Pin.objects.get().words == "ข"


@pytest.mark.fault("S8")
def test_a_stack_that_meets_another_becomes_one_side_version_with_its_last_words(bob, alice):
    first, second, third = stack()
    push(bob, first)
    patch(alice, first["id"], {"words": "ของเจ้าหน้าที่"}, {"words": "ก"})
    assert states(push(bob, second, third)) == ["conflict", "conflict"]
    [waiting] = Edit.objects.filter(state="conflict")
    assert waiting.changes["words"] == "ค"
    assert waiting.fields == ["words"]
    assert (Pin.objects.get().words, Pin.objects.get().severity, Pin.objects.get().conflicts) == ("ของเจ้าหน้าที่", 4, 1)


ORDERS = list(itertools.permutations(range(3)))


def six_days_later() -> None:
    Edit.objects.update(received_at=F("received_at") - timedelta(days=6))
    sync.settle_held()


@pytest.mark.fault("S8")
def test_in_every_order_with_one_six_days_late_or_never_there_is_one_final_state(bob, proven):
    ends: dict[str, set] = {"on time": set(), "late": set(), "the first edit missing": set()}
    for order, late in itertools.product(ORDERS, [None, 0, 1, 2]):
        operations = stack()
        pin = operations[0]["id"]
        push(bob, *[operations[place] for place in order if place != late])
        if late is not None:
            six_days_later()
            if late == 1:
                assert Edit.objects.get(pk=operations[2]["op_id"]).flagged
                found = Pin.objects.get(pk=pin)
                ends["the first edit missing"].add((found.words, found.severity, found.conflicts))
            push(bob, operations[late])
        found = Pin.objects.get(pk=pin)
        ends["on time" if late is None else "late"].add((found.words, found.severity, found.conflicts))
        assert set(Edit.objects.filter(pin_id=pin).values_list("state", flat=True)) == {"applied"}
        assert states(push(bob, *operations)) == ["duplicate"] * 3
    assert list(ends.values()) == [{("ค", 4, 0)}] * 3
    proven(figure=f"{len(ORDERS)} orders, whole, one missing, one 6 days late: one final state")


@pytest.mark.fault("S8")
def test_the_control_edits_applied_as_they_arrive_end_in_several_states(proven):
    ends = set()
    for order in ORDERS:
        operations, held = stack(), {}
        for place in order:
            one = operations[place]
            held |= one["feature"]["properties"] if one["kind"] == "create" else one["changes"]
        ends.add((held["words"], held["severity"]))
    assert len(ends) > 1
    proven(control=f"applied in the order of arrival: {len(ends)} final states")


# -- gone ---------------------------------------------------------------------------------------


@pytest.mark.fault("S17")
def test_nothing_deleted_comes_back_and_an_edit_of_it_is_kept_as_a_conflict(bob):
    first, second, _ = stack()
    push(bob, first)
    Pin.objects.all().delete()
    grave = Tombstone.objects.get()
    assert str(grave.pk) == first["id"]
    assert grave.version == 2
    [again] = push(bob, first)
    assert again["state"] == "refused"
    assert again["errors"][0]["code"] == "pin_gone"
    assert client_of(bob).put(
        f"/api/v1/pins/{first['id']}", json.dumps(first["feature"]), content_type="application/json"
    ).status_code == 410  # fmt: skip
    assert states(push(bob, second)) == ["conflict"]
    assert not Pin.objects.exists()
    assert Edit.objects.get().changes == {"words": "ข"}


@pytest.mark.fault("S17")
def test_an_edit_of_a_pin_that_was_withdrawn_is_kept_and_brings_nothing_back(bob):
    first, second, _ = stack()
    push(bob, first, {"op_id": str(uuid.uuid4()), "kind": "withdraw", "id": first["id"]})
    assert states(push(bob, second)) == ["conflict"]
    assert Pin.objects.get().status == "withdrawn"
    assert Pin.objects.get().words == "ก"


def test_after_half_a_year_settled_edits_and_old_numbers_go_and_graves_and_open_conflicts_stay(bob, alice):
    in_conflict(bob, alice)
    report(bob)
    Pin.objects.filter(conflicts=0).delete()
    Tombstone.objects.update(by_id=alice.pk)
    pull(bob)
    with connection.cursor() as cursor:
        for table, column in (("tombstone", "at"), ("edit", "received_at"), ("change", "at")):
            cursor.execute(f"UPDATE {table} SET {column} = now() - interval '181 days'")
    sync.forget_old()
    assert Tombstone.objects.get().by_id is None  # that it was deleted stays, not by whom
    assert list(Edit.objects.values_list("state", flat=True)) == ["conflict"]


# -- pull ---------------------------------------------------------------------------------------


def ask(person, cursor="", area="58", limit=500):
    return client_of(person).get("/api/v1/changes", {"area": area, "cursor": cursor, "limit": limit})


def pull(person, cursor="", area="58", limit=500) -> tuple[dict[str, dict], set[str], str]:
    """Pins held, ids told to be gone, and the cursor at the end."""
    held: dict[str, dict] = {}
    gone: set[str] = set()
    while True:
        answer = ask(person, cursor, area, limit)
        assert answer.status_code == 200, answer.content
        said = answer.json()
        for change in said["changes"]:
            if change["kind"] == "pin":
                if change["gone"]:
                    gone.add(change["id"])
                    held.pop(change["id"], None)
                else:
                    held[change["id"]] = change["pin"]
        cursor = said["cursor"]
        if not said["more"]:
            return held, gone, cursor


@pytest.mark.parametrize("limit", [1, 2, 500])
def test_from_the_beginning_every_pin_of_the_area_comes_and_then_only_what_changes(bob, anyone, limit):
    ids = {report(bob)["id"] for _ in range(5)}
    elsewhere = report(bob, 98.05, 8.05)["id"]
    held, gone, cursor = pull(None, limit=limit)
    assert set(held) == ids
    assert not gone
    assert elsewhere not in held
    assert pull(None, cursor, limit=limit)[:2] == ({}, set())
    new = report(bob)["id"]
    patch(bob, min(ids), {"words": "ใหม่"}, {"words": held[min(ids)]["properties"]["words"]})
    held, gone, cursor = pull(None, cursor, limit=limit)
    assert set(held) == {new, min(ids)}
    assert held[min(ids)]["properties"]["words"] == "ใหม่"


def test_a_pin_leaves_by_hiding_deleting_or_moving_and_charlie_hears_nothing_he_never_knew(bob, alice, charlie):
    hidden, deleted, moved, unseen = (report(bob)["id"] for _ in range(4))
    Pin.objects.filter(pk=unseen).update(checked=False)
    _, _, cursors = {}, {}, {person: pull(person)[2] for person in (alice, charlie)}
    Pin.objects.filter(pk=hidden).update(hidden=True)
    Pin.objects.filter(pk=deleted).delete()
    Pin.objects.filter(pk=unseen).update(words="ลับ")
    patch(bob, moved, {"place": {"lng": 98.05, "lat": 8.05}}, {"place": {"lng": 98.05, "lat": 19.05}})
    held, gone, _ = pull(alice, cursors[alice])
    assert gone == {deleted, moved}
    assert set(held) == {hidden, unseen}
    held, gone, _ = pull(charlie, cursors[charlie])
    assert gone == {hidden, deleted, moved}
    assert held == {}
    assert unseen not in json.dumps([held, list(gone)])


def test_a_cursor_of_another_generation_or_of_other_rights_is_over(bob, alice):
    cursor = pull(alice)[2]
    Grant.objects.filter(person=alice).delete()
    answer = ask(alice, cursor)
    assert answer.status_code == 410
    assert errors_of(answer)[0][0] == "feed_scope"
    cursor = pull(bob)[2]
    FeedState.objects.update(generation=uuid.uuid4())
    answer = ask(bob, cursor)
    assert answer.status_code == 410
    assert errors_of(answer)[0][0] == "feed_generation"


def test_a_cursor_that_the_feed_no_longer_reaches_is_over(bob):
    report(bob)
    cursor = pull(bob)[2]
    for _ in range(3):
        report(bob)
    pull(bob)
    with connection.cursor() as sql:
        sql.execute("DELETE FROM change WHERE pub < (SELECT last_pub FROM feed_state)")
    answer = ask(bob, cursor)
    assert answer.status_code == 410
    assert errors_of(answer)[0][0] == "feed_old"


@pytest.mark.parametrize("cursor", ["x", "W10=:x", "a:b:c", "\x00"])
def test_a_cursor_that_is_not_ours_is_refused(bob, cursor):
    assert ask(bob, cursor).status_code == 400
    assert ask(bob, pull(bob)[2], area="5801").status_code == 400
    assert ask(bob, pull(bob)[2] + "x").status_code == 400


def test_photos_and_confirmations_bring_their_pin_again(bob, alice):
    pin = report(bob)["id"]
    cursor = pull(None)[2]
    push(alice, {"op_id": str(uuid.uuid4()), "kind": "confirm", "id": pin})
    held, _, _ = pull(None, cursor)
    assert held[pin]["properties"]["confirmations"] == 2


def test_what_a_phone_pulls_is_what_the_list_shows_it(bob, alice, charlie):
    for category in ("road", "elderly_care", "street_light"):
        report(bob, category=category) if category != "elderly_care" else None
    for person in (None, bob, alice, charlie):
        listed = client_of(person).get("/api/v1/pins?area=58").json()["features"]
        assert pull(person)[0] == {one["id"]: one for one in listed}
