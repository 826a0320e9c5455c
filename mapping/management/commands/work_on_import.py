from uuid import UUID

from django.core.management.base import BaseCommand

from mapping.exchange import jobs, kinds  # noqa: F401
from mapping.models import Import


class Command(BaseCommand):
    help = "Work on an import that came in by the page (started by the server, not by hand)."

    def add_arguments(self, parser) -> None:
        parser.add_argument("id", type=UUID)
        parser.add_argument("verb", choices=("examine", "commit", "undo"))

    def handle(self, *args, id, verb, **options) -> None:
        jobs.work(Import.objects.get(pk=id), verb)
