"""`./meemap bench [quick|name …] [--pins N]`: measure, and write the figures into docs/."""

import argparse
import os
import sys
from datetime import UTC, datetime
from importlib import import_module

import django

from tests.bench import figures
from tests.bench.database import machine, temporary_database

PINS, QUICK_PINS = 50_000, 5_000
LOADED = 100_000  # through every trigger; what is more are copies
COPIED_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = 'pin' AND is_generated = 'NEVER'
      AND column_name NOT IN ('id', 'number', 'point', 'public_point')
    ORDER BY ordinal_position
"""
COPY_PINS = """
    INSERT INTO pin (id, number, point, public_point, {names})
    SELECT md5(id::text || %(copy)s)::uuid, number + %(step)s, ST_Translate(point, %(dx)s, %(dy)s),
           CASE WHEN place_precision = 'exact' THEN ST_Translate(public_point, %(dx)s, %(dy)s) ELSE public_point END,
           {names}
    FROM pin WHERE joined_to_id IS NULL AND number <= %(step)s / %(copy)s ORDER BY number LIMIT %(most)s
"""
COPY_CONFIRMATIONS = """
    INSERT INTO confirmation (pin_id, person_id, at)
    SELECT copied.id, confirmation.person_id, confirmation.at
    FROM confirmation JOIN pin AS copied ON copied.id = md5(confirmation.pin_id::text || %(copy)s)::uuid
"""
NAMES = ("cells", "duplicates", "geojson", "phone", "ranking", "search", "shares", "tallies", "tile")


def say(text: str) -> None:
    print(text, flush=True)


def parse(words: list[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="./meemap bench", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=f"quick, or any of: {', '.join(NAMES)}")
    reader.add_argument("--pins", type=int, metavar="N", help=f"invented pins ({PINS:,}; quick {QUICK_PINS:,})")
    options = reader.parse_args(words)
    unknown = [name for name in options.names if name not in (*NAMES, "quick")]
    if unknown:
        reader.error(f"no such benchmark: {', '.join(unknown)}; known are quick, {', '.join(NAMES)}")
    options.pins = options.pins or (QUICK_PINS if "quick" in options.names else PINS)
    if options.pins < 1_000:
        reader.error("--pins is at least 1,000: fewer would measure the clock")
    options.names = [name for name in NAMES if name in options.names] or list(NAMES)
    return options


def fill(pins: int) -> None:
    """Tables, sample country and pins, with plans that know them."""
    management = import_module("django.core.management")
    connection = import_module("django.db").connection
    demo = import_module("mapping.exchange.demo")
    say("  tables …")
    management.call_command("migrate", verbosity=0)
    say("  sample country …")
    loaded = min(pins, LOADED)
    demo.load(loaded, tell=lambda done: say(f"    {done:,} of {loaded:,} pins"))
    if pins > loaded:
        say(f"  copies of them, up to {pins:,} pins …")
        multiply(connection, pins)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def multiply(connection, pins: int) -> None:
    """Copies of the loaded leads some hundred metres away, with their confirmations, until there are so many.

    Loading a million through the triggers of a row takes an hour and makes no figure truer: the copies keep the
    areas that were found for their first, and the tallies and the feed follow by the triggers of a statement.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE joined_to_id IS NULL), max(number) FROM pin")
        there, leads, step = cursor.fetchone()
        cursor.execute("ALTER TABLE pin DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE pin ENABLE TRIGGER pin_90_inserted")
        cursor.execute(COPIED_COLUMNS)
        names = ", ".join(name for (name,) in cursor.fetchall())
        copy = 0
        while there < pins:
            copy += 1
            most = min(leads, pins - there)
            values = {
                "copy": copy,
                "step": step * copy,
                "dx": (copy * 37 % 101 - 50) * 1.1e-4,
                "dy": (copy * 53 % 97 - 48) * 1.1e-4,
                "most": most,
            }
            cursor.execute(COPY_PINS.format(names=names), values)
            cursor.execute(COPY_CONFIRMATIONS, values)
            there += most
            say(f"    {there:,} of {pins:,} pins")
        cursor.execute("ALTER TABLE pin ENABLE TRIGGER USER")
        cursor.execute("SELECT setval('pin_number', (SELECT max(number) FROM pin))")
        cursor.execute("SELECT tally_fold(10000000), cell_fold(10000000), confirmed_rebuild()")


def measure(names: list[str], pins: int) -> tuple[list[figures.Figure], str]:
    """The figures, and the versions of the database."""
    connection = import_module("django.db").connection
    works = import_module("tests.bench.measures").MEASURES
    found = []
    for name in names:
        say(f"  {name} …")
        for figure in works[name](pins):
            found.append(figure)
            beside = f"limit {figure.limit}, peers {figure.peers}"
            say(f"    {figure.name}: {figure.value:g} {figure.unit} ({beside})")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        cursor.execute("SELECT postgis_lib_version()")
        version = f"{version.split()[0]}/PostGIS-{cursor.fetchone()[0]}"
    return found, version


def main(words: list[str]) -> int:
    options = parse(words)
    url = os.environ["DATABASE_URL"]
    load = os.getloadavg()[0]  # what else this machine was doing: above 0.5 or so the seconds are worth little
    # The demo's choices, so that a figure does not hang on who calls.
    os.environ |= {
        "MEEMAP_ANONYMOUS_PINS": "shown",
        "MEEMAP_SAMPLE": "true",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    say(f"Bench with {options.pins:,} pins in a database of its own")
    with temporary_database(url) as own:
        os.environ["DATABASE_URL"] = own
        django.setup()
        connection = import_module("django.db").connection
        try:
            fill(options.pins)
            found, version = measure(options.names, options.pins)
        finally:
            connection.close()
            connection.close_pool()
    lines = [figure.line() for figure in found]
    today = datetime.now(UTC).date().isoformat()
    figures.write(figures.merge(figures.read(), lines, machine=machine(version, load), date=today))
    say(f"  written: {figures.FIGURES.relative_to(figures.ROOT)}, {figures.PAGE.relative_to(figures.ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
