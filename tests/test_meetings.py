"""Village meetings: the table comes in whole or not at all, once, and only from those over the village."""

import json
import re
import socket
import threading
import uuid
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from mapping import meetings, pdf, sheet
from mapping.access import Reader, may_hold_meeting
from mapping.errors import Refusal
from mapping.models import Entry, Grant, Meeting, MeetingNeed, Office, OfficeArea, Pin
from mapping.models.people import Role
from tests.conftest import body_of, client_of, errors_of, make_person, report
from tests.test_image_gate import picture, saved

VILLAGE, NEIGHBOUR, SOUTH = "58010101", "58010102", "83010101"


def need(**more):
    return {"id": str(uuid.uuid4()), "category": "road", "severity": 4, "words": "สะพานขาด", **more}


def table(*needs, confirmed=(), **more):
    return {
        "village": VILLAGE, "held_on": "2026-11-22", "people_present": 60,
        "needs": list(needs), "confirmed": list(confirmed), **more,
    }  # fmt: skip


def send(person, body, meeting_id=None, language="en"):
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    address = f"/api/v1/meetings/{meeting_id or uuid.uuid4()}"
    return client_of(person, language).put(address, raw, content_type="application/json")


def timeline(pin_id, person=None):
    return client_of(person).get(f"/api/v1/pins/{pin_id}/entries").json()["results"]


@pytest.fixture
def head(country):
    return make_person("head", Role.VILLAGE_HEAD, VILLAGE)


@pytest.fixture
def jpeg():
    return saved(picture(), "JPEG")


# -- the table ------------------------------------------------------------------------------


def test_needs_of_a_meeting_become_pins_of_the_whole_village(alice):
    one, two = need(people=120, hands=23), need(category="water_supply", words="", hands=None)
    answer = send(alice, table(one, two))
    assert answer.status_code == 201, answer.content
    assert [(n["id"], n["category"], n["hands"], n["new"]) for n in answer.json()["needs"]] == [
        (one["id"], "road", 23, True), (two["id"], "water_supply", None, True),
    ]  # fmt: skip
    pin = Pin.objects.get(pk=one["id"])
    assert (pin.whole_village, pin.village, pin.area_code, pin.source) == (True, VILLAGE, VILLAGE, "village")
    assert (pin.author, pin.checked, pin.people) == (alice, True, 120)


def test_the_timeline_says_to_everyone_which_meeting_and_how_many_hands(alice):
    one = need(hands=23)
    meeting = send(alice, table(one)).json()["id"]
    [_, said] = timeline(one["id"])
    assert (said["kind"], said["meeting"]) == ("meeting", {"held_on": "2026-11-22", "hands": 23, "new": True})
    assert meeting not in json.dumps(timeline(one["id"]))


def test_where_a_pins_village_is_hidden_the_public_does_not_hear_of_its_meeting(alice):
    hidden, shown = need(category="care", hands=5), need(hands=6)
    assert send(alice, table(hidden, shown)).status_code == 201
    assert [e["kind"] for e in timeline(hidden["id"])] == ["reported"]
    assert [e["kind"] for e in timeline(shown["id"])] == ["reported", "meeting"]
    assert [e["kind"] for e in timeline(hidden["id"], alice)] == ["reported", "meeting"]


def test_hands_for_a_need_that_is_there_confirm_it_and_are_no_phone_votes(alice, bob):
    there = report(bob, 98.03, 19.03, village=VILLAGE)
    answer = send(alice, table(confirmed=[{"id": there["id"], "hands": 31}]))
    assert answer.status_code == 201, answer.content
    assert [(n["number"], n["hands"], n["new"]) for n in answer.json()["needs"]] == [
        (there["properties"]["number"], 31, False)
    ]
    assert timeline(there["id"])[-1]["meeting"] == {"held_on": "2026-11-22", "hands": 31, "new": False}
    now = client_of().get(f"/api/v1/pins/{there['id']}").json()["properties"]
    assert (now["confirmations"], now["status"]) == (there["properties"]["confirmations"], "reported")


def test_the_same_table_again_adds_nothing(alice):
    body, meeting_id = table(need(hands=3), need()), uuid.uuid4()
    assert [send(alice, body, meeting_id).status_code for _ in range(3)] == [201, 200, 200]
    assert (Meeting.objects.count(), MeetingNeed.objects.count(), Pin.objects.count()) == (1, 2, 2)
    assert Entry.objects.filter(kind="meeting").count() == 2
    same = {**body, "people_present": 60.0, "needs": [dict(reversed(n.items())) for n in body["needs"]]}
    assert send(alice, same, meeting_id).status_code == 200, "another spelling of the same"


