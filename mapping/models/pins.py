"""Pins, what hangs on them, and the one append-only log.

Foreign keys from and to a pin stand in `sql/install`: erasing works there, by SQL too.

What must hold whichever door a row comes through (place, version, status, feed, tallies)
is kept by the triggers in `sql/install`; columns that a trigger fills are marked so.
"""

from django.contrib.gis.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mapping.models.areas import AreaCodeField, Office
from mapping.models.history import kept
from mapping.models.people import Person


class Status(models.TextChoices):
    REPORTED = "reported"
    VERIFIED = "verified"
    FORWARDED = "forwarded"
    PLANNED = "planned"
    FUNDED = "funded"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CONFIRMED = "confirmed"
    CLOSED_WITHOUT_FIX = "closed_without_fix"
    WITHDRAWN = "withdrawn"


UNMET = (Status.REPORTED, Status.VERIFIED, Status.FORWARDED, Status.PLANNED)  # what the ranking counts
OPEN = (*UNMET, Status.FUNDED, Status.IN_PROGRESS)
# What the kept counts tell apart; the same as SQL's status_group(). What was taken back is in none.
STATUS_GROUPS = (
    UNMET,
    (Status.FUNDED, Status.IN_PROGRESS),
    (Status.DONE, Status.CONFIRMED),
    (Status.CLOSED_WITHOUT_FIX,),
)


def group_of(status: str) -> int | None:
    return next((n for n, members in enumerate(STATUS_GROUPS) if status in members), None)


SOURCES = ("gps", "photo", "map", "village", "typed", "plus_code")  # of a pin's place


class PublicPlace(models.TextChoices):
    EXACT = "exact"
    VILLAGE = "village"
    CELL = "cell"


@kept("category_group")
class CategoryGroup(models.Model):
    slug = models.SlugField(primary_key=True)
    name_th = models.TextField()
    name_en = models.TextField()
    colour = models.CharField(max_length=7)  # Okabe-Ito
    position = models.SmallIntegerField()

    class Meta:
        db_table = "category_group"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.slug


@kept("category")
class Category(models.Model):
    id = models.SmallAutoField(primary_key=True)
    slug = models.SlugField(unique=True)
    group = models.ForeignKey(CategoryGroup, models.PROTECT)
    name_th = models.TextField()
    name_en = models.TextField()
    pictogram = models.SlugField()
    plan_work_th = models.TextField(blank=True)  # แผนงาน of form ผ.02, a default
    public_place = models.CharField(max_length=7, choices=PublicPlace.choices)
    sensitive = models.BooleanField(default=False)
    radius_m = models.SmallIntegerField()  # within which a pin may be the same need; 0 = never
    position = models.SmallIntegerField()

    class Meta:
        db_table = "category"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.slug


