"""The image gate: a photo from outside goes in, two plain JPEGs of fresh pixels come out.

Nothing in this process opens the photo. A child does (`images_child.py`, where the rules
stand), which has 10 s of CPU, 1 GB of memory, no file to write, no network, no environment,
and is killed after 15 s. Whatever happens to it, the server answers with a `Refusal`.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import PIL

from mapping.errors import Refusal

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
WALL_SECONDS = 15
MAX_ANSWER_BYTES = 16 * 1024 * 1024  # two JPEGs of 1,600 px never come near
MAX_CHILDREN = 2  # per server process: each may take 1 GB
QUEUE_SECONDS = 20

_CHILD = Path(__file__).with_name("images_child.py")
_PIL_PARENT = Path(PIL.__file__).parent.parent

_places = threading.BoundedSemaphore(MAX_CHILDREN)


class CleanImage(NamedTuple):
    jpeg: bytes
    thumb: bytes
    width: int  # of `jpeg`, upright
    height: int


def clean_image(raw: bytes, *, max_side_px: int = 1600, thumb_side_px: int = 320) -> CleanImage:
    """Turn an uploaded photo into one JPEG and one thumbnail that hold pixels and nothing else.

    Neither is ever larger than the original. Safe to call from many threads: at most
    `MAX_CHILDREN` photos are open at once, the others wait.

    Raises
    ------
    Refusal
        ``image_empty``, ``image_too_large`` (10 MB), ``image_type`` (not JPEG, PNG or WebP by
        its first bytes), ``image_pixels`` (50 million), ``image_broken``, ``image_timeout``
        (10 s of CPU); ``image_busy`` when this server, not the photo, is the reason: the
        sender should try again.
    """
    if not raw:
        raise Refusal("image_empty")
    if len(raw) > MAX_PHOTO_BYTES:
        raise Refusal("image_too_large", limit_mb=MAX_PHOTO_BYTES // 1024**2)
    if not _places.acquire(timeout=QUEUE_SECONDS):
        raise Refusal("image_busy")
    try:
        answer, exit_code = _run_child(raw, max_side_px, thumb_side_px)
    finally:
        _places.release()
    if exit_code == -signal.SIGXCPU:
        raise Refusal("image_timeout")
    if exit_code == -signal.SIGKILL:  # by the clock or for lack of memory: the server's fault
        raise Refusal("image_busy")
    return _read_answer(answer)


def _run_child(raw: bytes, max_side_px: int, thumb_side_px: int) -> tuple[bytes, int]:
    """What the child wrote, and its exit code.

    The photo waits in memory and not in a pipe, so that reading the answer is all there is
    left to do and can be bounded; it never touches a disk.
    """
    sizes = [str(number) for number in (max_side_px, thumb_side_px, MAX_PIXELS)]
    with open(os.memfd_create("photo"), "w+b") as photo:
        photo.write(raw)
        photo.seek(0)
        with subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(_CHILD), str(_PIL_PARENT), *sizes],
            stdin=photo,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
        ) as child:
            clock = threading.Timer(WALL_SECONDS, child.kill)
            clock.start()
            assert child.stdout
            answer = child.stdout.read(MAX_ANSWER_BYTES)
        clock.cancel()
    return answer, child.returncode


def _read_answer(answer: bytes) -> CleanImage:
    """Believe nothing but the one form that an undisturbed child writes."""
    head_line, _, body = answer.partition(b"\n")
    try:
        head = json.loads(head_line)
    except ValueError:
        raise Refusal("image_broken") from None
    match head:
        case {"refused": "image_type"}:
            raise Refusal("image_type")
        case {"refused": "image_pixels"}:
            raise Refusal("image_pixels", limit_mpx=MAX_PIXELS // 1_000_000)
        case {"width": int(width), "height": int(height), "jpeg": int(cut), "thumb": int(rest)} if (
            cut > 0 and rest > 0 and cut + rest == len(body)
        ):
            return CleanImage(body[:cut], body[cut:], width, height)
    raise Refusal("image_broken")
