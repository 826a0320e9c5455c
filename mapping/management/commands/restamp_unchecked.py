from django.conf import settings
from django.core.management.base import BaseCommand

from mapping.models import Pin


class Command(BaseCommand):
    help = "After MEEMAP_ANONYMOUS_PINS was changed: show or hide the pins that nobody has checked yet."

    def handle(self, *args, **options) -> None:
        shown = settings.MEEMAP["anonymous_pins"] == "shown"
        changed = Pin.objects.filter(checked=False, unchecked_shown=not shown).update(unchecked_shown=shown)
        self.stdout.write(f"{changed} pins are now {'shown' if shown else 'kept back'} until they are checked")
