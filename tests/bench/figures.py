"""What was measured: medians, the file of figures, and the page made from it. Pure, no database.

`docs/figures/performance.json` is the data, `docs/performance.md` is only its print:
nobody types a figure by hand.
"""

import json
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FIGURES = ROOT / "docs" / "figures" / "performance.json"
PAGE = ROOT / "docs" / "performance.md"
RUNS = 7  # at least so many, after one that warms up and is thrown away
COMPARE = {"<=": operator.le, ">=": operator.ge}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the file. `limit` and `peers` are in the same unit as `value`."""

    name: str  # begins with the work: geojson, ranking, tallies …
    pins: int  # in the database when it was measured
    value: float
    unit: str
    limit: float | None  # what no program on this machine can beat
    how: str
    peers: dict[str, float] = field(default_factory=dict)
    wanted: str | None = None  # "<= 1.2": what the project has set itself

    @property
    def met(self) -> bool | None:
        if self.wanted is None:
            return None
        sign, number = self.wanted.split()
        return COMPARE[sign](self.value, float(number))

    def line(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def median(values: Iterable[float]) -> float:
    """The middle one; the mean of the two in the middle where their number is even.

    Raises ValueError without any value.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a median needs a value")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def rounded(value: float) -> float:
    """Three significant digits: more would claim what the clock does not give."""
    return float(f"{value:.3g}")


def side_by_side(works: Sequence[Callable[[], object]], *, runs: int = RUNS) -> list[float]:
    """Warm median seconds of each work, run in turns, so that a busy moment of the machine meets all of them."""
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(max(runs, RUNS)):
        for number, work in enumerate(works):
            started = perf_counter()
            work()
            taken[number].append(perf_counter() - started)
    return [median(seconds) for seconds in taken]


def merge(old: dict[str, Any], new: Iterable[dict[str, Any]], *, machine: str, date: str) -> dict[str, Any]:
    """The file with new lines in the place of those of the same name and number of pins; sorted by both."""
    lines = {(line["name"], line["pins"]): line for line in old.get("figures", [])}
    lines |= {(line["name"], line["pins"]): line for line in new}
    return {"machine": machine, "date": date, "figures": [lines[key] for key in sorted(lines)]}


def faults(found: dict[str, Any]) -> list[str]:
    """Where a file of figures is not as it must be; an empty list if it is."""
    wrong = []
    if set(found) != {"machine", "date", "figures"}:
        wrong.append(f"members {sorted(found)}")
    kinds: dict[str, tuple[type, ...]] = {
        "name": (str,),
        "pins": (int,),
        "value": (int, float),
        "unit": (str,),
        "limit": (int, float, type(None)),
        "peers": (dict,),
        "wanted": (str, type(None)),
        "met": (bool, type(None)),
        "how": (str,),
    }
    for number, line in enumerate(found.get("figures", [])):
        if set(line) != set(kinds):
            wrong.append(f"figures[{number}] has {sorted(line)}")
            continue
        wrong += [f"figures[{number}].{name}" for name, kind in kinds.items() if not isinstance(line[name], kind)]
    keys = [(line.get("name"), line.get("pins")) for line in found.get("figures", [])]
    if len(set(keys)) < len(keys):
        wrong.append("a name stands twice for one number of pins")
    return wrong


def read(path: Path = FIGURES) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def write(found: dict[str, Any], path: Path = FIGURES, page: Path = PAGE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    page.write_text(page_of(found), "utf-8")


def number_text(value: float | None) -> str:
    """1,234 and 0.123, never 1e+03."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def page_of(found: dict[str, Any]) -> str:
    """docs/performance.md, from nothing but the file of figures."""
    rows = [
        "| work | pins | measured | limit | wanted | peers |",
        "|---|---:|---:|---:|---|---|",
    ]
    for line in found["figures"]:
        verdict = {True: "met", False: "not met", None: "–"}[line["met"]]
        wanted = f"{line['wanted']}: {verdict}" if line["wanted"] else "–"
        peers = "; ".join(f"{name}: {number_text(value)}" for name, value in line["peers"].items()) or "–"
        rows.append(
            f"| {line['name']} | {line['pins']:,} | {number_text(line['value'])} {line['unit']} |"
            f" {number_text(line['limit'])} | {wanted} | {peers} |"
        )
    how: list[str] = []
    for line in found["figures"]:
        text = f"- **{line['name']}**: {line['how']}"
        if text not in how:
            how.append(text)
    return "\n".join(
        [
            "# Performance",
            "",
            "Made by `./meemap bench` from [figures/performance.json](figures/performance.json); never typed by hand.",
            "",
            f"Machine: {found['machine']}. Date: {found['date']}.",
            "",
            "Each figure is a warm median of at least seven runs. What is compared ran in turns, in one run, on one",
            "database. Ratios carry over to other machines; seconds do not, least of all where the load was high and",
            "other work ran beside. *Limit* is what no program on this machine can beat. Limits and peers are in the",
            "unit of the figure.",
            "",
            *rows,
            "",
            "## How it was measured",
            "",
            *how,
            "",
        ]
    )
