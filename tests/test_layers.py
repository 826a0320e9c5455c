"""Imports run one way: budget on mapping, never the reverse; pure code knows no Django."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PURE = (
    "mapping/geometry.py", "mapping/errors.py", "mapping/images.py", "mapping/images_child.py",
    "mapping/placenames.py", "mapping/offices.py", "mapping/exchange/files.py", "mapping/exchange/files_child.py",
    "mapping/exchange/columns.py", "mapping/exchange/placewords.py", "mapping/exchange/sample.py",
    "mapping/exchange/shapes.py", "mapping/drawing.py", "mapping/pdf.py", "mapping/pdf_child.py",
    "budget/ranking.py", "budget/snapshot.py", "budget/allocation.py", "budget/why.py",
    "budget/replay.py", "budget/archive.py", "budget/papers.py", "budget/open_formats.py",
    "budget/village.py",
)  # fmt: skip
LAYERS = {  # module prefix: what it must not import
    "mapping/": ("budget", "config", "tests"),
    "mapping/models/": ("mapping.api", "mapping.access", "mapping.pins", "mapping.aggregate", "mapping.filters"),
    "budget/": ("config", "tests"),
    "config/settings.py": ("mapping", "budget"),
}
TABLE_READERS = {  # what may read the table of pins itself, and why
    "report": "writes it",
    "confirmed_differ": "compares what is kept with the pins themselves",
    "pins_to_band_anew": "population changed",
    "pins_here": "which ids of a file are taken, whoever may see those pins",
    "pins_take_back": "undoes an import",
    "pins_kept": "counts what an undo left",
    "pins_places_of_import": "may this officer undo it",
    "villages_silent": "whether anybody at all has reported, hidden needs too, told to officers over the village only",
}
DOMAIN = (
    "pins",
    "photos",
    "recordings",
    "uploads",
    "meetings",
    "sheet",
    "pdf",
    "access",
    "aggregate",
    "offices",
    "filters",
    "queries",
    "geometry",
    "images",
    "errors",
)
FILES = sorted(path for folder in ("mapping", "budget", "config") for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def within(names: set[str], package: str) -> set[str]:
    return {name for name in names if name == package or name.startswith(package + ".")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    name, names = str(path.relative_to(ROOT)), imported(path)
    for prefix, forbidden in LAYERS.items():
        if name.startswith(prefix):
            for package in forbidden:
                assert not within(names, package), f"{name} imports {package}"


@pytest.mark.parametrize("name", [f"mapping/{module}.py" for module in DOMAIN])
def test_domain_modules_know_nothing_of_the_api(name):
    names = imported(ROOT / name)
    assert not within(names, "mapping.api")
    assert not within(names, "rest_framework")


@pytest.mark.parametrize("name", PURE)
def test_pure_code_knows_no_django(name):
    names = imported(ROOT / name)
    for package in ("django", "psycopg", "rest_framework", "mapping.models", "mapping.queries"):
        assert not within(names, package), f"{name} imports {package}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_hides_inside_a_function(path):
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                assert not isinstance(node, ast.Import | ast.ImportFrom), f"{path.name}:{node.lineno}"


def test_the_pin_table_is_read_through_its_faces():
    """Set-based reads select from what access.py composes, or from kept rows, never from the table."""
    for path in (ROOT / "mapping" / "sql").glob("*.sql"):
        text = path.read_text("utf-8").lower()
        if path.stem not in TABLE_READERS:
            assert "from pin " not in text, path.name
            assert "join pin " not in text, path.name


def test_only_leaflets_folder_imports_leaflet():
    for path in (ROOT / "frontend" / "src").rglob("*"):
        if path.suffix in (".ts", ".svelte", ".css") and (ROOT / "frontend/src/map") not in path.parents:
            text = path.read_text("utf-8")
            assert "from 'leaflet" not in text, path.name
            assert "import 'leaflet" not in text, path.name


def test_user_text_never_becomes_markup():
    for path in (ROOT / "frontend" / "src").rglob("*"):
        if path.suffix in (".ts", ".svelte"):
            text = path.read_text("utf-8")
            for door in ("innerHTML", "outerHTML", "insertAdjacentHTML", "{@html", "document.write", "eval("):
                assert door not in text, f"{path.name}: {door}"


def test_repair_never_touches_geometry_from_people():
    """Only the child that reads administrators' files repairs, with limits and by named rules."""
    child = ROOT / "mapping/exchange/files_child.py"
    for path in {*(ROOT / "mapping").rglob("*.py"), *(ROOT / "mapping").rglob("*.sql")} - {child}:
        text = path.read_text("utf-8").lower()
        assert "makevalid" not in text, path.name
        assert "make_valid" not in text, path.name


def test_sql_is_composed_and_never_pasted():
    for path in [p for p in FILES if "migrations" not in p.parts]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_execute = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("execute", "raw", "copy")
            if is_execute and node.args:
                first = node.args[0]
                assert not isinstance(first, ast.JoinedStr), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("name", ["mapping/images_child.py", "mapping/exchange/files_child.py", "mapping/pdf_child.py"])
def test_children_stand_alone_and_no_parent_loads_what_they_open_files_with(name):
    assert not within(imported(ROOT / name), "mapping")
    parent = imported(ROOT / name.replace("_child", ""))
    for package in ("pyogrio", "python_calamine", "zipfile", "gzip", "shapely", "PIL.Image", "weasyprint"):
        assert not within(parent, package), package
