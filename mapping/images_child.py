"""The process that opens a photo nobody has looked at yet; started by `images.py` alone.

Run as a file, isolated (`python -I -S -B`), it knows neither Django nor the settings nor a
secret: only the standard library and Pillow. It reads the photo from standard input and
writes one JSON line and then the two JPEGs, or one JSON line that names a refusal.

    python -I -S -B images_child.py FOLDER_OF_PIL MAX_SIDE_PX THUMB_SIDE_PX MAX_PIXELS

Rules, by name:

- *magic decides*: the first bytes choose the decoder, which is then called directly. Name
  and declared type are never looked at, `Image.open` never goes through its list.
- *first frame*: of an animation, a multi-picture JPEG or an APNG, the first frame is kept.
- *needed chunks*: of a PNG only the chunks that make pixels are read, and `eXIf` to turn it.
- *upright*: EXIF orientation is applied; EXIF that cannot be read means upright.
- *white paper*: what is transparent becomes white.
- *sRGB*: colour profiles are dropped without being applied; a wide-gamut photo turns a shade
  duller, and no profile parser runs.
- *fresh pixels*: the stored files are made from a new image that never held anything but
  pixels. Re-encoding alone would carry a JPEG comment along.
- *whole photos*: a truncated photo is refused, not filled with grey.
"""

import io
import json
import os
import resource
import struct
import sys

CPU_SECONDS = 10
ADDRESS_SPACE_BYTES = 1024**3

# Before Pillow is even loaded: no file can be written, no core left, no process started.
resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))

sys.path.append(sys.argv[1])

from PIL import (  # noqa: E402
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,  # noqa: F401 -- reads EXIF; Pillow would load it when no file can be opened any more
    WebPImagePlugin,
)

Transpose = Image.Transpose
UPRIGHT_BY = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
EXIF_ORIENTATION = 0x0112
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"eXIf", b"IEND"}
JPEG_QUALITY = 82


class Refused(Exception):
    """A code of the table in `errors.py`."""


def main() -> None:
    max_side_px, thumb_side_px, max_pixels = (int(text) for text in sys.argv[2:5])
    # Pillow's own brake, for the one decoder that allocates while it opens (WebP); it
    # raises at twice this figure.
    Image.MAX_IMAGE_PIXELS = max_pixels // 2
    # Its writer loads further modules on first use; afterwards no file can be opened.
    Image.preinit()
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # the three standard ones
    raw = sys.stdin.buffer.read()
    try:
        photo = open_photo(raw, max_pixels)
        large = shrink(photo, max_side_px)
        fresh = copy_upright(large, read_orientation(photo))
        thumb = fresh.copy()
        thumb.thumbnail((thumb_side_px, thumb_side_px), Image.Resampling.LANCZOS)
        answer(fresh.size, encode(fresh), encode(thumb))
    except Refused as refused:
        sys.stdout.write(json.dumps({"refused": str(refused)}) + "\n")
    except (Image.DecompressionBombError, MemoryError):
        sys.stdout.write(json.dumps({"refused": "image_pixels"}) + "\n")
    # Anything else ends in a traceback and exit code 1: `images.py` says that it is broken.


def open_photo(raw: bytes, max_pixels: int) -> ImageFile.ImageFile:
    """The photo with its header read and no pixel decoded."""
    photo: ImageFile.ImageFile
    if raw.startswith(b"\xff\xd8\xff"):
        photo = JpegImagePlugin.JpegImageFile(io.BytesIO(raw))
    elif raw.startswith(PNG_MAGIC):
        photo = PngImagePlugin.PngImageFile(io.BytesIO(keep_needed_chunks(raw)))
    elif raw.startswith(b"RIFF") and raw[8:12] == b"WEBP":
        photo = WebPImagePlugin.WebPImageFile(io.BytesIO(raw))
    else:
        raise Refused("image_type")
    if photo.width * photo.height > max_pixels:
        raise Refused("image_pixels")
    return photo


def keep_needed_chunks(raw: bytes) -> bytes:
    """The PNG without text, profiles, animation and whatever follows its end.

    A text or profile chunk of a few kB can unpack to gigabytes.
    """
    kept, start = [PNG_MAGIC], len(PNG_MAGIC)
    while start + 12 <= len(raw):
        length, name = struct.unpack_from(">I4s", raw, start)
        end = start + 12 + length
        if name in PNG_CHUNKS:
            kept.append(raw[start:end])
        if name == b"IEND":
            break
        start = end
    return b"".join(kept)


def read_orientation(photo: ImageFile.ImageFile) -> int:
    try:
        return int(photo.getexif().get(EXIF_ORIENTATION, 1))
    except Exception:  # EXIF is free-form and often damaged: the photo then stays as it is
        return 1


def shrink(photo: ImageFile.ImageFile, max_side_px: int) -> Image.Image:
    """Decode the photo and bring its longer side to at most `max_side_px`; never enlarge."""
    scale = min(1, max_side_px / max(photo.size))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    photo.draft(None, size)  # a large JPEG is decoded at a half, a quarter or an eighth
    image = drop_depth_and_palette(photo)
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def drop_depth_and_palette(photo: Image.Image) -> Image.Image:
    """The photo as L, RGB or RGBA, not copied where it is one already."""
    photo.load()
    if photo.mode.startswith("I"):  # 16-bit grey; converted directly it would clip to white
        return photo.convert("I").point(lambda value: value / 256).convert("L")
    mode = "L" if photo.mode in ("1", "L") else "RGB"
    if "transparency" in photo.info or photo.mode in ("RGBA", "LA", "PA"):
        mode = "RGBA"
    return photo if photo.mode == mode else photo.convert(mode)


def copy_upright(image: Image.Image, orientation: int) -> Image.Image:
    """The pixels alone, upright and on white, in an image that never held anything else."""
    fresh = Image.new("RGB", image.size, "white")
    fresh.paste(image, mask=image if image.mode == "RGBA" else None)
    turn = UPRIGHT_BY.get(orientation)
    return fresh if turn is None else fresh.transpose(turn)


def encode(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, progressive=True)
    return out.getvalue()


def answer(size: tuple[int, int], jpeg: bytes, thumb: bytes) -> None:
    head = {"width": size[0], "height": size[1], "jpeg": len(jpeg), "thumb": len(thumb)}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + jpeg + thumb)
    sys.stdout.buffer.flush()
    os._exit(0)  # the pixels need no tidying up


main()
