"""Followers hear of each public step of a need, once, and can end it with one tap."""

import base64
import hashlib
import hmac
import io
import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail, signing
from django.db import connection, connections
from django.utils import timezone
from PIL import Image

from mapping import notices
from mapping.models import Entry, LineEvent, Notice, Person, Pin, Subscription
from tests.conftest import client_of, errors_of, make_person, report
from tests.test_photos import jpeg, jpeg_with_secrets

ROOT = Path(__file__).resolve().parents[1]
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture(autouse=True)
def sending(settings):
    settings.EMAIL_BACKEND = LOCMEM
    settings.MEEMAP = {**settings.MEEMAP, "public_url": "https://map.example.org", "line_token": "", "line_secret": ""}


class FakeLine(HTTPServer):
    """A stand-in of LINE's API: keeps what came and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), self.Answer)
        self.came: list[tuple[str, dict, dict]] = []
        self.statuses: list[int] = []
        self.keys: set[str] = set()
        self.photos: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server: FakeLine = self.server  # type: ignore[assignment]
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            key = self.headers.get("X-Line-Retry-Key", "")
            status = server.statuses.pop(0) if server.statuses else 200
            if status == 200 and key and key in server.keys:
                status = 409
            if status == 200:
                server.keys.add(key)
                server.came.append((self.path, body, dict(self.headers)))
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_GET(self) -> None:
            server: FakeLine = self.server  # type: ignore[assignment]
            kept = re.fullmatch(r"/v2/bot/message/([0-9]+)/content", self.path)
            photo = server.photos.get(kept[1]) if kept and self.headers["Authorization"] == "Bearer token" else None
            self.send_response(server.statuses.pop(0) if server.statuses else 200 if photo else 404)
            self.send_header("Content-Length", str(len(photo or b"")))
            self.end_headers()
            self.wfile.write(photo or b"")

        def log_message(self, *args) -> None:
            pass


@pytest.fixture
def fake_line(settings, monkeypatch):
    server = FakeLine()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MEEMAP = {
        **settings.MEEMAP,
        **{"line_token": "token", "line_secret": "secret", "line_api": server.url, "line_data_api": server.url},
    }
    monkeypatch.setattr("mapping.line.account_of", lambda person_id: f"U{person_id}")
    yield server
    server.shutdown()
    server.server_close()


def with_mail(person: Person) -> Person:
    person.email = f"{person.username}@example.org"
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def fah(country) -> Person:
    """A villager of North with an account and an e-mail address."""
    return with_mail(make_person("fah", "volunteer", "5802"))


def follow(person: Person | None, path: str, body: dict | None = None):
    raw = json.dumps(body) if body is not None else ""
    return client_of(person).put(f"/api/v1/{path}/follow", raw, content_type="application/json")


def step(pin: dict, by: Person | None, to: str = "verified", words: str = "") -> Entry:
    return Entry.objects.create(pin_id=pin["id"], kind="status", to_status=to, words=words, by=by)


def later(hours: float) -> None:
    """As if that much time had gone by."""
    by = timedelta(hours=hours)
    for notice in Notice.objects.all():
        Notice.objects.filter(pk=notice.pk).update(due_at=notice.due_at - by)
    for one in Subscription.objects.exclude(last_sent_at=None):
        Subscription.objects.filter(pk=one.pk).update(last_sent_at=one.last_sent_at - by)


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


# -- following ----------------------------------------------------------------------------------


def test_an_address_that_its_owner_never_showed_to_be_theirs_gets_no_message(bob):
    typed = make_person("typed", "volunteer", "5802")
    typed.email = "a.stranger@example.org"
    typed.save()
    EmailAddress.objects.create(user=typed, email=typed.email, verified=False, primary=True)
    pin = report(bob)
    refused = follow(typed, f"pins/{pin['id']}")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "channel_missing")
    EmailAddress.objects.update(verified=True)
    assert follow(typed, f"pins/{pin['id']}").json()["channel"] == "email"


def test_a_message_says_that_a_step_was_taken_back(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    taken = (
        client_of(alice)
        .post(f"/api/v1/pins/{pin['id']}/status", json.dumps({"to": "verified"}), content_type="application/json")
        .json()
    )
    assert client_of(alice).post(
        "/api/v1/pins/undo", json.dumps({"entries": [taken["entry"]]}), content_type="application/json"
    ).status_code == 200  # fmt: skip
    assert notices.deliver() == 1
    [sent] = mail.outbox
    assert "The last step was taken back, now again Reported, waiting for a check" in sent.body
    assert "ถอนขั้นตอนก่อนหน้า กลับเป็น แจ้งแล้ว รอตรวจสอบ" in sent.body


def test_a_follower_hears_of_a_step_in_both_languages(fah, bob, alice):
    pin = report(bob, words="ถนนขาด โทร 081-234-5678")
    assert follow(fah, f"pins/{pin['id']}").json() == {"following": True, "channel": "email", "channels": ["email"]}
    step(pin, alice, words="รับเรื่องแล้ว โทร 081-234-5678")
    assert notices.deliver() == 1
    [sent] = mail.outbox
    number = str(pin["properties"]["number"])
    assert sent.to == ["fah@example.org"]
    assert number in sent.subject
    assert "ตรวจสอบแล้ว" in sent.body
    assert "Checked" in sent.body
    assert "รับเรื่องแล้ว" in sent.body
    assert sent.body.index("ความคืบหน้า") < sent.body.index("Progress")
    for secret in ("081-234-5678", "Bob", "bob", "Alice", "alice", "98.05", "19.05"):
        assert secret not in sent.body + sent.alternatives[0][0], secret
    assert states() == ["sent"]


def test_an_internal_note_and_ones_own_act_are_told_to_nobody(fah, bob, alice):
    pin = report(bob)
    follow(with_mail(alice), f"pins/{pin['id']}")
    step(pin, alice)
    Entry.objects.create(pin_id=pin["id"], kind="note", public=False, words="internal", by=bob)
    assert states() == []


def test_an_entry_made_by_sql_is_told_of_as_well(fah, bob):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO entry (pin_id, kind, words) VALUES (%s, 'reply', 'ช่างมาพรุ่งนี้')", [pin["id"]])
    assert notices.deliver() == 1
    assert "ช่างมาพรุ่งนี้" in mail.outbox[0].body


def test_followers_of_joined_pins_hear_of_the_lead_and_the_other_way_round(fah, bob, alice):
    lead, joined = report(bob), report(bob)
    gai = with_mail(make_person("gai", "volunteer", "58"))
    follow(fah, f"pins/{joined['id']}")
    follow(gai, f"pins/{lead['id']}")
    Pin.objects.filter(pk=joined["id"]).update(joined_to=lead["id"])
    step(lead, alice)
    assert set(Notice.objects.values_list("subscription__person__username", flat=True)) == {"fah", "gai"}
    Notice.objects.all().delete()
    Entry.objects.create(pin_id=joined["id"], kind="reply", words="ช่าง", by=alice)
    assert set(Notice.objects.values_list("subscription__person__username", flat=True)) == {"fah", "gai"}


def test_a_follower_of_a_village_hears_of_its_needs_but_not_of_those_whose_village_is_hidden(fah, bob):
    assert follow(fah, "villages/58010101").json()["following"]
    shown = report(bob, 98.021, 19.021, village="58010101")
    report(bob, 98.021, 19.021, village="58010101", category="care", words="ยายคำ")
    assert [str(one.entry.pin_id) for one in Notice.objects.all()] == [shown["id"]]
    assert notices.deliver() == 1
    assert "New need" in mail.outbox[0].body


def test_a_rule_that_became_stricter_meanwhile_holds_for_what_waits(fah, bob):
    follow(fah, "villages/58010101")
    pin = report(bob, 98.021, 19.021, village="58010101")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE category SET public_place = 'cell' WHERE slug = 'road'")
    assert notices.deliver() == 0
    assert states() == ["dropped"]
    assert pin


def test_what_is_hidden_meanwhile_is_not_told_of(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    Pin.objects.filter(pk=pin["id"]).update(hidden=True)
    assert notices.deliver() == 0
    assert (states(), mail.outbox) == (["dropped"], [])


def test_who_follows_pin_and_village_hears_once(fah, bob, alice):
    pin = report(bob, 98.021, 19.021, village="58010101")
    follow(fah, "villages/58010101")
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    assert Notice.objects.count() == 1
    assert Notice.objects.get().subscription.pin_id is not None


@pytest.mark.parametrize("path", ["pins/{pin}", "villages/58010101"])
def test_nobody_without_an_account_follows(path, bob, anonymous_pins):
    pin = report(bob)
    answer = follow(None, path.format(pin=pin["id"]))
    assert (answer.status_code, errors_of(answer)) == (403, [("sign_in_first", None)])


def test_charlie_follows_what_anyone_sees_and_nothing_else(charlie, bob):
    seen, hidden = report(bob), report(bob)
    Pin.objects.filter(pk=hidden["id"]).update(hidden=True)
    with_mail(charlie)
    assert follow(charlie, f"pins/{seen['id']}").status_code == 200
    assert follow(charlie, f"pins/{hidden['id']}").status_code == 404
    assert follow(charlie, f"pins/{uuid.uuid4()}").status_code == 404
    assert follow(charlie, "villages/58010199").status_code == 404


def test_charlie_ends_his_own_following_and_not_anothers(charlie, fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    assert client_of(charlie).delete(f"/api/v1/pins/{pin['id']}/follow").json()["following"] is False
    step(pin, alice)
    assert notices.deliver() == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({"channel": "pigeon"}, 400), ({"channel": 5}, 400), ({"chanel": "email"}, 400), ({"channel": "line"}, 409),
     ([], 400), ({}, 200), ({"channel": "email"}, 200)],
)  # fmt: skip
def test_a_body_is_strict(fah, bob, body, status):
    pin = report(bob)
    assert follow(fah, f"pins/{pin['id']}", body).status_code == status


def test_whoever_cannot_be_reached_is_told_what_to_do(bob, country):
    pin = report(bob)
    gai = make_person("gai", "volunteer", "58")
    assert errors_of(follow(gai, f"pins/{pin['id']}")) == [("channel_missing", None)]


def test_following_twice_is_one_subscription_and_following_again_takes_it_up(fah, bob):
    pin = report(bob)
    for _ in range(2):
        follow(fah, f"pins/{pin['id']}")
    client_of(fah).delete(f"/api/v1/pins/{pin['id']}/follow")
    assert Subscription.objects.get().unsubscribed_at
    follow(fah, f"pins/{pin['id']}")
    assert Subscription.objects.get().unsubscribed_at is None


def test_anyone_may_ask_whether_they_follow_and_hears_of_nobody_else(fah, bob, charlie):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    follow(fah, "villages/58010101")
    for path in (f"pins/{pin['id']}", "villages/58010101"):
        said = [client_of(one).get(f"/api/v1/{path}/follow").json()["following"] for one in (fah, charlie, None)]
        assert said == [True, False, False]


# -- once, and in one message -------------------------------------------------------------------


def test_what_comes_within_an_hour_goes_in_one_message(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    assert notices.deliver() == 1
    step(pin, alice, "planned")
    step(pin, alice, "funded")
    assert notices.deliver() == 0
    later(1.1)
    assert notices.deliver() == 1
    assert "In the plan" in mail.outbox[1].body
    assert "Funded" in mail.outbox[1].body
    assert states() == ["sent"] * 3


def test_a_flood_of_entries_is_counted_and_not_written_out(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    for number in range(25):
        Entry.objects.create(pin_id=pin["id"], kind="reply", words=f"คำตอบ-{number:02}", by=alice)
    assert notices.deliver() == 1
    assert len(re.findall("คำตอบ-", mail.outbox[0].body)) == 20  # ten in each language
    assert "and 15 more" in mail.outbox[0].body


class Refusing:
    repeatable = False

    def __init__(self, *faults: Exception | None) -> None:
        self.faults, self.sent = list(faults), []

    def send(self, address, message) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.sent.append(message.id)


def test_a_refusal_for_now_is_tried_again_after_growing_pauses_and_not_for_ever(fah, bob, alice, monkeypatch):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    channel = Refusing(*[notices.NotSent(again=True)] * 9)
    monkeypatch.setattr(notices, "channels", lambda: {"email": channel})
    pauses = []
    for _ in range(6):
        before = timezone.now()
        notices.deliver()
        notice = Notice.objects.get()
        pauses.append(round((notice.due_at - before).total_seconds()))
        assert notices.deliver() == 0, "it waits"
        Notice.objects.update(due_at=before)
    assert pauses[:5] == list(notices.PAUSES_S)
    assert (states(), notice.tries) == (["failed"], 6)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"x": (450, b"later")}), "waiting"),
        (smtplib.SMTPConnectError(421, b"busy"), "waiting"),
        (ConnectionRefusedError(), "waiting"),
        (smtplib.SMTPServerDisconnected("gone after the words"), "uncertain"),
        (TimeoutError(), "uncertain"),
    ],
)
def test_what_may_have_gone_out_by_mail_is_not_sent_again(fah, bob, alice, monkeypatch, fault, state):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)

    def broken(self, *args, **kwargs):
        raise fault

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", broken)
    assert notices.deliver() == 0
    assert states() == [state]


def test_a_worker_that_dies_between_sending_and_saying_so_leaves_no_second_mail(fah, bob, alice, monkeypatch):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    taken = notices.claim()
    notices.Email().send("fah@example.org", notices.compose(taken[0]["message"], taken[0]["subscription_id"], []))
    assert notices.deliver() == 0, "another worker leaves it"
    Notice.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
    assert notices.deliver() == 0
    assert (states(), len(mail.outbox)) == (["uncertain"], 1)


def test_one_address_that_is_broken_keeps_nobody_else_waiting(fah, bob, alice, monkeypatch):
    gai = with_mail(make_person("gai", "volunteer", "58"))
    pin = report(bob)
    for person in (fah, gai):
        follow(person, f"pins/{pin['id']}")
    step(pin, alice)
    channel = Refusing(ValueError("a fault of ours"))
    monkeypatch.setattr(notices, "channels", lambda: {"email": channel})
    assert notices.deliver() == 1
    assert sorted(states()) == ["sent", "uncertain"]


def careless_claim() -> list[dict]:
    """The known-bad variant: what is due is read, and only then marked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.id, n.subscription_id, n.tries, gen_random_uuid(), e.pin_id, e.at, e.kind, e.to_status, e.words"
            " FROM notice AS n JOIN entry AS e ON e.id = n.entry_id WHERE n.state = 'waiting' ORDER BY n.id LIMIT 1"
        )
        names = ("id", "subscription_id", "tries", "message", "pin_id", "at", "kind", "to_status", "words")
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    time.sleep(0.02)
    Notice.objects.filter(pk__in=[row["id"] for row in found]).update(state="sending")
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("careless", [False, True], ids=["claim", "control"])
def test_eight_workers_send_each_message_once(open_country, monkeypatch, careless):
    people = [with_mail(make_person(f"p{n}", "volunteer", "58")) for n in range(12)]
    author = make_person("author", "officer", "58")
    pin = report(author)
    for person in people:
        follow(person, f"pins/{pin['id']}")
    step(pin, author)
    channel = Refusing()
    monkeypatch.setattr(notices, "channels", lambda: {"email": channel})
    if careless:
        monkeypatch.setattr(notices, "claim", careless_claim)
    together = threading.Barrier(8)

    def work() -> None:
        together.wait()
        for _ in range(5):
            notices.deliver()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if careless:
        assert len(channel.sent) > 12
    else:
        assert len(channel.sent) == len(set(channel.sent)) == 12
    assert states() == ["sent"] * 12


