import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator


class Command(BaseCommand):
    help = "Write the API's OpenAPI schema to frontend/schema.json, from which the client's types are made."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the committed one is current")

    def handle(self, *args, check, **options) -> None:
        path = Path(settings.BASE_DIR) / "frontend" / "schema.json"
        with translation.override("en"):
            schema = SchemaGenerator().get_schema(public=True)
        text = json.dumps(schema, indent=1, ensure_ascii=False, default=str) + "\n"
        if not check:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise CommandError("frontend/schema.json is not current: ./meemap manage api_schema")
