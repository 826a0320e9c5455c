"""What becomes of an uploaded photo (U1 to U3).

All photos are made here, at run time. Each hostile or telling one has its control: the plain
way of handling images, which would have let it through.
"""

import io
import os
import resource
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib

import exifread
import pytest
from PIL import Image, ImageCms, ImageDraw

from mapping import images
from mapping.errors import Refusal
from mapping.images import MAX_PHOTO_BYTES, CleanImage, clean_image

SECRET = b"SECRET-7741"  # stands in every piece of metadata below
SCRIPT = b"<html><script>alert('SECRET-7741')</script></html>"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


# -- photos -------------------------------------------------------------------------------


def picture(width=64, height=48, mode="RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), (220, 20, 20))
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), (20, 20, 220))
    return image.convert(mode)


def saved(image: Image.Image, form: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_with_gps(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()
    exif[0x8825] = {1: "N", 2: (13.0, 45.0, 22.8), 3: "E", 4: (100.0, 30.0, 5.2)}
    return exif.tobytes()


def with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload + jpeg[2:]


def telling_jpeg() -> bytes:
    """A JPEG with GPS, comment, XMP, colour profile, Photoshop and unknown segments."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET
    jpeg = saved(picture(), exif=exif_with_gps(), comment=SECRET, icc_profile=profile)
    jpeg = with_segment(jpeg, 0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + SECRET + b"</x:xmpmeta>")
    jpeg = with_segment(jpeg, 0xED, b"Photoshop 3.0\x00" + SECRET)
    return with_segment(jpeg, 0xE5, SECRET)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, *chunks: bytes, pixels: bytes | None = None) -> bytes:
    """A PNG of 8-bit RGB with further chunks after its header; `pixels` as they stand in it."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = zlib.compress((b"\x00" + b"\xdc\x14\x14" * width) * height) if pixels is None else pixels
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped(jpeg: bytes) -> bytes:
    """A JPEG that is a ZIP archive too."""
    out = io.BytesIO(jpeg)
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("run.html", SCRIPT)
    return out.getvalue()


# -- checks -------------------------------------------------------------------------------


def traces_in(jpeg: bytes) -> list[str]:
    """Everything in a JPEG that is not needed to draw it."""
    found = [str(tag) for tag in exifread.process_file(io.BytesIO(jpeg), details=True)]
    place = 2
    while jpeg[place + 1] != 0xDA:  # up to the pixels
        marker, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4])
        is_jfif = marker == 0xE0 and jpeg[place + 4 : place + 8] == b"JFIF" and length == 16
        if (0xE0 <= marker <= 0xEF or marker == 0xFE) and not is_jfif:
            found.append(f"segment {marker:02X}")
        place += 2 + length
    if not jpeg.endswith(b"\xff\xd9") or jpeg.count(b"\xff\xd9") > 1:
        found.append("bytes after the end")
    return found + (["secret"] if SECRET in jpeg else [])


def cleaned(raw: bytes, **sizes) -> CleanImage:
    """The gate's answer, having checked what holds for every accepted photo."""
    clean = clean_image(raw, **sizes)
    for jpeg in (clean.jpeg, clean.thumb):
        assert traces_in(jpeg) == []
        assert not zipfile.is_zipfile(io.BytesIO(jpeg))
        with Image.open(io.BytesIO(jpeg)) as image:
            image.load()
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert image.info.get("progressive")
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
            }
    assert Image.open(io.BytesIO(clean.jpeg)).size == (clean.width, clean.height)
    return clean


