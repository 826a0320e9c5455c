"""Photos of pins: taken in behind the image gate, kept as files of our own making."""

from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings

from mapping.access import Reader, see
from mapping.errors import Refusal
from mapping.images import clean_image
from mapping.models import Photo
from mapping.uploads import Announced, Kind, complete, keep

Size = Literal["full", "thumb"]


def path_of(photo_id: UUID, size: Size) -> Path:
    """Where a photo's file stands. Spread over 256 folders by the end of the id, whose beginning is a time."""
    name = str(photo_id)
    return Path(settings.MEDIA_ROOT) / "photos" / name[-2:] / f"{name}.{size}.jpg"


def finish(photo: Announced, raw: bytes) -> None:
    """Clean a whole photo, keep its files, and say so in its row."""
    clean = clean_image(raw)
    keep(path_of(photo.pk, "full"), clean.jpeg)
    keep(path_of(photo.pk, "thumb"), clean.thumb)
    complete(photo, width=clean.width, height=clean.height, checked=photo.pin.checked)


KIND = Kind(Photo, lambda photo_id: path_of(photo_id, "full"), finish)


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