# -- ending it ----------------------------------------------------------------------------------


def test_a_mail_program_ends_it_with_one_post_and_without_a_cookie(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    notices.deliver()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("https://map.example.org")
    step(pin, alice, "planned")
    answer = client_of().post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["following"]) == (200, False)
    later(2)
    assert notices.deliver() == 0
    assert states() == ["sent", "dropped"]
    step(pin, alice, "funded")
    assert len(states()) == 2
    assert client_of().post(address).status_code == 200, "once more is no fault"
    token = address.rpartition("/")[2]
    assert f"https://map.example.org/unsubscribe/#{token}" in mail.outbox[0].body


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 32 + ":x", "%00", "é" * 40, "x" * 3000])
def test_a_token_that_is_not_ours_ends_nothing(fah, bob, token):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    answer = client_of().post(f"/api/v1/unsubscribe/{token}")
    assert answer.status_code in (400, 404)
    assert Subscription.objects.get().unsubscribed_at is None


def test_a_look_at_the_link_ends_nothing(fah, bob):
    """Programs that look at links before a person does must not unsubscribe them."""
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    token = notices.token_of(Subscription.objects.get().pk)
    assert client_of().get(f"/api/v1/unsubscribe/{token}").status_code == 405
    assert Subscription.objects.get().unsubscribed_at is None