def refusal_of(raw: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        clean_image(raw)
    assert caught.value.text("th")
    return caught.value.code


def colour(jpeg: bytes, x: float, y: float) -> tuple[int, ...]:
    """The colour at a share of width and height, in steps of 32, so that JPEG loss is nothing."""
    with Image.open(io.BytesIO(jpeg)) as image:
        pixel = image.convert("RGB").getpixel((int(x * image.width), int(y * image.height)))
    return tuple((part + 16) // 32 for part in pixel)


RED, BLUE, WHITE = (7, 1, 1), (1, 1, 7), (8, 8, 8)


# -- nothing but pixels -------------------------------------------------------------------


def test_nothing_but_pixels_is_left_of_a_telling_jpeg():
    clean = cleaned(telling_jpeg())
    assert (clean.width, clean.height) == (64, 48)
    assert colour(clean.jpeg, 0.2, 0.5) == colour(clean.thumb, 0.2, 0.5) == RED


def test_the_telling_jpeg_does_tell():  # control
    traces = traces_in(telling_jpeg())
    assert {
        "GPS GPSLatitude",
        "GPS GPSLongitude",
        "segment E1",
        "segment E2",
        "segment ED",
        "segment FE",
    } <= set(traces)
    assert "secret" in traces


def test_re_encoding_alone_keeps_the_comment():  # control
    again = saved(Image.open(io.BytesIO(telling_jpeg())))
    assert "segment FE" in traces_in(again)
    assert SECRET in again


def test_turning_a_photo_the_usual_way_keeps_where_it_was_taken():  # control
    image = Image.open(io.BytesIO(saved(picture(), exif=exif_with_gps(6))))
    turned = saved(image.rotate(270, expand=True), exif=image.getexif())
    assert "GPS GPSLatitude" in traces_in(turned)


TELLING = {
    "png text": png_of(8, 8, chunk(b"tEXt", b"Comment\x00" + SECRET)),
    "png packed text": png_of(8, 8, chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(SECRET))),
    "png xmp": png_of(8, 8, chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + SECRET)),
    "png exif": png_of(8, 8, chunk(b"eXIf", exif_with_gps().removeprefix(b"Exif\x00\x00"))),
    "png unknown chunk": png_of(8, 8, chunk(b"seCr", SECRET)),
    "png with a tail": png_of(8, 8) + SECRET,
    "webp": saved(picture(), "WEBP", exif=exif_with_gps(), xmp=SECRET, icc_profile=SECRET),
    "jpeg with a tail": saved(picture()) + SECRET,
    "jpeg and html": with_segment(saved(picture()), 0xFE, SCRIPT),
    "jpeg and zip": zipped(saved(picture())),
    "jpeg and php": saved(picture()) + b"<?php echo 'SECRET-7741'; ?>",
    "jpeg and eicar": saved(picture(), comment=EICAR) + EICAR + SECRET,
    "jpeg with a hidden jpeg": with_segment(saved(picture()), 0xE1, b"Exif\x00\x00" + telling_jpeg()),
    "two jpegs": saved(picture()) + telling_jpeg(),
    "mpo": saved(picture(), "MPO", save_all=True, append_images=[picture()], exif=exif_with_gps()),
}


@pytest.mark.parametrize("kind", TELLING)
def test_nothing_but_pixels_is_left_of_any_photo(kind):
    clean = cleaned(TELLING[kind])
    assert colour(clean.jpeg, 0.2, 0.5) == RED
    assert EICAR not in clean.jpeg + clean.thumb


def test_the_other_telling_photos_do_tell():  # control
    quiet = {kind for kind, raw in TELLING.items() if SECRET not in raw}
    assert quiet <= {"png packed text", "jpeg and zip"}  # packed, the script in the archive too
    assert zipfile.is_zipfile(io.BytesIO(TELLING["jpeg and zip"]))
    assert exifread.process_file(io.BytesIO(TELLING["mpo"]))["GPS GPSLatitude"]


def test_a_photo_cleaned_twice_stays_clean():
    assert cleaned(cleaned(telling_jpeg()).jpeg).width == 64


# -- what is not taken --------------------------------------------------------------------

