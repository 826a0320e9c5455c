"""A published round as one file, and its recomputation by anyone. Needs neither Django nor a database.

The file holds `inputs.json`, `results.json`, `README.txt` and `SHA256SUMS`; the same round gives the
same bytes. `python -m budget.archive ROUND.zip` computes the results anew and compares them.
"""

import hashlib
import io
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from budget.replay import compute
from budget.snapshot import Inputs
from mapping.errors import Refusal

NAMES = ("inputs.json", "results.json", "README.txt", "SHA256SUMS")
MAX_FILE_BYTES = 256 * 1024 * 1024
EARLIEST = (1980, 1, 1, 0, 0, 0)  # no clock in the file: the same round gives the same bytes
README = """\
{name_th}
{name_en}
ปีงบประมาณ / fiscal year {fiscal_year} · ฉบับที่ / version {version}{sample}

inputs.json   กติกา หมู่บ้าน โครงการ ตามที่ล็อกไว้ก่อนเห็นผล / rules, villages, projects as frozen before results
results.json  ผลที่คำนวณจาก inputs.json เท่านั้น / what was computed from inputs.json and nothing else
SHA256SUMS    รหัสตรวจสอบของไฟล์ / hashes of the files (sha256sum -c SHA256SUMS)

คำนวณซ้ำ / recompute:  ./meemap replay ROUND.zip
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What recomputing a round's file gave."""

    same: bool
    inputs_sha256: str
    told_sha256: str  # of the results in the file
    found_sha256: str  # of the results computed anew
    results: bytes  # computed anew
    first_difference: int | None  # byte at which they part


def pack(
    inputs: bytes, results: bytes, *, name_th: str, name_en: str, fiscal_year: int, version: int, sample: bool
) -> bytes:
    """The file of a round."""
    about = {"name_th": name_th, "name_en": name_en, "fiscal_year": fiscal_year, "version": version}
    invented = "\nข้อมูลตัวอย่าง ไม่ใช่ข้อมูลจริง / sample data, invented" if sample else ""
    files = {
        "inputs.json": inputs,
        "results.json": results,
        "README.txt": README.format(**about, sample=invented).encode(),
    }
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in files.items())
    files["SHA256SUMS"] = sums.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in NAMES:
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, files[name])
    return out.getvalue()


def unpack(raw: bytes) -> dict[str, bytes]:
    """The files of a round's file, each with the hash that it should have.

    Raises Refusal `archive_broken` with what is missing, too much or altered.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as given:
            names = given.namelist()
            if sorted(names) != sorted(NAMES):
                raise Refusal("archive_broken", what=", ".join(sorted(set(NAMES) ^ set(names))) or "names")
            if sum(entry.file_size for entry in given.infolist()) > MAX_FILE_BYTES:
                raise Refusal("archive_broken", what="size")
            files = {name: given.read(name) for name in NAMES}
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError, zlib.error) as broken:
        raise Refusal("archive_broken", what=str(broken)[:200] or type(broken).__name__) from broken
    lines = files["SHA256SUMS"].decode("utf-8", "replace").splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    for name in NAMES[:3]:
        if told.get(name) != hashlib.sha256(files[name]).hexdigest():
            raise Refusal("archive_broken", what=f"{name} ≠ SHA256SUMS")
    return files


def replay(raw: bytes) -> Verdict:
    """Compute a round's results anew from its file, and compare them byte for byte."""
    files = unpack(raw)
    inputs = Inputs.from_bytes(files["inputs.json"])
    if inputs.to_bytes() != files["inputs.json"]:
        raise Refusal("archive_broken", what="inputs.json is not in its one spelling")
    found, told = compute(inputs).to_bytes(), files["results.json"]
    parts = None
    if found != told:
        pairs = (i for i, (a, b) in enumerate(zip(found, told, strict=False)) if a != b)
        parts = next(pairs, min(len(found), len(told)))
    return Verdict(
        same=found == told,
        inputs_sha256=hashlib.sha256(files["inputs.json"]).hexdigest(),
        told_sha256=hashlib.sha256(told).hexdigest(),
        found_sha256=hashlib.sha256(found).hexdigest(),
        results=found,
        first_difference=parts,
    )


def main(arguments: list[str]) -> int:
    """Print the verdict; with a second name, write the results computed anew there. 0 only if they are the same."""
    if not 1 <= len(arguments) <= 2:
        print("usage: ./meemap replay ROUND.zip [RESULTS.json]", file=sys.stderr)
        return 2
    try:
        verdict = replay(Path(arguments[0]).read_bytes())
    except OSError as absent:
        print(f"✗ {absent}", file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(f"✗ {refusal.text('th')}\n  {refusal.text('en')}", file=sys.stderr)
        return 1
    print(f"inputs.json   {verdict.inputs_sha256}")
    print(f"results.json  {verdict.told_sha256}")
    print(f"recomputed    {verdict.found_sha256}")
    if len(arguments) == 2:
        Path(arguments[1]).write_bytes(verdict.results)
    if verdict.same:
        print("✓ ผลตรงกันทุกไบต์ / identical, byte for byte")
        return 0
    print(f"✗ ผลไม่ตรงกัน / they differ, from byte {verdict.first_difference}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