def test_another_table_under_the_same_id_is_a_conflict_and_changes_nothing(alice):
    body, meeting_id = table(need()), uuid.uuid4()
    send(alice, body, meeting_id)
    answer = send(alice, body | {"people_present": 61}, meeting_id)
    assert (answer.status_code, errors_of(answer)) == (409, [("meeting_differs", "id")])
    assert Pin.objects.count() == 1


def test_the_same_words_twice_in_one_table_are_two_needs(alice):
    assert send(alice, table(need(), need())).status_code == 201
    assert Pin.objects.count() == 2


def test_one_line_at_fault_leaves_nothing_written_and_every_fault_is_told(alice):
    body = table(need(), need(severity=9), need(category="nope"), need(hands=61))
    answer = send(alice, body)
    assert answer.status_code == 400
    assert errors_of(answer) == [
        ("severity_range", "needs[1].severity"), ("unknown_category", "needs[2].category"),
        ("meeting_hands", "needs[3].hands"),
    ]  # fmt: skip
    assert (Meeting.objects.count(), Pin.objects.count()) == (0, 0)
    mended = table(*(need(id=one["id"]) for one in body["needs"]))
    assert send(alice, mended).status_code == 201


def test_a_line_that_is_refused_while_writing_takes_the_others_back(alice, bob):
    taken = report(bob, 98.03, 19.03)
    answer = send(alice, table(need(), need(id=taken["id"])))
    assert (answer.status_code, errors_of(answer)) == (409, [("pin_taken", "needs[1].id")])
    assert (Meeting.objects.count(), Pin.objects.count(), Entry.objects.filter(kind="meeting").count()) == (0, 1, 0)


def test_a_need_of_another_meeting_is_not_taken_for_this_one(alice):
    one = need()
    assert send(alice, table(one)).status_code == 201
    assert errors_of(send(alice, table(one))) == [("meeting_need_taken", "needs[0].id")]
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"village": "99999999"}, ("unknown_village", "village")),
        ({"village": "580101"}, ("unknown_village", "village")),
        ({"village": None}, ("member_missing", "village")),
        ({"held_on": None}, ("member_missing", "held_on")),
        ({"held_on": "2569-11-22"}, ("date_buddhist", "held_on")),
        ({"held_on": "22/11/2026"}, ("date_form", "held_on")),
        ({"held_on": 20261122}, ("date_form", "held_on")),
        ({"held_on": "0001-01-01"}, ("date_form", "held_on")),
        ({"people_present": 0}, ("number_range", "people_present")),
        ({"people_present": True}, ("number_range", "people_present")),
        ({"people_present": 10**12}, ("number_range", "people_present")),
        ({"needs": []}, ("meeting_empty", "needs")),
        ({"needs": "x"}, ("meeting_row", "needs")),
        ({"needs": [7]}, ("meeting_row", "needs[0]")),
        ({"needs": [{}] * 201}, ("meeting_rows", "needs")),
        ({"needs": [{"category": "road", "severity": 3}]}, ("meeting_row", "needs[0].id")),
        ({"needs": [{"id": "x", "category": "road", "severity": 3}]}, ("meeting_row", "needs[0].id")),
        ({"confirmed": [{"id": str(uuid.uuid4()), "hands": 1}]}, ("not_found", "confirmed[0].id")),
        ({"confirmed": [{"id": str(uuid.uuid4())}]}, ("member_missing", "confirmed[0].hands")),
        ({"confirmed": [{"id": str(uuid.uuid4()), "hands": -1}]}, ("number_range", "confirmed[0].hands")),
        ({"mood": "good"}, ("member_unknown", "mood")),
    ],
)  # fmt: skip
def test_what_is_not_a_table_is_refused_with_its_place(alice, change, expected):
    answer = send(alice, table(need()) | change)
    assert answer.status_code in (400, 404)
    assert errors_of(answer) == [expected]
    assert Meeting.objects.count() == 0


def test_unknown_members_of_a_line_and_a_line_twice_are_refused(alice):
    one = need()
    assert errors_of(send(alice, table(need(status="done")))) == [("member_unknown", "needs[0].status")]
    assert errors_of(send(alice, table(one, one))) == [("meeting_need_twice", "needs[1].id")]


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"null", b"{", b"\xff", b'{"needs":' + b"[" * 90 + b"]" * 90 + b"}"])
def test_a_body_that_is_no_object_is_a_4xx(alice, raw):
    assert 400 <= send(alice, raw).status_code < 500


