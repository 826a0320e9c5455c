"""`./meemap faults [sync|S1 …] [--quick]`: provoke faults, and write what was reached into docs/."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.database import machine
from tests.faults import rows


def parse(words: list[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="./meemap faults", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(rows.GROUPS)}, or rows such as S1")
    reader.add_argument("--quick", action="store_true", help="as often as the tests do, not the long form")
    options = reader.parse_args(words)
    unknown = [name for name in options.names if name not in (*rows.ROWS, *rows.GROUPS)]
    if unknown:
        reader.error(f"no such row: {', '.join(unknown)}; known are {', '.join((*rows.GROUPS, *rows.ROWS))}")
    wanted = options.names or rows.GROUPS
    options.names = [name for name, row in rows.ROWS.items() if name in wanted or row.group in wanted]
    return options


def main(words: list[str]) -> int:
    options = parse(words)
    with tempfile.TemporaryDirectory(prefix="meemap-faults-") as folder:
        ledger = Path(folder) / "ledger.jsonl"
        env = dict(os.environ, FAULTS_ROWS=",".join(options.names), **{rows.LEDGER: str(ledger)})
        if not options.quick:
            env["FAULTS_LONG"] = "1"
        load = os.getloadavg()[0]
        code = subprocess.call([sys.executable, "-m", "pytest", "-m", "fault", "--timeout", "7200"], env=env)
        lines = [json.loads(line) for line in ledger.read_text("utf-8").splitlines()] if ledger.exists() else []
    form = "quick" if options.quick else "long"
    version = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    about = f"{machine(version, load)}; {form} form"
    found = rows.gather(lines, machine=about, date=f"{datetime.now(UTC):%Y-%m-%d}")
    rows.write(rows.merge(rows.read(), found))
    for row in found:
        print(f"  {row['id']:4} {row['verdict']:7} {row['figure']} — control: {row['control']}", flush=True)
    missing = sorted(set(options.names) - {row["id"] for row in found})
    if missing:
        print(f"  not run: {', '.join(missing)}")
    return 1 if code or missing or any(row["verdict"] != "held" for row in found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
