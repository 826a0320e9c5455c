"""Files that came in: what was found in them, what was written, and what stood there before."""

from django.db import models

from mapping.models.areas import BoundarySet
from mapping.models.people import Person


class Import(models.Model):
    """One file (or one activation), from its arrival to its undoing."""

    class Kind(models.TextChoices):
        BOUNDARIES = "boundaries"
        VILLAGES = "villages"
        FIGURES = "figures"
        OFFICES = "offices"
        INDICATORS = "indicators"
        PINS = "pins"
        ACTIVATION = "activation"

    class State(models.TextChoices):
        RECEIVED = "received"  # the file is here
        CHECKING = "checking"
        CHECKED = "checked"  # dry run done: the report stands, nothing is written
        COMMITTING = "committing"
        COMMITTED = "committed"
        UNDOING = "undoing"
        UNDONE = "undone"
        FAILED = "failed"  # the file as a whole cannot be taken; `trouble` says why

    id = models.UUIDField(primary_key=True)  # chosen by the sender, so that sending again is harmless
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    file_name = models.TextField(blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.BigIntegerField(default=0)
    options = models.JSONField(default=dict)  # columns mapped, source, licence, date, what to leave out
    found = models.JSONField(default=dict)  # columns, their mapping, first rows
    counts = models.JSONField(default=dict)  # rows, new, changed, same, repaired, flagged, refused …
    trouble = models.JSONField(null=True)  # {code, attr, params} of the refusal of the whole file
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    boundary_set = models.ForeignKey(BoundarySet, models.SET_NULL, null=True, related_name="+")
    received_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import"
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"


class ImportProgress(models.Model):
    """How far the process is that works on an import. A table of its own: it is written beside a transaction."""

    run = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="progress")
    step = models.TextField(blank=True)  # reading, checking, writing …
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)  # 0: not known
    started_at = models.DateTimeField()

    class Meta:
        db_table = "import_progress"

    def __str__(self) -> str:
        return f"{self.step} {self.done}/{self.total}"


class ImportNote(models.Model):
    """What the check says of one row: repaired, flagged or refused, where and why."""

    class Verdict(models.TextChoices):
        REPAIRED = "repaired"
        FLAGGED = "flagged"
        REFUSED = "refused"

    run = models.ForeignKey(Import, models.CASCADE, related_name="notes")
    row = models.IntegerField()  # as a person counts them in the file: the first row of data is 2 in a table
    column = models.TextField(blank=True)  # as it is named in the file
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    code = models.TextField()  # of mapping/errors.py
    params = models.JSONField(default=dict)  # for its sentence

    class Meta:
        db_table = "import_note"
        indexes = [models.Index(fields=["run", "row"], name="import_note_by_row")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.code}"


class ImportBefore(models.Model):
    """A row as it stood before an import wrote it (NULL: it was not there), for the undo."""

    run = models.ForeignKey(Import, models.CASCADE, related_name="before")
    table = models.CharField(max_length=32)
    key = models.TextField()
    before = models.JSONField(null=True)  # geometry as EWKB in hex, so that it returns exactly
    after_md5 = models.CharField(max_length=32, blank=True)  # of the row as the import left it

    class Meta:
        db_table = "import_before"
        constraints = [models.UniqueConstraint(fields=["run", "table", "key"], name="import_before_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"
