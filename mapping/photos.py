"""Photos of pins: taken in behind the image gate, kept as files of our own making."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mapping.access import Reader, may_edit, see
from mapping.errors import Refusal
from mapping.images import clean_image
from mapping.models import Photo

Size = Literal["full", "thumb"]


def path_of(photo_id: UUID, size: Size) -> Path:
    """Where a photo's file stands. Spread over 256 folders by the end of the id, whose beginning is a time."""
    name = str(photo_id)
    return Path(settings.MEDIA_ROOT) / "photos" / name[-2:] / f"{name}.{size}.jpg"


def receive(*, reader: Reader, photo_id: UUID, raw: bytes) -> tuple[Photo, bool]:
    """Take the bytes of a photo that its pin has announced. Returns the photo, and whether it is new.

    Raises Refusal: `not_found` unless the pin is the reader's own (or under the reader's
    office), `photo_digest` for other bytes than announced, and all of the image gate's.
    """
    photo = Photo.objects.select_related("pin").filter(pk=photo_id).first()
    if photo is None or see(reader, photo.pin_id) is None:
        raise Refusal("not_found")
    if not (photo.pin.author_id == reader.person_id or may_edit(reader, photo.pin)) or reader.person_id is None:
        raise Refusal("not_yours")
    if len(raw) != photo.size_bytes or hashlib.sha256(raw).digest() != bytes(photo.sha256):
        raise Refusal("photo_digest", attr="body")
    if photo.complete_at is not None:
        return photo, False
    clean = clean_image(raw)
    keep(path_of(photo_id, "full"), clean.jpeg)
    keep(path_of(photo_id, "thumb"), clean.thumb)
    with transaction.atomic():  # files first: a row never says *complete* without its file
        Photo.objects.filter(pk=photo_id, complete_at=None).update(
            complete_at=timezone.now(), width=clean.width, height=clean.height, checked=photo.pin.checked
        )
    photo.refresh_from_db()
    return photo, True


def keep(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def find(*, reader: Reader, photo_id: UUID, size: Size) -> Path:
    """The file of a photo that this reader may see: checked ones for anyone, others by the full face."""
    photo = Photo.objects.filter(pk=photo_id, complete_at__isnull=False).first()
    face = see(reader, photo.pin_id) if photo else None
    if photo is None or face is None or not (photo.checked or face.is_full):
        raise Refusal("not_found")
    return path_of(photo_id, size)
