"""Boundary sets, areas and the offices that answer for them.

DOPA codes nest, so the code is the tree: everything in district 5801 has a code that starts
with 5801, and the empty code is the country. Codes are text, compared byte by byte (`C`), so
that a prefix is the range ``code >= '5801' AND code < '5802'`` and uses the plain index.
"""

from django.contrib.gis.db import models
from django.db.models import Q

from mapping.models.history import kept, kept_in_bulk


class Level(models.TextChoices):
    PROVINCE = "province"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    VILLAGE = "village"


CODE_LENGTH = {Level.PROVINCE: 2, Level.DISTRICT: 4, Level.SUBDISTRICT: 6, Level.VILLAGE: 8}


class AreaCodeField(models.CharField):
    """2, 4, 6 or 8 digits (9 where a village's number has three), or empty for the country; always text."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **{"max_length": 9, "db_collation": "C", **kwargs})


@kept("boundary_set")
class BoundarySet(models.Model):
    """One published version of the areas. At most one is active; older ones stay answerable."""

    name = models.TextField(unique=True)
    source = models.TextField(blank=True)
    licence = models.TextField(blank=True)
    attribution = models.TextField(blank=True)
    approximate = models.BooleanField(default=False)
    sample = models.BooleanField(default=False)
    valid_on = models.DateField(null=True)
    loaded_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True)
    active = models.BooleanField(default=False)

    class Meta:
        db_table = "boundary_set"
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=Q(active=True), name="one_active_boundary_set")
        ]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """One administrative unit of one boundary set. A village is a point, seldom a polygon."""

    boundary_set = models.ForeignKey(BoundarySet, models.CASCADE)
    code = AreaCodeField()
    level = models.CharField(max_length=11, choices=Level.choices)
    name_th = models.TextField()
    name_en = models.TextField(blank=True)
    population = models.IntegerField(null=True)  # NULL = not known, never guessed
    households = models.IntegerField(null=True)
    geom = models.MultiPolygonField(null=True, spatial_index=True)
    point = models.PointField(null=True, spatial_index=True)  # a village's place; a label's place
    # A village's published coordinates: ok, placeholder, outside_country, outside_own
    point_flag = models.CharField(max_length=16, default="ok")
    point_off_m = models.IntegerField(null=True)  # how far a village's point lies outside its own subdistrict
    figures_on = models.DateField(null=True)  # population and households are of this day
    figures_source = models.TextField(blank=True, default="", db_default="")
    current = models.BooleanField(default=True)  # False: abolished, kept for old codes
    successors = models.JSONField(default=list)  # codes that took an abolished area's place

    class Meta:
        db_table = "area"
        constraints = [
            models.UniqueConstraint(fields=["boundary_set", "code"], name="area_code_once_a_set"),
            models.CheckConstraint(
                condition=Q(level="province", code__regex=r"^\d{2}$")
                | Q(level="district", code__regex=r"^\d{4}$")
                | Q(level="subdistrict", code__regex=r"^\d{6}$")
                | Q(level="village", code__regex=r"^\d{8,9}$"),
                name="area_code_fits_level",
            ),
            models.CheckConstraint(condition=Q(population__gte=0), name="population_not_negative"),
            models.CheckConstraint(condition=Q(households__gte=0), name="households_not_negative"),
        ]
        indexes = [models.Index(fields=["boundary_set", "level", "code"], name="area_by_level")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_th}"


class AreaPart(models.Model):
    """A subdistrict cut into small pieces, so that a point finds its area in one index probe."""

    boundary_set = models.ForeignKey(BoundarySet, models.CASCADE)
    code = AreaCodeField()
    geom = models.PolygonField(spatial_index=True)

    class Meta:
        db_table = "area_part"
        indexes = [models.Index(fields=["boundary_set", "code"], name="area_part_by_code")]

    def __str__(self) -> str:
        return self.code


class AreaShape(models.Model):
    """An area as maps of some zooms show it: simplified together with its neighbours, so without gaps.

    Made when a boundary set is loaded (`exchange/kept.py`) and never edited.
    """

    boundary_set = models.ForeignKey(BoundarySet, models.CASCADE)
    band = models.SmallIntegerField()  # the largest zoom it is for: `SHAPE_BANDS` in geometry.py
    level = models.CharField(max_length=11, choices=Level.choices)
    code = AreaCodeField()
    geom = models.MultiPolygonField(srid=3857, spatial_index=True)

    class Meta:
        db_table = "area_shape"
        constraints = [
            models.UniqueConstraint(fields=["boundary_set", "band", "code"], name="area_shape_once_a_band"),
        ]

    def __str__(self) -> str:
        return f"{self.code} to zoom {self.band}"


@kept_in_bulk("office")
class Office(models.Model):
    """A local authority or agency. Its territory is a list, since it does not nest in the codes."""

    class Kind(models.TextChoices):
        SUBDISTRICT = "subdistrict_administration"
        MUNICIPALITY = "municipality"
        PROVINCIAL = "provincial_administration"
        DISTRICT = "district_office"
        PROVINCE = "province_office"
        AGENCY = "agency"

    code = models.CharField(max_length=32, unique=True, null=True)  # the key of its row in a file
    kind = models.CharField(max_length=26, choices=Kind.choices)
    name_th = models.TextField()
    name_en = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    address = models.TextField(blank=True)
    line_id = models.TextField(blank=True, default="", db_default="")
    website = models.URLField(blank=True, default="", db_default="")
    categories = models.ManyToManyField("mapping.Category", blank=True)  # that it answers for; none: for all

    class Meta:
        db_table = "office"

    def __str__(self) -> str:
        return self.name_th


@kept_in_bulk("office_area")
class OfficeArea(models.Model):
    """One village (or, for agencies, one larger area) of an office's territory."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="territory")
    code = AreaCodeField(db_index=True)

    class Meta:
        db_table = "office_area"
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="office_area_once")]

    def __str__(self) -> str:
        return f"{self.office_id}: {self.code}"


@kept_in_bulk("office_categories", obj_field=None)
class OfficeCategory(Office.categories.through):  # type: ignore[name-defined,misc]
    """One category that an office answers for: Django's own table, named so that its history is kept."""

    class Meta:
        proxy = True


class Indicator(models.TextChoices):
    """What is known of an area besides its pins. The unit is a part of the name."""

    DEPRIVATION = "deprivation_percent"  # people who are multidimensionally poor, of all, 0 to 100
    TRAVEL_TIME = "travel_time_min"  # to the district's hospital, usual way, minutes
    HAZARD = "hazard_percent"  # share of the area in a published hazard zone, 0 to 100
    PAST_FUNDING = "past_funding_baht"  # paid out for the area in one fiscal year, whole baht


class AreaIndicator(models.Model):
    """One figure of one area on one day, with where it comes from. By code: it outlives a boundary set."""

    code = AreaCodeField()
    indicator = models.CharField(max_length=20, choices=Indicator.choices)
    value = models.FloatField()
    as_of = models.DateField()
    source = models.TextField()
    licence = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "area_indicator"
        constraints = [
            models.UniqueConstraint(fields=["code", "indicator", "as_of"], name="indicator_once_a_day"),
            models.CheckConstraint(condition=Q(indicator__in=Indicator.values), name="indicator_known"),
            models.CheckConstraint(condition=Q(value__gte=0), name="indicator_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.indicator} {self.as_of}"