ISO_BOX = b"\x00\x00\x00\x20ftyp"
NO_PHOTOS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with a header": b'<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>',
    "svg with an entity": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "gif": saved(picture(), "GIF"),
    "tiff": saved(picture(), "TIFF"),
    "bmp": saved(picture(), "BMP"),
    "ico": saved(picture(16, 16), "ICO"),
    "ppm": saved(picture(), "PPM"),
    "eps": saved(picture(), "EPS"),
    "pdf": saved(picture(), "PDF"),
    "tga": saved(picture(), "TGA"),
    "jpeg 2000": saved(picture(), "JPEG2000"),
    "icns": b"icns" + bytes(100),
    "psd": b"8BPS\x00\x01" + bytes(6) + struct.pack(">HIIHH", 3, 48, 64, 8, 3) + bytes(100),
    "heic": ISO_BOX + b"heic" + bytes(100),
    "avif": ISO_BOX + b"avif" + bytes(100),
    "mp4": ISO_BOX + b"isom" + bytes(100),
    "riff that is sound": b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(100),
    "html": SCRIPT,
    "html before a jpeg": SCRIPT + saved(picture()),
    "a blank before a jpeg": b" " + saved(picture()),
    "zip": b"PK\x03\x04" + bytes(100),
    "elf": b"\x7fELF" + bytes(100),
    "eicar": EICAR,
    "text": "รูปบ้าน.jpg".encode(),
    "nothing but zeros": bytes(1000),
    "one byte": b"\xff",
    "two bytes of a jpeg": b"\xff\xd8",
    "a png that went through text mode": saved(picture(), "PNG").replace(b"\r\n", b"\n"),
    "mng": b"\x8aMNG\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("kind", NO_PHOTOS)
def test_what_is_no_jpeg_png_or_webp_is_refused(kind):
    assert refusal_of(NO_PHOTOS[kind]) == "image_type"


def test_an_image_library_left_to_itself_opens_all_of_these():  # control
    for kind in ("gif", "tiff", "bmp", "ico", "ppm", "tga", "jpeg 2000", "psd", "eps"):
        assert Image.open(io.BytesIO(NO_PHOTOS[kind])).format not in ("JPEG", "PNG", "WEBP")


def test_an_empty_photo_is_refused():
    assert refusal_of(b"") == "image_empty"


def test_a_byte_more_than_10_mb_is_refused_without_a_child(monkeypatch):
    monkeypatch.setattr(images.subprocess, "Popen", None)
    assert refusal_of(saved(picture()).ljust(MAX_PHOTO_BYTES + 1, b"\x00")) == "image_too_large"


def test_a_photo_of_10_mb_is_taken():
    assert cleaned(saved(picture()).ljust(MAX_PHOTO_BYTES, b"\x00")).width == 64


# -- what is broken -----------------------------------------------------------------------

GOOD = {
    "jpeg": saved(picture(400, 300), quality=95),
    "progressive": saved(picture(400, 300), progressive=True),
    "png": saved(picture(400, 300), "PNG"),
    "webp": saved(picture(400, 300), "WEBP"),
    "lossless": saved(picture(400, 300), "WEBP", lossless=True),
}


@pytest.mark.parametrize("form", GOOD)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_photo_is_refused(form, share):
    raw = GOOD[form]
    assert refusal_of(raw[: max(16, int(len(raw) * share))]) == "image_broken"


SIZE = struct.pack(">HH", 300, 400)  # as it stands in the header of the JPEGs above

