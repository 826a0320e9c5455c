from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mapping.errors import Refusal
from mapping.exchange import boundaries


class Command(BaseCommand):
    help = "Load subdistricts (GeoJSON, plain or gzip) as a boundary set; upper levels are dissolved from them."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", default="", help="name of the boundary set (else the file's own)")
        parser.add_argument("--villages", type=Path, help="CSV: mcode, name_th, name_en, lat, lon")
        parser.add_argument("--figures", type=Path, help="CSV: code, population, households")
        parser.add_argument("--within", default="", help="only what lies within this area code, such as 58")
        parser.add_argument("--activate", action="store_true", help="make it the active set")

    def handle(self, *args, file, name, villages, figures, within, activate, **options) -> None:
        try:
            loaded = boundaries.load(
                file, name=name, villages=villages, figures=figures, within=within, activate=activate
            )
        except Refusal as refusal:
            raise CommandError(f"{refusal.attr}: {refusal}") from refusal
        counts = ", ".join(f"{count} {level}" for level, count in sorted(loaded.counts.items()))
        self.stdout.write(f"{loaded.boundary_set.name}: {counts}")
