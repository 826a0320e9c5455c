from django.core.management.base import BaseCommand

from budget import demo


class Command(BaseCommand):
    help = "Add invented projects and one published round to the sample country. Made once, they stay."

    def handle(self, *args, **options) -> None:
        if demo.load():
            self.stdout.write("    invented projects and a published round")
