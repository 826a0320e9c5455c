import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mapping import backups
from mapping.errors import Refusal
from mapping.management.importing import Bar


class Command(BaseCommand):
    help = (
        "Put a backup in the place of the database. It is checked and built beside what runs; the database that was "
        "there stays under another name. Phones then send again what the backup does not hold."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", help="of a backup, as `backups` lists them, or its folder")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, name: str, yes: bool, **options) -> None:
        path = Path(name) if Path(name).is_dir() else backups.root() / name
        bar = Bar(sys.stderr)
        try:
            manifest = backups.check(path, bar)
            bar.end()
            if not yes:
                asked = (
                    f"Restore {path.name} ({manifest.rows.get('pin', 0):,} pins, {manifest.started[:16]} UTC)? yes/no "
                )
                if input(asked).strip() != "yes":
                    raise CommandError("nothing was changed")
            done = backups.restore(path, bar)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            bar.end()
        self.stdout.write(f"{done.name} is restored. The database before it is kept as {done.before};")
        self.stdout.write(f"if it is no longer needed: DROP DATABASE {done.before}")
        if done.missing:
            self.stdout.write(f"{len(done.missing)} photos are not in the backup; their phones are asked for them:")
            self.stdout.write("\n".join(f"  {one}" for one in done.missing[:20]))
