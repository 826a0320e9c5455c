from django.core.management.base import BaseCommand

from mapping.models import Pin


class Command(BaseCommand):
    help = "After MEEMAP_ANONYMOUS_PINS was changed: show or hide the pins that nobody has checked yet."

    def add_arguments(self, parser) -> None:
        parser.add_argument("setting", choices=["shown", "unchecked", "off"], help="as MEEMAP_ANONYMOUS_PINS is now")

    def handle(self, *args, setting, **options) -> None:
        shown = setting == "shown"
        changed = Pin.objects.filter(checked=False, unchecked_shown=not shown).update(unchecked_shown=shown)
        self.stdout.write(f"{changed} pins are now {'shown' if shown else 'kept back'} until they are checked")
