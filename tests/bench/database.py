"""A database of the bench's own, made before and dropped after. No other database is touched."""

import contextlib
import os
import platform
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

TEMPLATE = os.environ.get("TEST_DATABASE_TEMPLATE", "template_meemap")
PREFIX = "bench_"


def with_name(url: str, name: str, scheme: str = "") -> str:
    """The address of another database of the same server."""
    parts = urlsplit(url)
    return urlunsplit((scheme or parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def connect(url: str, name: str) -> psycopg.Connection:
    return psycopg.connect(with_name(url, name, "postgresql"), autocommit=True)


@contextlib.contextmanager
def temporary_database(url: str) -> Iterator[str]:
    """The address of a new, empty database; dropped at the end whatever happened."""
    name = f"{PREFIX}{os.getpid()}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE))
    try:
        with connect(url, "postgres") as server:
            server.execute(statement)
    except psycopg.errors.InvalidCatalogName as missing:
        raise SystemExit(
            f"The server has no database {TEMPLATE} to copy. Make one with the extensions postgis and pg_trgm,"
            " or name another in TEST_DATABASE_TEMPLATE."
        ) from missing
    try:
        yield with_name(url, name)
    finally:
        with connect(url, "postgres") as server:
            import_module("mapping.backups").drop(server, name)


def machine(server_version: str, load: float) -> str:
    """Cores, memory, versions and how busy it was; no name by which the machine could be known."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    release = Path("/etc/os-release")
    named = re.search(r'^PRETTY_NAME="([^"(]+)', release.read_text(), re.MULTILINE) if release.exists() else None
    system = named[1].strip() if named else platform.system()
    return (
        f"{cores} cores, {memory_gb:.0f} GB memory, {system}, Python {platform.python_version()}, "
        f"PostgreSQL {server_version.split()[0]}, load {load:.1f} before the run"
    )