def test_markup_in_words_stays_words(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice, words="<img src=x onerror=alert(1)>\r\nBcc: evil@example.org")
    notices.deliver()
    html = mail.outbox[0].alternatives[0][0]
    assert "<img" not in html
    assert "&lt;img" in html
    assert mail.outbox[0].recipients() == ["fah@example.org"]


def test_a_person_who_is_erased_takes_their_following_along(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM account_emailaddress WHERE user_id = %s", [fah.pk])
        cursor.execute("DELETE FROM person_grant WHERE person_id = %s", [fah.pk])
        cursor.execute("DELETE FROM person WHERE id = %s", [fah.pk])
    assert (Subscription.objects.count(), Notice.objects.count()) == (0, 0)


def test_a_pin_that_is_erased_takes_its_followers_along(fah, bob, alice):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    Pin.objects.filter(pk=pin["id"]).delete()
    assert (Subscription.objects.count(), Notice.objects.count()) == (0, 0)


def test_without_the_address_of_the_deployment_nothing_is_sent(fah, bob, settings):
    pin = report(bob)
    settings.MEEMAP = {**settings.MEEMAP, "public_url": ""}
    assert errors_of(follow(fah, f"pins/{pin['id']}")) == [("channel_missing", None)]


# -- LINE ---------------------------------------------------------------------------------------


def test_a_follower_hears_by_line(fah, bob, alice, fake_line):
    pin = report(bob)
    assert follow(fah, f"pins/{pin['id']}").json()["channel"] == "line"
    step(pin, alice)
    assert notices.deliver() == 1
    [(path, body, headers)] = fake_line.came
    assert path == "/v2/bot/message/push"
    assert body["to"] == f"U{fah.pk}"
    assert "ตรวจสอบแล้ว" in body["messages"][0]["text"]
    assert headers["Authorization"] == "Bearer token"


def test_a_push_that_may_have_arrived_is_sent_again_under_its_key_and_arrives_once(fah, bob, alice, fake_line):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    taken = notices.claim()
    told = notices.compose(taken[0]["message"], taken[0]["subscription_id"], [])
    notices.Line().send(f"U{fah.pk}", told)  # it arrived, and the worker died
    step(pin, alice, "planned")
    Notice.objects.filter(state="sending").update(claimed_at=timezone.now() - timedelta(minutes=11))
    notices.deliver()
    first = Notice.objects.order_by("pk").first()
    assert first.state == "sent"
    later(2)
    notices.deliver()
    keys = [headers["X-Line-Retry-Key"] for _, _, headers in fake_line.came]
    assert len(keys) == len(set(keys)) == 2
    assert states() == ["sent", "sent"]


@pytest.mark.parametrize(("status", "state"), [(500, "waiting"), (429, "waiting"), (400, "failed"), (403, "failed")])
def test_what_line_refuses_is_tried_again_or_not(fah, bob, alice, fake_line, status, state):
    pin = report(bob)
    follow(fah, f"pins/{pin['id']}")
    step(pin, alice)
    fake_line.statuses = [status]
    assert notices.deliver() == 0
    assert states() == [state]


def webhook(events: list, *, secret: str = "secret", signature: str | None = None, raw: bytes | None = None):
    body = raw if raw is not None else json.dumps({"destination": "U0", "events": events}).encode()
    signed = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    return client_of().post(
        "/api/v1/line/webhook", body, content_type="application/json",
        HTTP_X_LINE_SIGNATURE=signed if signature is None else signature,
    )  # fmt: skip


def message(**content) -> dict:
    return {
        "type": "message", "webhookEventId": uuid.uuid4().hex, "replyToken": "r1", "timestamp": 1,
        "source": {"type": "user", "userId": "U1"}, "message": content,
    }  # fmt: skip


def test_a_location_is_answered_with_the_office_and_what_is_near(bob, fake_line, country):
    from mapping.models import Office, OfficeArea  # noqa: PLC0415

    office = Office.objects.create(
        code="1", kind="municipality", name_th="เทศบาลทดสอบ", name_en="Test", phone="053611111"
    )
    OfficeArea.objects.create(office=office, code="580101")
    near, far = report(bob, 98.0501, 19.0501), report(bob, 98.09, 19.09)
    hidden = report(bob, 98.0501, 19.0501)
    Pin.objects.filter(pk=hidden["id"]).update(hidden=True)
    assert webhook([message(type="location", latitude=19.05, longitude=98.05)]).status_code == 200
    [(path, body, _)] = fake_line.came
    text = body["messages"][0]["text"]
    assert (path, body["replyToken"]) == ("/v2/bot/message/reply", "r1")
    assert "เทศบาลทดสอบ" in text
    assert "053611111" in text
    assert f"• {near['properties']['number']} " in text
    for other in (far, hidden):
        assert f"• {other['properties']['number']} " not in text


def test_a_number_is_answered_with_how_it_stands_and_the_last_public_words(bob, alice, fake_line):
    pin = report(bob)
    number = pin["properties"]["number"]
    step(pin, alice, words="ช่างมาพรุ่งนี้ 081-234-5678")
    Entry.objects.create(pin_id=pin["id"], kind="note", public=False, words="internal", by=alice)
    thai = str(number).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    for text in (str(number), f"#{number}", f"หมุด {thai}", f"pin {number}"):
        webhook([message(type="text", text=text)])
        said = fake_line.came[-1][1]["messages"][0]["text"]
        assert "ตรวจสอบแล้ว" in said
        assert "ช่างมาพรุ่งนี้" in said
        assert "081-234-5678" not in said
        assert "internal" not in said


def test_a_hidden_pin_is_not_known_to_the_chat(bob, fake_line):
    pin = report(bob)
    Pin.objects.filter(pk=pin["id"]).update(hidden=True)
    webhook([message(type="text", text=str(pin["properties"]["number"]))])
    assert "There is no pin" in fake_line.came[-1][1]["messages"][0]["text"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"type": "image", "id": "1"}, "/m/?openExternalBrowser=1"),
        ({"type": "text", "text": "สวัสดี"}, "Send a location"),
        ({"type": "text", "text": "9" * 12}, "There is no pin"),
        ({"type": "sticker"}, "Send a location"),
        ({"type": "location", "latitude": None, "longitude": "x"}, "number"),
        ({"type": "location", "latitude": 0, "longitude": 0}, "sea"),
        ({"type": "location", "latitude": 51.5, "longitude": -0.1}, "outside the areas"),
        ({"type": 5, "text": []}, "Send a location"),
    ],
)
def test_whatever_comes_gets_an_answer(country, fake_line, content, word):
    assert webhook([message(**content)]).status_code == 200
    assert word in fake_line.came[-1][1]["messages"][0]["text"]


