"""Photos of pins: taken in behind the image gate, kept as files of our own making."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mapping.access import Reader, may_edit, see
from mapping.errors import Refusal
from mapping.images import clean_image
from mapping.models import Photo

Size = Literal["full", "thumb"]
PART_BYTES = 262_144
PARTS_KEPT_FOR = timedelta(days=30)


def path_of(photo_id: UUID, size: Size) -> Path:
    """Where a photo's file stands. Spread over 256 folders by the end of the id, whose beginning is a time."""
    name = str(photo_id)
    return Path(settings.MEDIA_ROOT) / "photos" / name[-2:] / f"{name}.{size}.jpg"


def part_path(photo_id: UUID) -> Path:
    """Where the parts of a photo gather until it is whole."""
    name = str(photo_id)
    return Path(settings.MEDIA_ROOT) / "parts" / name[-2:] / name


def expected(reader: Reader, photo_id: UUID) -> Photo:
    """A photo that this reader may send: of their own pin, or of one under their office.

    Raises Refusal: `not_found`, `not_yours`.
    """
    photo = Photo.objects.select_related("pin").filter(pk=photo_id).first()
    if photo is None or see(reader, photo.pin_id) is None:
        raise Refusal("not_found")
    if not (photo.pin.author_id == reader.person_id or may_edit(reader, photo.pin)) or reader.person_id is None:
        raise Refusal("not_yours")
    return photo


def is_whole(photo: Photo) -> bool:
    """Taken in, and its file is there: after a restore one may be missing, and is then asked for again."""
    return photo.complete_at is not None and path_of(photo.pk, "full").exists()


def received_bytes(photo: Photo) -> int:
    """How many bytes of it are here, from which its sender goes on."""
    if is_whole(photo):
        return photo.size_bytes
    try:
        return part_path(photo.pk).stat().st_size
    except FileNotFoundError:
        return 0


def receive(*, reader: Reader, photo_id: UUID, raw: bytes) -> tuple[Photo, bool]:
    """Take the bytes of a photo that its pin has announced. Returns the photo, and whether it is new.

    Raises Refusal: those of `expected`, `photo_digest` for other bytes than announced, and all of the image gate's.
    """
    photo = expected(reader, photo_id)
    check_whole(photo, raw)
    if is_whole(photo):
        return photo, False
    finish(photo, raw)
    part_path(photo_id).unlink(missing_ok=True)
    return photo, True


def receive_part(
    *, reader: Reader, photo_id: UUID, offset: int, part: bytes, sha256: bytes | None = None
) -> tuple[Photo, int | None]:
    """Append a part. Returns the photo and the bytes that are here by now, or None once it was whole before.

    Raises Refusal: those of `expected`; `part_large`, `part_digest`, and `photo_offset` with the offset to go on from,
    where nothing is kept of the part; `photo_digest` and the image gate's for the whole, which then begins anew.
    """
    photo = expected(reader, photo_id)
    if len(part) > PART_BYTES:
        raise Refusal("part_large", limit=PART_BYTES)
    if sha256 is not None and hashlib.sha256(part).digest() != sha256:
        raise Refusal("part_digest", attr="Content-Digest")
    if is_whole(photo):
        return photo, None
    with parts_of(photo_id) as file:
        photo.refresh_from_db(fields=["complete_at"])
        if is_whole(photo):  # by another sender, while this one waited
            part_path(photo_id).unlink(missing_ok=True)
            return photo, None
        here = file.seek(0, os.SEEK_END)
        if here < photo.size_bytes:  # else all was here before the server stopped, and nobody looked at it
            if offset != here:
                raise Refusal("photo_offset", attr="Upload-Offset", offset=here)
            if here + len(part) > photo.size_bytes:
                raise Refusal("photo_digest", attr="body")
            file.write(part)
            file.flush()
            os.fsync(file.fileno())
            here += len(part)
        if here >= photo.size_bytes:
            file.seek(0)
            raw = file.read()
            try:
                check_whole(photo, raw)
                finish(photo, raw)
            finally:
                part_path(photo_id).unlink(missing_ok=True)
    return photo, here


@contextmanager
def parts_of(photo_id: UUID) -> Iterator[BinaryIO]:
    """The file of a photo's parts, for one sender at a time: the second hears how far the first has come."""
    path = part_path(photo_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if stands_at(path, file):  # the first may have taken it away meanwhile
                yield file
                return


def stands_at(path: Path, file: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def check_whole(photo: Photo, raw: bytes) -> None:
    if len(raw) != photo.size_bytes or hashlib.sha256(raw).digest() != bytes(photo.sha256):
        raise Refusal("photo_digest", attr="body")


def finish(photo: Photo, raw: bytes) -> None:
    """Clean a whole photo, keep its files, and say so in its row."""
    clean = clean_image(raw)
    keep(path_of(photo.pk, "full"), clean.jpeg)
    keep(path_of(photo.pk, "thumb"), clean.thumb)
    with transaction.atomic():  # files first: a row never says *complete* without its file
        Photo.objects.filter(pk=photo.pk, complete_at=None).update(
            complete_at=timezone.now(), width=clean.width, height=clean.height, checked=photo.pin.checked
        )
    photo.refresh_from_db()


def forget_parts(older_than: timedelta = PARTS_KEPT_FOR) -> int:
    """Drop what was begun and never went on. Returns how many."""
    limit = time.time() - older_than.total_seconds()
    gone = 0
    for path in (Path(settings.MEDIA_ROOT) / "parts").glob("*/*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                gone += 1
    return gone


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
    path = path_of(photo_id, size)
    if not path.exists():
        raise Refusal("not_found")  # lost; its sender is asked for it again
    return path
