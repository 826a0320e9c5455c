"""What a page needs to know first: who asks, what this deployment is, the categories; and health."""

from django.conf import settings
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from mapping import aggregate, backups
from mapping.access import may_report
from mapping.api.authentication import device_token, new_device_token, remember_device
from mapping.api.base import View
from mapping.exchange import demo
from mapping.filters import check_names
from mapping.models import BoundarySet, Category, CategoryGroup, FeedState, Grant
from mapping.queries import rows


class GrantSerializer(serializers.ModelSerializer):
    class Meta:
        model = Grant
        fields = ("role", "area_code", "office")


class MeView(View):
    @extend_schema(operation_id="me", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """Who you are here, where your office opens, and what this deployment is."""
        check_names(request.query_params, ())
        get_token(request)  # sets the CSRF cookie
        active = BoundarySet.objects.filter(active=True).first()
        known = self.reader.person_id is not None
        chosen = settings.MEEMAP
        response = Response(
            {
                "person": {
                    "id": self.reader.person_id,
                    "name": self.reader.name,
                    "is_device": self.reader.is_device,
                }
                if known
                else None,
                "grants": [
                    {"role": role, "area_code": code, "office": office} for role, code, office in self.reader.grants
                ],
                "home": self.reader.home,
                "may_pin": may_report(self.reader),
                "anonymous_pins": chosen["anonymous_pins"],
                # By these a phone that has nothing to send learns that the server was restored, or backed up.
                "sync": {
                    "generation": FeedState.objects.values_list("generation", flat=True).get(),
                    "durable_through": backups.durable_through(),
                },
                "deployment": {
                    "sample": aggregate.sample(),
                    "approximate": bool(active and active.approximate),
                    "attribution": active.attribution if active else "",
                    "boundaries": active.name if active else None,
                    "start": chosen["start"],
                    "tile_url": chosen["tile_url"],
                    "tile_attribution": chosen["tile_attribution"],
                    "licence": chosen["licence"],
                    "sign_in": {"code": chosen["mail"], "line": chosen["line"]},
                    "demo_accounts": demo.accounts() if aggregate.sample() else [],
                },
            }
        )
        if not known and may_report(self.reader):
            # Before the first pin, so that a phone whose first answer is lost is known when it sends again.
            remember_device(request, response, device_token(request) or new_device_token())
        return response


class GroupSerializer(serializers.ModelSerializer):
    order = serializers.IntegerField(source="position")

    class Meta:
        model = CategoryGroup
        fields = ("slug", "name_th", "name_en", "colour", "order")


class CategorySerializer(serializers.ModelSerializer):
    order = serializers.IntegerField(source="position")
    group = serializers.CharField(source="group_id")

    class Meta:
        model = Category
        fields = (
            "slug", "group", "name_th", "name_en", "pictogram", "radius_m", "public_place", "sensitive", "order",
        )  # fmt: skip


class CategoriesSerializer(serializers.Serializer):
    groups = GroupSerializer(many=True)
    categories = CategorySerializer(many=True)


class CategoriesView(View):
    @extend_schema(operation_id="categories", responses=CategoriesSerializer)
    def get(self, request: Request) -> Response:
        """The categories of needs, in the order in which every screen shows them."""
        check_names(request.query_params, ())
        both = {"groups": CategoryGroup.objects.all(), "categories": Category.objects.all()}
        return Response(CategoriesSerializer(both).data, headers={"Cache-Control": "no-cache"})


class HealthView(View):
    @extend_schema(operation_id="health", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """Whether the database answers, which boundaries are active, and what waits to be folded."""
        check_names(request.query_params, ())
        waiting = rows(
            "SELECT (SELECT count(*) FROM (SELECT FROM tally_delta LIMIT 100000) AS d) AS tally_delta,"
            " (SELECT count(*) FROM (SELECT FROM cell_delta LIMIT 100000) AS d) AS cell_delta,"
            " (SELECT count(*) FROM (SELECT FROM confirmed_moved LIMIT 100000) AS d) AS confirmed_moved,"
            " (SELECT count(*) FROM (SELECT FROM change_new LIMIT 100000) AS c) AS change_new,"
            " (SELECT count(*) FROM notice"
            "  WHERE state = 'waiting' AND due_at < now() - interval '10 minutes') AS notice"
        )[0]
        active = BoundarySet.objects.filter(active=True).exists()
        return Response({"database": "ok", "boundaries": "ok" if active else "missing", "waiting": waiting})
