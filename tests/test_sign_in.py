"""Signing in: by password, by a code, with LINE; what is refused, and what a foreign page cannot do."""

import json
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.line.views import LineOAuth2Adapter
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client

from mapping.models import Attempt, Grant, Person
from tests.conftest import client_of, errors_of, feature, put
from tests.test_limits import at_once, pool_for_a_hundred  # noqa: F401  (a fixture)

ROOT = Path(__file__).resolve().parent.parent
V1 = "/_allauth/browser/v1/"
PASSWORD = "correct horse battery"
LOGIN_ERROR = "http://testserver/login/?error="


def post(client: Client, path: str, body: dict, **more):
    return client.post(path, json.dumps(body), content_type="application/json", **more)


def sign_in(client: Client, password: str = PASSWORD, **who: str):
    return post(client, f"{V1}auth/login", {**(who or {"username": "alice"}), "password": password})


def name_of(client: Client) -> str | None:
    person = client.get("/api/v1/me").json()["person"]
    return person and person["name"]


@pytest.fixture
def alice(alice) -> Person:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


@pytest.fixture
def post_office(alice, settings) -> Person:
    """E-mail is configured, and Alice has an address."""
    settings.MEEMAP = {**settings.MEEMAP, "mail": True}
    EmailAddress.objects.create(user=alice, email="alice@example.org", verified=True, primary=True)
    return alice


# -- password -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["alice", "ALICE"])
def test_a_name_and_a_password_sign_in(alice, name):
    client = client_of()
    answer = sign_in(client, username=name)
    assert answer.status_code == 200
    assert answer.json()["meta"]["is_authenticated"]
    assert name_of(client) == "Alice"
    assert client.get("/api/v1/me").json()["home"] == "58"


def test_an_email_address_and_a_password_sign_in(post_office):
    client = client_of()
    assert sign_in(client, email="alice@example.org").status_code == 200
    assert name_of(client) == "Alice"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The name or the password is not right"), ("th", "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง")]
)
def test_known_and_unknown_names_get_the_same_answer_in_the_readers_language(alice, language, words):
    dormant = Person.objects.create_user("dormant", PASSWORD)
    dormant.is_active = False
    dormant.save()
    with_line = Person.objects.create_user("noline", None)
    said = set()
    for name in ("alice", "nobody", dormant.username, with_line.username):
        answer = sign_in(client_of(language=language), "not my password", username=name)
        said.add((answer.status_code, answer.content))
        assert words in answer.json()["errors"][0]["detail"]
    disabled = sign_in(client_of(language=language), PASSWORD, username="dormant")
    said.add((disabled.status_code, disabled.content))
    assert len(said) == 1


def test_a_password_is_hashed_once_whether_the_name_is_known_or_not(alice, monkeypatch):
    hashed = []
    real = ScryptPasswordHasher.encode
    monkeypatch.setattr(ScryptPasswordHasher, "encode", lambda *given, **more: hashed.append(1) or real(*given, **more))
    for name in ("alice", "nobody"):
        hashed.clear()
        sign_in(client_of(), "not my password", username=name)
        assert len(hashed) == 1, name


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"username": "alice"}, "member_missing"),
        ({"password": PASSWORD}, "sign_in_wrong"),
        ({"username": "alice", "password": PASSWORD, "is_staff": "true"}, "member_unknown"),
        ({"username": ["alice"], "password": PASSWORD}, "text_type"),
        ({"username": "al\u0000ice", "password": PASSWORD}, "text_characters"),
        ({"username": "a" * 5000, "password": PASSWORD}, "body_too_large"),
    ],
)
def test_odd_bodies_are_refused_by_name(alice, body, code):
    answer = post(client_of(), f"{V1}auth/login", body)
    assert errors_of(answer)[0][0] == code
    assert answer.status_code in (400, 413)


def test_after_ten_wrong_passwords_the_right_one_waits_too(alice):
    client = client_of()
    for _ in range(10):
        assert sign_in(client, "wrong").status_code == 400
    answer = sign_in(client)
    assert errors_of(answer) == [("too_many_attempts", None)]
    assert 800 < int(answer["Retry-After"]) <= 900
    assert sign_in(client_of(language="th")).json()["errors"][0]["detail"].startswith("ลองหลายครั้งเกินไป")


def test_signing_in_rightly_many_times_is_no_attack(alice):
    assert [sign_in(client_of()).status_code for _ in range(12)] == [200] * 12


