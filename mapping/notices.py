"""Followers hear what becomes of a need: who follows, what a message says, and how it goes out once.

`sql/install/0012_notices.sql` notes who is to hear of an entry; `deliver` sends what is due. A worker
calls it every few seconds (`jobs.py`); a second worker, or a call by hand, harms nothing.
"""

import smtplib
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone
from django.utils.html import escape

from mapping import aggregate, line
from mapping.access import Reader, may_follow, see
from mapping.errors import Refusal
from mapping.filters import BANGKOK
from mapping.models import Area, Category, Notice, Person, PinPublic, Subscription
from mapping.models.notices import ChannelKind
from mapping.pin_words import KINDS, STATUS
from mapping.queries import query, rows

DIGEST_S = 3600  # what comes within an hour of a message waits and goes in one
PAUSES_S = (60, 300, 1500, 7200, 36_000)  # before the second try, the third …; after the last one it has failed
ABANDONED_S = 600  # a worker that has not said by then what became of a message is gone
MOST_LINES = 10  # of one message; the rest is counted
MOST_MESSAGES = 500  # of one sweep
SALT = "unsubscribe"


# -- who follows --------------------------------------------------------------------------------


def address_of(person: Person, channel: str) -> str | None:
    """Where this person can be reached, or None: an e-mail address that they showed to be theirs, or LINE's id.

    An address that somebody else typed for them gets no word: it may be a stranger's.
    """
    if channel == ChannelKind.EMAIL:
        return EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True).first()
    return line.account_of(person.pk)


def choose_channel(person: Person, wanted: str | None) -> str:
    """The channel asked for, or else the first by which this person can be reached."""
    if wanted is not None and wanted not in ChannelKind.values:
        raise Refusal("choice_unknown", attr="channel", given=str(wanted)[:40], known=", ".join(ChannelKind.values))
    for kind in [wanted] if wanted else [ChannelKind.LINE, ChannelKind.EMAIL]:
        if kind in channels() and address_of(person, kind):
            return str(kind)
    raise Refusal("channel_missing")


def _follow(reader: Reader, wanted: str | None, **what: Any) -> Subscription:
    if reader.person_id is None or not may_follow(reader):
        raise Refusal("sign_in_first")
    channel = choose_channel(Person.objects.get(pk=reader.person_id), wanted)
    found, _ = Subscription.objects.update_or_create(
        person_id=reader.person_id, **{"pin_id": None, "village": None, **what},
        defaults={"channel": channel, "unsubscribed_at": None},
    )  # fmt: skip
    return found


def follow_pin(reader: Reader, pin_id: UUID, wanted: str | None = None) -> Subscription:
    """Raises Refusal: `not_found` for what the reader may not see, `channel_missing`, `sign_in_first`."""
    if see(reader, pin_id) is None:
        raise Refusal("not_found")
    return _follow(reader, wanted, pin_id=pin_id)


def follow_village(reader: Reader, code: str, wanted: str | None = None) -> Subscription:
    if not Area.objects.filter(boundary_set__active=True, level="village", code=code).exists():
        raise Refusal("not_found")
    return _follow(reader, wanted, village=code)


def following(reader: Reader, **what: Any) -> Subscription | None:
    """What this reader follows of it, or None."""
    if reader.person_id is None:
        return None
    asked = {"pin_id": None, "village": None, **what}
    return Subscription.objects.filter(person_id=reader.person_id, unsubscribed_at=None, **asked).first()


def unfollow(reader: Reader, **what: Any) -> None:
    """Ends what there is; nothing to end is no fault."""
    if reader.person_id is None or not may_follow(reader):
        raise Refusal("sign_in_first")
    found = Subscription.objects.filter(person_id=reader.person_id, **{"pin_id": None, "village": None, **what})
    for subscription in found:
        end(subscription.pk)


@transaction.atomic
def end(subscription_id: UUID) -> bool:
    """No more messages. What waits is not sent."""
    ended = Subscription.objects.filter(pk=subscription_id, unsubscribed_at=None).update(unsubscribed_at=timezone.now())
    waiting = Notice.objects.filter(subscription_id=subscription_id, state=Notice.State.WAITING)
    waiting.update(state=Notice.State.DROPPED)
    return bool(ended)