def test_a_meeting_of_tomorrow_has_not_been_held(alice):
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert errors_of(send(alice, table(need(), held_on=tomorrow))) == [("date_future", "held_on")]


def test_only_open_needs_of_the_village_itself_are_confirmed(alice, bob):
    elsewhere = report(bob, 98.08, 19.08, village=NEIGHBOUR)
    done = report(bob, 98.02, 19.02, village=VILLAGE)
    Entry.objects.create(pin_id=done["id"], kind="status", to_status="closed_without_fix", words="x", by=alice)
    said = [{"id": one["id"], "hands": 1} for one in (elsewhere, done)]
    assert errors_of(send(alice, table(confirmed=said))) == [
        ("meeting_pin_elsewhere", "confirmed[0].id"), ("meeting_pin_closed", "confirmed[1].id"),
    ]  # fmt: skip


# -- who --------------------------------------------------------------------------------------


def test_a_village_head_enters_the_own_village_and_no_other(head):
    assert send(head, table(need())).status_code == 201
    answer = send(head, table(need(), village=NEIGHBOUR))
    assert (answer.status_code, errors_of(answer)) == (403, [("meeting_not_yours", None)])


def test_a_volunteer_charlie_and_nobody_enter_no_meeting_of_north(bob, charlie):
    for person, code in ((bob, "meeting_not_yours"), (charlie, "meeting_not_yours"), (None, "sign_in_first")):
        answer = send(person, table(need()))
        assert (answer.status_code, errors_of(answer)) == (403, [(code, None)])
        for address in (f"needs?village={VILLAGE}", f"sheet.pdf?village={VILLAGE}"):
            answer = client_of(person).get(f"/api/v1/meetings/{address}")
            assert (answer.status_code, errors_of(answer)) == (403, [(code, None)])
    assert (Meeting.objects.count(), Pin.objects.count()) == (0, 0)


def test_charlie_learns_nothing_of_a_meeting_of_north(alice, charlie, jpeg):
    body, meeting_id = table(need(words="ความลับ")), uuid.uuid4()
    send(alice, body, meeting_id)
    client = client_of(charlie)
    for address in (f"/api/v1/meetings/{meeting_id}", f"/api/v1/meetings/{meeting_id}/sheet"):
        assert client.get(address).status_code == 404
    assert client.put(f"/api/v1/meetings/{meeting_id}/sheet", jpeg, content_type="image/jpeg").status_code == 404
    assert client.get("/api/v1/meetings").json() == {"results": []}
    taken = send(charlie, table(need(), village=SOUTH), meeting_id)
    assert (taken.status_code, errors_of(taken)) == (404, [("not_found", None)])
    assert Meeting.objects.get().village == VILLAGE


def test_charlie_enters_no_hands_for_a_pin_of_north(alice, bob, charlie):
    there = report(bob, 98.03, 19.03, village=VILLAGE)
    answer = send(charlie, table(village=SOUTH, confirmed=[{"id": there["id"], "hands": 9}]))
    assert errors_of(answer) == [("meeting_pin_elsewhere", "confirmed[0].id")]
    assert Entry.objects.filter(kind="meeting").count() == 0


def test_an_office_enters_the_villages_of_its_territory(country):
    office = Office.objects.create(kind="municipality", name_th="เทศบาล")
    OfficeArea.objects.create(office=office, code=VILLAGE)
    clerk = make_person("clerk", Role.OFFICER, "83")
    Grant.objects.filter(person=clerk).update(area_code=None, office=office)
    reader = Reader.of(clerk)
    assert may_hold_meeting(reader, VILLAGE)
    assert not may_hold_meeting(reader, NEIGHBOUR)
    assert send(clerk, table(need())).status_code == 201
    assert len(client_of(clerk).get("/api/v1/meetings").json()["results"]) == 1


@pytest.mark.parametrize(("grant", "village", "may"), [
    ("58010101", "580101011", False), ("580101", "580101011", True), ("580101", "58010201", False),
])  # fmt: skip
def test_a_headman_reaches_the_subdistrict_and_a_head_no_longer_number(country, grant, village, may):
    reader = Reader.of(make_person("head", Role.VILLAGE_HEAD, grant))
    assert may_hold_meeting(reader, village) is may
    Meeting.objects.create(id=uuid.uuid4(), village=village, held_on="2026-11-22", body_sha256=b"x")
    assert bool(meetings.listed(reader, "", 10)) is may, "the list says what the rule says"


