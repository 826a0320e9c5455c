"""Boundary sets: which there are, what another one would change, putting it in use, taking it back."""

from uuid import uuid4

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from mapping.access import may_activate
from mapping.api.base import View
from mapping.errors import Refusal
from mapping.exchange import generations, jobs
from mapping.filters import check_names
from mapping.models import BoundarySet, Import, Person


def find(set_id: int) -> BoundarySet:
    found = BoundarySet.objects.filter(pk=set_id).first()
    if found is None:
        raise Refusal("not_found")
    return found


class BoundarySetsView(View):
    @extend_schema(operation_id="boundary_sets", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """Every version of the areas that was loaded, newest first, with source, licence and counts."""
        check_names(request.query_params, ())
        sets = BoundarySet.objects.order_by("-loaded_at")
        return Response({"results": [generations.describe(found) for found in sets]})


class BoundarySetView(View):
    """One set. Only administrators of the country compare, put in use and delete."""

    def initial(self, request: Request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        if self.reader.person_id is None or self.reader.is_device:
            raise Refusal("not_authenticated")
        if not may_activate(self.reader):
            raise Refusal("permission_denied")
        check_names(request.query_params, ())

    @extend_schema(operation_id="boundary_set_compare", responses={(200, "application/json"): dict})
    def get(self, request: Request, set_id: int) -> Response:
        """What would change if this set were put in use: codes new, gone, moved; pins, grants and territories."""
        return Response(generations.compare(find(set_id)))

    @extend_schema(operation_id="boundary_set_activate", request=None, responses={202: dict})
    def post(self, request: Request, set_id: int) -> Response:
        """Put this set in use. The import of kind `activation` that comes back can be undone."""
        chosen = find(set_id)
        if chosen.active:
            raise Refusal("boundary_set_is_active", name=chosen.name)
        by = Person.objects.get(pk=self.reader.person_id or 0)
        run = Import.objects.create(
            pk=uuid4(), kind=Import.Kind.ACTIVATION, by=by, file_name=chosen.name, boundary_set=chosen, state="checked"
        )
        jobs.start(run, "commit")
        return Response({"id": str(run.pk), "state": "committing"}, status=202)

    @extend_schema(operation_id="boundary_set_delete", request=None, responses={204: None})
    def delete(self, request: Request, set_id: int) -> Response:
        """Delete a set that is not in use."""
        generations.drop(find(set_id))
        return Response(status=204)
