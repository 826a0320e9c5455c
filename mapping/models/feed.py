"""What moved, in an order that no reader can miss; and the kept counts.

Triggers append to `change_new` and `tally_delta`; a sequencer and a folder move the rows
on. Nobody but the triggers and these two functions writes here.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from mapping.models.areas import AreaCodeField


class FeedState(models.Model):
    """One row: which generation this database is, and the newest number given out."""

    singleton = models.BooleanField(primary_key=True, default=True)
    generation = models.UUIDField()  # every restore makes a new one
    last_pub = models.BigIntegerField(default=0)

    class Meta:
        db_table = "feed_state"
        constraints = [models.CheckConstraint(condition=models.Q(singleton=True), name="one_feed_state")]

    def __str__(self) -> str:
        return f"{self.generation} {self.last_pub}"


class Backup(models.Model):
    """A backup that was read back whole: what has a number up to `pub` of that generation is safe."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    generation = models.UUIDField()
    pub = models.BigIntegerField()
    name = models.TextField()  # of its folder
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "backup"

    def __str__(self) -> str:
        return self.name


class ChangeNew(models.Model):
    """Appended inside the writer's transaction. Its ids commit out of order: never a cursor."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()  # pin, photo, grant, area, ...: the table's name
    key = models.TextField(null=True)  # of the row; NULL: many rows of that table
    area_code = AreaCodeField(null=True)
    version = models.IntegerField(null=True)
    gone = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField(db_default=Now())
    area_before = AreaCodeField(null=True)  # of a pin: where it was until then
    seen_before = models.BooleanField(default=False, db_default=False)  # of a pin: anyone saw it until then

    class Meta:
        db_table = "change_new"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Change(models.Model):
    """A change with its number `pub`: gap-free, in the order in which rows became visible."""

    pub = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    key = models.TextField(null=True)
    area_code = AreaCodeField(null=True)
    version = models.IntegerField(null=True)
    gone = models.BooleanField()
    at = models.DateTimeField()
    area_before = AreaCodeField(null=True)
    seen_before = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "change"

    def __str__(self) -> str:
        return f"{self.pub} {self.kind} {self.key}"


class TallyDelta(models.Model):
    """Signed rows that a pin's trigger appends; read together with `Tally`, folded into it later."""

    id = models.BigAutoField(primary_key=True)
    area_code = AreaCodeField()  # subdistrict, or empty for a pin outside every area
    category_id = models.SmallIntegerField()
    status = models.CharField(max_length=18)
    severity = models.SmallIntegerField()
    pins = models.IntegerField()
    weight = models.BigIntegerField()  # sum of the people-band weights

    class Meta:
        db_table = "tally_delta"

    def __str__(self) -> str:
        return f"{self.area_code} {self.pins:+d}"


class Tally(models.Model):
    """Pins that count, per area (country to subdistrict), category, status and severity."""

    pk = models.CompositePrimaryKey("digits", "area_code", "category_id", "status", "severity")
    digits = models.SmallIntegerField()  # of the code: 0, 2, 4, 6; first in the key, so that a level is one range
    area_code = AreaCodeField()
    category_id = models.SmallIntegerField()
    status = models.CharField(max_length=18)
    severity = models.SmallIntegerField()
    pins = models.IntegerField()
    weight = models.BigIntegerField()

    class Meta:
        db_table = "tally"

    def __str__(self) -> str:
        return f"{self.area_code} {self.pins}"


class AreaFigures(models.Model):
    """What the ranking reads of an area (country to subdistrict): one row, folded from the same signed rows.

    `figures`: pins that count by status group (unmet, under way, done, closed) and the weighted need, five numbers
    for all categories together, then five for each category by its id.
    """

    pk = models.CompositePrimaryKey("digits", "area_code")
    digits = models.SmallIntegerField()
    area_code = AreaCodeField()
    figures = ArrayField(models.IntegerField())
    sent = models.BinaryField()  # trigger: the same as array_send() writes it

    class Meta:
        db_table = "area_figures"

    def __str__(self) -> str:
        return self.area_code


class CellDelta(models.Model):
    """Signed rows that a pin's trigger appends for the heat; read together with `Cell`, folded into it later."""

    id = models.BigAutoField(primary_key=True)
    x = models.SmallIntegerField()  # of the finest grid, 0.02 degrees, by the public place
    y = models.SmallIntegerField()
    area_code = AreaCodeField()  # subdistrict as the public knows it, or empty
    month = models.SmallIntegerField()  # of received_at in Bangkok, since year 0
    category_id = models.SmallIntegerField()
    status_group = models.SmallIntegerField()
    pins = models.IntegerField()
    weighted = models.BigIntegerField()

    class Meta:
        db_table = "cell_delta"

    def __str__(self) -> str:
        return f"{self.x}:{self.y} {self.pins:+d}"


class Cell(models.Model):
    """Pins that count and weighted need of one cell of a kept grid; `figures` as in `AreaFigures`.

    Areas are told apart in the finest grid only (0), months in the coarsest only (4).
    """

    pk = models.CompositePrimaryKey("grid", "x", "y", "area_code", "month")
    grid = models.SmallIntegerField()  # how many times 0.02 degrees was doubled: 0, 2, 4
    x = models.SmallIntegerField()
    y = models.SmallIntegerField()
    area_code = AreaCodeField()
    month = models.SmallIntegerField()
    figures = ArrayField(models.IntegerField())

    class Meta:
        db_table = "cell"
        indexes = [models.Index(fields=["area_code"], name="cell_by_area", condition=models.Q(grid=0))]

    def __str__(self) -> str:
        return f"{self.grid} {self.x}:{self.y}"


class TileKept(models.Model):
    """A finished tile of what anyone may see. Unlogged: a crash empties it, and nothing is lost."""

    pk = models.CompositePrimaryKey("kind", "z", "x", "y", "filter")
    kind = models.CharField(max_length=5)  # cells, pins
    z = models.SmallIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    filter = models.CharField(max_length=32)  # hash of it
    west = models.SmallIntegerField()  # columns and rows of the finest grid that it is made from
    east = models.SmallIntegerField()
    south = models.SmallIntegerField()
    north = models.SmallIntegerField()
    tile = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "tile_kept"
        indexes = [models.Index(fields=["at"], name="tile_kept_by_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.z}/{self.x}/{self.y}"


class ConfirmedMoved(models.Model):
    """Pins whose number of people moved: a read counts them anew until they are folded into `Confirmed`."""

    id = models.BigAutoField(primary_key=True)
    pin_id = models.UUIDField()

    class Meta:
        db_table = "confirmed_moved"
        indexes = [models.Index(fields=["pin_id"], name="confirmed_moved_pin")]

    def __str__(self) -> str:
        return str(self.pin_id)


class Confirmed(models.Model):
    """How many people say that they have this need, over a lead and what is joined to it.

    No row: as many as a new pin has, one with an author and none without.
    """

    pin_id = models.UUIDField(primary_key=True)
    people = models.IntegerField()

    class Meta:
        db_table = "confirmed"

    def __str__(self) -> str:
        return f"{self.pin_id} {self.people}"