def token_of(fake_line: FakeLine, message_id: str) -> str:
    webhook([message(type="image", id=message_id)])
    link = re.search(r"/m/\?openExternalBrowser=1#photo=(\S+)", fake_line.came[-1][1]["messages"][0]["text"])
    assert link
    return link[1]


def chat_photo(token: str):
    return client_of().get(f"/api/v1/line/photos/{token}")


def test_a_photo_of_the_chat_is_handed_to_the_page_that_its_link_opens_and_kept_nowhere(country, fake_line, settings):
    fake_line.photos["77"] = jpeg_with_secrets()
    token = token_of(fake_line, "77")
    answer = chat_photo(token)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((64, 48), {})
    assert b"secret" not in answer.content
    assert [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()] == []


def test_a_link_to_a_photo_works_for_a_day_and_only_as_it_was_signed(country, fake_line, monkeypatch):
    fake_line.photos |= {"77": jpeg(), "78": jpeg()}
    token = token_of(fake_line, "77")
    other = token_of(fake_line, "78")
    for altered in (token[:-1] + ("A" if token[-1] != "A" else "B"), "77", "78", other.split(":")[0] + ":" +
                    token.split(":", 1)[1], signing.dumps("77"), "x" * 3000):  # fmt: skip
        answer = chat_photo(altered)
        assert (answer.status_code, errors_of(answer)) == (404, [("line_photo_gone", None)])
    assert chat_photo(token).status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 5)
    assert chat_photo(token).status_code == 404