class Pin(models.Model):
    """One person's report of one need at one place. Holds no personal data."""

    id = models.UUIDField(primary_key=True)  # made by the phone (UUIDv7); its time is only a hint
    number = models.BigIntegerField(unique=True, editable=False)  # by sequence; what people say aloud
    category = models.ForeignKey(Category, models.PROTECT)
    severity = models.SmallIntegerField()
    people = models.IntegerField(null=True)  # NULL = not sure
    people_band = models.SmallIntegerField(editable=False)  # trigger: 0 not sure, 1..5
    words = models.TextField(blank=True, default="", db_default="")
    needed_since = models.DateField(null=True)

    point = models.PointField(spatial_index=True)
    whole_village = models.BooleanField(default=False, db_default=False)  # `point` is then the village's
    village = AreaCodeField(null=True)  # what the person chose; kept even where it is too far away to count
    village_source = models.CharField(max_length=9, editable=False)  # trigger: chosen, suggested, none
    nearest_village = AreaCodeField(null=True, editable=False)  # trigger: a suggestion, never counted
    area_code = AreaCodeField(null=True, editable=False)  # trigger: 8 digits only if chosen; NULL outside
    place_agrees = models.BooleanField(null=True, editable=False)  # trigger: point lies in area_code
    place_flag = models.CharField(max_length=7, null=True, editable=False)  # trigger: near, outside
    source = models.CharField(max_length=9, default="map", db_default="map")
    accuracy_m = models.FloatField(null=True)
    captured_at = models.DateTimeField(null=True)  # phone's clock: a hint
    received_at = models.DateTimeField(db_default=Now())

    public_point = models.PointField(spatial_index=True, editable=False)  # trigger: public_place()
    place_precision = models.CharField(max_length=7, editable=False)  # trigger: exact, village, cell
    public_area_code = AreaCodeField(null=True, editable=False)  # trigger: a cell's ends at the subdistrict

    author = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="pins", db_constraint=False)
    status = models.CharField(max_length=18, choices=Status.choices, default="reported", db_default="reported")
    checked = models.BooleanField(default=False, db_default=False)  # moderation, not the status `verified`
    unchecked_shown = models.BooleanField(default=False, db_default=False)  # stamped from the setting
    hidden = models.BooleanField(default=False, db_default=False)
    joined_to = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="joined", db_constraint=False)
    is_lead = models.GeneratedField(
        expression=Q(joined_to__isnull=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    counts = models.GeneratedField(
        expression=Q(joined_to__isnull=True)  # type: ignore[arg-type]
        & Q(hidden=False)
        & ~Q(status="withdrawn")
        & (Q(checked=True) | Q(unchecked_shown=True)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    status_at = models.DateTimeField(db_default=Now(), editable=False)  # trigger: since when it has its status
    reopenings = models.SmallIntegerField(default=0, db_default=0, editable=False)  # trigger; counted in public
    forwarded_to = models.ForeignKey(  # trigger: the office of the last forwarding, which answers for it too
        Office, models.SET_NULL, null=True, related_name="+", editable=False, db_constraint=False
    )
    version = models.IntegerField(default=1, db_default=1, editable=False)  # trigger: one more at each change
    updated_at = models.DateTimeField(db_default=Now(), editable=False)  # trigger
    body_sha256 = models.BinaryField(max_length=32, null=True)  # canonical hash of what created it
    conflicts = models.SmallIntegerField(default=0, db_default=0, editable=False)  # trigger: side versions that wait
    clock_skew_s = models.IntegerField(null=True)  # the phone's clock less ours, when it sent the pin

    class Meta:
        db_table = "pin"
        constraints = [
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=5), name="pin_severity_1_to_5"),
            models.CheckConstraint(condition=Q(people__gte=1, people__lte=1_000_000), name="pin_people_sane"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="pin_status_known"),
            models.CheckConstraint(
                condition=Q(source__in=list(SOURCES)),
                name="pin_source_known",
            ),
        ]
        indexes = [
            models.Index(fields=["area_code"], name="pin_by_area"),
            models.Index(fields=["public_area_code"], name="pin_by_public_area"),
            models.Index(fields=["-received_at", "-number"], name="pin_newest"),
            models.Index(fields=["joined_to"], name="pin_by_lead", condition=Q(joined_to__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"pin {self.number}"


class Confirmation(models.Model):
    """“We have this too”, once a person. Stays on the pin where it was made, so that joining
    can be undone; a need's number is the distinct people over the lead and its joined pins."""

    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="confirmations", db_constraint=False)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, db_constraint=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "confirmation"
        constraints = [models.UniqueConstraint(fields=["pin", "person"], name="confirmed_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} confirms {self.pin_id}"


class Entry(models.Model):
    """One line of a pin's log: its timeline and its history. Appended, never changed."""

    class Kind(models.TextChoices):
        REPORTED = "reported"
        STATUS = "status"
        EDITED = "edited"
        JOINED = "joined"
        PARTED = "parted"
        CHECKED = "checked"
        HIDDEN = "hidden"
        SHOWN = "shown"
        REPLY = "reply"
        NOTE = "note"
        UNDONE = "undone"  # the last status is taken back by the one who set it; both lines stay
        MEETING = "meeting"  # raised or confirmed in a village meeting; `detail` says which, when and by how many hands

    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="entries", db_constraint=False)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    from_status = models.CharField(max_length=18, null=True, editable=False)  # trigger
    to_status = models.CharField(max_length=18, null=True, choices=Status.choices)
    other = models.ForeignKey(
        Pin, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )  # of a join or part
    detail = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    words = models.TextField(blank=True, default="", db_default="")  # reason, reply, note
    public = models.BooleanField(default=True, db_default=True)

    class Meta:
        db_table = "entry"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["status", "undone"], to_status__isnull=False)
                | (~Q(kind__in=["status", "undone"]) & Q(to_status__isnull=True)),
                name="entry_status_has_a_target",
            ),
            models.CheckConstraint(condition=~Q(kind="note") | Q(public=False), name="entry_note_is_internal"),
            models.CheckConstraint(
                condition=Q(kind__in=["note", "hidden", "shown", "meeting"]) | Q(public=True),
                name="entry_of_life_is_public",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.pin_id}"


class Photo(models.Model):
    """A photo that its pin has announced; the file is there once `complete_at` is set."""

    id = models.UUIDField(primary_key=True)
    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="photos", db_constraint=False)
    sha256 = models.BinaryField(max_length=32)  # of the bytes that the phone sends
    size_bytes = models.IntegerField()
    width = models.SmallIntegerField(null=True)
    height = models.SmallIntegerField(null=True)
    position = models.SmallIntegerField(default=0, db_default=0)
    checked = models.BooleanField(default=False, db_default=False)
    complete_at = models.DateTimeField(null=True)
    after = models.BooleanField(default=False, db_default=False)  # of what was done, by an office

    class Meta:
        db_table = "photo"

    def __str__(self) -> str:
        return f"photo {self.id}"


class Recording(models.Model):
    """A voice note that its pin has announced; the file is there once `complete_at` is set."""

    id = models.UUIDField(primary_key=True)
    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="recordings", db_constraint=False)
    sha256 = models.BinaryField(max_length=32)  # of the bytes that the phone sends
    size_bytes = models.IntegerField()
    media_type = models.CharField(max_length=20, default="", db_default="")
    complete_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recording"

    def __str__(self) -> str:
        return f"recording {self.id}"


@kept("reply_template")
class ReplyTemplate(models.Model):
    """Words that an officer may start from, for a status and perhaps a category."""

    status = models.CharField(max_length=18, choices=Status.choices)
    category = models.ForeignKey(Category, models.CASCADE, null=True)
    words_th = models.TextField()
    words_en = models.TextField()
    position = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "reply_template"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.status} {self.position}"


