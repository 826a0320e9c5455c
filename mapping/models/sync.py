"""What phones sent of pins that were there already, and what is left of pins that are gone."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mapping.models.people import Person


class Edit(models.Model):
    """One edit of a pin under the id that its sender gave it; where it met another, a side version.

    The pin need not be there yet: an edit may come before the pin that it speaks of.
    """

    class State(models.TextChoices):
        APPLIED = "applied"
        HELD = "held"  # what it stands on has not arrived
        CONFLICT = "conflict"  # a side version that a person has to look at
        RESOLVED = "resolved"  # a person has
        REFUSED = "refused"  # it came before its pin, and the pin is not its sender's
        SUPERSEDED = "superseded"  # a later edit of the same stack says it all anew

    id = models.UUIDField(primary_key=True)  # op_id, made by the sender
    pin_id = models.UUIDField()
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    after = models.UUIDField(null=True)  # the edit before it in its sender's stack
    base_version = models.IntegerField()  # of the pin that the sender saw
    base = models.JSONField()  # field: the value that the sender saw
    changes = models.JSONField()  # field: the value that the sender wants
    sha256 = models.BinaryField(max_length=32)  # of the canonical body
    received_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=10, choices=State.choices)
    fields = models.JSONField(default=list)  # in conflict
    version = models.IntegerField(null=True)  # of the pin that it made, or met
    flagged = models.BooleanField(default=False)  # applied although what it stands on never came
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)

    class Meta:
        db_table = "edit"
        constraints = [models.CheckConstraint(condition=Q(base_version__gte=1), name="edit_base_version_sane")]
        indexes = [
            models.Index(fields=["pin_id"], name="edit_waiting", condition=Q(state__in=["held", "conflict"])),
            models.Index(fields=["after"], name="edit_after", condition=Q(after__isnull=False)),
            models.Index(fields=["received_at"], name="edit_received"),
        ]

    def __str__(self) -> str:
        return f"edit {self.id}: {self.state}"


class Tombstone(models.Model):
    """That a pin was there: no content. Written by trigger, never dropped: no phone brings it back, however late."""

    id = models.UUIDField(primary_key=True)
    version = models.IntegerField()
    by_id = models.BigIntegerField(null=True)  # of the context of `history.by`, if it was deleted in one; for 180 days
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tombstone"

    def __str__(self) -> str:
        return f"{self.id} is gone"
