import json
import sys

from django.core.management.base import BaseCommand, CommandError

from mapping.errors import Refusal
from mapping.exchange.kinds import generations
from mapping.management.importing import Bar
from mapping.models import BoundarySet


class Command(BaseCommand):
    help = "List boundary sets, compare one with the active one, put it in use, delete it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("verb", nargs="?", default="list", choices=("list", "compare", "activate", "delete"))
        parser.add_argument("name", nargs="?", default="", help="name or number of a set")
        parser.add_argument("--json", action="store_true", help="everything, for a program")

    def handle(self, *args, verb, name, **options) -> None:
        try:
            self.act(verb, name, options["json"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal

    def act(self, verb: str, name: str, as_json: bool) -> None:
        if verb == "list":
            for found in BoundarySet.objects.order_by("loaded_at"):
                about = generations.describe(found)
                counts = ", ".join(f"{number:,} {level}" for level, number in sorted(about["counts"].items()))
                mark = "in use" if found.active else "      "
                self.stdout.write(f"{found.pk:>4}  {mark}  {found.name}: {counts}")
            return
        chosen = BoundarySet.objects.filter(**({"pk": int(name)} if name.isdigit() else {"name": name})).first()
        if chosen is None:
            raise Refusal("boundary_set_missing", name=name)
        if verb == "delete":
            generations.drop(chosen)
            self.stdout.write(f"{chosen.name} is deleted")
        elif verb == "activate":
            bar = Bar(sys.stderr)
            done = generations.activate(chosen, tell=bar)
            bar.end()
            counts = done.counts
            self.stdout.write(
                f"{chosen.name} is in use: {counts['pins_placed']:,} pins placed anew, {counts['grants_moved']} grants"
                f" and {counts['territories_moved']} territories moved, {len(counts['not_moved'])} could not be."
                f" To take it back: ./meemap undo {done.pk}"
            )
        else:
            differences = generations.compare(chosen)
            if as_json:
                self.stdout.write(json.dumps(differences, ensure_ascii=False, indent=1))
                return
            for level, counts in differences["levels"].items():
                words = ", ".join(f"{number:,} {change}" for change, number in counts.items())
                self.stdout.write(f"  {level:<12} {words}")
            for area in differences["areas"][:40]:
                share = f" ({area['moved_percent']} % of its area)" if area["moved_percent"] else ""
                self.stdout.write(f"  {area['change']:<8} {area['code']} {area['name_th']}{share}")
            self.stdout.write(f"  pins to place anew: {differences['pins']['affected']:,}")
            self.stdout.write(
                f"  grants to move: {len(differences['grants'])}, territories: {len(differences['territories'])}"
            )
            for left in differences["not_moved"]:
                self.stdout.write(f"  could not be moved: {left['table']} {left['id']} on {left['code']}")
