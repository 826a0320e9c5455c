"""The process that opens a file nobody has looked at yet; started by `files.py` alone.

Run as a file, isolated (`python -I -S -B`), it knows neither Django nor the settings nor a
secret. It reads the file from standard input, keeps what it must unpack in its working
folder under names of its own, and writes JSON lines: one with what the file is, then rows by
the hundred as [number, values, WKB in base64, notes], at last "done"; or a refusal, at any
point, after which nothing follows.

Rules, by name:

- *content decides*: first bytes and structure choose the reader. The name is looked at only
  to refuse: endings of foreign formats, and a layer's ending on what is no such layer.
- *one driver*: GDAL reads GeoPackage, FlatGeobuf and shapefiles; before it sees a file every
  other driver is struck from its list. GeoJSON is read without it.
- *counted bytes*: whatever is unpacked is counted while it is unpacked, headers are not believed.
- *own names*: of an archive only members that are needed are taken, under names made here.
- *rows are rows*: what is wrong with one row becomes a note of that row; only what makes the
  rest unreadable refuses the file.
- *whole layer*: a DBF is UTF-8 or Thai (Windows-874) as a whole, never by field.
- *neutralised cells*: the apostrophe that our own CSV sets before = + - @ is taken off again.
- *degrees*: shapes are turned into longitude and latitude on WGS 84; winding is normalised.
- *named repairs*: with `repair`, see `repair_polygons`. Nothing is repaired without a note.
"""

import os
import resource
import sys

CPU_SECONDS = 300
ADDRESS_SPACE_BYTES = 4 * 1024**3
WRITTEN_BYTES = 1024**3 + 1024**2  # of any one file

# Before anything of weight is loaded: no core, no further process or thread.
resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
os.environ.update(
    OPENBLAS_NUM_THREADS="1",
    GDAL_NUM_THREADS="1",
    GDAL_DRIVER_PATH="disable",  # no plugins
    PROJ_NETWORK="OFF",
    CPL_TMPDIR=".",
)

import json  # noqa: E402

ASK = json.loads(sys.argv[1])
sys.path.extend(ASK["packages"])
for package in ("pandas", "geopandas", "pyarrow"):
    sys.modules[package] = None  # type: ignore[assignment]  # pyogrio would load them for nothing

import base64  # noqa: E402
import codecs  # noqa: E402
import csv  # noqa: E402
import ctypes  # noqa: E402
import datetime as dt  # noqa: E402
import gzip  # noqa: E402
import io  # noqa: E402
import itertools  # noqa: E402
import math  # noqa: E402
import re  # noqa: E402
import shutil  # noqa: E402
import stat  # noqa: E402
import unicodedata  # noqa: E402
import zipfile  # noqa: E402
import zlib  # noqa: E402
from collections import Counter, defaultdict  # noqa: E402
from collections.abc import Iterable, Iterator, Sequence  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path, PurePosixPath  # noqa: E402
from typing import IO, Any, BinaryIO  # noqa: E402
from xml.etree import ElementTree  # noqa: E402 -- `xml_parser` refuses every DTD first
from xml.parsers import expat  # noqa: E402

import numpy as np  # noqa: E402
import pyogrio  # noqa: E402
import pyogrio._ogr  # noqa: E402
import pyogrio.raw  # noqa: E402
import pyproj  # noqa: E402
import python_calamine  # noqa: E402
import shapely  # noqa: E402

MAX_MEMBERS = 1000
MAX_RATIO, RATIO_FROM_BYTES = 200, 64 * 1024**2  # unpacked to packed, looked at above this size
MAX_CELLS = 30_000_000  # of a worksheet, empty ones counted: one cell in the last corner is a bomb
MAX_FIELD_CHARACTERS = 1_000_000
MAX_AREA_CHANGE = 0.01
BATCH_ROWS, BATCH_CHARACTERS = 400, 4_000_000

Note = list[Any]  # verdict, column, code, params
Line = tuple[int, list[Any], bytes | None, list[Note]]  # number, values, WKB, notes