def test_meetings_are_listed_by_area_newest_first(alice):
    for village, day in ((VILLAGE, "2026-11-01"), (VILLAGE, "2026-11-20"), (NEIGHBOUR, "2026-11-10")):
        assert send(alice, table(need(), village=village, held_on=day)).status_code == 201
    client = client_of(alice)

    def days(query):
        return [one["held_on"][-2:] for one in client.get(f"/api/v1/meetings{query}").json()["results"]]

    assert days("") == ["20", "10", "01"]
    assert days(f"?area={VILLAGE}") == ["20", "01"]
    assert days("?area=83") == []
    assert errors_of(client.get("/api/v1/meetings?area=5x"))[0][0] == "code_form"
    assert client.get("/api/v1/meetings?village=1").status_code == 400


def test_open_needs_of_a_village_are_listed_for_its_table(alice, bob):
    here = report(bob, 98.03, 19.03, village=VILLAGE, words="ถนนพัง")
    report(bob, 98.08, 19.08, village=NEIGHBOUR)
    found = client_of(alice).get(f"/api/v1/meetings/needs?village={VILLAGE}").json()["results"]
    assert [(one["id"], one["words"], one["status"]) for one in found] == [(here["id"], "ถนนพัง", "reported")]
    assert errors_of(client_of(alice).get("/api/v1/meetings/needs")) == [("unknown_village", "village")]


