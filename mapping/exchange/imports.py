"""The one import core: read, check, report by row, dry run, commit, undo.

A file of any kind goes the same way. `examine` reads it, checks every row against the column
table and the database, and writes nothing but its report. `commit` does the same and then
writes, all of it in one transaction. `undo` puts back what stood there before. Commands and
pages both call these three; what is particular to a kind of file stands in its own module.
"""

import hashlib
import json
import re
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from psycopg import sql

from mapping import history
from mapping.access import Reader
from mapping.errors import Refusal
from mapping.exchange import columns, files
from mapping.exchange.columns import CellTrouble, Column, Mended
from mapping.geometry import clean_text
from mapping.models import Import, ImportBefore, ImportNote, Person
from mapping.queries import Part, Values, query, rows, value

MAX_NOTES = 50_000  # of each verdict kept for one file; all are counted
PREVIEW_ROWS = 12
SWITCHES = ("skip_refused", "approximate", "carry", "coarse")
KEPT_DAYS = 14  # a file that nobody committed is deleted after that

Tell = Callable[[str, int, int], None]  # step, done, total (0: not known)
Verdict = Literal["repaired", "flagged", "refused"]
Record = dict[str, Any]


def silent(step: str, done: int, total: int) -> None:
    """Nobody listens."""


class Note(NamedTuple):
    row: int
    column: str
    verdict: Verdict
    code: str
    params: dict[str, Any]


