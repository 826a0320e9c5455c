from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mapping.errors import Refusal
from mapping.exchange import demo


class Command(BaseCommand):
    help = "Load the sample country with invented needs into an empty database. Loaded once, it stays."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--pins", type=int, default=4000, help="how many invented pins (4000)")

    def handle(self, *args, pins, **options) -> None:
        if not 0 < pins <= 10_000_000:
            raise CommandError("--pins is a number from 1 to 10,000,000")

        def tell(done: int) -> None:
            share = done / pins
            self.stdout.write(f"\r    {'█' * round(30 * share):30} {done:,} of {pins:,} pins", ending="")
            self.stdout.flush()

        try:
            made = demo.load(pins, password=settings.MEEMAP["demo_password"], tell=tell)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if made.fresh:
            self.stdout.write(f"    {made.pins:,} invented pins")
        elif made.pins < pins:
            self.stdout.write(f"    holds {made.pins:,} pins already; for another number: ./meemap stop --remove")
