import argparse
from typing import Any

from mapping.exchange import generations
from mapping.management.importing import ImportCommand
from mapping.models import Import


class Command(ImportCommand):
    kind = "boundaries"
    help = "Import subdistricts as a boundary set (shapefile in a zip, GeoJSON, GeoPackage, FlatGeobuf)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--activate", action="store_true", help="put the new set in use at once")

    def after(self, run: Import, options: dict[str, Any]) -> None:
        if options["activate"] and run.boundary_set is not None:
            done = generations.activate(run.boundary_set)
            self.stdout.write(f"{run.boundary_set.name} is in use; {done.counts['pins_placed']:,} pins placed anew")