def test_own_successes_buy_no_guesses_at_somebody_else(alice, bob):
    bob.set_password(PASSWORD)
    bob.save()
    codes = []
    for _ in range(12):
        sign_in(client_of(), username="bob")
        codes.append(sign_in(client_of(), "guess").status_code)
    assert codes == [400] * 10 + [429] * 2


@pytest.mark.parametrize("spread", ["names", "addresses"])
@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_are_ten(pool_for_a_hundred, settings, spread, monkeypatch):  # noqa: F811
    settings.BEHIND_PROXY = True
    monkeypatch.setattr("django.contrib.auth.hashers.ScryptPasswordHasher.work_factor", 2)
    numbers = iter(range(1000))

    def guess() -> bool:
        n = next(numbers)
        client = client_of()
        client.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{n % 200}" if spread == "addresses" else "203.0.113.1"
        code = sign_in(client, "wrong", username="alice" if spread == "addresses" else f"name{n}").status_code
        assert code in (400, 429), code
        return code == 400

    assert at_once(guess) == 10


# -- code ---------------------------------------------------------------------------------------


def code_in(message) -> str:
    return re.search(r"\b[A-Z0-9]{3,4}-?[A-Z0-9]{3,4}\b", message.body)[0]


def test_a_code_by_email_signs_in_once(post_office):
    client, other = client_of(), client_of()
    asked = post(client, f"{V1}auth/code/request", {"email": "alice@example.org"})
    assert asked.status_code == 401
    assert {"id": "login_by_code", "is_pending": True} in asked.json()["data"]["flows"]
    code = code_in(mail.outbox[0])
    assert "รหัสเข้าสู่ระบบ" in mail.outbox[0].body
    assert post(other, f"{V1}auth/code/confirm", {"code": code}).status_code == 409, "only where it was asked for"
    assert post(client, f"{V1}auth/code/confirm", {"code": code}).status_code == 200
    assert name_of(client) == "Alice"
    assert errors_of(post(client, f"{V1}auth/code/confirm", {"code": code})) == [("code_gone", None)]


def test_asking_for_a_code_says_nothing_about_who_has_an_account(post_office):
    said = []
    for address in ("alice@example.org", "nobody@example.org"):
        answer = post(client_of(), f"{V1}auth/code/request", {"email": address})
        said.append((answer.status_code, answer.content))
    assert said[0] == said[1]
    assert [message.to for message in mail.outbox] == [["alice@example.org"], ["nobody@example.org"]]
    assert not re.search(r"\d{4,}", mail.outbox[1].body)


def test_a_wrong_code_is_said_and_the_third_ends_it(post_office):
    client = client_of(language="th")
    post(client, f"{V1}auth/code/request", {"email": "alice@example.org"})
    for _ in range(3):
        answer = post(client, f"{V1}auth/code/confirm", {"code": "AAAA-AAAA"})
        assert answer.json()["errors"][0]["detail"].startswith("รหัสไม่ถูกต้อง")
    assert post(client, f"{V1}auth/code/confirm", {"code": code_in(mail.outbox[0])}).status_code == 409
    assert name_of(client) is None


def test_codes_are_sent_five_times_an_hour_to_one_address(post_office):
    codes = [
        post(client_of(), f"{V1}auth/code/request", {"email": address}).status_code
        for address in ["alice@example.org"] * 3 + ["Alice@Example.org"] * 3
    ]
    assert codes == [401] * 5 + [429]
    assert len(mail.outbox) == 5


@pytest.mark.django_db(transaction=True)
def test_guesses_in_parallel_at_one_code_are_ten(pool_for_a_hundred, settings):  # noqa: F811
    settings.MEEMAP, settings.BEHIND_PROXY = {**settings.MEEMAP, "mail": True}, True
    person = Person.objects.create_user("alice", None)
    EmailAddress.objects.create(user=person, email="alice@example.org", verified=True, primary=True)
    client = client_of()
    post(client, f"{V1}auth/code/request", {"email": "alice@example.org"})
    cookie = client.cookies["sessionid"].value
    numbers = iter(range(1000))

    def guess() -> bool:
        other = client_of()
        other.cookies["sessionid"] = cookie
        other.defaults["HTTP_X_FORWARDED_FOR"] = f"203.0.113.{next(numbers)}"
        return post(other, f"{V1}auth/code/confirm", {"code": "AAAA-AAAA"}).status_code == 400

    assert at_once(guess, 60) <= 10


