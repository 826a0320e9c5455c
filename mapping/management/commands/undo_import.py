import sys
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from mapping.errors import Refusal
from mapping.exchange import imports, jobs
from mapping.exchange.kinds import KINDS
from mapping.management.importing import Bar
from mapping.models import Import


class Command(BaseCommand):
    help = "Take back the last import of a kind: what stood there before is put back."

    def add_arguments(self, parser) -> None:
        parser.add_argument("which", help=f"id of an import, or a kind: {', '.join(KINDS)}")

    def handle(self, *args, which, **options) -> None:
        if which in KINDS:
            run = Import.objects.filter(kind=which, state=Import.State.COMMITTED).order_by("-committed_at").first()
        else:
            try:
                run = Import.objects.filter(pk=UUID(which)).first()
            except ValueError:
                run = None
        if run is None:
            raise CommandError(f"{which}: there is no such import")
        bar = Bar(sys.stderr)
        try:
            with jobs.seen(run):
                done = imports.undo(run, tell=bar)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        bar.end()
        counts = ", ".join(f"{name} {number}" for name, number in done.counts["undone"].items())
        self.stdout.write(f"{run.kind} {run.file_name} is taken back: {counts}")