class Refused(Exception):
    """A code of the table in `errors.py`, for the file as a whole."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass
class Found:
    format: str
    columns: list[str]
    total: int
    rows: Iterable[Line]
    about: dict[str, Any] = field(default_factory=dict)
    encoding: str | None = None
    layer: str | None = None
    layers: list[str] = field(default_factory=list)
    crs: str | None = None


def main() -> None:
    try:
        found = read_file(sys.stdin.buffer)  # type: ignore[arg-type]
        if not found.total:
            raise Refused("file_empty")
        say({name: value for name, value in vars(found).items() if name != "rows"})
        batch, held = [], 0
        for number, values, wkb, notes in found.rows:
            shape = None if wkb is None else base64.b64encode(wkb).decode()
            batch.append([number, clean_values(values, found.columns, notes), shape, notes])
            held += len(shape or "")
            if len(batch) == BATCH_ROWS or held > BATCH_CHARACTERS:
                say(batch)
                batch, held = [], 0
        say(batch)
        say("done")
    except Refused as refused:
        say({"refused": refused.code, "params": refused.params})
    except MemoryError:
        say({"refused": "file_memory", "params": {}})
    # Anything else ends in a traceback and exit code 1: `files.py` says that it is broken.


def say(what: Any) -> None:
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


# -- values --------------------------------------------------------------------------------

UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
PLAIN_TYPES = {str, int, bool, type(None)}


def clean_values(values: list[Any], columns: Sequence[str], notes: list[Note]) -> list[Any]:
    """Values that JSON and the database can hold; what had to go is noted."""
    texts = "".join([value for value in values if type(value) is str])
    if not UNCLEAN.search(texts) and PLAIN_TYPES.issuperset(map(type, values)):
        return values
    return [clean(value, columns[index], notes) for index, value in enumerate(values)]


def clean(value: Any, column: str, notes: list[Note]) -> Any:
    if isinstance(value, str):
        if value.isprintable() or not UNCLEAN.search(value):
            return value
        notes.append(["refused", column, "text_characters", {}])
        return UNCLEAN.sub("", value)
    if isinstance(value, float) and not math.isfinite(value):
        notes.append(["refused", column, "number_not_finite", {}])
        return None
    if isinstance(value, dict):
        return {clean(str(name), column, notes): clean(member, column, notes) for name, member in value.items()}
    if isinstance(value, list):
        return [clean(item, column, notes) for item in value]
    return value


def plain(value: Any) -> Any:
    """A cell of XLSX or a field of a layer as a plain value; empty is None."""
    if value is None or type(value) is str:
        return value or None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value)
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    return None if isinstance(value, bytes) else value


def shown(text: str) -> str:
    return UNCLEAN.sub("", text)[:60]


def name_columns(names: Iterable[Any]) -> list[str]:
    """Names as they are used from here on: NFC, trimmed, none empty, none twice."""
    found = []
    for number, name in enumerate(names, 1):
        value = plain(name)
        text = "" if value is None else UNCLEAN.sub("", str(value)[:200]).replace("\ufeff", "")
        found.append(unicodedata.normalize("NFC", " ".join(text.split())) or f"column {number}")
    twice = [name for name, count in Counter(found).items() if count > 1]
    if twice:
        raise Refused("columns_twice", names=", ".join(shown(name) for name in twice[:5]))
    return found


def check_header(cells: Sequence[Any]) -> None:
    """Refuse a first row that is empty or already data: one that begins with a number."""
    first = next((cell for cell in cells if cell is not None and str(cell).strip()), "")
    if re.fullmatch(r"[\d\s.,+/-]*", str(first)):
        raise Refused("file_header")


# -- which file is it ------------------------------------------------------------------------

FOREIGN_ENDINGS = {
    ".kml": "KML", ".kmz": "KMZ", ".gml": "GML", ".vrt": "VRT", ".mif": "MapInfo", ".mid": "MapInfo",
    ".tab": "MapInfo", ".dxf": "DXF", ".dwg": "DWG", ".gpx": "GPX", ".gdb": "GDB", ".sqlite": "SQLite",
    ".osm": "OSM", ".pbf": "OSM", ".topojson": "TopoJSON",
}  # fmt: skip
LAYER_ENDINGS = {".gpkg": "gpkg", ".fgb": "fgb"}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BINARY = [  # first bytes, what it is, whether it holds shapes
    (OLD_OFFICE, "Excel 97-2003 (.xls) / Word (.doc)", False),
    (b"%PDF", "PDF", False),
    (b"\x89PNG", "PNG", False),
    (b"\xff\xd8\xff", "JPEG", False),
    (b"GIF8", "GIF", False),
    (b"II*\x00", "TIFF", False),
    (b"MM\x00*", "TIFF", False),
    (b"RIFF", "WebP", False),
    (b"Rar!", "RAR", False),
    (b"7z\xbc\xaf\x27\x1c", "7z", False),
    (b"BZh", "bzip2", False),
    (b"\xfd7zXZ", "xz", False),
    (b"\x28\xb5\x2f\xfd", "zstd", False),
    (b"PAR1", "Parquet", True),
    (b"\x7fELF", "ELF", False),
    (b"MZ", "EXE", False),
]
TEXT = [  # pattern at the beginning, what it is, whether it holds shapes
    (r"(?s)<.*<(OGRVRTDataSource|VRTDataset)\b|<(OGRVRTDataSource|VRTDataset)\b", "VRT", True),
    (r"(?s)(<\?xml.*)?<(\w+:)?kml\b", "KML", True),
    (r"(?s)<.{0,2000}opengis\.net/(gml|wfs)", "GML", True),
    (r"(?s)(<\?xml.*)?<gpx\b", "GPX", True),
    (r"(?s)(<\?xml.*)?<osm\b", "OSM", True),
    (r"(?s)<.{0,2000}(<html|<!doctype html|<table|<body)|<(html|!doctype html|table)", "HTML", False),
    (r"(?s)<.{0,2000}schemas-microsoft-com:office", "Excel 2003 XML", False),
    (r"<", "XML", False),
    (r"(?i)version\s+\d+\s*\n(charset|delimiter|unique|index|coordsys|transform|columns)\b", "MapInfo", True),
    (r"!table\s", "MapInfo", True),
    (r"(999\s*\n.*\n\s*)?0\s*\n\s*SECTION\b", "DXF", True),
    (r"\{\\rtf", "RTF", False),
    (r"(https?|ftp|/vsi\w+):?/", "URL", False),
]


def read_file(file: BinaryIO, unpacked: bool = False) -> Found:
    """Look at the beginning, choose the reader, and hold the result against the name."""
    name = ASK["name"].lower().removesuffix(".gz")
    ending = PurePosixPath(name).suffix
    if ending in FOREIGN_ENDINGS:
        raise Refused("file_driver", seems=FOREIGN_ENDINGS[ending])
    head = file.read(4096)
    file.seek(0)
    if not head:
        raise Refused("file_empty")
    if head.startswith((b"\x1f\x8b", b"PK")) and unpacked:
        raise Refused("zip_nested")
    if head.startswith(b"\x1f\x8b"):
        return read_file(unpack_gzip(file), unpacked=True)
    kind, reader = choose(head, file)
    if ending in LAYER_ENDINGS and LAYER_ENDINGS[ending] != kind:
        raise Refused("file_driver", seems=kind.upper())
    return reader(file)


def choose(head: bytes, file: BinaryIO) -> tuple[str, Any]:
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return choose_zip(file)
    if head.startswith(b"SQLite format 3\x00"):
        if head[68:72] not in (b"GPKG", b"GP10", b"GP11"):
            raise Refused("file_driver", seems="SQLite")
        return "gpkg", lambda file: read_layers("gpkg", "GPKG", [keep(file, "layer.gpkg")])
    if head.startswith(b"fgb\x03fgb"):
        return "fgb", lambda file: read_layers("fgb", "FlatGeobuf", [keep(file, "layer.fgb")])
    if head.startswith(b"\x00\x00\x27\x0a\x00\x00\x00\x00"):
        raise Refused("shapefile_alone")
    if head.startswith(OLD_OFFICE) and "EncryptedPackage".encode("utf-16-le") in file.read(1 << 24):
        raise Refused("zip_encrypted")  # an .xlsx with a password is wrapped as an old Office file
    for magic, seems, holds_shapes in BINARY:
        if head.startswith(magic):
            raise Refused("file_driver" if holds_shapes else "file_type", seems=seems)
    encoding = detect_encoding(file)
    beginning = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if not beginning and len(head) < 4096:
        raise Refused("file_empty")
    for pattern, seems, holds_shapes in TEXT:
        if re.match(pattern, beginning, re.IGNORECASE):
            raise Refused("file_driver" if holds_shapes else "file_type", seems=seems)
    if beginning[:1] in ("{", "[", "\x1e"):
        return "json", lambda file: read_json(file, encoding)
    return "csv", lambda file: read_csv(file, encoding)


def choose_zip(file: BinaryIO) -> tuple[str, Any]:
    archive = open_zip(file)
    names = {member.filename for member in archive.infolist()}
    if "xl/workbook.xml" in names:
        return "xlsx", lambda _: read_xlsx(archive)
    if "xl/workbook.bin" in names:
        raise Refused("file_type", seems="Excel (.xlsb)")
    for folder, seems in (("word/", "Word (.docx)"), ("ppt/", "PowerPoint (.pptx)")):
        if any(name.startswith(folder) for name in names):
            raise Refused("file_type", seems=seems)
    if "mimetype" in names and "content.xml" in names:
        raise Refused("file_type", seems="OpenDocument (.ods)")
    endings = {PurePosixPath(name).suffix.lower() for name in names}
    if ".shp" not in endings:
        if ".kml" in endings:
            raise Refused("file_driver", seems="KMZ")
        if endings & {".zip", ".gz", ".7z", ".rar"}:
            raise Refused("zip_nested")
        raise Refused("zip_no_shapefile")
    return "shapefile", lambda _: read_shapefiles(archive)


# -- unpacking -------------------------------------------------------------------------------


class Budget:
    """How many bytes may still be unpacked; counted, never believed."""

    def __init__(self, packed: int) -> None:
        self.packed, self.unpacked = max(packed, 1), 0

    def copy(self, source: IO[bytes], target: IO[bytes], look: Any = None) -> None:
        while block := source.read(1 << 18):
            self.unpacked += len(block)
            ratio = self.unpacked / self.packed
            if self.unpacked > ASK["max_bytes"] or (self.unpacked > RATIO_FROM_BYTES and ratio > MAX_RATIO):
                raise bomb()
            if look:
                look(block)
            target.write(block)


def bomb() -> Refused:
    return Refused("zip_bomb", limit_mb=ASK["max_bytes"] // 1024**2, limit_files=MAX_MEMBERS)


def size_of(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size


def keep(file: BinaryIO, name: str) -> Path:
    with open(name, "xb") as target:
        shutil.copyfileobj(file, target, 1 << 20)
    return Path(name).absolute()


def unpack_gzip(file: BinaryIO) -> BinaryIO:
    target = open("unpacked", "x+b")  # noqa: SIM115 -- open until the process ends
    try:
        with gzip.GzipFile(fileobj=file) as source:
            Budget(size_of(file)).copy(source, target)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and not isinstance(error, gzip.BadGzipFile):
            raise
        raise Refused("gzip_broken") from None
    target.seek(0)
    return target


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """The archive, after a look at its table of contents alone."""
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, EOFError):
        raise Refused("zip_broken") from None
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > ASK["max_bytes"]:
        raise bomb()
    if any(member.flag_bits & 0x1 for member in members):
        raise Refused("zip_encrypted")
    if len({member.filename for member in members}) < len(members):
        raise Refused("zip_broken")
    return archive


def take(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: IO[bytes], budget: Budget, look: Any = None
) -> None:
    try:
        with archive.open(member) as source:
            budget.copy(source, target, look)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Refused("zip_broken") from None


def is_plain_member(member: zipfile.ZipInfo) -> bool:
    """A file that stays in its folder; links, climbing and absolute paths are passed over."""
    path = PurePosixPath(member.filename)
    return not (
        member.is_dir()
        or stat.S_ISLNK(member.external_attr >> 16)
        or path.is_absolute()
        or "\\" in member.filename
        or ":" in member.filename
        or ".." in path.parts
        or path.parts[0] == "__MACOSX"
        or path.name.startswith(".")
    )


# -- text ------------------------------------------------------------------------------------

BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# In Thai a vowel above or below and a tone mark follow a Thai character. "é" of a western file
# read as Windows-874 is a tone mark after a Latin letter: where such are more than slips of
# the keyboard, it was no Thai file.
THAI = re.compile("[ก-๛]")
MISPLACED_MARK = re.compile("[^ก-๛][ัิ-ฺ็-๎]")
MAX_MISPLACED = 0.05


def detect_encoding(file: BinaryIO) -> str:
    """`utf-8`, `utf-8-sig`, `utf-16` or `cp874`, after reading the whole file in it."""
    file.seek(0)
    head = file.read(256)
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark) and not head.startswith(b"\xff\xfe\x00\x00"):
            fault = find_fault(file, encoding)
            break
    else:
        if head.count(0) > len(head) // 4:  # UTF-16 or UTF-32 that does not say so
            raise Refused("file_encoding", row=1)
        encoding, fault = "utf-8", find_fault(file, "utf-8")
        if fault and not fault[1]:  # not one Thai letter of UTF-8 before the fault
            encoding, fault = "cp874", find_fault(file, "cp874")
    if fault:
        raise Refused("file_encoding", row=fault[0])
    file.seek(0)
    return encoding


def find_fault(file: BinaryIO, encoding: str) -> tuple[int, bool] | None:
    """Line of the first byte that is not `encoding`, and whether Thai stood before: two bytes of Windows-874 may make
    one character of UTF-8 by chance, but not a Thai one."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line, thai_before, last = 1, False, "\n"
    thai = misplaced = first_misplaced = 0
    while True:
        block = file.read(1 << 20)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            return line + good.count(b"\n"), thai_before or bool(THAI.search(good.decode(encoding, "ignore")))
        if encoding == "cp874":
            thai += len(THAI.findall(text))
            marks = [match.end() for match in MISPLACED_MARK.finditer(last + text)]
            if marks and not misplaced:
                first_misplaced = line + text.count("\n", 0, marks[0] - 1)
            misplaced += len(marks)
        if not block:
            return (first_misplaced, True) if misplaced > thai * MAX_MISPLACED else None
        thai_before = thai_before or bool(THAI.search(text))
        line, last = line + text.count("\n"), text[-1:] or last