def test_without_email_configured_no_code_is_offered_or_sent(alice):
    assert errors_of(post(client_of(), f"{V1}auth/code/request", {"email": "a@example.org"})) == [("email_off", None)]
    assert client_of().get("/api/v1/me").json()["deployment"]["sign_in"] == {"code": False, "line": False}
    assert not mail.outbox


def test_an_email_server_that_is_away_is_said_in_words(post_office, monkeypatch):
    def away(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
    answer = post(client_of(), f"{V1}auth/code/request", {"email": "alice@example.org"})
    assert (answer.status_code, errors_of(answer)) == (503, [("email_not_sent", None)])


def test_an_address_is_added_with_a_code_and_goes_with_its_person(alice, settings):
    settings.MEEMAP = {**settings.MEEMAP, "mail": True}
    client = client_of(alice)
    assert post(client, f"{V1}account/email", {"email": "new@example.org"}).status_code == 200
    assert client.get("/api/v1/account").json()["email"] is None
    assert errors_of(post(client, f"{V1}auth/email/verify", {"key": "AAAA-AAAA"}))[0][0] == "code_wrong"
    assert post(client, f"{V1}auth/email/verify", {"key": code_in(mail.outbox[0])}).status_code == 200
    assert client.get("/api/v1/account").json()["email"] == "new@example.org"
    alice.delete()
    assert not EmailAddress.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_data LIKE '%%example.org%%'")
        assert cursor.fetchone() == (0,)


def test_somebody_elses_address_cannot_be_taken(post_office, bob):
    client = client_of(bob)
    post(client, f"{V1}account/email", {"email": "alice@example.org"})
    assert not EmailAddress.objects.filter(user=bob).exists()
    assert [message.to for message in mail.outbox] == [["alice@example.org"]], "only who reads there has the code"
    answer = post(client, f"{V1}auth/email/verify", {"key": code_in(mail.outbox[0])})
    assert (answer.status_code, errors_of(answer)) == (409, [("email_in_use", None)])
    assert not EmailAddress.objects.filter(user=bob, verified=True).exists()


# -- LINE ---------------------------------------------------------------------------------------


class LineStandIn(BaseHTTPRequestHandler):
    """LINE's token and profile endpoints, as its documentation describes them."""

    def answer(self, body: dict, status: int = 200) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(raw)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.asked.append((self.path, form))
        if form.get("code") != ["good"]:
            return self.answer({"error": "invalid_grant"}, 400)
        self.answer({"access_token": "t0ken", "expires_in": 2592000, "refresh_token": "r", "token_type": "Bearer"})

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Authorization"]))
        self.answer(self.server.profile)

    def log_message(self, *args):
        pass


@pytest.fixture
def line(settings, monkeypatch, country):
    settings.MEEMAP = {**settings.MEEMAP, "line": True}
    app = {"client_id": "165", "secret": "line secret", "key": ""}
    provider = {**settings.SOCIALACCOUNT_PROVIDERS["line"], "APPS": [app]}
    settings.SOCIALACCOUNT_PROVIDERS = {"line": provider}
    server = ThreadingHTTPServer(("127.0.0.1", 0), LineStandIn)
    server.asked = []
    server.profile = {
        "userId": "U4af4980629", "displayName": "ยายคำ ใจดี", "pictureUrl": "https://p.example/x", "statusMessage": "hi",
    }  # fmt: skip
    home = f"http://127.0.0.1:{server.server_port}"
    for name, path in (("authorize_url", "/authorize"), ("access_token_url", "/token"), ("profile_url", "/profile")):
        monkeypatch.setattr(LineOAuth2Adapter, name, home + path)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def to_line(client: Client, target: str = "/office/", process: str = "login") -> dict[str, list[str]]:
    form = {"provider": "line", "process": process, "callback_url": target}
    led = client.post(f"{V1}auth/provider/redirect", form)
    assert led.status_code == 302
    return {**parse_qs(urlsplit(led["Location"]).query), "to": [led["Location"]]}


def from_line(client: Client, asked: dict[str, list[str]], code: str = "good"):
    return client.get("/_allauth/line/callback/", {"code": code, "state": asked["state"][0]})


def test_line_makes_an_account_without_email_and_finds_it_again(line):
    client = client_of()
    asked = to_line(client)
    assert asked["to"][0].startswith("http://127.0.0.1:")
    assert asked["scope"] == ["profile"]
    assert asked["redirect_uri"] == ["http://testserver/_allauth/line/callback/"]
    assert asked["code_challenge_method"] == ["S256"]
    back = from_line(client, asked)
    assert (back.status_code, back["Location"]) == (302, "/office/")
    assert name_of(client) == "ยายคำ ใจดี"
    [person] = Person.objects.all()
    assert (person.email, person.has_usable_password(), person.grants.count()) == (None, False, 0)
    assert "U4af" not in person.username
    assert SocialAccount.objects.get().extra_data == {}, "no picture, no status message"
    token = dict(line.asked)["/token"]
    assert token["client_secret"] == ["line secret"]
    assert token["code_verifier"]
    again = client_of()
    from_line(again, to_line(again))
    assert name_of(again) == "ยายคำ ใจดี"
    assert Person.objects.count() == 1
    assert SocialAccount.objects.get().extra_data == {}
    person.delete()
    assert not SocialAccount.objects.exists()


def test_line_that_says_no_or_another_browsers_answer_signs_nobody_in(line):
    client, other = client_of(), client_of()
    asked = to_line(client)
    assert from_line(other, asked)["Location"].startswith(LOGIN_ERROR)
    assert from_line(client, asked, code="bad")["Location"].startswith("/office/?error=")
    asked = to_line(client)
    refused = client.get("/_allauth/line/callback/", {"error": "access_denied", "state": asked["state"][0]})
    assert "error=" in refused["Location"]
    assert name_of(client) is None
    assert not Person.objects.filter(is_device=False).exists()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_line_leads_back_to_no_other_site(line, target):
    form = {"provider": "line", "process": "login", "callback_url": target}
    answer = client_of().post(f"{V1}auth/provider/redirect", form)
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN_ERROR)