def test_two_senders_of_the_same_table_at_once_write_it_once(open_country):
    alice = make_person("alice", Role.OFFICER, "58")
    body, meeting_id = table(*(need(hands=n) for n in range(5))), uuid.uuid4()
    codes, start = [], threading.Barrier(4)

    def sender():
        start.wait()
        codes.append(send(alice, body, meeting_id).status_code)
        connections.close_all()

    threads = [threading.Thread(target=sender) for _ in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert sorted(codes) == [200, 200, 200, 201]
    assert (Meeting.objects.count(), Pin.objects.count(), MeetingNeed.objects.count()) == (1, 5, 5)
    assert Entry.objects.filter(kind="meeting").count() == 5


def test_a_pin_that_is_erased_leaves_its_meeting(alice):
    one, two = need(), need()
    send(alice, table(one, two))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pin WHERE id = %s", [one["id"]])
    assert [str(pk) for pk in MeetingNeed.objects.values_list("pin_id", flat=True)] == [two["id"]]
    alice.delete()
    assert Meeting.objects.get().by_id is None


# -- the signed sheet -----------------------------------------------------------------------------


def put_photo(person, meeting_id, raw):
    address = f"/api/v1/meetings/{meeting_id}/sheet"
    return client_of(person).put(address, raw, content_type="image/jpeg")


def test_a_signed_sheet_is_read_by_officers_over_the_place_and_nobody_else(head, alice, bob, charlie, jpeg):
    meeting_id = send(head, table(need())).json()["id"]
    assert put_photo(head, meeting_id, jpeg).status_code == 201
    assert put_photo(head, meeting_id, jpeg).status_code == 200
    address = f"/api/v1/meetings/{meeting_id}/sheet"
    kept = client_of(alice).get(address)
    assert (kept.status_code, kept["Content-Type"], kept["Cache-Control"]) == (200, "image/jpeg", "private, no-store")
    assert body_of(kept).startswith(b"\xff\xd8")
    for person in (head, bob, charlie):
        assert client_of(person).get(address).status_code == 404
    assert client_of().get(address).status_code == 403  # whatever stands there: sign in first
    assert client_of(head).get(f"/api/v1/meetings/{meeting_id}").json()["sheet"] is True


def test_a_better_photo_of_the_sheet_takes_the_place_of_the_one_before(alice, settings, jpeg):
    meeting_id = send(alice, table(need())).json()["id"]
    put_photo(alice, meeting_id, jpeg)
    before = body_of(client_of(alice).get(f"/api/v1/meetings/{meeting_id}/sheet"))
    assert put_photo(alice, meeting_id, saved(picture(90, 60), "PNG")).status_code == 201
    assert body_of(client_of(alice).get(f"/api/v1/meetings/{meeting_id}/sheet")) != before
    folder = meetings.sheet_path(uuid.UUID(meeting_id), b"x").parent
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("raw", [b"", b"<svg/>", b"%PDF-1.7", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_photo_is_refused_as_a_sheet(alice, raw):
    meeting_id = send(alice, table(need())).json()["id"]
    assert put_photo(alice, meeting_id, raw).status_code in (400, 415, 422)
    assert Meeting.objects.get().sheet_sha256 is None


# -- the printed sheet ------------------------------------------------------------------------------


HOSTILE = '</td><script src="http://evil.example/x.js"></script><img src="file:///etc/passwd">{{ settings }}'


def html_for(person, village=VILLAGE, **more):
    about = {"held_on": None, "by": str(person), "root": "https://meemap.example/", "language": "th", **more}
    return sheet.sheet_html(village=village, **about)


def test_the_printed_sheet_is_a_pdf_with_a_wall_page_and_a_table_page(alice, bob):
    report(bob, 98.03, 19.03, village=VILLAGE, words=HOSTILE)
    answer = client_of(alice).get(f"/api/v1/meetings/sheet.pdf?village={VILLAGE}&held_on=2026-11-22&lang=th")
    raw = body_of(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert raw.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", inflated(raw))
    assert [tuple(round(float(side)) for side in box) for box in boxes] == [(1191, 842), (595, 842)]
    assert b"/JavaScript" not in inflated(raw)


def inflated(raw: bytes) -> bytes:
    """A PDF with its compressed streams opened, as far as they are zlib."""
    found = [raw]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", raw, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_words_of_people_are_text_on_the_sheet(alice, bob):
    report(bob, 98.03, 19.03, village=VILLAGE, words=HOSTILE)
    html = html_for(alice, by='</p><script>"\\')
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script" in html


def test_the_sheet_hangs_on_a_wall_and_shows_no_more_than_anyone_may_see(alice, bob):
    report(bob, 98.03, 19.03, village=VILLAGE, category="care", words="ยายคำ")
    report(bob, 98.03, 19.03, village=VILLAGE, words="โทร 081-234-5678")
    hidden = report(bob, 98.03, 19.03, village=VILLAGE, words="ซ่อนไว้")
    Pin.objects.filter(pk=hidden["id"]).update(hidden=True)
    html = html_for(alice)
    for secret in ("ยายคำ", "081-234", "ซ่อนไว้"):
        assert secret not in html
    assert "โทร" in html


def test_a_village_without_needs_has_a_sheet_too(alice):
    html = html_for(alice, held_on="2026-11-22")
    assert "ยังไม่มีใครแจ้งความต้องการ" in html
    assert "22 พ.ย. 2569" in html


def test_a_village_without_a_usable_point_has_a_sheet_too(alice):
    assert sheet.render(html_for(alice, village="58010103")).startswith(b"%PDF-")


def test_a_sample_says_so_on_every_page(alice, settings):
    assert sheet.WORDS["th"]["sample"] not in html_for(alice)
    settings.MEEMAP = {**settings.MEEMAP, "sample": True}
    assert html_for(alice).count(sheet.WORDS["th"]["sample"]) >= 3


@pytest.mark.parametrize("query", ["", "village=1", f"village={VILLAGE}&lang=xx", f"village={VILLAGE}&held_on=x",
                                   f"village={VILLAGE}&held_on=2569-01-01", f"village={VILLAGE}&size=A0"])  # fmt: skip
def test_a_sheet_that_is_asked_for_wrongly_is_a_400(alice, query):
    assert client_of(alice).get(f"/api/v1/meetings/sheet.pdf?{query}").status_code == 400


def test_the_sheet_of_a_coming_meeting_is_printed_before_it(alice):
    assert meetings.parse_held_on("2030-01-01", future=True) == "2030-01-01"


def test_a_paper_that_takes_too_long_is_given_up():
    with pytest.raises(Refusal) as refused:
        pdf.render("<p>x", wall_seconds=0.01)
    assert (refused.value.code, refused.value.status) == ("sheet_busy", 503)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "data:image/png,x", "font:../pdf.py", "/etc/passwd", "//x/y.png"]
)
@pytest.mark.parametrize(
    "markup", ['<img src="{}">', '<link rel="stylesheet" href="{}">', "<style>@import url({});</style>"]
)
def test_the_process_that_prints_opens_nothing_but_its_fonts(markup, address):
    try:
        made = pdf.render(f"<p>x</p>{markup.format(address)}")
    except RuntimeError:
        return  # an address that is refused ends it; one that cannot be resolved is passed over
    assert b"root:" not in inflated(made)
    assert not address.startswith(("file:", "data:", "font:"))


def test_the_process_that_prints_reaches_no_network():
    """With a control: the address does answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        port = server.getsockname()[1]
        with pytest.raises(RuntimeError):
            pdf.render(f'<img src="http://127.0.0.1:{port}/x.png">')
        with pytest.raises(TimeoutError):
            server.accept()
        with socket.create_connection(("127.0.0.1", port)):
            assert server.accept()
