"""Signing in by password, by a code or with LINE: those views of django-allauth that we use, behind our gates.

A request passes the same body gate as any other, is counted before anything is looked up, and what is
refused comes back in our one error shape, in the reader's language. What allauth answers when it is
content (200), or when a step is still to come (401 with `data.flows`), is left as it is.
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from smtplib import SMTPException
from typing import Any

from allauth.headless.account.views import (
    ConfirmLoginCodeView,
    LoginView,
    ManageEmailView,
    RequestLoginCodeView,
    SessionView,
    VerifyEmailView,
)
from allauth.headless.constants import Client
from allauth.headless.socialaccount.views import RedirectToProviderView
from allauth.socialaccount.providers.line.views import oauth2_callback
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import path
from django.views.decorators.debug import sensitive_post_parameters

from mapping import limits
from mapping.api.base import client_address
from mapping.api.errors import body, headers
from mapping.errors import Refusal
from mapping.geometry import parse_body
from mapping.limits import Limit

MAX_BODY_BYTES = 4096
WORDS = {  # a code of allauth's or of Django's forms: ours
    "username_password_mismatch": "sign_in_wrong",
    "email_password_mismatch": "sign_in_wrong",
    "invalid_login": "sign_in_wrong",
    "account_inactive": "sign_in_wrong",
    "incorrect_code": "code_wrong",
    "invalid_or_expired_key": "code_wrong",
    "too_many_login_attempts": "throttled",
    "rate_limited": "throttled",
    "email_taken": "email_in_use",
    "duplicate_email": "email_in_use",
    "invalid": "email_form",
}
Counted = tuple[tuple[Limit, str], ...]


def named(data: dict[str, Any]) -> str:
    """The account that a sign-in is about, whether it exists or not."""
    return str(data.get("email") or data.get("username") or "")


def pending_email(request: HttpRequest) -> str:
    """Whose code is guessed: kept in the session by the request for the code."""
    for key in ("account_login", "account_email_verification_code"):
        kept = request.session.get(key)
        if isinstance(kept, dict) and kept.get("email"):
            return str(kept["email"])
    return request.session.session_key or ""


def sign_in_attempt(request: HttpRequest, data: dict[str, Any]) -> Counted:
    return (limits.SIGN_IN_ADDRESS, client_address(request)), (limits.SIGN_IN_NAME, named(data))


def code_request(request: HttpRequest, data: dict[str, Any]) -> Counted:
    if not settings.MEEMAP["mail"]:
        raise Refusal("email_off")
    return (limits.CODE_REQUEST_ADDRESS, client_address(request)), (limits.CODE_REQUEST_NAME, named(data))


def code_guess(request: HttpRequest, data: dict[str, Any]) -> Counted:
    return (limits.CODE_GUESS_ADDRESS, client_address(request)), (limits.CODE_GUESS_NAME, pending_email(request))


def nothing(request: HttpRequest, data: dict[str, Any]) -> Counted:
    return ()


def read(request: HttpRequest, members: tuple[str, ...]) -> dict[str, Any]:
    """The body, strict; allauth then reads the same bytes again."""
    if request.content_type != "application/json":
        raise Refusal("media_type")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        raise Refusal("body_too_large", limit_kb=MAX_BODY_BYTES // 1024)
    data = parse_body(request.body)
    if not isinstance(data, dict):
        raise Refusal("bad_request")
    for name, value in data.items():
        if name not in members:
            raise Refusal("member_unknown", name, name=name)
        if not isinstance(value, str):
            raise Refusal("text_type", name)
    return data


def refused(response: HttpResponseBase, counted: Counted) -> Refusal | None:
    """What allauth refused, in our words, or None where it did not."""
    if response.status_code == HTTPStatus.CONFLICT:
        return Refusal(
            "code_gone" if any(limit is limits.CODE_GUESS_NAME for limit, _ in counted) else "already_signed_in"
        )
    tried = {limit for limit, _ in counted}
    if response.status_code == HTTPStatus.UNAUTHORIZED and tried & {limits.SIGN_IN_NAME, limits.CODE_GUESS_NAME}:
        # The right password or code of an account that is disabled: the answer of any wrong one.
        return Refusal("sign_in_wrong", "password") if limits.SIGN_IN_NAME in tried else Refusal("code_wrong", "code")
    if response.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:  # allauth's word for a confirmed but taken address
        return Refusal("email_in_use")
    if response.status_code == HTTPStatus.FORBIDDEN:
        return Refusal("permission_denied")
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return Refusal("throttled")
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED or not isinstance(response, HttpResponse):
        return None
    if response.status_code != HTTPStatus.BAD_REQUEST:
        return None
    try:
        [first, *_] = json.loads(response.content)["errors"]
    except (ValueError, KeyError):
        return Refusal("bad_request")
    if first["code"] == "required":
        return Refusal("member_missing", first.get("param"), name=first.get("param", ""))
    attr = first.get("param")
    return Refusal(WORDS.get(first["code"], "bad_request"), None if attr == "key" else attr)


def guarded(
    view: Callable[..., HttpResponseBase],
    members: tuple[str, ...] = (),
    *,
    attempt: Callable[[HttpRequest, dict[str, Any]], Counted] = nothing,
    methods: tuple[str, ...] = ("POST",),
    account: bool = False,
) -> Callable[..., HttpResponseBase]:
    """`methods` are those of allauth's view that we use; `attempt` says what is counted of a POST; `account`: for
    whoever is signed in already."""

    @sensitive_post_parameters()
    def guard(request: HttpRequest) -> HttpResponseBase:
        counted: Counted = ()
        try:
            if request.method not in methods:
                raise Refusal("method_not_allowed", method=request.method)
            if account and not request.user.is_authenticated:
                raise Refusal("sign_in_first")
            if members and request.method != "GET":
                data = read(request, members)
                if request.method == "POST":
                    counted = attempt(request, data)
                    for limit, what in counted:
                        limits.count(limit, what)
            response = view(request)
            refusal = refused(response, counted)
            if refusal is None:
                # A sign-in that worked was no guess. Codes that were asked for stay counted.
                if response.status_code == HTTPStatus.OK and attempt is not code_request:
                    for limit, what in counted:
                        limits.give_back(limit, what)
                return response
        except Refusal as found:
            refusal = found
        except (SMTPException, ConnectionError, TimeoutError):
            refusal = Refusal("email_not_sent")
        answer = JsonResponse(body(refusal), status=refusal.status, headers=headers(refusal))
        answer["Cache-Control"] = "private, no-store"
        return answer

    return guard


def line_callback(request: HttpRequest) -> HttpResponseBase:
    if not settings.MEEMAP["line"]:
        raise Http404
    return oauth2_callback(request)


def api(view: Any) -> Callable[..., HttpResponseBase]:
    return view.as_api_view(client=Client.BROWSER)


V1 = "browser/v1/"
urlpatterns = [
    path(f"{V1}auth/session", guarded(api(SessionView), methods=("GET", "DELETE")), name="session"),
    path(
        f"{V1}auth/login",
        guarded(api(LoginView), ("username", "email", "password"), attempt=sign_in_attempt),
        name="sign-in",
    ),
    path(
        f"{V1}auth/code/request",
        guarded(api(RequestLoginCodeView), ("email",), attempt=code_request),
        name="code-request",
    ),
    path(
        f"{V1}auth/code/confirm", guarded(api(ConfirmLoginCodeView), ("code",), attempt=code_guess), name="code-confirm"
    ),
    path(
        f"{V1}account/email",
        guarded(
            api(ManageEmailView), ("email",), attempt=code_request, methods=("GET", "POST", "DELETE"), account=True
        ),
        name="account-email",
    ),
    path(f"{V1}auth/email/verify", guarded(api(VerifyEmailView), ("key",), attempt=code_guess), name="email-verify"),
    # A form, since the browser itself must be led to LINE.
    path(f"{V1}auth/provider/redirect", guarded(api(RedirectToProviderView)), name="line-redirect"),
    path("line/callback/", line_callback, name="line_callback"),  # the name is allauth's
]