class SavedView(models.Model):
    """A filter of an officer, by name; its count is made anew each time."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=100)
    query = models.TextField()  # as it stands in the address
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "saved_view"
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name


class Shortlisted(models.Model):
    """One need on a person's shortlist, in an order made by hand."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="shortlist")
    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="+", db_constraint=False)
    position = models.SmallIntegerField()

    class Meta:
        db_table = "shortlisted"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["person", "pin"], name="shortlisted_once")]

    def __str__(self) -> str:
        return f"{self.position}: {self.pin_id}"


class Face(models.Model):
    """A pin as somebody may see it: a row of one of the two views of `sql/install/0004_faces.sql`."""

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField()
    category = models.TextField()  # slug
    severity = models.SmallIntegerField()
    status = models.TextField()
    checked = models.BooleanField()
    people_band = models.SmallIntegerField()
    people = models.IntegerField(null=True)
    words = models.TextField()
    needed_since = models.DateField(null=True)
    place = models.PointField()
    place_precision = models.TextField()
    place_flag = models.TextField(null=True)
    place_agrees = models.BooleanField(null=True)
    area_code = models.TextField(null=True)
    village = models.TextField(null=True)
    village_source = models.TextField()
    joined_to = models.UUIDField(null=True)
    confirmations = models.IntegerField()
    received_at = models.DateTimeField()
    version = models.IntegerField()
    counts = models.BooleanField()
    source = models.TextField(null=True)
    accuracy_m = models.FloatField(null=True)
    captured_at = models.DateTimeField(null=True)
    author_id = models.BigIntegerField(null=True)
    hidden = models.BooleanField()
    is_full = models.BooleanField()
    status_at = models.DateTimeField()
    reopenings = models.SmallIntegerField()
    forwarded_to_id = models.BigIntegerField(null=True)
    conflicts = models.SmallIntegerField()
    clock_skew_s = models.IntegerField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"pin {self.number}"


class PinPublic(Face):
    class Meta:
        managed = False
        db_table = "pin_public"


class PinFull(Face):
    class Meta:
        managed = False
        db_table = "pin_full"
