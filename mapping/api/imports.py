"""Files that come in by the page: send, look at the report, correct, commit, undo."""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from mapping.access import Reader, may_import
from mapping.api.base import View
from mapping.api.errors import language
from mapping.errors import MESSAGES, Refusal
from mapping.exchange import imports, jobs
from mapping.exchange.kinds import KINDS
from mapping.filters import check_names, parse_choice, parse_integer
from mapping.geometry import clean_text, parse_body
from mapping.models import Import, ImportNote, Person

MOST_LISTED = 50
NOTES_PAGE = 200
COPY_BYTES = 1024 * 1024


class FileParser(BaseParser):
    """The stream itself: a file of any size goes to the disk and not into memory."""

    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None):
        return stream


def sentence(code: str, params: dict[str, Any]) -> str:
    message = MESSAGES[code]
    return (message.en if language() == "en" else message.th).format(**params)


def as_json(run: Import, *, whole: bool) -> dict[str, Any]:
    progress = getattr(run, "progress", None)
    running = run.state in jobs.RUNNING
    answer: dict[str, Any] = {
        "id": str(run.pk),
        "kind": run.kind,
        "state": run.state,
        "interrupted": running and jobs.is_interrupted(run),
        "file": {"name": run.file_name, "bytes": run.file_bytes, "sha256": run.file_sha256},
        "by": str(run.by) if run.by else None,
        "boundary_set": {"id": run.boundary_set.pk, "name": run.boundary_set.name} if run.boundary_set else None,
        "counts": run.counts,
        "progress": {"step": progress.step, "done": progress.done, "total": progress.total}
        if running and progress
        else None,
        "trouble": None,
        "may_undo": run.state == Import.State.COMMITTED and imports.is_last(run),
        "received_at": run.received_at.isoformat(),
        **{name: (at.isoformat() if (at := getattr(run, name)) else None) for name in
           ("checked_at", "committed_at", "undone_at")},
    }  # fmt: skip
    if run.trouble:
        code, params = run.trouble["code"], run.trouble["params"]
        answer["trouble"] = {"code": code, "attr": run.trouble["attr"], "detail": sentence(code, params)}
    if whole:
        answer |= {"options": run.options, "found": run.found}
        codes = run.counts.get("codes", {})
        answer["codes"] = [
            {"code": code, "notes": count, "verdict": verdict_of(run, code)} for code, count in codes.items()
        ]
    return answer


def verdict_of(run: Import, code: str) -> str | None:
    return run.notes.filter(code=code).values_list("verdict", flat=True).first()


def find(reader: Reader, run_id: UUID) -> Import:
    """An import that this reader may see: their own, or any for an administrator of the country."""
    run = Import.objects.select_related("by", "boundary_set", "progress").filter(pk=run_id).first()
    if run is None or not (reader.person_id is not None and (run.by_id == reader.person_id or may_import(reader, ""))):
        raise Refusal("not_found")
    if not may_import(reader, run.kind):  # the right was taken back since
        raise Refusal("permission_denied")
    return run


def need_right(reader: Reader, kind: str) -> None:
    if reader.person_id is None or reader.is_device:
        raise Refusal("not_authenticated")
    if not may_import(reader, kind):
        raise Refusal("permission_denied")


