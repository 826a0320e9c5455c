"""Bytes that follow their pin, at once or in parts: photos and recordings come in by the same door."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mapping.access import Reader, may_edit, see
from mapping.errors import Refusal
from mapping.models import Photo, Recording

PART_BYTES = 262_144
PARTS_KEPT_FOR = timedelta(days=30)

Announced = Photo | Recording


@dataclass(frozen=True, slots=True)
class Kind:
    """What a pin may announce."""

    model: type[Photo] | type[Recording]
    path: Callable[[UUID], Path]  # where its file stands once it is whole
    finish: Callable[[Announced, bytes], None]  # check the whole, keep its file, and say so in its row


def part_path(one_id: UUID) -> Path:
    """Where parts gather until all of it is there."""
    name = str(one_id)
    return Path(settings.MEDIA_ROOT) / "parts" / name[-2:] / name


def expected(kind: Kind, reader: Reader, one_id: UUID) -> Announced:
    """What was announced, if this reader may send it: of their own pin, or of one under their office.

    What a device without an account announced comes from whoever knows its id, which nobody is told before it is
    here: a phone that lost its cookie has the bytes still. Only those that were announced are taken.

    Raises Refusal: `sign_in_first` for what an account announced, to whom has none now; `not_found`, `not_yours`.
    """
    one = kind.model.objects.select_related("pin", "pin__author").filter(pk=one_id).first()
    if one is not None and one.pin.author is not None and one.pin.author.is_device:
        return one
    if reader.person_id is None or (reader.is_device and one is not None):
        raise Refusal("sign_in_first")
    if one is None or see(reader, one.pin_id) is None:
        raise Refusal("not_found")
    if one.pin.author_id != reader.person_id and not may_edit(reader, one.pin):
        raise Refusal("not_yours")
    return one


def is_whole(kind: Kind, one: Announced) -> bool:
    """Taken in, and its file is there: after a restore one may be missing, and is then asked for again."""
    return one.complete_at is not None and kind.path(one.pk).exists()


def received_bytes(kind: Kind, one: Announced) -> int:
    """How many bytes of it are here, from which its sender goes on."""
    if is_whole(kind, one):
        return one.size_bytes
    try:
        return part_path(one.pk).stat().st_size
    except FileNotFoundError:
        return 0


def complete(one: Announced, **columns: Any) -> None:
    """Its files are there: say so in its row, once.

    Raises Refusal `not_found` where its pin was deleted meanwhile.
    """
    model = type(one)
    with transaction.atomic():
        model.objects.filter(pk=one.pk, complete_at=None).update(complete_at=timezone.now(), **columns)
    try:
        one.refresh_from_db()
    except model.DoesNotExist as gone:
        raise Refusal("not_found") from gone


def receive(kind: Kind, reader: Reader, one_id: UUID, raw: bytes) -> tuple[Announced, bool]:
    """Take the whole of what its pin has announced. Returns its row, and whether it is new.

    Raises Refusal: those of `expected`, `photo_digest` for other bytes than announced, and all of the kind's own gate.
    """
    one = expected(kind, reader, one_id)
    check_whole(one, raw)
    if is_whole(kind, one):
        return one, False
    kind.finish(one, raw)
    part_path(one_id).unlink(missing_ok=True)
    return one, True


def receive_part(
    kind: Kind, reader: Reader, one_id: UUID, *, offset: int, part: bytes, sha256: bytes | None = None
) -> tuple[Announced, int | None]:
    """Append a part. Returns its row and the bytes that are here by now, or None once it was whole before.

    Raises Refusal: those of `expected`; `part_large`, `part_digest`, and `photo_offset` with the offset to go on from,
    where nothing is kept of the part; `photo_digest` and the kind's gate for the whole, which then begins anew.
    """
    one = expected(kind, reader, one_id)
    if len(part) > PART_BYTES:
        raise Refusal("part_large", limit=PART_BYTES)
    if sha256 is not None and hashlib.sha256(part).digest() != sha256:
        raise Refusal("part_digest", attr="Content-Digest")
    if is_whole(kind, one):
        return one, None
    with parts_of(one_id) as file:
        one.refresh_from_db(fields=["complete_at"])
        if is_whole(kind, one):  # by another sender, while this one waited
            part_path(one_id).unlink(missing_ok=True)
            return one, None
        here = file.seek(0, os.SEEK_END)
        if here < one.size_bytes:  # else all was here before the server stopped, and nobody looked at it
            if offset != here:
                raise Refusal("photo_offset", attr="Upload-Offset", offset=here)
            if here + len(part) > one.size_bytes:
                raise Refusal("photo_digest", attr="body")
            file.write(part)
            file.flush()
            os.fsync(file.fileno())
            here += len(part)
        if here >= one.size_bytes:
            file.seek(0)
            raw = file.read()
            try:
                check_whole(one, raw)
                kind.finish(one, raw)
            finally:
                part_path(one_id).unlink(missing_ok=True)
    return one, here


@contextmanager
def parts_of(one_id: UUID) -> Iterator[BinaryIO]:
    """The file of what has come, for one sender at a time: the second hears how far the first has come."""
    path = part_path(one_id)
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


def check_whole(one: Announced, raw: bytes) -> None:
    if len(raw) != one.size_bytes or hashlib.sha256(raw).digest() != bytes(one.sha256):
        raise Refusal("photo_digest", attr="body")


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
