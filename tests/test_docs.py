"""The docs against the code: what is undocumented, stale or broken fails here.

`WRITE_DOCS=1 ./meemap test tests/test_docs.py` rewrites the table of errors in docs/api.md.
"""

import ast
import csv
import dataclasses
import importlib.metadata
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import get_commands
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from budget.ranking import rank_areas
from budget.snapshot import Inputs, Results
from mapping.errors import MESSAGES
from tests.conftest import body_of, client_of, report
from tests.faults import rows
from tests.test_compose import script, settings_read  # noqa: F401  (a fixture)

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
OPERATING, API, DICTIONARY = DOCS / "operating.md", DOCS / "api.md", DOCS / "data-dictionary.md"
PICTURES = {"budget-need.png", "phone-th.png", "phone-en.png", "office-th.png", "office-en.png"}
PAPERS = [*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
CHOSEN = {"pyphen": "Mozilla Public License 1.1"}  # under several licences at choice: the one that we take it by
BEGIN, END = "<!-- errors: begin -->", "<!-- errors: end -->"
each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(ROOT)))


def section(paper: Path, heading: str) -> str:
    """The text under one heading, to the next one of its rank."""
    text = paper.read_text("utf-8")
    rank = heading.split(maxsplit=1)[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(rank)}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{paper.name} has no heading “{heading}”"
    return found[1]


def table(text: str) -> list[list[str]]:
    """Cells of the first table in a text, without its head."""
    found = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert found, "there is no table"
    lines = found[0].splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def named(cell: str) -> str:
    """`x` → x"""
    return cell.strip("`")


# -- settings and commands ------------------------------------------------------------------


