"""The rows of the fault programme: what each provokes and the figure it must reach. Pure, no database.

A test says which row it proves with `@pytest.mark.fault("S1")` and what it found with the fixture `proven`;
`./meemap faults` writes docs/figures/reliability.json, and from it docs/reliability.md.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures" / "reliability.json"
PAGE = ROOT / "docs" / "reliability.md"
LEDGER = "FAULTS_LEDGER"  # the file that a run's findings are appended to
LONG = bool(os.environ.get("FAULTS_LONG"))


def amount(quick: int, long: int) -> int:
    """How often: in the tests, and by `./meemap faults`."""
    return long if LONG else quick


@dataclass(frozen=True, slots=True)
class Row:
    group: str
    what: str
    wanted: str


ROWS = {
    "S1": Row("sync", "the same request from eight senders at once", "one row and one 201 in every race"),
    "S2": Row("sync", "three phones on a line that loses, repeats, delays and reorders; restores", "0 lost, all alike"),
    "S3": Row("sync", "rows that are committed out of order, by eight writers", "0 missed, 0 twice"),
    "S4": Row("sync", "a writer that never ends", "lag of all other rows p99 ≤ 2 s, never a gap"),
    "S5": Row("sync", "a restored server meets an old cursor", "410, then 100 % of the rows"),
    "S6": Row("sync", "phones that are ahead of a restored server", "100 % of reports and photo bytes back, 0 twice"),
    "S7": Row("sync", "two people edit one need", "0 values lost; both versions to be seen within 60 s"),
    "S8": Row("sync", "a report and its edits in every order, one missing, one late", "one final state"),
    "S9": Row("sync", "the line breaks within a photo", "bytes equal; at most 256 KiB sent again for each break"),
    "S10": Row("sync", "the answer is lost after the work was done", "0 lost, 0 twice"),
    "S11": Row("sync", "the browser is killed while it sends", "0 lost, 0 twice, the lists right after the restart"),
    "S12": Row("sync", "every answer but ours", "only ours ends the waiting; one bad report holds up no other"),
    "S13": Row("sync", "the phone's storage is full", "it is said; what was there is the same to the byte"),
    "S14": Row("sync", "the session ends, another person signs in", "0 lost, 0 under another's name; goes on ≤ 5 s"),
    "S15": Row("sync", "the phone's clock is years wrong, or jumps", "the same on the server; how wrong is kept"),
    "S16": Row("sync", "a new release opens what an old one kept", "100 % of reports and photos arrive"),
    "S17": Row("sync", "deleted here, edited there, 200 days later", "0 come back; the edit is to be seen"),
    "S18": Row("sync", "a right is revoked while the phone is away", "others' rows gone at the first sync; own kept"),
    "S19": Row("sync", "the browser throws away what it kept", "all is pulled again; the warning stood there before"),
    "S20": Row("sync", "2 s latency, 64 kbit/s, one in five connections cut", "all safe; saved ≤ 150 ms after the tap"),
    "S21": Row("sync", "the page is opened without signal, today and after a week", "opens ≤ 3 s, lists and map there"),
}
GROUPS = sorted({row.group for row in ROWS.values()})


def note(path: Path, lines: list[dict[str, Any]]) -> None:
    """Append findings, one JSON object a line: {"id", "test", "ok", "figure", "control"}."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def gather(lines: list[dict[str, Any]], *, machine: str, date: str) -> list[dict[str, Any]]:
    """One line for each row that ran: held if all its tests passed, and a control among them failed as it must."""
    found = []
    for name, row in ROWS.items():
        mine = [line for line in lines if line["id"] == name]
        if not mine:
            continue
        figures = [line["figure"] for line in mine if line["figure"]]
        controls = [line["control"] for line in mine if line["control"]]
        held = all(line["ok"] for line in mine) and figures and controls
        found.append(
            {
                "id": name,
                "figure": "; ".join(figures) or None,
                "wanted": row.wanted,
                "control": "; ".join(controls) or None,
                "verdict": "held" if held else "failed",
                "machine": machine,
                "date": date,
            }
        )
    return found


def merge(old: dict[str, Any], new: list[dict[str, Any]]) -> dict[str, Any]:
    """The file with new rows in the place of the old ones, in the order of the programme."""
    rows = {row["id"]: row for row in old.get("rows", [])} | {row["id"]: row for row in new}
    return {"rows": [rows[name] for name in ROWS if name in rows]}


def page_of(found: dict[str, Any]) -> str:
    """docs/reliability.md, from nothing but the file."""
    lines = [
        "# Reliability",
        "",
        "Made by `./meemap faults` from [figures/reliability.json](figures/reliability.json); never typed by hand.",
        "",
        "Each row provokes a fault against the real server, and a real browser where the phone is meant. Its control",
        "is the same test on a build known to be bad: it must fail, or the row proves nothing.",
        "",
        "| | what goes wrong | reached | wanted | control | |",
        "|---|---|---|---|---|---|",
    ]
    for row in found["rows"]:
        lines.append(
            f"| {row['id']} | {ROWS[row['id']].what} | {row['figure'] or '–'} | {row['wanted']} |"
            f" {row['control'] or '–'} | {row['verdict']} |"
        )
    machines = sorted({f"{row['machine']}, {row['date']}" for row in found["rows"]})
    return "\n".join([*lines, "", *(f"Machine: {machine}." for machine in machines), ""])


def write(found: dict[str, Any]) -> None:
    FIGURES.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page_of(found), "utf-8")


def read() -> dict[str, Any]:
    return json.loads(FIGURES.read_text("utf-8")) if FIGURES.exists() else {"rows": []}
