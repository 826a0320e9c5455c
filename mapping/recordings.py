"""Voice notes of pins: heard by their author and the officers over the place, and by nobody else.

A voice says who speaks. Recordings therefore stand in no list for others, no download and no pack. They are kept
as they came: only their first bytes are looked at, and browsers are told not to guess further.
"""

from pathlib import Path
from uuid import UUID

from django.conf import settings

from mapping.access import Reader, see
from mapping.errors import Refusal
from mapping.models import Recording
from mapping.uploads import Announced, Kind, complete, keep

MAX_RECORDING_BYTES = 2 * 1024 * 1024  # two minutes of the worst phone
TYPES = {"audio/webm": (0, b"\x1a\x45\xdf\xa3"), "audio/ogg": (0, b"OggS"), "audio/mp4": (4, b"ftyp")}


def path_of(recording_id: UUID) -> Path:
    name = str(recording_id)
    return Path(settings.MEDIA_ROOT) / "recordings" / name[-2:] / name


def type_of(raw: bytes) -> str:
    """By its first bytes, whatever its sender says. Raises Refusal `recording_type`."""
    for media_type, (at, mark) in TYPES.items():
        if raw[at : at + len(mark)] == mark:
            return media_type
    raise Refusal("recording_type", attr="body")


def finish(recording: Announced, raw: bytes) -> None:
    media_type = type_of(raw)
    keep(path_of(recording.pk), raw)
    complete(recording, media_type=media_type)


KIND = Kind(Recording, path_of, finish)


def find(*, reader: Reader, recording_id: UUID) -> tuple[Path, str]:
    """The file and its type, for who may see all of the pin. Raises Refusal `not_found`."""
    recording = Recording.objects.filter(pk=recording_id, complete_at__isnull=False).first()
    face = see(reader, recording.pin_id) if recording else None
    if recording is None or face is None or not face.is_full:
        raise Refusal("not_found")
    path = path_of(recording_id)
    if not path.exists():
        raise Refusal("not_found")  # lost; its sender is asked for it again
    return path, recording.media_type