class KindsView(View):
    @extend_schema(operation_id="import_kinds", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """The kinds of files, and for each its columns: what they are called, which are required, an example."""
        check_names(request.query_params, ())
        return Response(
            {
                "kinds": [
                    {
                        "kind": kind.slug,
                        "may": self.reader.person_id is not None and may_import(self.reader, kind.slug),
                        "options": list(kind.options),
                        "columns": [
                            {
                                "name": column.name,
                                "th": column.th,
                                "en": column.en,
                                "required": column.required,
                                "aliases": list(column.aliases),
                                "example": column.example,
                            }
                            for column in kind.columns
                        ],
                    }
                    for kind in KINDS.values()
                    if kind.columns
                ]
            }
        )


class ImportListView(View):
    @extend_schema(operation_id="imports", responses={(200, "application/json"): dict})
    def get(self, request: Request) -> Response:
        """The newest imports: your own, or everybody's for an administrator of the country."""
        check_names(request.query_params, ())
        need_right(self.reader, "pins")
        found = Import.objects.select_related("by", "boundary_set", "progress")
        if not may_import(self.reader, ""):
            found = found.filter(by=self.reader.person_id)
        return Response({"results": [as_json(run, whole=False) for run in found[:MOST_LISTED]]})


class ImportView(View):
    def get_parsers(self):
        sends_file = self.request is not None and self.request.method == "PUT"  # None while the schema is made
        return [FileParser()] if sends_file else super().get_parsers()

    @extend_schema(operation_id="import_read", responses={(200, "application/json"): dict})
    def get(self, request: Request, run_id: UUID) -> Response:
        """One import: its state, progress, counts, columns and first rows."""
        check_names(request.query_params, ())
        return Response(as_json(find(self.reader, run_id), whole=True))

    @extend_schema(
        operation_id="import_send",
        parameters=[
            OpenApiParameter("kind", str, enum=list(KINDS), required=True),
            OpenApiParameter("name", str, description="name of the file"),
            OpenApiParameter("options", str, description="JSON object"),
        ],
        request={"application/octet-stream": bytes},
        responses={201: dict, 200: dict},
    )
    def put(self, request: Request, run_id: UUID) -> Response:
        """Send a file. It is checked at once; nothing is written before you commit."""
        query = request.query_params
        check_names(query, ("kind", "name", "options"))
        kind = parse_choice(query.get("kind", ""), "kind", [k.slug for k in KINDS.values() if k.columns])
        need_right(self.reader, kind)
        name = clean_text(query.get("name", ""), "name", 200)
        options = parse_options(query.get("options", ""))
        imports.check_options(kind, options)
        held = Import.objects.filter(pk=run_id).first()
        with tempfile.NamedTemporaryFile(dir=imports.make_folder(), prefix="part-") as file:
            take(request, file)
            if held is not None:  # sent again
                if (
                    held.by_id != self.reader.person_id
                    or held.kind != kind
                    or imports.digest_of(Path(file.name)) != held.file_sha256
                ):
                    raise Refusal("import_taken")
                return Response(as_json(find(self.reader, run_id), whole=True))
            by = Person.objects.get(pk=self.reader.person_id or 0)
            run = imports.receive(kind, Path(file.name), name=name, run_id=run_id, by=by, options=options)
        jobs.start(run, "examine")
        return Response(as_json(find(self.reader, run_id), whole=True), status=201)

    @extend_schema(operation_id="import_change", request={"application/json": dict}, responses={202: dict})
    def patch(self, request: Request, run_id: UUID) -> Response:
        """Other columns or options; the file is checked again."""
        check_names(request.query_params, ())
        run = find(self.reader, run_id)
        body = request.data
        if not isinstance(body, dict) or set(body) != {"options"} or not isinstance(body["options"], dict):
            raise Refusal("option_form", attr="options", name="options")
        options = imports.check_options(run.kind, body["options"])
        if run.state in (Import.State.COMMITTED, Import.State.UNDONE):
            raise Refusal("import_done", state=run.state)
        jobs.start(run, "examine", options=options)
        return Response(as_json(find(self.reader, run_id), whole=True), status=202)

    @extend_schema(operation_id="import_discard", responses={204: None})
    def delete(self, request: Request, run_id: UUID) -> Response:
        """Stop it if it runs, forget it and its file. Nothing of it was written."""
        check_names(request.query_params, ())
        run = find(self.reader, run_id)
        if run.state not in (Import.State.COMMITTED, Import.State.UNDOING, Import.State.UNDONE):
            jobs.stop(run)
        imports.discard(run)
        return Response(status=204)


def parse_options(text: str) -> dict[str, Any]:
    options = parse_body((text or "{}").encode("utf-8", "surrogatepass"))
    if not isinstance(options, dict):
        raise Refusal("option_form", attr="options", name="options")
    return options


def take(request: Request, file: Any) -> None:
    """The body into a file, at most so much of it."""
    limit_mb = settings.MEEMAP["import_max_mb"]
    stream = request.data
    size = 0
    while isinstance(block := stream.read(COPY_BYTES) if hasattr(stream, "read") else b"", bytes) and block:
        size += len(block)
        if size > limit_mb * 2**20:
            raise Refusal("import_too_large", attr="body", limit_mb=limit_mb)
        file.write(block)
    if not size:
        raise Refusal("file_empty")
    file.flush()


class CommitView(View):
    @extend_schema(operation_id="import_commit", request=None, responses={202: dict})
    def post(self, request: Request, run_id: UUID) -> Response:
        """Write it. A process of its own does the work; the answer says that it began."""
        check_names(request.query_params, ())
        run = find(self.reader, run_id)
        if run.state in (Import.State.COMMITTED, Import.State.UNDONE):
            raise Refusal("import_done", state=run.state)
        if run.state == Import.State.FAILED and run.trouble and MESSAGES[run.trouble["code"]].status < 500:
            raise Refusal(run.trouble["code"], attr=run.trouble["attr"], **run.trouble["params"])
        if run.counts.get("refused") and not run.options.get("skip_refused"):
            raise Refusal("import_refused_rows", refused=run.counts["refused"])
        jobs.start(run, "commit")
        return Response(as_json(find(self.reader, run_id), whole=True), status=202)


class UndoView(View):
    @extend_schema(operation_id="import_undo", request=None, responses={202: dict})
    def post(self, request: Request, run_id: UUID) -> Response:
        """Put back what stood there before. A process of its own does the work; the answer says that it began."""
        check_names(request.query_params, ())
        run = find(self.reader, run_id)
        if not (run.state == Import.State.UNDOING and jobs.is_interrupted(run)):
            imports.check_undo(run)
        jobs.start(run, "undo")
        return Response(as_json(find(self.reader, run_id), whole=True), status=202)


class NotesView(View):
    @extend_schema(
        operation_id="import_notes",
        parameters=[
            OpenApiParameter("verdict", str, enum=ImportNote.Verdict.values),
            OpenApiParameter("code", str),
            OpenApiParameter("after", int, description="number of the last note read"),
        ],
        responses={(200, "application/json"): dict},
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        """What was said of the rows, in the order of the file."""
        query = request.query_params
        check_names(query, ("verdict", "code", "after"))
        found = find(self.reader, run_id).notes.order_by("row", "pk")
        if query.get("verdict"):
            found = found.filter(verdict=parse_choice(query["verdict"], "verdict", ImportNote.Verdict.values))
        if query.get("code"):
            found = found.filter(code=parse_choice(query["code"], "code", MESSAGES))
        start = parse_integer(query.get("after", "0"), "after", 0, 10**9)
        page = list(found[start : start + NOTES_PAGE + 1])
        return Response(
            {
                "results": [
                    {
                        "row": note.row,
                        "column": note.column,
                        "verdict": note.verdict,
                        "code": note.code,
                        "detail": sentence(note.code, note.params),
                        "params": note.params,
                    }
                    for note in page[:NOTES_PAGE]
                ],
                "next": start + NOTES_PAGE if len(page) > NOTES_PAGE else None,
            }
        )


class NotesTable(View):
    @extend_schema(operation_id="import_notes_table", responses={(200, "text/csv"): bytes})
    def get(self, request: Request, run_id: UUID) -> HttpResponseBase:
        """All that was said of the rows, as a table."""
        check_names(request.query_params, ())
        run = find(self.reader, run_id)
        words = notes_csv(run.notes.order_by("row", "pk").iterator(chunk_size=2000))
        name = f"import-{str(run.pk)[:8]}-notes.csv"
        return self.download(request, words, name=name, content_type="text/csv; charset=utf-8", mark="")


def notes_csv(found: Iterator[ImportNote]) -> Iterator[bytes]:
    """Rows for a spreadsheet; the sentence in the reader's language."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["row", "column", "verdict", "code", "detail"])
    yield b"\xef\xbb\xbf"
    for note in found:
        cells = (note.row, note.column, note.verdict, note.code, sentence(note.code, note.params))
        writer.writerow([safe_cell(cell) for cell in cells])
        if text.tell() > 65_536:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def safe_cell(cell: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip()[:1] in tuple("=+-@＝＋－＠") else cell