def token_of(subscription_id: UUID) -> str:
    return signing.Signer(salt=SALT).sign(subscription_id.hex)


def unsubscribe(token: Any) -> None:
    """By the token of a message, without signing in; once more is no fault. Raises Refusal `token_unknown`."""
    try:
        end(UUID(hex=signing.Signer(salt=SALT).unsign(token)))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as broken:
        raise Refusal("token_unknown", attr="token") from broken


# -- what a message says ------------------------------------------------------------------------


@dataclass(frozen=True)
class Message:
    """Thai first, English equal; nothing in it that anyone could not read on the map."""

    id: UUID
    subject: str
    th: str
    en: str
    stop: str  # address that ends it with one tap
    stop_now: str  # address that mail programs post to (RFC 8058)

    @property
    def text(self) -> str:
        return f"{self.th}\n\n—\n\n{self.en}\n\nเลิกติดตาม / Unsubscribe: {self.stop}\n"

    @property
    def html(self) -> str:
        parts = "<hr>".join(escape(part).replace("\n", "<br>") for part in (self.th, self.en))
        return f'<p>{parts}</p><p><a href="{escape(self.stop)}">เลิกติดตาม · Unsubscribe</a></p>'


def day_of(at: datetime, language: str) -> str:
    there = at.astimezone(BANGKOK)
    return f"{there.day}/{there.month}/{there.year + (543 if language == 'th' else 0)}"


def said_of(row: dict[str, Any], face: PinPublic, names: dict[str, dict[str, str]], language: str) -> str:
    """One entry in one line: number, what it is, where, what happened, when, and the public words of it."""
    at = 0 if language == "th" else 1
    category = names[face.category][language]
    place = names.get(face.area_code or "", {}).get(language, "")
    step = STATUS[row["to_status"]][at] if row["to_status"] else ""
    what = f"{KINDS[row['kind']][at] if row['kind'] in KINDS else ''} {step}".strip()
    number = f"หมุดเลขที่ {face.number}" if language == "th" else f"Pin {face.number}"
    head = " · ".join(part for part in (number, category, place, what, day_of(row["at"], language)) if part)
    return f"{head}\n{row['words']}" if row["words"] else head


def compose(message_id: UUID, subscription_id: UUID, told: list[tuple[dict[str, Any], PinPublic]]) -> Message:
    codes = [face.area_code for _, face in told if face.area_code]
    names = aggregate.names_of(codes) | {
        slug: {"th": th, "en": en} for slug, th, en in Category.objects.values_list("slug", "name_th", "name_en")
    }
    shown, more = told[:MOST_LINES], len(told) - MOST_LINES
    lines = {language: [said_of(row, face, names, language) for row, face in shown] for language in ("th", "en")}
    if more > 0:
        lines["th"].append(f"และอีก {more} รายการ")
        lines["en"].append(f"and {more} more")
    base, token = settings.MEEMAP["public_url"].rstrip("/"), token_of(subscription_id)
    numbers = sorted({face.number for _, face in told})
    of_what = f" {numbers[0]}" if len(numbers) == 1 else ""
    return Message(
        id=message_id,
        subject=f"ความคืบหน้าหมุด{of_what} · Progress of pin{of_what}".replace("  ", " "),
        th="ความคืบหน้าของเรื่องที่ท่านติดตาม\n\n" + "\n\n".join(lines["th"]),
        en="Progress of what you follow\n\n" + "\n\n".join(lines["en"]),
        stop=f"{base}/unsubscribe/#{token}",
        stop_now=f"{base}/api/v1/unsubscribe/{token}",
    )


# -- how it goes out ----------------------------------------------------------------------------


class NotSent(Exception):
    """It is certain that nothing went out. `again`: it may go later."""

    def __init__(self, *, again: bool) -> None:
        super().__init__(f"not sent, again={again}")
        self.again = again


class Channel(Protocol):
    """Any other exception than NotSent means that it may have gone out."""

    repeatable: bool  # the same message sent again is not delivered twice

    def send(self, address: str, message: Message) -> None: ...


