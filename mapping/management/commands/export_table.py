from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mapping.errors import Refusal
from mapping.exchange import tables


class Command(BaseCommand):
    help = "Write a table with the columns that its import reads; the form follows the file's ending."

    def add_arguments(self, parser) -> None:
        parser.add_argument("kind", choices=list(tables.TABLES))
        parser.add_argument("file", type=Path, help=f"ending in one of: {', '.join(tables.FORMATS)}")
        parser.add_argument("--template", action="store_true", help="only headings and an example row")

    def handle(self, *args, kind, file, template, **options) -> None:
        try:
            blocks = tables.write(kind, file.suffix.removeprefix("."), template=template)
            with file.open("wb") as out:
                size = sum(out.write(block) for block in blocks)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{file}: {size:,} bytes")