BROKEN = {
    "jpeg magic alone": b"\xff\xd8\xff",
    "jpeg magic and zeros": b"\xff\xd8\xff\xe0" + bytes(5000),
    "jpeg without size": b"\xff\xd8\xff\xd9",
    "jpeg of width 0": GOOD["jpeg"].replace(SIZE, struct.pack(">HH", 300, 0), 1),
    "jpeg of 12 bits": GOOD["jpeg"].replace(b"\x08" + SIZE, b"\x0c" + SIZE, 1),
    "png magic alone": b"\x89PNG\r\n\x1a\n",
    "png without header": b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
    "png of width 0": png_of(0, 10, pixels=zlib.compress(bytes(10))),
    "png without pixels": png_of(8, 8, pixels=b""),
    "png with bad packing": png_of(8, 8, pixels=b"not zlib at all"),
    "png with a wrong check sum": png_of(8, 8)[:-20] + bytes(4) + png_of(8, 8)[-16:],
    "png with a chunk of 4 GB": b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xffIHDR" + bytes(100),
    "png of an unknown kind": png_of(8, 8).replace(b"\x08\x02\x00\x00\x00", b"\x03\x05\x00\x00\x00"),
    "webp magic alone": b"RIFF\x04\x00\x00\x00WEBP",
    "webp of zeros": b"RIFF\x64\x00\x00\x00WEBPVP8 " + bytes(100),
    "webp of noise": b"RIFF\x64\x00\x00\x00WEBPVP8L" + bytes(range(100)),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_photo_is_refused(kind):
    assert refusal_of(BROKEN[kind]) == "image_broken"


@pytest.mark.parametrize("form", ["jpeg", "png", "webp"])
def test_single_wrong_bytes_end_in_a_photo_or_a_refusal(form):
    raw = GOOD[form]
    for place in (9, 21, 33, 170, len(raw) // 2, len(raw) - 9):
        damaged = raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]
        try:
            clean = clean_image(damaged)
        except Refusal as refusal:
            assert refusal.code in ("image_broken", "image_pixels", "image_type")  # noqa: PT017
        else:
            assert traces_in(clean.jpeg) == []


@pytest.mark.parametrize(
    "exif",
    [b"Exif\x00\x00", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff", b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"],
)
def test_damaged_exif_does_not_cost_the_photo(exif):
    assert cleaned(with_segment(saved(picture()), 0xE1, exif)).width == 64


# -- bombs --------------------------------------------------------------------------------


def webp_canvas(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\x00\x00\x00" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


TOO_MANY_PIXELS = {
    "png": png_of(30_000, 30_000, pixels=zlib.compress(bytes(90_001 * 50))),
    "png just above": png_of(7_072, 7_072, pixels=b""),
    "jpeg": GOOD["jpeg"].replace(SIZE, struct.pack(">HH", 60_000, 60_000), 1),
    "webp": webp_canvas(16_383, 16_383),
}


@pytest.mark.parametrize("form", TOO_MANY_PIXELS)
def test_more_than_50_million_pixels_are_refused_by_the_header(form):
    assert refusal_of(TOO_MANY_PIXELS[form]) == "image_pixels"


def test_packed_text_that_unpacks_to_100_mb_is_never_unpacked():
    bomb = zlib.compress(bytes(100_000_000))
    text = chunk(b"zTXt", b"Comment\x00\x00" + bomb)
    profile = chunk(b"iCCP", b"sRGB\x00\x00" + bomb)
    assert cleaned(png_of(8, 8, text, profile)).width == 8


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP"])
def test_the_library_itself_gives_up_a_good_photo_for_its_text(name):  # control
    bomb = chunk(name, b"x\x00\x00" + zlib.compress(bytes(100_000_000)))
    with pytest.raises(ValueError, match="too large"):
        Image.open(io.BytesIO(png_of(8, 8, bomb))).load()


def test_pixels_that_unpack_to_more_than_the_picture_are_cut():
    rows = zlib.compress(bytes(50_000_000))
    assert cleaned(png_of(8, 8, pixels=rows)).width == 8


# -- odd but good -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("orientation", "size", "red_at", "blue_at"),
    [
        (1, (64, 48), (0.1, 0.5), (0.9, 0.5)),
        (2, (64, 48), (0.9, 0.5), (0.1, 0.5)),
        (3, (64, 48), (0.9, 0.5), (0.1, 0.5)),
        (4, (64, 48), (0.1, 0.5), (0.9, 0.5)),
        (5, (48, 64), (0.5, 0.1), (0.5, 0.9)),
        (6, (48, 64), (0.5, 0.1), (0.5, 0.9)),
        (7, (48, 64), (0.5, 0.9), (0.5, 0.1)),
        (8, (48, 64), (0.5, 0.9), (0.5, 0.1)),
        (99, (64, 48), (0.1, 0.5), (0.9, 0.5)),
    ],
)
def test_a_photo_is_turned_upright(orientation, size, red_at, blue_at):
    clean = cleaned(saved(picture(), exif=exif_with_gps(orientation)))
    assert (clean.width, clean.height) == size
    assert colour(clean.jpeg, *red_at) == RED
    assert colour(clean.jpeg, *blue_at) == BLUE


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_png_and_a_webp_are_turned_upright_too(form):
    clean = cleaned(saved(picture(), form, exif=exif_with_gps(6)))
    assert (clean.width, clean.height) == (48, 64)


def test_a_large_photo_is_brought_to_1600_px_and_a_thumbnail_of_320():
    clean = cleaned(saved(picture(4000, 3000)))
    assert (clean.width, clean.height) == (1600, 1200)
    assert Image.open(io.BytesIO(clean.thumb)).size == (320, 240)


def test_the_longer_side_counts_after_turning():
    clean = cleaned(saved(picture(2000, 1000), exif=exif_with_gps(6)), max_side_px=500, thumb_side_px=100)
    assert (clean.width, clean.height) == (250, 500)
    assert Image.open(io.BytesIO(clean.thumb)).size == (50, 100)


def test_a_small_photo_is_never_enlarged():
    clean = cleaned(saved(picture(1, 1), "PNG"))
    assert Image.open(io.BytesIO(clean.thumb)).size == (clean.width, clean.height) == (1, 1)


@pytest.mark.parametrize("size", [(20_000, 1), (1, 20_000)])
def test_a_thread_of_a_picture_keeps_a_pixel_of_width(size):
    clean = cleaned(saved(picture(*size), "PNG"))
    assert sorted((clean.width, clean.height)) == [1, 1600]


ODD = {
    "16-bit grey": (saved(Image.new("I;16", (64, 48), 0x8000), "PNG"), (4, 4, 4)),
    "grey": (saved(picture(mode="L")), None),
    "one bit": (saved(Image.new("1", (64, 48), 1), "PNG"), WHITE),
    "cmyk": (saved(picture(mode="CMYK")), RED),
    "palette": (saved(picture(mode="P"), "PNG"), None),
    "see-through": (saved(Image.new("RGBA", (64, 48), (0, 0, 0, 0)), "PNG"), WHITE),
    "see-through grey": (saved(Image.new("LA", (64, 48), (0, 0)), "PNG"), WHITE),
    "see-through palette": (saved(Image.new("P", (64, 48), 0), "PNG", transparency=0), WHITE),
    "see-through colour": (
        saved(Image.new("RGB", (64, 48), (1, 2, 3)), "PNG", transparency=(1, 2, 3)),
        WHITE,
    ),
    "see-through webp": (saved(Image.new("RGBA", (64, 48), (0, 0, 0, 0)), "WEBP"), WHITE),
    "png by hand": (png_of(8, 8), RED),
    "png with one row of eight": (png_of(8, 8, pixels=zlib.compress(b"\x00" + b"\xdc\x14\x14" * 8)), None),
    "jpeg with a segment of length 0": (
        saved(picture()).replace(b"\xff\xe0\x00\x10", b"\xff\xe0\x00\x00"),
        None,
    ),
    "progressive": (saved(picture(), progressive=True), RED),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_photo_keeps_its_colours(kind):
    raw, expected = ODD[kind]
    clean = cleaned(raw)
    if expected:
        assert colour(clean.jpeg, 0.1, 0.5) == expected


def test_16_bit_grey_converted_directly_turns_white():  # control
    grey = Image.open(io.BytesIO(ODD["16-bit grey"][0]))
    assert colour(saved(grey.convert("RGB")), 0.1, 0.5) == WHITE


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_kept(form):
    later = [picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT), Image.new("RGB", (64, 48))]
    moving = saved(picture(), form, save_all=True, append_images=later, duration=100)
    assert Image.open(io.BytesIO(moving)).n_frames == 3
    clean = cleaned(moving)
    assert colour(clean.jpeg, 0.1, 0.5) == RED
    assert colour(clean.jpeg, 0.9, 0.5) == BLUE


# -- the child ----------------------------------------------------------------------------


@pytest.fixture
def child_doing(monkeypatch, tmp_path):
    """Put other code in the place of the child."""

    def place(code: str) -> None:
        path = tmp_path / "child.py"
        path.write_text("import os, resource, signal, sys, time\n" + code)
        monkeypatch.setattr(images, "_CHILD", path)

    return place


def test_a_photo_that_burns_its_processor_time_is_refused(child_doing):
    child_doing("resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass")
    assert refusal_of(GOOD["jpeg"]) == "image_timeout"


def test_a_child_that_hangs_is_killed_and_the_photo_may_come_again(child_doing, monkeypatch):
    monkeypatch.setattr(images, "WALL_SECONDS", 0.3)
    child_doing("time.sleep(60)")
    started = time.monotonic()
    with pytest.raises(Refusal) as caught:
        clean_image(GOOD["jpeg"])
    assert (caught.value.code, caught.value.status) == ("image_busy", 503)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.abort()",
        "sys.exit(1)",
        "raise MemoryError",
        "pass",
        "print('no JSON')",
        "print('[]')",
        "print('{}')",
        "print('null')",
        """print('{"refused": "sign_in_first"}')""",
        """print('{"width": 1, "height": 1, "jpeg": 5, "thumb": 5}\\nhalf')""",
        """print('{"width": 1, "height": 1, "jpeg": -1, "thumb": 1}\\nx', end='')""",
        """print('{"width": "1", "height": 1, "jpeg": 1, "thumb": 1}\\nxx', end='')""",
        "while True: os.write(1, b'x' * 65536)",
        "os.write(1, b'\\xff' * 20000000)",
    ],
)
def test_whatever_a_child_does_ends_in_a_refusal(child_doing, code):
    child_doing(code)
    assert refusal_of(GOOD["jpeg"]) == "image_broken"


