"""LINE's Messaging API: pushing, replying, and what the chat answers.

What comes by the chat is answered and forgotten: no place, photo or word of it is kept. A photo's link holds
LINE's number of the message, signed; the phone page asks for the photo by it, and LINE is asked only then.
"""

import base64
import hashlib
import hmac
import json
import re
import urllib.error
import urllib.request
from typing import Any
from uuid import UUID

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing
from django.db import connection
from psycopg import sql

from mapping import aggregate
from mapping.access import Reader, faces
from mapping.errors import Refusal
from mapping.geometry import parse_point
from mapping.images import MAX_PHOTO_BYTES, clean_image
from mapping.models import PinPublic
from mapping.pin_words import STATUS
from mapping.queries import query, rows, value

TIMEOUT_S = 5
MOST_TEXT = 4900  # LINE takes 5,000 characters in one text
NEAR_M = 500
MOST_NEAR = 5
MOST_EVENTS = 100  # of one call
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
NUMBER = re.compile(r"\s*(?:(?:หมุด|เลขที่|pin|#)\s*)*([0-9]{1,12})\s*", re.IGNORECASE)
MESSAGE_ID = re.compile(r"[0-9]{1,32}")
EVENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PHOTO_HOURS = 24  # for which a link to a photo of the chat works


class Refused(Exception):
    """LINE did not take it. `again`: it may later."""

    def __init__(self, *, again: bool) -> None:
        super().__init__(f"refused, again={again}")
        self.again = again


def photo_link(message_id: str) -> str:
    """The phone page that begins with this photo. What stands behind the # is sent to no server on the way."""
    page = f"{settings.MEEMAP['public_url'].rstrip('/')}/m/?openExternalBrowser=1"
    return f"{page}#photo={signing.dumps(message_id, salt='line-photo')}"