class Email:
    repeatable = False

    def send(self, address: str, message: Message) -> None:
        mail = EmailMultiAlternatives(
            message.subject, message.text, settings.DEFAULT_FROM_EMAIL, [address],
            headers={
                "List-Unsubscribe": f"<{message.stop_now}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Message-ID": f"<{message.id}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>",
                "Auto-Submitted": "auto-generated",
            },
        )  # fmt: skip
        mail.attach_alternative(message.html, "text/html")
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise NotSent(again=all(400 <= code < 500 for code in codes)) from refused
        except smtplib.SMTPResponseException as refused:
            raise NotSent(again=400 <= refused.smtp_code < 500) from refused
        except (ConnectionRefusedError, socket.gaierror, smtplib.SMTPNotSupportedError) as away:
            raise NotSent(again=True) from away


class Line:
    repeatable = True  # by X-Line-Retry-Key, for 24 hours

    def send(self, address: str, message: Message) -> None:
        try:
            line.push(address, message.text, key=message.id)
        except line.Refused as refused:
            raise NotSent(again=refused.again) from refused


def channels() -> dict[str, Channel]:
    """What this deployment can send by. Without its own address no link could be made, so nothing is sent."""
    if not settings.MEEMAP["public_url"]:
        return {}
    found: dict[str, Channel] = {}
    if "dummy" not in settings.EMAIL_BACKEND:
        found[ChannelKind.EMAIL] = Email()
    if settings.MEEMAP["line_token"]:
        found[ChannelKind.LINE] = Line()
    return found


def deliver(most: int = MOST_MESSAGES) -> int:
    """Send what is due. Returns the number of messages that went out.

    A message is claimed, and the claim committed, before it is sent: of two workers one has it, and one that dies in
    between leaves a claim and not a second message. E-mail errs on the side of not sending (`uncertain`); LINE, which
    knows a message by its key, is asked again.
    """
    with connection.cursor() as cursor:
        cursor.execute(query("notices_abandoned"), {"after_s": ABANDONED_S})
    sent = 0
    for _ in range(most):
        taken = claim()
        if not taken:
            break
        sent += send(taken)
    return sent


def claim() -> list[dict[str, Any]]:
    with transaction.atomic():
        return rows(query("notices_claim"), {"message": uuid.uuid4(), "pause_s": DIGEST_S})


def send(taken: list[dict[str, Any]]) -> int:
    """One message of one subscription; marks what became of it."""
    subscription = Subscription.objects.select_related("person").get(pk=taken[0]["subscription_id"])
    person, channel = subscription.person, channels().get(subscription.channel)
    address = address_of(person, subscription.channel) if person.is_active else None
    if channel is None or address is None:
        mark(taken, Notice.State.DROPPED)
        return 0
    faces = {face.id: face for face in PinPublic.objects.filter(pk__in={row["pin_id"] for row in taken})}
    told = [(row, faces[row["pin_id"]]) for row in taken if row["pin_id"] in faces]
    # A pin whose village is no longer public is not told of to those who follow the village.
    if subscription.village:
        told = [(row, face) for row, face in told if face.village == subscription.village]
    kept = {row["id"] for row, _ in told}
    mark([row for row in taken if row["id"] not in kept], Notice.State.DROPPED)
    rest = [row for row, _ in told]
    if not rest:
        return 0
    try:
        channel.send(address, compose(rest[0]["message"], subscription.pk, told))
    except NotSent as refused:
        again(rest) if refused.again else mark(rest, Notice.State.FAILED)
        return 0
    except Exception:
        # It may have gone out. No word of it is logged: it would hold an address.
        again(rest) if channel.repeatable else mark(rest, Notice.State.UNCERTAIN)
        return 0
    now = timezone.now()
    with transaction.atomic():
        Notice.objects.filter(pk__in=kept).update(state=Notice.State.SENT, sent_at=now)
        Subscription.objects.filter(pk=subscription.pk).update(last_sent_at=now)
    return 1


def mark(taken: list[dict[str, Any]], state: Notice.State) -> None:
    Notice.objects.filter(pk__in=[row["id"] for row in taken]).update(state=state)


def again(taken: list[dict[str, Any]]) -> None:
    """Later, after a growing pause; not for ever."""
    tries = max(row["tries"] for row in taken)
    if tries > len(PAUSES_S):
        mark(taken, Notice.State.FAILED)
        return
    due = timezone.now() + timedelta(seconds=PAUSES_S[tries - 1])
    Notice.objects.filter(pk__in=[row["id"] for row in taken]).update(state=Notice.State.WAITING, due_at=due)
