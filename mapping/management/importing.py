"""What the commands for imports share: words, a progress bar, the report by row."""

import argparse
import csv
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mapping.errors import MESSAGES, Refusal
from mapping.exchange import imports, jobs
from mapping.exchange.kinds import KINDS
from mapping.models import Import

SHOWN = 20  # notes of each verdict on the screen
BAR = 30
WORDS = {  # what an option means, for --help
    "name": "name of the new boundary set (else the file's own)",
    "source": "where the data come from",
    "licence": "under which licence",
    "attribution": "line to show with every map",
    "approximate": "the boundaries are approximate",
    "valid_on": "day from which they hold",
    "within": "only what lies within this area code, such as 58",
    "successors": "codes that the file no longer holds and what took their place: OLD=NEW+NEW OLD=NEW",
    "set": "the boundary set that the file speaks of (else the active one)",
    "as_of": "day that the figures are of, where no column says it",
    "no_carry": "do not take villages and figures over from the active set",
    "source_name": "short name of the system that the rows come from, so that a second import knows them again",
    "coarse": "where only a subdistrict is named, put the pin at its middle instead of refusing the row",
    "categories": "word=category for words that are not ours; may be repeated",
}
FLAGS = ("approximate", "no_carry", "coarse")


class Bar:
    """One line that grows; plain lines where no terminal listens."""

    def __init__(self, out: Any) -> None:
        self.out, self.last, self.step = out, 0.0, ""

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not self.out.isatty():
            if step != self.step:
                self.out.write(f"{step} …\n")
                self.step = step
            return
        if done and done != total and now - self.last < 0.1:
            return
        self.last, self.step = now, step
        filled = "█" * round(BAR * done / total) if total else ""
        number = f"{done:,} / {total:,}" if total else ""
        self.out.write(f"\r  {step:<10} {filled:<{BAR}} {number:<24}")
        self.out.flush()

    def end(self) -> None:
        if self.out.isatty():
            self.out.write("\r" + " " * 72 + "\r")


class ImportCommand(BaseCommand):
    """A dry run with its report; `--commit` writes, all or nothing."""

    kind: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        kind = KINDS[self.kind]
        named = ", ".join(f"{column.name}{'*' if column.required else ''}" for column in kind.columns)
        parser.epilog = f"Columns (* required): {named}. Without --commit nothing is written."
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write what the report allows; else only report")
        parser.add_argument("--skip-refused", action="store_true", help="leave refused rows out instead of stopping")
        parser.add_argument("--report", type=Path, help="write the whole report by row to this CSV file")
        parser.add_argument("--layer", default="", help="layer or worksheet to read")
        parser.add_argument(
            "--column", action="append", default=[], metavar="OURS=THEIRS", help="which column of the file means ours"
        )
        for name in kind.options:
            word = "no_carry" if name == "carry" else name
            if word in FLAGS:
                parser.add_argument(f"--{word.replace('_', '-')}", action="store_true", help=WORDS[word])
            elif name == "categories":
                parser.add_argument("--category", action="append", default=[], metavar="WORD=SLUG", help=WORDS[name])
            else:
                parser.add_argument(f"--{name.replace('_', '-')}", default="", help=WORDS[name])

    def handle(self, *args, file: Path, commit: bool, report: Path | None, **options) -> None:
        if not file.is_file():
            raise CommandError(f"{file}: there is no such file")
        if report is not None:
            try:
                report.touch()  # before the work, not after it
            except OSError as error:
                raise CommandError(f"{report}: {error.strerror}") from error
        bar = Bar(sys.stderr)
        try:
            run = imports.receive(self.kind, file, name=file.name, options=self.chosen(options))
            if not commit:
                imports.examine(run, tell=bar)
                bar.end()
                self.say(run, report)
                trouble = self.trouble(run) if run.state == Import.State.FAILED else None
                imports.discard(run)
                if trouble:
                    raise CommandError(trouble)
                self.stdout.write("Dry run: nothing is written. Repeat with --commit to write it.")
                return
            try:
                with jobs.seen(run):
                    imports.commit(run, tell=bar)
            except BaseException:
                bar.end()
                self.say(run, report)
                imports.discard(Import.objects.get(pk=run.pk))  # it does not wait for somebody at the page
                raise
            bar.end()
            self.say(run, report)
            self.after(run, options)
        except Refusal as refusal:
            raise CommandError(f"{refusal.attr + ': ' if refusal.attr else ''}{refusal}") from refusal
        self.stdout.write(f"Written as import {run.pk}. To take it back: ./meemap undo {run.pk}")

    def after(self, run: Import, options: dict[str, Any]) -> None:
        """What a kind does once its import is written."""

    def chosen(self, given: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name in KINDS[self.kind].options:
            if name == "carry":
                out["carry"] = not given["no_carry"]
            elif name == "categories":
                out["categories"] = dict(self.pair(word) for word in given["category"])
            elif given.get(name):
                out[name] = given[name]
        out |= {name: given[name] for name in ("layer", "skip_refused") if given[name]}
        if given["column"]:
            out["columns"] = dict(self.pair(word) for word in given["column"])
        return out

    @staticmethod
    def pair(word: str) -> tuple[str, str]:
        ours, sign, theirs = word.partition("=")
        if not sign:
            raise CommandError(f"“{word}”: write it as NAME=VALUE")
        return ours, theirs

    @staticmethod
    def trouble(run: Import) -> str:
        assert run.trouble is not None
        sentence = MESSAGES[run.trouble["code"]].en.format(**run.trouble["params"])
        return f"{run.trouble['attr']}: {sentence}" if run.trouble["attr"] else sentence

    def say(self, run: Import, report: Path | None) -> None:
        counts = {name: found for name, found in run.counts.items() if name not in ("codes", "notes_left_out")}
        for name, found in counts.items():
            if isinstance(found, dict):
                found = ", ".join(f"{key} {number:,}" for key, number in found.items())
            self.stdout.write(f"  {name:<16} {found:,}" if isinstance(found, int) else f"  {name:<16} {found}")
        for verdict in ("refused", "repaired", "flagged"):
            notes = run.notes.filter(verdict=verdict).order_by("row", "pk")
            total = notes.count()
            for note in notes[:SHOWN]:
                words = MESSAGES[note.code].en.format(**note.params)
                where = f"row {note.row}" + (f", {note.column}" if note.column else "")
                self.stdout.write(f"  {verdict}: {where}: {words}")
            if total > SHOWN:
                self.stdout.write(f"  … and {total - SHOWN:,} more {verdict}; --report FILE.csv lists all")
        if report is not None:
            with report.open("w", newline="", encoding="utf-8-sig") as out:
                table = csv.writer(out)
                table.writerow(["row", "column", "verdict", "code", "english", "thai"])
                for note in run.notes.order_by("row", "pk").iterator(chunk_size=2000):
                    message = MESSAGES[note.code]
                    both = (message.en.format(**note.params), message.th.format(**note.params))
                    table.writerow([note.row, note.column, note.verdict, note.code, *both])