@pytest.mark.parametrize(("theirs", "ours"), [(404, 404), (400, 404), (410, 404), (401, 503), (429, 503), (500, 503)])
def test_what_line_says_of_a_photo_is_said_in_our_words(country, fake_line, theirs, ours):
    fake_line.photos["77"] = jpeg()
    token = token_of(fake_line, "77")
    fake_line.statuses = [theirs]
    assert chat_photo(token).status_code == ours
    assert chat_photo(token).status_code == 200


def test_no_photo_comes_while_line_is_away_or_not_set_up(country, fake_line, settings):
    fake_line.photos["77"] = jpeg()
    token = token_of(fake_line, "77")
    settings.MEEMAP = {**settings.MEEMAP, "line_data_api": "http://127.0.0.1:9"}
    assert (chat_photo(token).status_code, errors_of(chat_photo(token))) == (503, [("line_away", None)])
    settings.MEEMAP = {**settings.MEEMAP, "line_token": ""}
    assert chat_photo(token).status_code == 404


@pytest.mark.parametrize("raw", [b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff\xe0"])
def test_what_is_no_photo_goes_no_further_than_the_image_gate(country, fake_line, raw):
    fake_line.photos["77"] = raw
    token = token_of(fake_line, "77")
    assert 400 <= chat_photo(token).status_code < 500


@pytest.mark.parametrize("signature", ["", "x", "é", base64.b64encode(b"0" * 32).decode()])
def test_what_line_did_not_sign_is_refused(country, fake_line, signature):
    answer = webhook([message(type="text", text="1")], signature=signature)
    assert (answer.status_code, errors_of(answer)) == (403, [("line_signature", None)])
    assert fake_line.came == []
    assert webhook([message(type="text", text="1")], secret="other").status_code == 403


def test_the_same_event_is_answered_once(country, fake_line):
    event = message(type="text", text="1")
    for _ in range(3):
        assert webhook([event]).status_code == 200
    assert len(fake_line.came) == 1
    assert LineEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 400), (b"[]", 400), (b"{}", 400), (b'{"events":{}}', 400), (b"\xff", 400), (b"x" * 10_241, 413),
     (b'{"events":[null,5,"x",{},{"type":"message"}]}', 200), (b'{"events":[]}', 200)],
)  # fmt: skip
def test_an_odd_call_is_no_fault_of_ours(country, fake_line, raw, status):
    assert webhook([], raw=raw).status_code == status
    assert fake_line.came == []