def test_line_is_added_to_an_account_and_to_no_second_one(line, alice, bob):
    client = client_of(alice)
    from_line(client, to_line(client, "/account/", "connect"))
    assert client.get("/api/v1/account").json()["line"] is True
    assert SocialAccount.objects.get().user == alice
    other = client_of(bob)
    assert "error=" in from_line(other, to_line(other, "/account/", "connect"))["Location"]
    assert SocialAccount.objects.get().user == alice


def test_without_line_configured_nobody_is_led_there(country):
    form = {"provider": "line", "process": "login", "callback_url": "/"}
    answer = client_of().post(f"{V1}auth/provider/redirect", form)
    assert answer["Location"].startswith(LOGIN_ERROR)
    assert "line.me" not in client_of().get("/login/")["Content-Security-Policy"]


@pytest.mark.parametrize(("channel", "allowed"), [("", "'self'"), ("165", "'self' https://access.line.me")])
def test_forms_may_lead_to_line_only_where_it_is_configured(channel, allowed):
    look = "from config import settings as s; print(*s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    env = {**os.environ, "SECRET_KEY": "x", "DATABASE_URL": "postgis://x@/x", "MEEMAP_LINE_LOGIN_ID": channel}
    env["MEEMAP_LINE_LOGIN_SECRET"] = channel
    said = subprocess.run([sys.executable, "-c", look], env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == allowed


@pytest.mark.parametrize("odd", ["", "?state=x", "?code=good", "?state=%00&code=%00", "?error=%00", "?state=x&state=y"])
def test_an_odd_answer_of_line_is_a_page_with_words_and_no_fault(line, odd):
    answer = client_of().get(f"/_allauth/line/callback/{odd}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN_ERROR)


def test_line_that_is_away_signs_nobody_in(line, monkeypatch):
    client = client_of()
    asked = to_line(client)
    monkeypatch.setattr(LineOAuth2Adapter, "profile_url", "http://127.0.0.1:9/")
    assert "error=" in from_line(client, asked)["Location"]
    assert name_of(client) is None


# -- what a foreign page cannot do (each with its control) -----------------------------------------


@pytest.fixture
def strict(alice) -> Client:
    """Alice signed in, in a browser whose CSRF token is asked for as in earnest."""
    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(alice)
    client.get("/api/v1/me")
    return client


def token_of(client: Client) -> str:
    return client.cookies["csrftoken"].value


INVITE = {"role": "volunteer", "area_code": "5801"}
FOREIGN = {
    "a form": {"data": INVITE},
    "text/plain that is JSON": {"data": json.dumps(INVITE), "content_type": "text/plain"},
    "no token": {"data": json.dumps(INVITE), "content_type": "application/json"},
    "an old token": {
        "data": json.dumps(INVITE), "content_type": "application/json", "HTTP_X_CSRFTOKEN": "a" * 64,
    },
    "another origin with the token": {
        "data": json.dumps(INVITE), "content_type": "application/json", "HTTP_ORIGIN": "https://evil.example",
        "HTTP_X_CSRFTOKEN": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("how", FOREIGN)
@pytest.mark.parametrize("path", ["/api/v1/invitations", "/logout/", f"{V1}auth/login", "/api/v1/invitations/accept"])
def test_a_foreign_page_changes_nothing(strict, how, path):
    more = dict(FOREIGN[how])
    if more.get("HTTP_X_CSRFTOKEN", "") is None:
        more["HTTP_X_CSRFTOKEN"] = token_of(strict)
    answer = strict.post(path, **more)
    assert answer.status_code in (403, 415), (how, path)
    assert strict.get("/api/v1/invitations").json()["results"] == []
    assert name_of(strict) == "Alice"


def test_control_our_own_page_does(strict):
    answer = post(strict, "/api/v1/invitations", INVITE, HTTP_X_CSRFTOKEN=token_of(strict))
    assert answer.status_code == 201, answer.content
    assert strict.post("/logout/", {"csrfmiddlewaretoken": token_of(strict)}).status_code == 302
    assert name_of(strict) is None


@pytest.mark.parametrize("path", ["/api/v1/invitations", "/logout/", f"{V1}auth/login"])
def test_even_with_a_token_text_plain_is_not_json(strict, path):
    more = {"content_type": "text/plain", "HTTP_X_CSRFTOKEN": token_of(strict)}
    answer = strict.post(path, json.dumps(INVITE), **more)
    assert answer.status_code in (302, 415)
    client = client_of(Person.objects.get(username="alice"))
    assert client.get("/api/v1/invitations").json()["results"] == []


@pytest.mark.parametrize("header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE"])
def test_no_method_is_turned_into_another(strict, alice, header):
    grant = Grant.objects.get(person=alice)
    path = f"/api/v1/grants/{grant.pk}"
    more = {header: "DELETE", "HTTP_X_CSRFTOKEN": token_of(strict)}
    assert strict.post(path, "{}", content_type="application/json", **more).status_code == 405
    assert strict.post(f"{path}?_method=DELETE", {"_method": "DELETE"}, **more).status_code in (405, 415)
    assert strict.get(f"{path}?_method=DELETE", **more).status_code == 405
    assert Grant.objects.filter(pk=grant.pk).exists()


def test_the_token_is_another_after_signing_in(alice):
    client = client_of()
    client.get("/api/v1/me")
    before = token_of(client)
    sign_in(client)
    assert token_of(client) != before


# -- what was taken away holds at the next request ---------------------------------------------------


def test_a_right_that_is_taken_away_is_gone_at_the_next_request(alice, country):
    client = client_of(alice)
    assert client.get("/api/v1/me").json()["grants"]
    Grant.objects.filter(person=alice).delete()
    assert client.get("/api/v1/me").json()["grants"] == []
    assert client.get("/api/v1/grants").status_code == 403


def test_a_disabled_account_is_signed_out_everywhere_at_the_next_request(alice):
    clients = [client_of(alice), client_of(alice)]
    assert [name_of(client) for client in clients] == ["Alice"] * 2
    Person.objects.filter(pk=alice.pk).update(is_active=False)
    assert [name_of(client) for client in clients] == [None] * 2
    assert put(clients[0], feature()).status_code == 403


def test_signing_out_everywhere_ends_every_session_and_no_other_persons(alice, bob):
    here, there, bobs = client_of(alice), client_of(alice), client_of(bob)
    assert here.delete("/api/v1/account/sessions").status_code == 204
    assert [name_of(client) for client in (here, there, bobs)] == [None, None, "Bob"]
    again = client_of()
    assert sign_in(again).status_code == 200
    assert name_of(again) == "Alice"
    assert again.delete("/api/v1/account/sessions").status_code == 204
    assert name_of(again) is None


def test_sessions_of_the_last_release_hold(alice):
    """No session ended yet: the hash is Django's own."""
    stock = super(Person, alice).get_session_auth_hash()
    Person.objects.filter(pk=alice.pk).update(sessions_ended=1)
    changed = Person.objects.get(pk=alice.pk).get_session_auth_hash()
    assert alice.get_session_auth_hash() == stock != changed


def test_nothing_of_a_sign_in_is_logged(post_office, caplog):
    sign_in(client_of(), "my secret guess")
    post(client_of(), f"{V1}auth/code/request", {"email": "alice@example.org"})
    assert not re.search("secret guess|example.org|alice", caplog.text)
    assert Attempt.objects.exists()
