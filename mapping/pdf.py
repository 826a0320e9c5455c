"""Papers: HTML of our own templates goes in, a PDF comes out of a process of its own.

WeasyPrint has no limit of time or memory. The child (`pdf_child.py`) has 40 s of CPU and 2 GB,
fetches nothing but our fonts, and is killed after a minute: a slow paper never holds a web
worker for longer.
"""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from mapping.errors import Refusal

WALL_SECONDS = 60
MAX_PDF_BYTES = 32 * 1024 * 1024
MAX_CHILDREN = 1  # per server process: the others of its threads answer readers meanwhile
QUEUE_SECONDS = 15

_CHILD = Path(__file__).with_name("pdf_child.py")
FONTS = Path(__file__).with_name("fonts")

_places = threading.BoundedSemaphore(MAX_CHILDREN)


def render(html: str, *, wall_seconds: float = WALL_SECONDS) -> bytes:
    """The PDF of a page of HTML. Raises Refusal `sheet_busy` where this server has no time for it."""
    if not _places.acquire(timeout=QUEUE_SECONDS):
        raise Refusal("sheet_busy")
    try:
        pdf, exit_code = _run_child(html.encode("utf-8"), wall_seconds)
    finally:
        _places.release()
    if exit_code in (-signal.SIGKILL, -signal.SIGXCPU):
        raise Refusal("sheet_busy")
    if exit_code or not pdf.startswith(b"%PDF-"):
        raise RuntimeError(f"the PDF child ended with {exit_code}")  # a fault of ours: every text is a template's
    return pdf


def _run_child(html: bytes, wall_seconds: float) -> tuple[bytes, int]:
    """What the child wrote, and its exit code. The page waits in memory and not in a pipe, as a photo does."""
    with open(os.memfd_create("paper"), "w+b") as page:
        page.write(html)
        page.seek(0)
        with subprocess.Popen(
            [sys.executable, "-I", "-B", str(_CHILD), str(FONTS)],
            stdin=page,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LANG": "C.UTF-8"},
        ) as child:
            clock = threading.Timer(wall_seconds, child.kill)
            clock.start()
            assert child.stdout
            pdf = child.stdout.read(MAX_PDF_BYTES)
            if len(pdf) == MAX_PDF_BYTES:
                child.kill()
        clock.cancel()
    return pdf, child.returncode