# -- CSV -------------------------------------------------------------------------------------

NEUTRALISED = re.compile(r"^'(?=\s*[=+\-@＝＋－＠]|[\t\r])")


def read_csv(file: BinaryIO, encoding: str) -> Found:
    text = io.TextIOWrapper(file, encoding, newline="")
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    first_line = text.readline(100_000)
    outside_quotes = re.sub(r'"[^"]*"?', "", first_line)
    delimiter = max(",;\t", key=outside_quotes.count)
    header = next(records(text, delimiter), (1, []))[1]
    check_header(header)
    columns = name_columns(header)
    total = -1  # the header
    for _, cells in records(text, delimiter):
        total += any(cell.strip() for cell in cells)

    def rows() -> Iterator[Line]:
        for number, cells in itertools.islice(records(text, delimiter), 1, None):
            if not any(cell.strip() for cell in cells):
                continue
            notes: list[Note] = []
            while len(cells) > len(columns) and not cells[-1].strip():
                cells.pop()
            if len(cells) != len(columns):
                notes.append(["refused", "", "row_width", {"have": len(cells), "want": len(columns)}])
                cells = (cells + [""] * len(columns))[: len(columns)]
            values = [NEUTRALISED.sub("", cell, count=1) if cell[:1] == "'" else cell or None for cell in cells]
            yield number, values, None, notes

    return Found("csv", columns, total, rows(), encoding=encoding)