LIMITS = {"CPU": (10, 11), "AS": (1024**3,) * 2, "FSIZE": (0, 0), "CORE": (0, 0), "NPROC": (0, 0), "NOFILE": (3, 3)}


def test_the_child_runs_within_its_limits_and_without_environment(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "SECRET-7741")
    seen = {}

    def watch(command, **options):
        reading, writing = os.pipe()  # a photo that never ends: the child waits with its limits set
        child = real_popen(command, **(options | {"stdin": reading}))
        deadline = time.monotonic() + 10
        while resource.prlimit(child.pid, resource.RLIMIT_NOFILE)[0] != 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        seen.update({name: resource.prlimit(child.pid, getattr(resource, f"RLIMIT_{name}")) for name in LIMITS})
        seen.update(environment=options["env"], command=command)
        os.close(reading)
        os.close(writing)
        return child

    real_popen = subprocess.Popen
    monkeypatch.setattr(images.subprocess, "Popen", watch)
    with pytest.raises(Refusal):
        clean_image(GOOD["jpeg"])
    assert {name: seen[name] for name in LIMITS} == LIMITS
    assert seen["environment"] == {}
    assert {"-I", "-S"} <= set(seen["command"])


def test_an_ordinary_child_process_would_inherit_the_secrets(monkeypatch):  # control
    monkeypatch.setenv("SECRET_KEY", "SECRET-7741")
    shown = subprocess.run([sys.executable, "-c", "import os; print(os.environ)"], capture_output=True, check=True)
    assert b"SECRET-7741" in shown.stdout