def defaults_of_settings() -> dict[str, str | None]:
    """Each setting's default as the docs write it; None where it is made by code."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and "env" in ast.unparse(node.func).split(".")[0] and node.args):
            continue
        if ast.unparse(node.func).split(".")[0] != "env":
            continue
        [given] = [word.value for word in node.keywords if word.arg == "default"] or [None]
        name = ast.literal_eval(node.args[0])
        try:
            value = ast.literal_eval(given) if given is not None else "required"
        except ValueError:
            value = None
        if isinstance(value, int):  # a bool too
            found[name] = str(value).lower()
        elif isinstance(value, list):
            found[name] = ",".join(value) or "empty"
        else:
            found[name] = value if value is None else value or "empty"
    return found


def test_every_setting_is_documented_with_its_default():
    documented = {named(row[0]): row[1].strip("`") for row in table(section(OPERATING, "## Settings"))}
    read = defaults_of_settings()
    assert set(read) == set(settings_read())
    assert set(documented) == set(read), "docs/operating.md, Settings, is not what config/settings.py reads"
    differ = {name: value for name, value in read.items() if value is not None and documented[name] != value}
    assert not differ, f"other defaults in config/settings.py: {differ}"


def test_what_is_read_from_the_environment_elsewhere_is_documented():
    text = OPERATING.read_text("utf-8")
    for folder in ("mapping", "budget", "config"):
        for path in (ROOT / folder).rglob("*.py"):
            for name in re.findall(r"os\.environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"", path.read_text("utf-8")):
                assert f"`{name}`" in text, f"{path.name} reads {name}"


def commands_of(script) -> dict[str, list[str]]:  # noqa: F811
    """Each ./meemap command and its options."""
    [actions] = [action for action in script.parser()._actions if hasattr(action, "choices") and action.choices]
    return {
        name: [word for action in parser._actions for word in action.option_strings if word.startswith("--")]
        for name, parser in actions.choices.items()
    }


def test_every_command_and_option_of_the_script_is_documented(script):  # noqa: F811
    text = OPERATING.read_text("utf-8")
    for name, options in commands_of(script).items():
        lines = [line for line in text.splitlines() if re.search(rf"`\./meemap {name}\b", line)]
        assert lines, f"./meemap {name} is not in docs/operating.md"
        for option in options:
            assert option == "--help" or any(f"`{option}" in line for line in lines), f"./meemap {name} {option}"


@each_paper
def test_papers_name_only_commands_that_there_are(paper, script):  # noqa: F811
    text = paper.read_text("utf-8")
    known, managed = commands_of(script), get_commands()
    for name in re.findall(r"\./meemap ([a-z_]+)", text):
        assert name in known, f"./meemap {name}"
    for name in re.findall(r"(?:meemap manage|manage\.py) ([a-z_]+)", text):
        assert name in managed, f"manage.py {name}"


@pytest.mark.parametrize("name", ["load_sample"])
def test_commands_for_areas_are_documented_with_their_options(name):
    source = (ROOT / "mapping" / "management" / "commands" / f"{name}.py").read_text("utf-8")
    text = section(OPERATING, "## Areas")
    assert f"./meemap manage {name}" in text
    for option in re.findall(r"add_argument\(\"(--[a-z]+)", source):
        assert option in text, f"{name} {option}"


# -- routes and errors ----------------------------------------------------------------------


def routes(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and pattern.namespace == "admin":
            yield path, pattern.callback  # one line for the administration
        elif isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), pattern.callback


def test_every_route_is_documented_and_no_other():
    documented = {named(row[0]) for row in table(section(API, "## Routes"))}
    assert documented == {path for path, _ in routes(get_resolver().url_patterns)}


def test_every_method_of_the_api_is_documented():
    documented = {named(row[0]): set(row[1].split(", ")) for row in table(section(API, "## Routes"))}
    for path, callback in routes(get_resolver().url_patterns):
        view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
        if path.startswith("/api/v1/") or path == "/health":
            has = {name.upper() for name in ("get", "put", "patch", "post", "delete") if hasattr(view, name)}
            assert documented[path] == has, path


def test_every_parameter_of_the_filter_is_documented():
    from mapping.filters import NAMES  # noqa: PLC0415

    assert [named(row[0]) for row in table(section(API, "## The filter"))] == list(NAMES)


def errors_table() -> str:
    rows = ["| code | status | English | Thai |", "|---|---:|---|---|"]
    for code, message in sorted(MESSAGES.items()):
        en, th = (text.replace("|", "\\|").replace("\n", " ") for text in (message.en, message.th))
        rows.append(f"| `{code}` | {message.status} | {en} | {th} |")
    return "\n".join(rows)


def with_errors(text: str) -> str:
    head, rest = text.split(BEGIN)
    return f"{head}{BEGIN}\n{errors_table()}\n{END}{rest.split(END)[1]}"


def test_every_error_code_is_documented_with_its_words():
    text = API.read_text("utf-8")
    if os.environ.get("WRITE_DOCS"):
        API.write_text(with_errors(text), "utf-8")
        text = API.read_text("utf-8")
    assert with_errors(text) == text, "docs/api.md is stale: WRITE_DOCS=1 ./meemap test tests/test_docs.py rewrites it"


# -- properties -----------------------------------------------------------------------------


def test_every_written_property_is_documented():
    from mapping.pins import WRITTEN  # noqa: PLC0415

    assert [named(row[0]) for row in table(section(DICTIONARY, "## Written"))] == list(WRITTEN)


def documented(heading: str, form_column: int, form: str, **equal: str) -> set[str]:
    rows = table(section(DICTIONARY, heading))
    return {
        named(row[0])
        for row in rows
        if form in row[form_column].split(", ") and all(row[1] in value for value in equal.values())
    }


def members(response) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in json.loads(body_of(response))["features"]]


def columns(response) -> list[str]:
    return next(csv.reader(io.StringIO(body_of(response).decode("utf-8-sig"))))


def pin_forms(person, pin_id: str) -> dict[str, set[str]]:
    client = client_of(person)
    return {
        "one": set(client.get(f"/api/v1/pins/{pin_id}").json()["properties"]),
        "list": set(members(client.get("/api/v1/pins"))[0]),
        "geojson": set(members(client.get("/api/v1/pins.geojson"))[0]),
        "csv": set(columns(client.get("/api/v1/pins.csv"))),
    }


def test_every_answered_property_of_a_pin_is_documented(bob, alice, settings):
    settings.MEEMAP = {**settings.MEEMAP, "sample": True}
    pin_id = report(bob)["id"]
    anyone, officer = pin_forms(None, pin_id), pin_forms(alice, pin_id)
    for form in ("one", "list", "geojson", "csv"):
        assert anyone[form] == documented("## Pins", 2, form, face="public"), form
        assert officer[form] == documented("## Pins", 2, form, face="public full"), form


def test_every_answered_property_of_an_area_is_documented(bob, settings):
    settings.MEEMAP = {**settings.MEEMAP, "sample": True}
    report(bob)
    client = client_of()
    ranking = client.get("/api/v1/ranking?within=58").json()
    found = {
        "geojson": set(members(client.get("/api/v1/areas.geojson"))[0]),
        "csv": {re.sub(r"^points_.*", "points_CATEGORY", name) for name in columns(client.get("/api/v1/areas.csv"))},
        "ranking": set(ranking["results"][0]),
    }
    for form, names in found.items():
        assert names == documented("## Areas", 1, form), form
    text = section(DICTIONARY, "## Areas")
    for name in (*ranking, *(part for row in ranking["results"] for part in (row["parts"] or [{}])[0])):
        assert f"`{name}`" in text, name


@pytest.mark.parametrize("paper", [DICTIONARY, DOCS / "decisions" / "0002-people-bands.md"], ids=lambda p: p.name)
def test_the_bands_of_the_docs_are_those_of_the_database(paper, db):
    text = section(paper, "### People bands and weights") if paper == DICTIONARY else paper.read_text("utf-8")
    for people, band, weight in table(text):
        ends = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", people)] or [None]
        for number in ends:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT band_words(b), band_weight(b) FROM people_band(%s::integer, NULL) AS b", [number]
                )
                assert cursor.fetchone() == (None if band == "null" else named(band), int(weight)), people


def test_the_worked_example_comes_out_as_written():
    rows = table(section(DOCS / "methods.md", "## A worked example"))
    written = [(row[0], row[3].split("=")[-1].strip(), row[4].split("=")[-1].strip(), row[5]) for row in rows]
    assert written == [("A", "20", "10", "2"), ("B", "9", "15", "1"), ("C", "25", "none", "none")]
    weight = np.zeros((3, 1, 5), np.int64)
    weight[0, 0, 4], weight[1, 0, 2], weight[2, 0, 4] = 2 + 2, 3, 5
    found = rank_areas(weight, np.array([2000.0, 600.0, np.nan]))
    assert found.weighted.sum(axis=1).tolist() == [20, 9, 25]
    assert found.score.tolist()[:2] == [10.0, 15.0]
    assert np.isnan(found.score[2])
    assert found.rank.tolist() == [2, 1, 0]


# -- the papers themselves --------------------------------------------------------------------


def anchors(paper: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", paper.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@each_paper
def test_links_lead_somewhere(paper):
    for target in re.findall(r"\]\(([^)\s]+)\)", paper.read_text("utf-8")):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (paper.parent / path).resolve() if path else paper
        if there.parent == DOCS / "pictures":
            assert there.name in PICTURES, target
            continue  # made by the browser tests
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_the_readme_shows_the_pictures_that_the_browser_tests_take():
    shown = re.findall(r"docs/pictures/([\w.-]+)", (ROOT / "README.md").read_text("utf-8"))
    assert set(shown) == PICTURES
    if (DOCS / "pictures").exists():
        assert {path.name for path in (DOCS / "pictures").glob("*.png")} >= PICTURES


def test_the_readme_says_both_commands_in_both_languages():
    text = (ROOT / "README.md").read_text("utf-8")
    assert "./meemap demo" in text
    assert "./meemap test" in text
    assert re.search(r"[ก-๙]{10,}", text)


@pytest.mark.parametrize(
    "path",
    [*PAPERS, *(ROOT / name for name in ("LICENSE", "Dockerfile", "compose.yaml", "docs/figures/performance.json"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_machine_and_no_package_host_is_named(path):
    text = path.read_text("utf-8")
    for pattern in (
        r"(?<![\w.])/(?:work|root|home/\w)\b",
        r"pypi\.org|pythonhosted|npmjs|ghcr\.io|quay\.io|docker\.io|deb\.debian|index-url",
        r"\blocalhost:\d+/(?:simple|npm)",
    ):
        assert not re.search(pattern, text), f"{path.name}: {re.search(pattern, text)[0]}"  # type: ignore[index]


def test_no_package_of_the_product_is_under_gpl():
    names = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    assert len(names) > 20
    assert CHOSEN.keys() <= set(names)
    for name in names:
        about = importlib.metadata.metadata(name)
        classifiers = [c for c in about.get_all("Classifier") or [] if c.startswith("License")]
        licence = " ".join([about.get("License-Expression") or (about.get("License") or "")[:80], *classifiers])
        if name in CHOSEN:
            assert CHOSEN[name] in licence, f"{name}: {licence}"
            continue
        assert not re.search(r"(?<![L\w])A?GPL|(?<!Lesser )General Public License", licence), f"{name}: {licence}"


def test_the_licence_is_the_one_that_was_decided():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text[:200]
    assert "Copyright 2026 ME(e) Map contributors" in text


def test_decisions_are_numbered_dated_and_name_alternatives():
    found = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{n:04}" for n in range(1, len(found) + 1)]
    for path in found:
        text = path.read_text("utf-8")
        assert re.search(r"^\d{4}-\d\d-\d\d$", text, re.MULTILINE), path.name
        assert re.search(r"^## (Considered|What was weighed|Why not|Unknown population)", text, re.MULTILINE), path.name


@pytest.mark.parametrize(("heading", "kind"), [("### Inputs", Inputs), ("### Results", Results)])
def test_the_files_of_a_round_are_described_whole(heading, kind):
    described = [named(row[0]) for row in table(section(DICTIONARY, heading))]
    assert sorted(described) == sorted(f.name for f in dataclasses.fields(kind))


def test_the_page_of_reliability_is_the_print_of_its_file():
    found = rows.read()
    assert rows.PAGE.read_text("utf-8") == rows.page_of(found)
    for row in found["rows"]:
        assert set(row) == {"id", "figure", "wanted", "control", "verdict", "machine", "date"}
        assert row["verdict"] == "held", f"{row['id']}: {row['figure']}"
        assert row["control"], f"{row['id']} proves nothing without a control"