def records(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with their number from 1; a quoted line break does not count, an empty line does."""
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    for number in itertools.count(1):
        started = reader.line_num + 1
        try:
            yield number, next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused("csv_quote", row=number, line=started) from None


# -- JSON and GeoJSON --------------------------------------------------------------------------


def read_json(file: BinaryIO, encoding: str) -> Found:
    text = io.TextIOWrapper(file, encoding).read().lstrip("\ufeff")
    try:
        body = [load(part) for part in text.split("\x1e") if part.strip()] if text[0] == "\x1e" else load(text)
    except json.JSONDecodeError as error:
        body = read_json_lines(text, error)
    except (RecursionError, ValueError):  # nested thousands deep; a number of thousands of digits
        raise Refused("file_list") from None
    del text
    return found_in(body, encoding)


def load(text: str) -> Any:
    return json.loads(text, object_pairs_hook=members)


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise Refused("columns_twice", names=shown(twice))
    return found


def read_json_lines(text: str, error: json.JSONDecodeError) -> list[Any]:
    """One object a line; anything else is broken where the first reading ended."""
    if not error.msg.startswith("Extra data"):
        raise Refused("file_json", line=error.lineno, column=error.colno)
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                found.append(load(line))
        except json.JSONDecodeError as broken:
            first = number if found else error.lineno
            raise Refused("file_json", line=first, column=broken.colno if found else error.colno) from None
    return found


def found_in(body: Any, encoding: str) -> Found:
    about: dict[str, Any] = {}
    is_collection = isinstance(body, dict)
    if is_collection:
        if body.get("type") == "Topology":
            raise Refused("file_driver", seems="TopoJSON")
        if "spatialReference" in body and "features" in body:
            raise Refused("file_driver", seems="Esri JSON")
        if body.get("type") == "Feature":
            body = {"features": [body]}
        about, body = body, body.pop("features", None)
    if not isinstance(body, list) or not all(isinstance(item, dict) for item in body):
        raise Refused("file_list")
    is_geojson = bool(body) and all(item.get("type") == "Feature" for item in body)
    if is_collection and not is_geojson:
        raise Refused("file_empty" if body == [] else "file_list")
    return read_features(body, about, encoding) if is_geojson else read_objects(body, encoding)


def read_objects(items: list[dict[str, Any]], encoding: str) -> Found:
    names = list(dict.fromkeys(itertools.chain.from_iterable(items)))
    rows: Iterator[Line] = (
        (number, [item.get(name) for name in names], None, []) for number, item in enumerate(items, 1) if item
    )
    return Found("json", name_columns(names), sum(map(bool, items)), rows, encoding=encoding)


def read_features(features: list[dict[str, Any]], about: dict[str, Any], encoding: str) -> Found:
    crs = geojson_crs(about.pop("crs", None))
    about = clean({name: about[name] for name in about if name not in ("type", "bbox")}, "", [])
    properties = [given if isinstance(given := item.get("properties"), dict) else {} for item in features]
    if ASK["shapes"] == "points":  # what GeoJSON keeps beside the properties is a column elsewhere
        properties = [
            {"id": item["id"], **given} if isinstance(item.get("id"), str | int) else given
            for item, given in zip(features, properties, strict=True)
        ]
    names = list(dict.fromkeys(itertools.chain.from_iterable(properties)))
    found = Found("geojson", name_columns(names), len(features), [], about, encoding)
    notes: list[list[Note]] = [[] for _ in features]
    wkb: list[bytes | None] = [None] * len(features)
    if ASK["shapes"] != "none":
        shapes = Shapes(notes)
        for index, item in enumerate(features):
            shapes.add_geojson(index, item.get("geometry"))
        found.crs = shapes.to_degrees(crs)
        wkb = shapes.finish()
    found.rows = (
        (index + 1, [given.get(name) for name in names], wkb[index], notes[index])
        for index, given in enumerate(properties)
    )
    return found


def geojson_crs(member: Any) -> str | None:
    """What the `crs` of GeoJSON 2008 says, never handed on as text: only an EPSG number is."""
    if member is None:
        return None
    inner = member.get("properties") if isinstance(member, dict) else None
    name = str(inner.get("name") if isinstance(inner, dict) else member)
    if re.fullmatch(r"(urn:ogc:def:crs:OGC:[\d.]*:|OGC:)CRS84", name):
        return None
    number = re.fullmatch(r"(?:urn:ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d{4,6})", name, re.IGNORECASE)
    if not number:
        raise Refused("file_crs", given=shown(name))
    return f"EPSG:{number[1]}"


# -- XLSX --------------------------------------------------------------------------------------


def refuse_doctype(*_: Any) -> None:
    raise Refused("workbook_dtd")


def xml_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def read_xlsx(archive: zipfile.ZipFile) -> Found:
    """Written anew with its XML parts alone, counted and free of DTDs; only then opened."""
    budget = Budget(size_of(archive.fp))  # type: ignore[arg-type]
    with zipfile.ZipFile("workbook.xlsx", "x", zipfile.ZIP_STORED) as fresh:
        for member in archive.infolist():
            name = member.filename
            if not (name in ("[Content_Types].xml", "_rels/.rels") or re.fullmatch(r"xl/[^\\]*\.(xml|rels)", name)):
                continue
            parser = xml_parser()
            try:
                with fresh.open(name, "w", force_zip64=True) as target:
                    take(archive, member, target, budget, look=parser.Parse)
                parser.Parse(b"", True)
            except expat.ExpatError:
                raise Refused("zip_broken") from None
    with zipfile.ZipFile("workbook.xlsx") as fresh:
        parts = visible_sheets(fresh)
        wanted = ASK["layer"]
        if wanted is not None and wanted not in parts:
            raise Refused("file_layer", given=shown(wanted), known=", ".join(parts))
        for title in [wanted] if wanted is not None else list(parts):
            faults, is_empty = scan_sheet(fresh, parts[title])
            if not is_empty:
                break
        else:
            raise Refused("file_empty")
    with python_calamine.CalamineWorkbook.from_path("workbook.xlsx") as workbook:
        cells = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
    found = read_cells(cells, faults)
    found.layer, found.layers = title, list(parts)
    return found


def visible_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path in the archive of each visible worksheet, by title, in their order."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {
        item.get("Id"): item.get("Target", "") for item in relations if item.get("Type", "").endswith("/worksheet")
    }
    found = {}
    for item in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        if item.tag.rpartition("}")[2] == "sheet" and item.get("state", "visible") == "visible":
            link = next((value for name, value in item.attrib.items() if name.endswith("}id")), None)
            target = targets.get(link)
            if target:
                found[item.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def scan_sheet(archive: zipfile.ZipFile, part: str) -> tuple[dict[int, list[tuple[int, str]]], bool]:
    """Cells with a formula or an Excel error, which the reader of values cannot tell.

    Returns (column from 0, code) by row from 1, and whether the sheet is empty.
    """
    faults: dict[int, list[tuple[int, str]]] = defaultdict(list)
    row = column = last_row = last_column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, last_row, last_column
        tag = name.rpartition(":")[2]
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), 0
        elif tag == "c":
            at = attributes.get("r")
            column = column_number(at) if at else column + 1
            if attributes.get("t") == "e":
                faults[row].append((column - 1, "cell_error"))
        elif tag == "v" or tag == "is":
            last_row, last_column = max(row, last_row), max(column, last_column)
        elif tag == "f":
            faults[row].append((column - 1, "cell_formula"))

    raw = archive.read(part)
    if is_ascii_compatible(raw) and not FAULTY_CELL.search(raw) and (cells := CELL.findall(raw)):
        # Nothing to point at, as in most files: seconds are saved by not going through every cell.
        last_row, last_column = (
            max(int(row) for _, row in cells),
            max(map(column_number, {at.decode() for at, _ in cells})),
        )
        last_row = last_row if VALUE.search(raw) else 0
    else:
        parser = xml_parser()
        parser.StartElementHandler = start
        parser.Parse(raw, True)
    if last_row * last_column > MAX_CELLS:
        raise Refused("file_memory")
    return faults, last_row == 0


FAULTY_CELL = re.compile(rb"""<(?:[^<>\s/:]+:)?f[\s/>]|\bt\s*=\s*["']e""")
CELL = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
VALUE = re.compile(rb"<(?:[^<>\s/:]+:)?(?:v|is)[\s>]")


def is_ascii_compatible(raw: bytes) -> bool:
    """Whether tags stand in the bytes as they are spelled: not in UTF-16 or what else XML may be in."""
    declared = re.match(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w-]+)""", raw)
    return b"\x00" not in raw[:64] and (declared is None or declared[1].lower() in (b"utf-8", b"us-ascii"))


def column_number(at: str) -> int:
    """'AB12' → 28"""
    number = 0
    for letter in at.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def read_cells(cells: list[list[Any]], faults: dict[int, list[tuple[int, str]]]) -> Found:
    header = cells[0] if cells else []
    check_header(header)
    columns = name_columns(header)

    def rows() -> Iterator[Line]:
        for number, given in enumerate(cells[1:], 2):
            noted = faults.get(number, [])
            if noted or any(value != "" for value in given):
                # An error cell that a formula made is told once, as the formula.
                notes = [
                    ["refused", columns[column] if column < len(columns) else "", code, {}]
                    for column, code in dict(sorted(noted)).items()
                ]
                yield number, [plain(value) for value in given], None, notes

    total = sum(number in faults or any(value != "" for value in given) for number, given in enumerate(cells[1:], 2))
    return Found("xlsx", columns, total, rows())


# -- layers, by GDAL ---------------------------------------------------------------------------


def allow_driver(name: str) -> None:
    """Strike every driver but one from GDAL's list: what is not there cannot be guessed by content.

    pyogrio has no list of allowed drivers, but brings GDAL's own functions into this process.
    """
    gdal = ctypes.CDLL(pyogrio._ogr.__file__)
    gdal.GDALGetDriver.restype = ctypes.c_void_p
    gdal.GDALGetDriverShortName.restype = ctypes.c_char_p
    gdal.GDALGetDriverShortName.argtypes = gdal.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    for driver in [gdal.GDALGetDriver(index) for index in range(gdal.GDALGetDriverCount())]:
        if gdal.GDALGetDriverShortName(driver) != name.encode():
            gdal.GDALDeregisterDriver(driver)
    if set(pyogrio.list_drivers()) != {name}:
        raise RuntimeError("GDAL keeps other drivers")
    pyogrio.set_gdal_config_options(
        {
            "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
            "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
            "GDAL_HTTP_TIMEOUT": "1",
            "SHAPE_RESTORE_SHX": "NO",
            "OGR_SQLITE_PRAGMA": "trusted_schema=0",
            "OGR_SQLITE_LOAD_EXTENSIONS": None,
        }
    )


# Names of columns that hold codes of areas, by level: OCHA's own, and what Thai offices use.
CODE_COLUMNS = (
    (4, r"adm4_?p?code|mcode|vill(age)?_?(code|id)|moo_?code"),
    (3, r"adm3_?p?code|tcode|t(am|ambon)_?(code|id)|subdist\w*_?(code|id)|tb_?(code|id)"),
    (2, r"adm2_?p?code|acode|a(mp|mphoe)_?(code|id)|dist\w*_?(code|id)|ap_?(code|id)"),
    (1, r"adm1_?p?code|pcode|prov\w*_?(code|id)|pv_?(code|id)"),
)


def code_level(columns: Iterable[str]) -> int:
    """How deep the area codes of these columns go; 0 if there are none."""
    names = [name.lower() for name in columns]
    return next((level for level, form in CODE_COLUMNS if any(re.fullmatch(form, name) for name in names)), 0)


@dataclass
class Layer:
    name: str
    path: Path
    columns: list[str]
    is_fitting: bool  # holds the kind of geometry that is wanted
    features: int


def find_layers(paths: Sequence[Path], encoding: str | None, names: dict[Path, str]) -> list[Layer]:
    found = []
    want = ASK["shapes"].removesuffix("s").title()
    for path in paths:
        for title, kind in pyogrio.list_layers(path):
            info = pyogrio.read_info(path, layer=title, encoding=encoding)
            is_fitting = want == "None" or (kind is not None and (want in kind or kind == "Unknown"))
            found.append(Layer(names.get(path, title), path, list(info["fields"]), is_fitting, info["features"]))
    return found


def pick(layers: list[Layer]) -> Layer:
    if ASK["layer"] is not None:
        for layer in layers:
            if layer.name == ASK["layer"]:
                return layer
        raise Refused("file_layer", given=shown(ASK["layer"]), known=", ".join(layer.name for layer in layers))
    return max(layers, key=lambda layer: (layer.is_fitting, code_level(layer.columns), layer.features > 0))


def read_layers(
    form: str, driver: str, paths: Sequence[Path], names: dict[Path, str] | None = None, encoding: str | None = None
) -> Found:
    allow_driver(driver)
    layers = find_layers(paths, encoding, names or {})
    if not layers:
        raise Refused("file_empty")
    layer = pick(layers)
    with_shapes = ASK["shapes"] != "none"
    meta, _, wkbs, fields = pyogrio.raw.read(
        layer.path,
        layer=None if names else layer.name,
        encoding=encoding,
        read_geometry=with_shapes,
        datetime_as_string=True,
    )
    count = len(fields[0]) if len(fields) else layer.features
    notes: list[list[Note]] = [[] for _ in range(count)]
    titles, series = list(meta["fields"]), [[plain(value) for value in values.tolist()] for values in fields]
    found = Found(form, [], count, [], layer=layer.name, layers=[each.name for each in layers])
    if encoding:
        found.encoding = decode_fields(layer.path, titles, series, notes)
    found.columns = name_columns(titles)
    wkb: list[bytes | None] = [None] * count
    if with_shapes:
        shapes = Shapes(notes)
        shapes.add_wkb(np.full(count, None) if wkbs is None else wkbs)
        found.crs = shapes.to_degrees(meta["crs"])
        wkb = shapes.finish()
    found.rows = ((index + 1, [values[index] for values in series], wkb[index], notes[index]) for index in range(count))
    return found


def read_shapefiles(archive: zipfile.ZipFile) -> Found:
    """Every .shp of the archive with the parts that belong to it, under names made here."""
    parts: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = defaultdict(dict)
    for member in archive.infolist():
        path = PurePosixPath(member.filename)
        if is_plain_member(member) and path.suffix.lower() in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            parts[path.with_suffix("")][path.suffix.lower()] = member
    stems = [stem for stem in parts if ".shp" in parts[stem]]
    if not stems:
        raise Refused("zip_no_shapefile")
    budget, names = Budget(size_of(archive.fp)), {}  # type: ignore[arg-type]
    for number, stem in enumerate(stems):
        for ending in (".shx", ".dbf"):
            if ending not in parts[stem]:
                raise Refused("shapefile_part", part=shown(stem.name) + ending)
        for ending, member in parts[stem].items():
            with open(f"layer{number}{ending}", "xb") as target:
                take(archive, member, target, budget)
        names[Path(f"layer{number}.shp").absolute()] = stem.name
    # As ISO-8859-1 every byte comes through as one character, and can be taken back.
    return read_layers("shapefile", "ESRI Shapefile", list(names), names, encoding="ISO-8859-1")


def decode_fields(path: Path, titles: list[str], series: list[list[Any]], notes: list[list[Note]]) -> str:
    """Turn titles and texts, read as ISO-8859-1, into what they are; returns the encoding.

    UTF-8 if every text is UTF-8 to its end or to a cut in its last character, else Thai.
    A Thai text that fills its field to the last character may go on: it is flagged.
    """
    widths = dbf_widths(path.with_suffix(".dbf"))
    said = path.with_suffix(".cpg").read_text("latin-1").strip().lower() if path.with_suffix(".cpg").exists() else ""
    encoding, first_bad = "utf-8", None
    for index, value in enumerate(itertools.chain(titles, *series)):
        if isinstance(value, str) and not value.isascii() and cut_utf8(value.encode("latin-1")) is None:
            encoding, first_bad = "cp874", (index - len(titles)) % max(len(notes), 1) + 1
            break
    if encoding == "cp874" and said and not re.search("874|tis|utf|65001", said):
        raise Refused("file_encoding", row=first_bad)

    def decode(value: str, row: int) -> str:
        raw = value.encode("latin-1")
        try:
            text = raw.decode("cp874") if encoding == "cp874" else cut_utf8(raw) or ""
        except UnicodeDecodeError:
            raise Refused("file_encoding", row=row) from None
        return text

    thai, misplaced = 0, list[int]()
    titles[:] = [title if title.isascii() else decode(title, 1) for title in titles]
    step = 3 if encoding == "utf-8" else 1  # bytes of a Thai character
    for column, values in enumerate(series):
        is_one_text = len(set(values) - {None}) == 1 < len(values)  # its field was made to measure
        for index, value in enumerate(values):
            if isinstance(value, str) and not value.isascii():
                values[index] = text = decode(value, index + 1)
                if encoding == "cp874":
                    thai += len(THAI.findall(text))
                    misplaced += [index + 1] * len(MISPLACED_MARK.findall("\n" + text))
                is_half = encoding == "utf-8" and len(text.encode()) < len(value)
                if is_half or (not is_one_text and len(value) > widths[column] - step):
                    notes[index].append(["flagged", titles[column], "text_cut", {}])
    if len(misplaced) > thai * MAX_MISPLACED:
        raise Refused("file_encoding", row=misplaced[0])
    return encoding


def cut_utf8(raw: bytes) -> str | None:
    """UTF-8 without the half character at its end, if there is one; None if it is not UTF-8.

    A lone half after plain ASCII is rather a character of another encoding, as in "Café".
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        whole = raw[: error.start]
        is_cut = error.reason == "unexpected end of data" and not whole.isascii()
        return whole.decode("utf-8") if is_cut else None


