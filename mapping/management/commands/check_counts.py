from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mapping import aggregate, cells
from mapping.queries import value


class Command(BaseCommand):
    help = "Compare the kept counts (tallies, areas' figures, heat cells, confirmations) with the pins themselves."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--mend", action="store_true", help="count anew what differs; writers wait meanwhile")

    def handle(self, *args, mend, **options) -> None:
        wrong = 0
        for name, differences, rebuild in (
            ("tallies and figures of areas", aggregate.tallies_differ, "SELECT tally_rebuild()"),
            ("heat cells", cells.differences, "SELECT cell_rebuild()"),
            ("people who have a need", aggregate.confirmed_differ, "SELECT confirmed_rebuild()"),
        ):
            found = differences()
            if not found:
                self.stdout.write(f"{name}: all as the pins say")
                continue
            self.stdout.write(f"{name}: {len(found)} rows differ, the first: {found[0]}")
            if mend:
                with transaction.atomic():
                    value(rebuild)
                self.stdout.write(f"{name}: counted anew")
            else:
                wrong += len(found)
        if wrong:
            raise CommandError("Counts differ from the pins. --mend counts them anew.")