def test_where_no_chat_is_set_up_there_is_nothing(country):
    assert webhook([message(type="text", text="1")]).status_code == 404


def test_a_reply_that_line_refuses_is_no_fault(country, fake_line):
    fake_line.statuses = [400, 500]
    assert webhook([message(type="text", text="1"), message(type="text", text="1")]).status_code == 200


# -- the worker ---------------------------------------------------------------------------------


def wait_for(what, seconds: float = 60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError("it did not happen")


def backends() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'meemap worker'"
        )
        return [pid for (pid,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_and_comes_back_when_the_database_ends_its_connections(open_country, tmp_path):
    author, fah = make_person("author", "officer", "58"), with_mail(make_person("fah", "volunteer", "58"))
    pin = report(author)
    follow(fah, f"pins/{pin['id']}")
    step(pin, author)
    own = connection.get_connection_params()
    env = {
        **os.environ, "SECRET_KEY": "x", "MEEMAP_PUBLIC_URL": "https://map.example.org",
        "EMAIL_URL": f"filemail:///{tmp_path}",
        "DATABASE_URL": f"postgis://{own['user']}@/{own['dbname']}?host={own['host']}",
    }  # fmt: skip
    worker = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "work"], env=env)
    try:
        wait_for(lambda: states() == ["sent"])
        first = set(wait_for(backends))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(pg_terminate_backend(pid)) FROM unnest(%s::int[]) AS pid", [list(first)])
        Subscription.objects.update(last_sent_at=None)
        step(pin, author, "planned")
        wait_for(lambda: states() == ["sent", "sent"])
        assert not first & set(backends())
        assert len(list(tmp_path.iterdir())) >= 1
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0
    wait_for(lambda: not backends())
