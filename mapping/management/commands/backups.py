from pathlib import Path

from django.core.management.base import BaseCommand

from mapping import backups
from mapping.errors import Refusal


class Command(BaseCommand):
    help = "List the backups; with --check, read every file of each."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--in", dest="folder", type=Path, metavar="FOLDER", help="else BACKUP_ROOT")
        parser.add_argument("--check", action="store_true", help="read every file (takes as long as the disk needs)")

    def handle(self, *args, folder: Path | None, check: bool, **options) -> None:
        found = backups.found_in(folder or backups.root())
        if not found:
            self.stdout.write(f"no backup in {folder or backups.root()}: ./meemap backup makes one")
        for path in found:
            try:
                manifest = backups.check(path) if check else backups.read_manifest(path)
            except Refusal as refusal:
                self.stdout.write(f"{path.name}  {refusal}")
                continue
            size = sum(size for _, size in manifest.files.values())
            said = "  every file as it was written" if check else ""
            pins = manifest.rows.get("pin", 0)
            self.stdout.write(f"{path.name}  {manifest.version}  {pins:,} pins  {size / 1e6:,.1f} MB{said}")
