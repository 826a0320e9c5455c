import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mapping import backups
from mapping.errors import Refusal
from mapping.management.importing import Bar


class Command(BaseCommand):
    help = (
        "Make a backup: the database and the photos, each file with its hash, read back before it counts. "
        "Keep it on another disk: with --to, or BACKUP_ROOT."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="where backups stand (else BACKUP_ROOT)")

    def handle(self, *args, to: Path | None, **options) -> None:
        bar = Bar(sys.stderr)
        try:
            path = backups.make(to or backups.root(), bar)
            manifest = backups.read_manifest(path)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            bar.end()
        size = sum(size for _, size in manifest.files.values())
        self.stdout.write(f"{path}: {len(manifest.files):,} files, {size / 1e6:,.1f} MB, up to number {manifest.pub:,}")
