"""A database of the bench's own, made before and dropped after. No other database is touched."""

import contextlib
import os
import platform
import re
from collections.abc import Iterator
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
    with connect(url, "postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    try:
        yield with_name(url, name)
    finally:
        with connect(url, "postgres") as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def machine(server_version: str) -> str:
    """Cores, memory and versions; no name by which the machine could be known."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    release = Path("/etc/os-release")
    named = re.search(r'^PRETTY_NAME="([^"(]+)', release.read_text(), re.MULTILINE) if release.exists() else None
    system = named[1].strip() if named else platform.system()
    return (
        f"{cores} cores, {memory_gb:.0f} GB memory, {system}, Python {platform.python_version()}, "
        f"PostgreSQL {server_version.split()[0]}"
    )