def photo_of(token: str) -> bytes:
    """The JPEG that a link names, through the image gate.

    Raises Refusal: `line_photo_gone` where the link is altered, older than a day or LINE has the photo no more,
    `line_away`, and those of the image gate.
    """
    try:
        message_id = signing.loads(token, salt="line-photo", max_age=PHOTO_HOURS * 3600)
    except signing.BadSignature as broken:
        raise Refusal("line_photo_gone") from broken
    if not settings.MEEMAP["line_token"]:
        raise Refusal("line_photo_gone")
    request = urllib.request.Request(  # noqa: S310  (the address is the deployment's own setting)
        f"{settings.MEEMAP['line_data_api'].rstrip('/')}/v2/bot/message/{message_id}/content",
        headers={"Authorization": f"Bearer {settings.MEEMAP['line_token']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            raw = answer.read(MAX_PHOTO_BYTES + 1)  # the gate refuses what is longer
    except urllib.error.HTTPError as refused:
        refused.close()
        raise Refusal("line_photo_gone" if refused.code in (400, 404, 410) else "line_away") from refused
    except OSError as away:
        raise Refusal("line_away") from away
    return clean_image(raw).jpeg


def call(path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    """POST to LINE. Raises Refused for its own answers, OSError where nothing is known."""
    request = urllib.request.Request(  # noqa: S310  (the address is the deployment's own setting)
        settings.MEEMAP["line_api"].rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.MEEMAP['line_token']}",
            **(headers or {}),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            answer.read()
    except urllib.error.HTTPError as refused:
        refused.close()
        if refused.code == 409:  # it has taken this key before: it is delivered
            return
        raise Refused(again=refused.code == 429 or refused.code >= 500) from None


def push(account: str, text: str, *, key: UUID) -> None:
    body = {"to": account, "messages": [{"type": "text", "text": text[:MOST_TEXT]}]}
    call("/v2/bot/message/push", body, {"X-Line-Retry-Key": str(key)})


def reply(token: str, text: str) -> None:
    call("/v2/bot/message/reply", {"replyToken": token, "messages": [{"type": "text", "text": text[:MOST_TEXT]}]})


def account_of(person_id: int) -> str | None:
    """LINE's id of a person who signs in with LINE; the channel must be of the same provider."""
    return SocialAccount.objects.filter(provider="line", user_id=person_id).values_list("uid", flat=True).first()


# -- the chat -----------------------------------------------------------------------------------


def check_signature(raw: bytes, given: str) -> None:
    """Raises Refusal `not_found` where no chat is set up, `line_signature` for what LINE did not sign."""
    secret = settings.MEEMAP["line_secret"]
    if not secret or not settings.MEEMAP["line_token"]:
        raise Refusal("not_found")
    expected = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest())
    if not hmac.compare_digest(expected, given.encode("utf-8", "replace")):
        raise Refusal("line_signature")


def first_time(event_id: str) -> bool:
    """Whether this event was not answered before; from now on it was."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO line_event (id) VALUES (%s) ON CONFLICT DO NOTHING", [event_id])
        return cursor.rowcount == 1


def forget_old_events() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM line_event WHERE at < now() - interval '3 days'")


def answer_events(events: list[Any]) -> int:
    """Answer what can be answered, each event once. Returns how many answers went out."""
    answered = 0
    for event in events[:MOST_EVENTS]:
        if not isinstance(event, dict) or event.get("type") != "message":
            continue
        event_id, token, message = event.get("webhookEventId"), event.get("replyToken"), event.get("message")
        if not (isinstance(event_id, str) and EVENT_ID.fullmatch(event_id)):
            continue
        if not isinstance(token, str) or not isinstance(message, dict) or not first_time(event_id):
            continue
        try:
            reply(token, answer_to(message))
            answered += 1
        except (Refused, OSError):
            continue  # a reply's token lasts a minute: there is nothing to try again
    return answered


def answer_to(message: dict[str, Any]) -> str:
    kind = message.get("type")
    if kind == "location":
        return answer_place(message.get("longitude"), message.get("latitude"))
    if kind == "image" and MESSAGE_ID.fullmatch(str(message.get("id"))):
        return (
            f"แจ้งความต้องการด้วยรูปนี้ เปิดลิงก์ภายใน {PHOTO_HOURS} ชั่วโมง (รูปในแชตไม่ถูกเก็บ)\n"
            f"{photo_link(str(message['id']))}\n\n"
            f"Report a need with this photo: open the link within {PHOTO_HOURS} hours (the chat keeps no photo)."
        )
    if kind == "text" and isinstance(message.get("text"), str):
        number = NUMBER.fullmatch(message["text"].translate(THAI_DIGITS))
        if number:
            return answer_number(int(number[1]))
    return (
        "ส่งตำแหน่งที่ตั้ง เพื่อดูว่าหน่วยงานใดรับผิดชอบและมีใครแจ้งอะไรไว้ใกล้ ๆ หรือพิมพ์เลขที่หมุด เพื่อดูว่าเรื่องไปถึงไหนแล้ว\n\n"
        "Send a location to see which office is responsible and what is reported nearby, or a pin's number to see "
        "what became of it."
    )


def answer_place(lng: Any, lat: Any) -> str:
    """Who is responsible there, and what is pinned nearby, as anyone may see it."""
    try:
        lng, lat = parse_point({"type": "Point", "coordinates": [lng, lat]}, "location")
    except Refusal as refusal:
        return f"{refusal.text('th')}\n\n{refusal.text('en')}"
    found = aggregate.where(lng, lat)
    office, place = found["office"], found["subdistrict"]
    where_th = place["name_th"] if place else "นอกพื้นที่ที่มีข้อมูล"
    where_en = (place["name_en"] or place["name_th"]) if place else "outside the areas that are known"
    th, en = [where_th], [where_en]
    if office:
        contact = " ".join(office[name] for name in ("phone", "email", "website") if office.get(name))
        sure_th, sure_en = (
            ("", "") if found["certain"] else (" (อาจเป็นหน่วยงานอื่น โปรดเลือกหมู่บ้านในหน้าเว็บ)", " (not certain)")
        )
        th.append(f"หน่วยงานที่รับผิดชอบ: {office['name_th']}{sure_th} {contact}".rstrip())
        en.append(f"Responsible: {office['name_en'] or office['name_th']}{sure_en} {contact}".rstrip())
    else:
        th.append("ยังไม่ทราบว่าหน่วยงานใดรับผิดชอบ")
        en.append("It is not known which office is responsible.")
    near = rows(
        query("pins_near").format(faces=faces(Reader(), sql.SQL("counts"), {})[0]),
        {"lng": lng, "lat": lat, "radius_m": NEAR_M, "most": MOST_NEAR},
    )
    th.append(f"แจ้งไว้แล้วในระยะ {NEAR_M} เมตร:" if near else f"ยังไม่มีใครแจ้งอะไรในระยะ {NEAR_M} เมตร")
    en.append(f"Already reported within {NEAR_M} m:" if near else f"Nothing is reported within {NEAR_M} m yet.")
    for row in near:
        th.append(f"• {row['number']} {row['name_th']} – {STATUS[row['status']][0]}")
        en.append(f"• {row['number']} {row['name_en']} – {STATUS[row['status']][1]}")
    return "\n".join(th) + "\n\n" + "\n".join(en)


def answer_number(number: int) -> str:
    """How a need stands, and the last public words about it."""
    face = PinPublic.objects.filter(number=number).first() if number < 2**63 else None
    if face is None:
        return f"ไม่พบหมุดเลขที่ {number}\n\nThere is no pin {number}."
    last = value(
        "SELECT public_words(words) FROM entry WHERE pin_id = %(pin)s AND public AND words <> '' AND kind <> 'note'"
        " ORDER BY at DESC, id DESC LIMIT 1",
        {"pin": face.id},
    )
    th, en = STATUS[face.status]
    words = f"\n“{last}”" if last else ""
    return f"หมุดเลขที่ {number}: {th}{words}\n\nPin {number}: {en}{words}"
