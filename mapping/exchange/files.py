"""Reading the files that administrators and officers bring: tables, lists and layers of shapes.

Nothing in this process opens the file. A child does (`files_child.py`, where the rules
stand): 300 s of CPU, 4 GB of memory, a temporary folder that goes with it, no environment,
no driver but the one that the first bytes call for. Whatever happens to it, the caller meets
a `Refusal`; what is wrong with one row alone stands in the notes of that row.

    with read(path, name="villages.xlsx", shapes="none") as sheet:
        for row in sheet.rows:
            ...
"""

import base64
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mapping.errors import MESSAGES, Refusal
from mapping.geometry import THAILAND_BBOX

MAX_FILE_BYTES = 1024**3  # packed or not
SILENT_SECONDS = 330  # above the child's 300 s of CPU, so that only a stuck child meets it
MAX_LINE_BYTES = 256 * 1024**2
VERDICTS = ("repaired", "flagged", "refused")

_CHILD = Path(__file__).with_name("files_child.py")
_NEEDED = ("numpy", "shapely", "pyproj", "pyogrio", "python_calamine", "certifi", "packaging")


@dataclass(frozen=True, slots=True)
class RowNote:
    """What reading had to say of one row."""

    verdict: str  # "repaired" | "flagged" | "refused"
    column: str  # as named in the file; "geometry" for the geometry; "" for the row
    code: str  # of mapping/errors.py
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read. An empty cell is None in every format."""

    number: int  # as a person counts: 2 is the first below a table's header, 1 the first feature
    values: dict[str, Any]  # str | int | float | bool | None | list | dict by column; dates as ISO text
    geometry: bytes | None  # 2-D WKB in WGS 84, lng before lat
    notes: tuple[RowNote, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    format: str  # csv, json, xlsx, geojson, gpkg, fgb, shapefile
    columns: tuple[str, ...]
    total: int  # rows, empty ones not counted
    about: dict[str, Any]  # top-level members of a GeoJSON, {} otherwise
    encoding: str | None  # of text formats and DBF, as detected
    layer: str | None  # layer or worksheet that was read
    layers: tuple[str, ...]
    crs: str | None  # what the file said, if it was reprojected
    rows: Iterator[Row]  # streamed; may raise Refusal midway


@contextmanager
def read(
    path: Path,
    *,
    name: str = "",
    shapes: Literal["none", "points", "polygons"] = "none",
    repair: bool = False,
    layer: str | None = None,
) -> Iterator[Sheet]:
    """Open a file of any format that is taken; its content decides which one it is.

    `name` is what its owner called it: an ending that names a foreign format is refused. The
    rows are read once, in order, while the context is open; leaving it ends the child.

    Raises
    ------
    Refusal
        For the file as a whole, here or while rows are read. A row alone is never a reason:
        it carries a note with the verdict "refused".
    """
    size = path.stat().st_size
    if size == 0:
        raise Refusal("file_empty")
    if size > MAX_FILE_BYTES:
        raise Refusal("file_too_large", limit_mb=MAX_FILE_BYTES // 1024**2)
    ask = {
        "name": name,
        "shapes": shapes,
        "repair": repair,
        "layer": layer,
        "thailand": THAILAND_BBOX,
        "max_bytes": MAX_FILE_BYTES,
        "packages": sorted(_package_folders()),
    }
    with tempfile.TemporaryDirectory(prefix="meemap-file-") as folder, path.open("rb") as file:
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", str(_CHILD), json.dumps(ask)],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={},
        )
        try:
            answers = _answers(child)
            yield _read_head(next(answers, {}), answers)
        finally:
            child.kill()
            child.communicate()


def _package_folders() -> set[str]:
    """Where the child finds its packages; asked of the finder, so that none is loaded here."""
    specs = [importlib.util.find_spec(name) for name in _NEEDED]
    return {str(Path(spec.origin).parents[1]) for spec in specs if spec and spec.origin}


def _answers(child: subprocess.Popen[bytes]) -> Iterator[Any]:
    """The child's lines, read to its end; a refusal among them, or instead of an end, is raised."""
    done = False
    for line in _lines(child):
        try:
            answer = json.loads(line)
        except ValueError:
            raise Refusal("file_broken") from None
        if isinstance(answer, dict) and "refused" in answer:
            code, params = answer["refused"], answer.get("params")
            if code not in MESSAGES or not isinstance(params, dict):
                raise Refusal("file_broken")
            raise Refusal(code, attr=None, **params)
        done = answer == "done"
        if not done:
            yield answer
    if child.wait() == -signal.SIGXCPU:
        raise Refusal("file_timeout")
    if not done:
        raise Refusal("file_broken")


def _lines(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Lines as they come; `poll`, because a plain read could wait for a stuck child for ever."""
    assert child.stdout
    pipe, parts, held = child.stdout.fileno(), list[bytes](), 0
    ready = select.poll()
    ready.register(pipe, select.POLLIN | select.POLLHUP)
    line_by = time.monotonic() + SILENT_SECONDS
    while True:
        if child.stdout.closed:
            raise ValueError("rows can be read only while the file is open")
        if not ready.poll(max(0, line_by - time.monotonic()) * 1000):
            raise Refusal("file_timeout")
        block = os.read(pipe, 1 << 18)
        if not block:
            return  # what is left is half a line
        first, *more = block.split(b"\n")
        parts.append(first)
        held += len(first)
        if held > MAX_LINE_BYTES:
            raise Refusal("file_broken")
        for rest in more:
            yield b"".join(parts)
            parts, held = [rest], len(rest)
            line_by = time.monotonic() + SILENT_SECONDS  # the caller's time between lines is its own


def _read_head(head: Any, answers: Iterator[Any]) -> Sheet:
    try:
        columns = tuple(head["columns"])
        return Sheet(
            format=head["format"],
            columns=columns,
            total=head["total"],
            about=head["about"],
            encoding=head["encoding"],
            layer=head["layer"],
            layers=tuple(head["layers"]),
            crs=head["crs"],
            rows=_rows(columns, answers),
        )
    except (KeyError, TypeError):
        raise Refusal("file_broken") from None


def _rows(columns: tuple[str, ...], answers: Iterator[Any]) -> Iterator[Row]:
    for batch in answers:
        for given in batch:
            try:
                row = _read_row(columns, *given)
            except (TypeError, ValueError):
                raise Refusal("file_broken") from None
            yield row


def _read_row(columns: tuple[str, ...], number: int, values: list[Any], wkb: str | None, notes: list[Any]) -> Row:
    """Believe nothing but the one form that an undisturbed child writes."""
    found = tuple(RowNote(*note) for note in notes)
    if any(note.verdict not in VERDICTS or note.code not in MESSAGES for note in found):
        raise ValueError(notes)
    geometry = None if wkb is None else base64.b64decode(wkb)
    return Row(int(number), dict(zip(columns, values, strict=True)), geometry, found)
