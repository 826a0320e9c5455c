"""One's own account; who has which right here; invitations."""

import time
from typing import Any

import segno
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import access, accounts, invitations, limits
from mapping.api.base import View, client_address
from mapping.errors import Refusal
from mapping.filters import check_names, parse_code, parse_integer
from mapping.geometry import clean_text
from mapping.invitations import Right
from mapping.models import Grant, Invitation, Person
from mapping.models.people import Role

PROOF_S = 15 * 60  # so long after a code or LINE a new password needs no old one
WITHOUT_PASSWORD_AGE_S = 365 * 86_400  # of the only session of somebody who cannot sign in again
PAGE = 200
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def members(body: Any, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refusal("bad_request")
    for name in body:
        if name not in known:
            raise Refusal("member_unknown", name[:40], name=name[:40])
    return body


def text(body: dict[str, Any], name: str, most: int = 200) -> str | None:
    """A member that is text; None where it is not there. Not changed: a password keeps its blanks."""
    value = body.get(name)
    if value is None:
        return None
    clean_text(value, name, most)
    return value


def needed(body: dict[str, Any], name: str) -> str:
    found = text(body, name)
    if found is None:
        raise Refusal("member_missing", name, name=name)
    return found


def whole(body: dict[str, Any], name: str, default: int, most: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise Refusal("count_range", name, least=1, most=most)
    return value


def account_of(request: HttpRequest | Request) -> Person:
    person: AbstractBaseUser | Any = request.user
    if not isinstance(person, Person) or person.is_device:
        raise Refusal("not_authenticated")
    return person


def right_words(row: Grant | Invitation, names: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    """A right as a page shows it: role, and its place with names, nearest first; the country has none."""
    office = row.office
    return {
        "role": row.role,
        "area_code": row.area_code,
        "area": names.get(row.area_code or "", []),
        "office": {"id": office.pk, "name_th": office.name_th, "name_en": office.name_en} if office else None,
    }


def proved(request: Request) -> bool:
    """Whether this session began a short while ago with a code or with LINE."""
    records = request.session.get("account_authentication_methods")
    return isinstance(records, list) and any(
        record.get("method") in ("code", "socialaccount") and time.time() - record.get("at", 0) < PROOF_S
        for record in records
        if isinstance(record, dict)
    )


class AccountView(View):
    @extend_schema(operation_id="account", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """Your own account and your rights."""
        check_names(request.query_params, ())
        return self.answer(request)

    @extend_schema(operation_id="account_change", request=dict, responses={(200, "application/json"): dict})
    def patch(self, request: Request) -> Response:
        """Change `name`, `username` or `password`; a new password needs `current_password`, unless you have
        signed in by a code or with LINE just now, or have none yet. Other sessions end with the old one."""
        check_names(request.query_params, ())
        person = account_of(request)
        body = members(request.data, ("name", "username", "password", "current_password"))
        if "name" in body or "username" in body:
            accounts.rename(person, name=text(body, "name", 1000), username=text(body, "username"))
        if (password := text(body, "password", 1000)) is not None:
            free = not person.has_usable_password() or proved(request)
            current = text(body, "current_password", 1000)
            if not free:
                limits.count(limits.SIGN_IN_NAME, person.username or "")
            accounts.set_password(person, password, current=None if free else current or "")
            if not free:
                limits.give_back(limits.SIGN_IN_NAME, person.username or "")
            update_session_auth_hash(request._request, person)
        return self.answer(request)

    def answer(self, request: Request) -> Response:
        person = account_of(request)
        grants = list(person.grants.select_related("office").order_by("role", "area_code", "pk"))
        names = invitations.names_of_places([grant.area_code for grant in grants])
        email = person.emailaddress_set.filter(verified=True).first()  # type: ignore[attr-defined]
        return Response(
            {
                "name": person.name,
                "username": person.username,
                "email": email.email if email else None,
                "has_password": person.has_usable_password(),
                "needs_current_password": person.has_usable_password() and not proved(request),
                "line": person.socialaccount_set.filter(provider="line").exists(),  # type: ignore[attr-defined]
                "grants": [{"id": grant.pk, **right_words(grant, names)} for grant in grants],
                "sees_people": access.sees_people(self.reader),
            }
        )


class SessionsView(View):
    @extend_schema(operation_id="sessions_end", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out everywhere, here too."""
        check_names(request.query_params, ())
        accounts.end_sessions(account_of(request))
        request.session.flush()
        return Response(status=204)


class PeopleView(View):
    """For officers and administrators; others are told that it is not for them."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        account_of(request)
        if not access.sees_people(self.reader):
            raise Refusal("permission_denied")

    def page(self, request: Request, found: Any) -> tuple[list[Any], int | None]:
        after = parse_integer(request.query_params.get("after", "0"), "after", 0, 10**12 - 1)
        rows = list(found.filter(invitations.inside(self.reader), pk__gt=after).distinct().order_by("pk")[: PAGE + 1])
        more = rows[PAGE - 1].pk if len(rows) > PAGE else None
        return [row for row in rows[:PAGE] if access.may_see_right(self.reader, row.area_code, row.office_id)], more


class GrantsView(PeopleView):
    @extend_schema(operation_id="grants", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """Who has which right inside your own places; `next` is `after` of the next page. `places` are your
        own, `administers` those of them in which you may give every right."""
        check_names(request.query_params, ("after",))
        found = Grant.objects.select_related("person", "office").filter(person__is_active=True)
        rows, more = self.page(request, found)
        places = access.places_of(self.reader, *access.FULL_ROLES)
        names = invitations.names_of_places([*places, *(row.area_code for row in rows)])
        return Response(
            {
                "places": [{"code": code, "area": names.get(code, [])} for code in places[:PAGE]],
                "administers": list(access.places_of(self.reader, Role.ADMINISTRATOR)[:PAGE]),
                "results": [
                    {
                        "id": row.pk,
                        "person": {"name": row.person.name, "username": row.person.username},
                        "me": row.person_id == self.reader.person_id,
                        **right_words(row, names),
                        "given_at": row.given_at,
                        "may_revoke": access.may_invite(self.reader, row.role, row.area_code, row.office_id),
                    }
                    for row in rows
                ],
                "next": more,
            }
        )


class GrantView(PeopleView):
    @extend_schema(operation_id="grant_revoke", responses={204: None})
    def delete(self, request: Request, grant_id: int) -> Response:
        """Take a right away; it holds from that person's next request on."""
        check_names(request.query_params, ())
        grant = Grant.objects.filter(pk=grant_id).first()
        if grant is None or not access.may_see_right(self.reader, grant.area_code, grant.office_id):
            raise Refusal("not_found")
        if not access.may_invite(self.reader, grant.role, grant.area_code, grant.office_id):
            raise Refusal("permission_denied")
        accounts.take_away(grant)
        return Response(status=204)


class InvitationsView(PeopleView):
    @extend_schema(operation_id="invitations", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """The open invitations inside your own places, without their codes; `next` as above."""
        check_names(request.query_params, ("after",))
        rows, more = self.page(request, invitations.open_ones().select_related("made_by", "office"))
        names = invitations.names_of_places([row.area_code for row in rows])
        return Response({"results": [self.about(row, names) for row in rows], "next": more})

    @extend_schema(operation_id="invite", request=dict, responses={(201, "application/json"): dict})
    def post(self, request: Request) -> Response:
        """Make `count` invitations of one right (`role`, and `area_code` or `office`) for `days` days.

        The answer alone holds the codes, their links and QR codes: they are kept nowhere."""
        check_names(request.query_params, ())
        body = members(request.data, ("role", "area_code", "office", "count", "days", "note"))
        area, office = text(body, "area_code"), body.get("office")
        if office is not None and (not isinstance(office, int) or isinstance(office, bool) or not 0 < office < 2**31):
            raise Refusal("grant_place", "office")
        made = invitations.invite(
            self.reader,
            Right(needed(body, "role"), None if area is None else parse_code(area, "area_code"), office),
            count=whole(body, "count", 1, invitations.MOST_AT_ONCE),
            days=whole(body, "days", invitations.DAYS, invitations.MOST_DAYS),
            note=clean_text(body.get("note", ""), "note", invitations.LONGEST_NOTE),
        )
        names = invitations.names_of_places([made[0][0].area_code])
        sheet = []
        for row, code in made:
            # LINE opens its own window otherwise; after the # nothing reaches a server's log.
            link = request.build_absolute_uri(f"/join/?openExternalBrowser=1#{code}")
            picture = segno.make(link, error="m", micro=False).svg_data_uri(border=2, dark="#000", light="#fff")
            sheet.append({**self.about(row, names), "code": code, "link": link, "qr": picture})
        return Response({"results": sheet}, status=201)

    def about(self, row: Invitation, names: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
        return {
            "id": row.pk,
            **right_words(row, names),
            "note": row.note,
            "made_by": str(row.made_by),
            "made_at": row.made_at,
            "expires_at": row.expires_at,
            "may_revoke": access.may_invite(self.reader, row.role, row.area_code, row.office_id),
        }


class OfficesView(PeopleView):
    @extend_schema(operation_id="invitation_offices", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """The offices with territory in `area` into which you may invite officers."""
        check_names(request.query_params, ("area",))
        code = parse_code(request.query_params.get("area", ""), "area")
        found = invitations.offices_inside(self.reader, code)
        return Response({"results": [{"id": o.pk, "name_th": o.name_th, "name_en": o.name_en} for o in found]})


class InvitationView(PeopleView):
    @extend_schema(operation_id="invitation_revoke", responses={204: None})
    def delete(self, request: Request, invitation_id: int) -> Response:
        """Take an invitation back before it is used."""
        check_names(request.query_params, ())
        found = Invitation.objects.filter(pk=invitation_id).first()
        if found is None or not access.may_see_right(self.reader, found.area_code, found.office_id):
            raise Refusal("not_found")
        if not access.may_invite(self.reader, found.role, found.area_code, found.office_id):
            raise Refusal("permission_denied")
        invitations.revoke(found)
        return Response(status=204)


class CodeView(View):
    """A code comes in the body, never in an address, and each try is counted."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Whoever is not signed in yet is signed in by this: no foreign page shall do it for them.
        SessionAuthentication().enforce_csrf(request)

    def counted(self, request: Request, work: Any) -> Any:
        address = client_address(request)
        limits.count(limits.INVITATION_ADDRESS, address)
        found = work()
        limits.give_back(limits.INVITATION_ADDRESS, address)
        return found


class LookView(CodeView):
    @extend_schema(operation_id="invitation_look", request=dict, responses={(200, "application/json"): dict})
    def post(self, request: Request) -> Response:
        """What the invitation of a `code` is for."""
        check_names(request.query_params, ())
        code = needed(members(request.data, ("code",)), "code")
        row = self.counted(request, lambda: invitations.look(code))
        names = invitations.names_of_places([row.area_code])
        return Response({**right_words(row, names), "made_by": row.made_by.name, "expires_at": row.expires_at})


class AcceptView(CodeView):
    @extend_schema(
        operation_id="invitation_accept",
        request=dict,
        responses={200: OpenApiResponse(dict, "added to your account"), 201: OpenApiResponse(dict, "a new account")},
    )
    def post(self, request: Request) -> Response:
        """Use a `code`: its right is added to whoever is signed in; otherwise `name`, and a `password` if one
        is wished, make an account and sign it in. Without a password this session is the only way in."""
        check_names(request.query_params, ())
        body = members(request.data, ("code", "name", "password"))
        code, name, password = needed(body, "code"), text(body, "name", 1000), text(body, "password", 1000)
        person = request.user if isinstance(request.user, Person) and not request.user.is_device else None
        if person is None and name is None:
            raise Refusal("member_missing", "name", name="name")
        who, grant = self.counted(
            request, lambda: invitations.accept(code, by=person, name=name or "", password=password or None)
        )
        if person is None:
            login(request._request, who, backend=BACKEND)
            if not password:
                request._request.session.set_expiry(WITHOUT_PASSWORD_AGE_S)
        names = invitations.names_of_places([grant.area_code])
        return Response(
            {"name": who.name, "username": who.username, "has_password": who.has_usable_password(),
             **right_words(grant, names)},
            status=200 if person else 201,
        )  # fmt: skip
