"""Village meetings (ประชาคมหมู่บ้าน): what was raised there, and how many hands went up for it.

Foreign keys to and from a pin, a meeting and a person stand in `sql/install`, as those of a pin do.
"""

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mapping.models.areas import AreaCodeField
from mapping.models.people import Person
from mapping.models.pins import Pin

MAX_HANDS = 100_000


class Meeting(models.Model):
    """One table that an officer or the village's head entered; sent whole, never changed."""

    id = models.UUIDField(primary_key=True)  # made by the browser
    village = AreaCodeField()  # by code: it outlives a boundary set
    held_on = models.DateField()
    people_present = models.IntegerField(null=True)  # NULL = not counted
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(db_default=Now())
    body_sha256 = models.BinaryField(max_length=32)  # canonical hash of the table
    sheet_sha256 = models.BinaryField(max_length=32, null=True)  # of the signed sheet's photo as it was sent

    class Meta:
        db_table = "meeting"
        constraints = [
            models.CheckConstraint(
                condition=Q(people_present__gte=1, people_present__lte=MAX_HANDS), name="meeting_present_sane"
            ),
        ]
        indexes = [models.Index(fields=["village", "-held_on"], name="meeting_by_village")]

    def __str__(self) -> str:
        return f"meeting of {self.village} on {self.held_on}"


class MeetingNeed(models.Model):
    """A need that was raised (`new`) or confirmed in a meeting. Its hands are never added to phone votes."""

    meeting = models.ForeignKey(Meeting, models.DO_NOTHING, related_name="needs", db_constraint=False)
    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="+", db_constraint=False)
    position = models.SmallIntegerField()  # its line in the table
    hands = models.IntegerField(null=True)  # NULL = not counted
    new = models.BooleanField()  # reported on behalf of this meeting

    class Meta:
        db_table = "meeting_need"
        constraints = [
            models.UniqueConstraint(fields=["meeting", "pin"], name="meeting_need_once"),
            models.CheckConstraint(condition=Q(hands__gte=0, hands__lte=MAX_HANDS), name="meeting_hands_sane"),
            models.CheckConstraint(condition=Q(new=True) | Q(hands__isnull=False), name="meeting_confirms_by_hands"),
        ]

    def __str__(self) -> str:
        return f"{self.pin_id} in {self.meeting_id}"