class Report:
    """What is said of the rows. Everything is counted; the first `MAX_NOTES` of each verdict are kept."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.rows: dict[Verdict, set[int]] = {"repaired": set(), "flagged": set(), "refused": set()}
        self.codes: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()

    def add(self, row: int, column: str, verdict: Verdict, code: str, /, **params: Any) -> None:
        self.codes[code] += 1
        self.rows[verdict].add(row)
        self.kept[verdict] += 1
        if self.kept[verdict] <= MAX_NOTES:  # flagged rows never crowd out refused ones
            self.notes.append(Note(row, column, verdict, code, params))

    @property
    def refused(self) -> int:
        return len(self.rows["refused"])

    def counts(self) -> dict[str, Any]:
        said = sum(self.codes.values())
        return {
            **{verdict: len(found) for verdict, found in self.rows.items()},
            "codes": dict(self.codes.most_common()),
            "notes_left_out": said - len(self.notes),
        }


@dataclass
class Work:
    """One file on its way through a kind."""

    run: Import
    sheet: files.Sheet
    heading: dict[str, str]  # our column -> the file's heading
    report: Report
    tell: Tell
    reader: Reader | None  # None: a shell, which may everything
    counts: dict[str, Any] = field(default_factory=dict)
    preview: list[dict[str, Any]] = field(default_factory=list)

    @property
    def options(self) -> dict[str, Any]:
        return self.run.options

    def note(self, row: int, column: str, verdict: Verdict, code: str, /, **params: Any) -> None:
        """`column` is ours; the report shows the file's own heading."""
        self.report.add(row, self.heading.get(column, column), verdict, code, **params)

    def records(self, table: tuple[Column, ...]) -> Iterator[tuple[int, Record]]:
        """Row number and parsed values of each row that can be taken; the others go into the report."""
        kind, read = KINDS[self.run.kind], {*self.heading.values(), "", "geometry"}
        total, every = self.sheet.total, max(1, self.sheet.total // 100)
        for count, row in enumerate(self.sheet.rows, start=1):
            if count % every == 0:
                self.tell("checking", count, total)
            values = columns.flat(row.values)
            if len(self.preview) < PREVIEW_ROWS:
                self.preview.append(values)
            taken = True
            for note in row.notes:
                if note.column not in read or note.code in kind.judges:
                    continue  # a formula in a column that is not read harms nobody
                self.report.add(row.number, note.column, note.verdict, note.code, **note.params)  # type: ignore[arg-type]
                taken = taken and note.verdict != "refused"
            record = self.parse(row.number, table, values)
            if record is None or not taken:
                continue
            record["geometry"] = row.geometry
            yield row.number, record
        self.counts["rows"] = total

    def parse(self, number: int, table: tuple[Column, ...], values: dict[str, Any]) -> Record | None:
        """All troubles of a row are told at once."""
        record: Record = {}
        good = True
        for column in table:
            heading = self.heading.get(column.name)
            cell = values.get(heading) if heading is not None else None
            record[column.name] = None
            if columns.is_empty(cell):
                if column.required:
                    self.report.add(
                        number, heading or column.name, "refused", "cell_empty", name=heading or column.name
                    )
                    good = False
                continue
            try:
                found = column.parse(cell)
            except CellTrouble as trouble:
                self.report.add(number, heading or column.name, "refused", trouble.code, **trouble.params)
                good = False
                continue
            if isinstance(found, Mended):
                self.report.add(number, heading or column.name, "repaired", found.code, **found.params)
                found = found.value
            record[column.name] = found
        return record if good else None


class Kind:
    """A kind of file. Subclasses say what its columns are and how it is checked, written and undone."""

    slug: str
    columns: tuple[Column, ...] = ()
    options: tuple[str, ...] = ()  # names that `Import.options` may hold besides `columns` and `skip_refused`
    shapes: Literal["none", "points", "polygons"] = "none"
    repair = False
    judges: tuple[str, ...] = ()  # codes of notes on reading that this kind says better itself
    stacks = True  # a later import of this kind stands on the earlier ones, which it keeps from being undone

    def table(self, sheet: files.Sheet, options: dict[str, Any]) -> tuple[Column, ...]:
        """The columns for this very file."""
        return self.columns

    def chosen(self, sheet: files.Sheet, options: dict[str, Any]) -> dict[str, str]:
        return dict(options.get("columns") or {})

    def stage(self, work: Work) -> None:
        """Read `work.records`, check them, put them where `apply` finds them. Writes no table of the product."""
        raise NotImplementedError

    def apply(self, work: Work) -> None:
        """Write what was staged. Runs in the same transaction."""
        raise NotImplementedError

    def run(self, run: Import, tell: Tell) -> None:
        """The whole act of a kind without a file."""
        raise NotImplementedError

    def may_undo(self, run: Import, reader: Reader) -> bool:
        """Besides the right to import: whether all that it wrote is this reader's to remove."""
        return True

    def undo(self, run: Import, tell: Tell) -> dict[str, Any]:
        """Put back what stood there. Returns counts; raises Refusal where later work stands on it."""
        raise NotImplementedError


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    KINDS[kind.slug] = kind
    return kind


# -- receive --------------------------------------------------------------------------------------


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "imports"


def path_of(run: Import) -> Path:
    return folder() / str(run.pk)


def receive(
    kind: str,
    source: Path,
    *,
    name: str,
    run_id: uuid.UUID | None = None,
    by: Person | None = None,
    options: dict[str, Any] | None = None,
) -> Import:
    """Take in a file. A copy is kept until it is committed, discarded or two weeks old."""
    forget_old_files()
    run = Import(pk=run_id or uuid.uuid4(), kind=kind, by=by, file_name=name[:200])
    run.options = check_options(kind, options or {})
    run.file_bytes, run.file_sha256 = source.stat().st_size, digest_of(source)
    make_folder()
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:  # the same id twice at once
        raise Refusal("import_taken") from None
    shutil.copyfile(source, path_of(run))
    return run


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def make_folder() -> Path:
    """Where files wait. Nobody else on the machine looks into it: they may name people."""
    folder().mkdir(parents=True, exist_ok=True)
    folder().chmod(0o700)
    return folder()


def check_options(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    """Only names that this kind knows; the values are checked where they are used."""
    if kind not in KINDS:
        raise Refusal("choice_unknown", attr="kind", given=kind[:40], known=", ".join(KINDS))
    known = {"columns", "skip_refused", "layer", *KINDS[kind].options}
    for name, given in options.items():
        if name not in known:
            raise Refusal("member_unknown", attr=f"options.{name}", name=name)
        if name == "columns" or name == "categories":
            fits = isinstance(given, dict) and all(isinstance(k, str) and isinstance(v, str) for k, v in given.items())
        elif name in SWITCHES:
            fits = isinstance(given, bool)
        elif name == "within":
            fits = isinstance(given, str) and re.fullmatch(r"(\d\d){0,3}", given, re.ASCII) is not None
        else:
            fits = isinstance(given, str) and len(given) <= 2000 and given == clean_text(given, f"options.{name}", 2000)
        if not fits:
            raise Refusal("option_form", attr=f"options.{name}", name=name)
    return options


def forget_old_files() -> None:
    """What nobody committed or discarded does not stay, neither file nor notes: they may name people."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    waiting = (Import.State.RECEIVED, Import.State.CHECKED, Import.State.FAILED)
    Import.objects.filter(state__in=waiting, received_at__lt=old).delete()
    if not folder().exists():
        return
    for path in folder().iterdir():
        if path.stat().st_mtime < old.timestamp():
            path.unlink(missing_ok=True)


# -- examine, commit, undo ------------------------------------------------------------------------


def examine(run: Import, *, reader: Reader | None = None, tell: Tell = silent, path: Path | None = None) -> Import:
    """The dry run: everything is read and checked, the report is kept, nothing else is written.

    A file that cannot be taken at all ends as `failed`, with its trouble; that is an answer, not an exception.
    """
    return _go(run, write=False, reader=reader, tell=tell, path=path)


def commit(run: Import, *, reader: Reader | None = None, tell: Tell = silent, path: Path | None = None) -> Import:
    """Check again and write, in one transaction.

    Raises Refusal: `import_done` for one that was committed before, `import_refused_rows` while rows
    are refused, unless the option `skip_refused` leaves them out.
    """
    return _go(run, write=True, reader=reader, tell=tell, path=path)


def _go(run: Import, *, write: bool, reader: Reader | None, tell: Tell, path: Path | None) -> Import:
    kind = KINDS[run.kind]
    if not kind.columns:
        if not write:
            raise Refusal("import_done", state=run.state)
        _claim(run, Import.State.COMMITTING)
        with remembered(run):
            one_at_a_time(run.kind)
            kind.run(run, tell)
        return run
    path = path or path_of(run)
    if not path.exists():
        raise Refusal("import_file_gone")
    _claim(run, Import.State.COMMITTING if write else Import.State.CHECKING)
    report = Report()
    work: Work | None = None
    trouble: Refusal | None = None
    try:
        tell("reading", 0, 0)
        with _open(kind, run, path) as sheet, remembered(run):
            table = kind.table(sheet, run.options)
            if write:
                one_at_a_time(run.kind)
            run.found = {"format": sheet.format, "columns": list(sheet.columns), "layers": list(sheet.layers),
                         "layer": sheet.layer, "encoding": sheet.encoding, "crs": sheet.crs}  # fmt: skip
            given = list(sheet.columns) if sheet.format != "json" else flat_columns(sheet)
            run.found["columns"] = given
            heading = columns.match(table, given, kind.chosen(sheet, run.options))
            run.found["mapped"] = heading
            run.found["ignored"] = [name for name in given if name not in heading.values()]
            work = Work(run, sheet, heading, report, tell, reader)
            kind.stage(work)
            if write:
                if report.refused and not run.options.get("skip_refused"):
                    raise Refusal("import_refused_rows", refused=report.refused)
                if work.counts.get("rows") and report.refused >= work.counts["rows"]:
                    raise Refusal("import_nothing_left")
                tell("writing", 0, 0)
                kind.apply(work)
                run.state, run.committed_at = Import.State.COMMITTED, timezone.now()
                work.preview = []  # rows of the file do not outlive it
                _keep(run, work, report)
            else:
                transaction.set_rollback(True)
    except Refusal as refusal:
        trouble = refusal
    if write and trouble is None:
        path_of(run).unlink(missing_ok=True)
        return run
    refused_rows = trouble is not None and trouble.code == "import_refused_rows"
    run.state = Import.State.FAILED if trouble and not refused_rows else Import.State.CHECKED
    run.trouble = None
    if trouble is not None and not refused_rows:
        run.trouble = {"code": trouble.code, "attr": trouble.attr, "params": trouble.params}
    run.checked_at = timezone.now()
    with transaction.atomic():
        _keep(run, work, report)
    if trouble is not None and write:
        raise trouble
    return run


def _open(kind: Kind, run: Import, path: Path) -> AbstractContextManager[files.Sheet]:
    return files.read(
        path, name=run.file_name, shapes=kind.shapes, repair=kind.repair, layer=run.options.get("layer") or None
    )


def flat_columns(sheet: files.Sheet) -> list[str]:
    """Headings of rows with objects inside; the rows are put back to be read again."""
    first: list[files.Row] = []
    first.extend(sheet.rows)  # all of them: a later row may be the first to have coordinates
    object.__setattr__(sheet, "rows", iter(first))
    return list(dict.fromkeys(name for row in first for name in columns.flat(row.values)))


def _claim(run: Import, state: Import.State) -> None:
    """One at a time, and nothing twice."""
    with transaction.atomic():
        fresh = Import.objects.select_for_update().get(pk=run.pk)
        if fresh.state in (Import.State.COMMITTED, Import.State.UNDONE, Import.State.UNDOING):
            raise Refusal("import_done", state=fresh.state)
        Import.objects.filter(pk=run.pk).update(state=state, trouble=None)
    run.state, run.trouble = state, None


def _keep(run: Import, work: Work | None, report: Report) -> None:
    run.counts = {**(work.counts if work else {}), **report.counts()}
    if work is not None:
        run.found["preview"] = work.preview
    run.save()
    ImportNote.objects.filter(run=run)._raw_delete("default")
    with (
        connection.cursor() as cursor,
        cursor.copy('COPY import_note (run_id, "row", "column", verdict, code, params) FROM STDIN') as copy,
    ):
        for note in report.notes:
            copy.write_row(
                (run.pk, note.row, note.column, note.verdict, note.code, json.dumps(note.params, default=str))
            )


def remembered(run: Import) -> AbstractContextManager[None]:
    """A transaction whose changes the history keeps as this import's."""
    return history.by(run.by_id, **{"import": str(run.pk)})


def one_at_a_time(kind: str) -> None:
    """Two that write the same tables wait for each other, and so do an import and an undo."""
    value("SELECT pg_advisory_xact_lock(5305, %(table)s)", {"table": 1 if kind == Import.Kind.PINS else 0})


def undo(run: Import, *, tell: Tell = silent) -> Import:
    """Put back what stood there before the last import of this kind.

    Raises Refusal: `undo_nothing` unless it is committed, `undo_not_last` where a later one of the same
    kind stands, and what the kind itself refuses.
    """
    kind = KINDS[run.kind]
    with remembered(run):
        one_at_a_time(run.kind)
        fresh = Import.objects.select_for_update().get(pk=run.pk)
        check_undo(fresh)
        tell("undoing", 0, 0)
        counts = kind.undo(fresh, tell)
        fresh.state, fresh.undone_at = Import.State.UNDONE, timezone.now()
        fresh.counts = {**fresh.counts, "undone": counts}
        fresh.save()
    return fresh


def later(run: Import) -> Import | None:
    """A later import of the same kind that is still written and stands on this one."""
    if not KINDS[run.kind].stacks:
        return None
    found = Import.objects.filter(kind=run.kind, state=Import.State.COMMITTED, committed_at__gt=run.committed_at)
    return next((other for other in found.order_by("-committed_at") if changed_something(other)), None)


def changed_something(run: Import) -> bool:
    """A file that held nothing new stands in nobody's way."""
    return "new" not in run.counts or bool(run.counts["new"] or run.counts.get("changed"))


def is_last(run: Import) -> bool:
    return later(run) is None


def check_undo(run: Import) -> None:
    if run.state != Import.State.COMMITTED or not changed_something(run):
        raise Refusal("undo_nothing")
    after = later(run)
    if after is not None:
        raise Refusal("undo_not_last", name=after.file_name or after.kind)


def discard(run: Import) -> None:
    """Forget an import that was never committed, and its file.

    Asked of the database and not of `run`: a commit may have come to its end since it was read.
    """
    with transaction.atomic():
        fresh = Import.objects.select_for_update().get(pk=run.pk)
        if fresh.state in (Import.State.COMMITTED, Import.State.UNDOING, Import.State.UNDONE):
            raise Refusal("import_done", state=fresh.state)
        fresh.delete()
    path_of(run).unlink(missing_ok=True)


# -- what stood there before ----------------------------------------------------------------------

GEOMETRIES = ("geom", "point")  # kept as EWKB in hex, which returns exactly


def _listed(names: tuple[str, ...]) -> Part:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _digest(names: tuple[str, ...]) -> Part:
    """A row's own digest, to see whether anybody changed it since."""
    cells = [sql.SQL("coalesce(t.{}::text, '~')").format(sql.Identifier(name)) for name in names]
    return sql.SQL("md5(concat_ws('|', {}))").format(sql.SQL(", ").join(cells))


def remember(run: Import, table: str, names: tuple[str, ...], keys: str, values: Values | None = None) -> int:
    """Keep these columns of the rows whose ids the query `keys` gives, before they are written. Then `seal`."""
    fields = [
        sql.SQL("{}, t.{}{}").format(
            sql.Literal(name), sql.Identifier(name), sql.SQL("::text" if name in GEOMETRIES else "")
        )
        for name in names
    ]
    statement = query("import_remember").format(
        table=sql.Identifier(table),
        fields=sql.SQL(", ").join(fields),
        keys=sql.SQL(keys),  # type: ignore[arg-type]
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"run": run.pk, "table": table, **(values or {})})
        return cursor.rowcount


def remember_new(run: Import, table: str, keys: str, values: Values | None = None) -> int:
    """Keep that these rows were not there before."""
    statement = query("import_remember_new").format(keys=sql.SQL(keys))  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"run": run.pk, "table": table, **(values or {})})
        return cursor.rowcount