def dbf_widths(path: Path) -> list[int]:
    """Bytes a field holds, from the table at the head of a DBF."""
    with path.open("rb") as file:
        head = file.read(32)
        rest = file.read(int.from_bytes(head[8:10], "little") - 32)
    return [rest[at + 16] for at in range(0, len(rest) - 31, 32) if rest[at] != 0x0D]


# -- shapes --------------------------------------------------------------------------------------

WGS84 = pyproj.CRS.from_epsg(4326)
KINDS = {"points": ("Point",), "polygons": ("Polygon", "MultiPolygon")}


def places_where(mask: np.ndarray) -> list[int]:
    found: list[int] = np.flatnonzero(mask).tolist()
    return found


class Shapes:
    """The geometries of a file, one a row, with the notes of the rows."""

    def __init__(self, notes: list[list[Note]]) -> None:
        self.notes = notes
        self.shapes = np.full(len(notes), None, dtype=object)
        self.has_height = np.zeros(len(notes), dtype=bool)
        self.unclosed = np.zeros(len(notes), dtype=bool)

    def note(self, index: int, verdict: str, code: str, **params: Any) -> None:
        self.notes[index].append([verdict, "geometry", code, params])
        if verdict == "refused":
            self.shapes[index] = None

    def add_wkb(self, wkbs: np.ndarray) -> None:
        given = np.array([wkb is not None for wkb in wkbs], dtype=bool)
        self.shapes = shapely.from_wkb(wkbs, on_invalid="ignore")
        self.has_height = shapely.has_z(self.shapes)
        self.unclosed = given & shapely.is_missing(self.shapes)
        self.shapes[self.unclosed] = shapely.from_wkb(wkbs[self.unclosed], on_invalid="fix")
        for index in places_where(given & shapely.is_missing(self.shapes)):
            self.note(index, "refused", "row_geometry_broken")
        for index in places_where(~given):
            self.note(index, "refused", "row_geometry_empty")
        self.refuse_types(shapely.get_type_id(self.shapes))

    def refuse_types(self, types: np.ndarray) -> None:
        fit = [shapely.GeometryType[kind.upper()] for kind in KINDS[ASK["shapes"]]]
        for index in places_where(~np.isin(types, [-1, *fit])):
            self.note(index, "refused", "row_geometry_type", got=self.shapes[index].geom_type)

    def add_geojson(self, index: int, member: Any) -> None:
        if member is None:
            return self.note(index, "refused", "row_geometry_empty")
        kind = member.get("type") if isinstance(member, dict) else None
        if not isinstance(kind, str):
            return self.note(index, "refused", "row_geometry_broken")
        if kind not in KINDS[ASK["shapes"]]:
            return self.note(index, "refused", "row_geometry_type", got=shown(kind))
        given = member.get("coordinates")
        if not given:
            return self.note(index, "refused", "row_geometry_empty")
        try:
            if kind == "Point":
                self.shapes[index] = shapely.points(self.positions(index, [given])[0])
            else:
                polygons = [given] if kind == "Polygon" else given
                made = [self.polygon(index, rings) for rings in polygons]
                self.shapes[index] = made[0] if kind == "Polygon" else shapely.multipolygons(made)
        except FloatingPointError:
            self.note(index, "refused", "row_geometry_empty")
        except (TypeError, ValueError, IndexError, OverflowError, shapely.errors.GEOSException):
            self.note(index, "refused", "row_geometry_broken")

    def polygon(self, index: int, rings: list[Any]) -> shapely.Polygon:
        made = []
        for ring in rings:
            places = self.positions(index, ring)
            if (places[0] != places[-1]).any():
                self.unclosed[index] = True
                places = np.vstack([places, places[:1]])
            made.append(shapely.linearrings(places))
        return shapely.polygons(made[0], made[1:] or None)

    def positions(self, index: int, given: list[Any]) -> np.ndarray:
        """(n, 2) array. Text and true are no numbers, though numpy would take them for such."""
        types = {type(number) for position in given for number in position}
        if type(None) in types:
            raise FloatingPointError
        if not types <= {int, float}:
            raise TypeError
        self.has_height[index] |= any(len(position) > 2 for position in given)
        places = np.array([position[:2] for position in given], dtype=float)
        if not np.isfinite(places).all():
            raise FloatingPointError
        return places

    def to_degrees(self, crs: str | None) -> str | None:
        """Reproject to WGS 84 and refuse what lies elsewhere; returns what the file said, if it did."""
        self.shapes = shapely.force_2d(self.shapes)
        said = None
        if crs:
            try:
                given = pyproj.CRS.from_user_input(crs)
            except pyproj.exceptions.CRSError:
                raise Refused("file_crs", given=shown(crs)) from None
            if not given.to_2d().equals(WGS84, ignore_axis_order=True):
                turn = pyproj.Transformer.from_crs(given, WGS84, always_xy=True)
                self.shapes = shapely.transform(self.shapes, turn.transform, interleaved=False)
                said = given.to_string() if given.to_authority() else given.name
        self.refuse_places()
        return said

    def refuse_places(self) -> None:
        w, s, e, n = ASK["thailand"]
        bounds = shapely.bounds(self.shapes)
        places, owners = shapely.get_coordinates(self.shapes, return_index=True)
        endless = set(owners[~np.isfinite(places).all(axis=1)].tolist())
        for index in sorted(endless | set(places_where(shapely.is_empty(self.shapes)))):
            self.note(index, "refused", "row_geometry_empty")
            bounds[index] = np.nan
        with np.errstate(invalid="ignore"):
            x0, y0, x1, y1 = bounds.T
            outside = (x0 < -180) | (x1 > 180) | (y0 < -90) | (y1 > 90)
            swapped = (x0 >= s) & (x1 <= n) & (y0 >= w) & (y1 <= e)
        for index in places_where(outside | swapped):
            x, y = float(x0[index]), float(y0[index])
            if swapped[index]:
                self.note(index, "refused", "row_geometry_swapped", lng=round(y, 6), lat=round(x, 6))
            else:
                self.note(index, "refused", "row_geometry_metres", x=f"{x:.12g}", y=f"{y:.12g}")

    def finish(self) -> list[bytes | None]:
        """2-D WKB of what is left; polygons valid and with outer rings anticlockwise."""
        if ASK["shapes"] == "polygons":
            if ASK["repair"]:
                self.repair_polygons()
            else:
                for index in places_where(self.unclosed & ~shapely.is_missing(self.shapes)):
                    lng, lat = shapely.get_coordinates(self.shapes[index])[0].round(6).tolist()
                    self.note(index, "refused", "row_geometry_invalid", reason="Ring not closed", lng=lng, lat=lat)
            for index, reason, lng, lat in self.invalid():
                self.note(index, "refused", "row_geometry_invalid", reason=reason, lng=lng, lat=lat)
            self.shapes = shapely.orient_polygons(self.shapes)
        wkbs: list[bytes | None] = shapely.to_wkb(self.shapes, output_dimension=2).tolist()
        return wkbs

    def invalid(self) -> list[tuple[int, str, float, float]]:
        """Index of each invalid shape, with the reason and the place that GEOS gives."""
        found = []
        for index in places_where(~shapely.is_valid(self.shapes) & ~shapely.is_missing(self.shapes)):
            reason, _, place = shapely.is_valid_reason(self.shapes[index]).partition("[")
            lng, lat = (round(float(number), 6) for number in place.rstrip("]").split()[:2])
            found.append((index, reason.strip(), lng, lat))
        return found

    def repair_polygons(self) -> None:
        """The named repairs, each with what it did and by how many percent the area changed.

        - `repair_height_dropped`: heights are left out.
        - `repair_ring_closed`: the first corner is set at the end of a ring that lacked it.
        - `repair_repeated_points`: a corner that stands twice in a row stands once.
        - `repair_self_intersection`: an outline that crosses itself is rebuilt from the areas
          it encloses; refused if that changes the area by more than 1 %.
        """
        present = ~shapely.is_missing(self.shapes)
        for index in places_where(self.has_height & present):
            self.note(index, "repaired", "repair_height_dropped", percent=0.0)
        for index in places_where(self.unclosed & present):
            self.note(index, "repaired", "repair_ring_closed", percent=0.0)
        single = shapely.remove_repeated_points(self.shapes, 0)
        removed = shapely.get_num_coordinates(self.shapes) - shapely.get_num_coordinates(single)
        self.shapes = single
        for index in places_where(removed > 0):
            self.note(index, "repaired", "repair_repeated_points", count=int(removed[index]), percent=0.0)
        for index, reason, lng, lat in self.invalid():
            before = self.shapes[index].area
            made = polygon_parts(shapely.make_valid(self.shapes[index], method="structure", keep_collapsed=False))
            change = abs(made.area - before) / before if before else math.inf
            if change > MAX_AREA_CHANGE or made.is_empty:
                percent = f"{change * 100:.3g}" if math.isfinite(change) else "100"
                self.note(index, "refused", "row_geometry_repair", percent=percent, reason=reason, lng=lng, lat=lat)
                continue
            self.shapes[index] = made
            percent_changed = round(change * 100, 4)
            self.note(
                index, "repaired", "repair_self_intersection", reason=reason, lng=lng, lat=lat, percent=percent_changed
            )


def polygon_parts(shape: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(shape))  # a collection may hold a multipolygon
    areas = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return areas[0] if len(areas) == 1 else shapely.multipolygons(areas)


main()