def photos_open_at_once(monkeypatch, clean) -> int:
    """The largest number of children at one time while eight photos come in together."""
    lock, counts = threading.Lock(), {"now": 0, "most": 0}

    def run(raw, max_side_px, thumb_side_px):
        with lock:
            counts["now"] += 1
            counts["most"] = max(counts.values())
        time.sleep(0.05)
        with lock:
            counts["now"] -= 1
        return b'{"width": 1, "height": 1, "jpeg": 1, "thumb": 1}\nxx', 0

    monkeypatch.setattr(images, "_run_child", run)
    threads = [threading.Thread(target=clean, args=(b"photo",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts["most"]


def test_eight_photos_at_once_open_two_children_at_a_time(monkeypatch):
    assert photos_open_at_once(monkeypatch, clean_image) == 2


def test_without_places_eight_photos_open_eight_children(monkeypatch):  # control
    monkeypatch.setattr(images, "_places", threading.BoundedSemaphore(100))
    assert photos_open_at_once(monkeypatch, clean_image) > 2


def test_a_photo_that_finds_no_place_in_time_may_come_again(monkeypatch):
    monkeypatch.setattr(images, "QUEUE_SECONDS", 0.01)
    monkeypatch.setattr(images, "_places", threading.BoundedSemaphore(1))
    images._places.acquire()
    with pytest.raises(Refusal) as caught:
        clean_image(GOOD["jpeg"])
    assert (caught.value.code, caught.value.status) == ("image_busy", 503)


def test_a_refused_photo_gives_its_place_back():
    for _ in range(images.MAX_CHILDREN + 1):
        assert refusal_of(NO_PHOTOS["gif"]) == "image_type"
    assert images._places.acquire(blocking=False)
    images._places.release()