def analyze() -> None:
    """What was just remembered is joined by its number: planned as one row, 100,000 pins took minutes."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_before")


def seal(run: Import, table: str, names: tuple[str, ...]) -> None:
    """Note how the import left its rows."""
    analyze()
    statement = query("import_seal").format(table=sql.Identifier(table), digest=_digest(names))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"run": run.pk, "table": table})


def put_back(run: Import, table: str, names: tuple[str, ...]) -> dict[str, int]:
    """Restore remembered rows and remove those that the import made.

    Raises Refusal `undo_changed` if one of them was changed since.
    """
    known: Values = {"run": run.pk, "table": table}
    name = sql.Identifier(table)
    changed = value(query("import_changed_since").format(table=name, digest=_digest(names)), known)
    if changed:
        raise Refusal("undo_changed", changed=changed)
    with connection.cursor() as cursor:
        cursor.execute(query("import_restore").format(table=name, names=_listed(names)), known)
        restored = cursor.rowcount
        cursor.execute(query("import_remove").format(table=name), known)
        return {"restored": restored, "removed": cursor.rowcount}


def remember_document(run: Import, table: str, key: str, before: dict[str, Any] | None) -> None:
    """Keep a thing that is more than one row, as one document."""
    ImportBefore.objects.create(run=run, table=table, key=key, before=before)


def seal_document(run: Import, table: str, key: str, after: dict[str, Any] | None) -> None:
    ImportBefore.objects.filter(run=run, table=table, key=key).update(after_md5=digest(after))


def documents(run: Import, table: str) -> list[tuple[str, dict[str, Any] | None, str]]:
    """key, document before, digest after."""
    kept = ImportBefore.objects.filter(run=run, table=table).order_by("pk")
    return list(kept.values_list("key", "before", "after_md5"))


def digest(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def copy_in(target: str, found: Iterator[tuple] | list[tuple]) -> int:
    """COPY rows into a table (with its columns). Returns their number."""
    count = 0
    statement = sql.SQL("COPY {} FROM STDIN").format(sql.SQL(target))  # type: ignore[arg-type]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in found:
            copy.write_row(row)
            count += 1
    return count


def note_rows(work: Work, column: str, verdict: Verdict, code: str, statement: Any, values: dict[str, Any]) -> int:
    """A note for each row of a query that gives `row` and the parameters of the sentence."""
    found = rows(statement, values)
    for row in found:
        work.note(row.pop("row"), column, verdict, code, **row)
    return len(found)
