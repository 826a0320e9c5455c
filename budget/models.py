"""Projects, rounds and what became of them.

What must hold whichever door a row comes through is kept in `sql/install`: a frozen snapshot never
changes, two different people decide, no decision is above its pot, foreign keys to pins and people.
"""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import F, Q
from django.db.models.functions import Now

from mapping.models import Office, Person, Pin
from mapping.models.areas import AreaCodeField

PLAN_YEARS = 5
MAX_BAHT = 10**12
MAX_PERSONS = 1_000_000
MAX_HANDS = 100_000


class UnitCost(models.Model):
    """What one unit of something costs, and where the figure comes from."""

    office = models.ForeignKey(Office, models.CASCADE, null=True, related_name="+")  # NULL: for all offices
    name_th = models.TextField()
    name_en = models.TextField(blank=True, default="")
    unit_th = models.TextField()
    unit_en = models.TextField(blank=True, default="")
    baht_per_unit = models.BigIntegerField()
    source = models.TextField()
    fiscal_year = models.SmallIntegerField(null=True)  # Buddhist

    class Meta:
        db_table = "unit_cost"
        constraints = [
            models.CheckConstraint(condition=Q(baht_per_unit__gt=0, baht_per_unit__lte=MAX_BAHT), name="unit_cost_sane")
        ]

    def __str__(self) -> str:
        return self.name_th


class Solution(models.Model):
    """A proposal, in words, of how a need could be met. Public once an officer has looked at it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SHOWN = "shown"
        HIDDEN = "hidden"

    id = models.UUIDField(primary_key=True)
    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="+", db_constraint=False)
    author = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    words = models.TextField()
    cost_baht = models.BigIntegerField(null=True)  # as its author thinks
    state = models.CharField(max_length=7, choices=State.choices, default="waiting", db_default="waiting")
    reason = models.TextField(blank=True, default="", db_default="")  # why it is hidden
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "solution"
        constraints = [
            models.CheckConstraint(condition=Q(cost_baht__gt=0, cost_baht__lte=MAX_BAHT), name="solution_cost_sane"),
            models.CheckConstraint(condition=Q(state__in=["waiting", "shown", "hidden"]), name="solution_state_known"),
            models.CheckConstraint(condition=~Q(state="hidden") | ~Q(reason=""), name="solution_hidden_with_reason"),
        ]
        indexes = [models.Index(fields=["pin", "at"], name="solution_by_pin")]

    def __str__(self) -> str:
        return f"solution for {self.pin_id}"


class Project(models.Model):
    """A costed proposal that answers needs, with what the forms of the local development plan ask."""

    class By(models.TextChoices):
        OFFICER = "officer"
        VILLAGE = "village"
        CIVIL_SOCIETY = "civil_society"
        BUSINESS = "business"

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"
        WITHDRAWN = "withdrawn"

    class Feasibility(models.TextChoices):
        UNKNOWN = "unknown"
        FEASIBLE = "feasible"
        NOT_FEASIBLE = "not_feasible"

    id = models.UUIDField(primary_key=True)  # made by the browser
    office = models.ForeignKey(Office, models.PROTECT, related_name="projects")  # responsible for it
    author = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    proposed_by = models.CharField(max_length=13, choices=By.choices)
    state = models.CharField(max_length=9, choices=State.choices, default="proposed")
    code = models.TextField(blank=True, default="")  # number in the plan
    name_th = models.TextField()
    name_en = models.TextField(blank=True, default="")
    objective = models.TextField(blank=True, default="")
    output = models.TextField(blank=True, default="")
    indicator = models.TextField(blank=True, default="")
    expected_result = models.TextField(blank=True, default="")
    strategy = models.TextField(blank=True, default="")
    work_plan = models.TextField(blank=True, default="")  # แผนงาน
    cost_baht = models.BigIntegerField()  # over all years
    first_year = models.SmallIntegerField()  # of the plan, Buddhist
    year_baht = ArrayField(models.BigIntegerField(), size=PLAN_YEARS)  # from the first year on
    unit_cost = models.ForeignKey(UnitCost, models.SET_NULL, null=True, related_name="+")
    units = models.IntegerField(null=True)
    feasibility = models.CharField(max_length=12, choices=Feasibility.choices, default="unknown")
    feasibility_reason = models.TextField(blank=True, default="")
    exclusive_group = models.TextField(blank=True, default="")  # at most one of a group is taken
    # Too large or not the office's to do: form ผ.02/2, sent on to the province; no candidate of its rounds.
    beyond_capacity = models.BooleanField(default=False, db_default=False)
    solution = models.ForeignKey(Solution, models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "project"
        constraints = [
            models.CheckConstraint(condition=Q(cost_baht__gt=0, cost_baht__lte=MAX_BAHT), name="project_cost_sane"),
            models.CheckConstraint(condition=Q(first_year__gte=2560, first_year__lte=2620), name="project_year_sane"),
            models.CheckConstraint(condition=Q(units__gt=0), name="project_units_sane"),
            models.CheckConstraint(
                condition=Q(proposed_by__in=["officer", "village", "civil_society", "business"]),
                name="project_by_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "proposed", "withdrawn"]), name="project_state_known"
            ),
            models.CheckConstraint(
                condition=Q(feasibility="unknown")
                | (Q(feasibility__in=["feasible", "not_feasible"]) & ~Q(feasibility_reason="")),
                name="project_feasibility_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["office", "state"], name="project_by_office")]

    def __str__(self) -> str:
        return self.name_th


class ProjectNeed(models.Model):
    """A need that a project answers."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="needs")
    pin = models.ForeignKey(Pin, models.DO_NOTHING, related_name="+", db_constraint=False)

    class Meta:
        db_table = "project_need"
        constraints = [models.UniqueConstraint(fields=["project", "pin"], name="project_need_once")]

    def __str__(self) -> str:
        return f"{self.pin_id} by {self.project_id}"


class ProjectVillage(models.Model):
    """A village in which people benefit from a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="villages")
    code = AreaCodeField()  # by code: it outlives a boundary set
    persons = models.IntegerField()

    class Meta:
        db_table = "project_village"
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="project_village_once"),
            models.CheckConstraint(condition=Q(persons__gte=1, persons__lte=MAX_PERSONS), name="project_persons_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.project_id}"


class Round(models.Model):
    """One budget decision of one office for one fiscal year."""

    class Phase(models.TextChoices):
        DRAFT = "draft"
        FROZEN = "frozen"
        DECIDED = "decided"
        PUBLISHED = "published"
        AMENDED = "amended"  # frozen anew with a reason: waits for two people again

    id = models.UUIDField(primary_key=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="rounds")
    name_th = models.TextField()
    name_en = models.TextField(blank=True, default="")
    fiscal_year = models.SmallIntegerField()  # Buddhist
    envelope_baht = models.BigIntegerField()
    rules = models.JSONField()  # as snapshot.Rules writes them
    phase = models.CharField(max_length=9, choices=Phase.choices, default="draft", db_default="draft")
    version = models.IntegerField(default=0, db_default=0)  # of the newest snapshot; 0 = none
    voting_until = models.DateTimeField(null=True)  # NULL: nobody is asked
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "round"
        constraints = [
            models.CheckConstraint(
                condition=Q(envelope_baht__gt=0, envelope_baht__lte=MAX_BAHT), name="round_pot_sane"
            ),
            models.CheckConstraint(condition=Q(fiscal_year__gte=2560, fiscal_year__lte=2620), name="round_year_sane"),
            models.CheckConstraint(
                condition=Q(phase__in=["draft", "frozen", "decided", "published", "amended"]), name="round_phase_known"
            ),
            models.CheckConstraint(
                condition=Q(phase="draft", version=0) | Q(version__gte=1), name="round_version_fits"
            ),
        ]
        indexes = [models.Index(fields=["office", "-fiscal_year"], name="round_by_office")]

    def __str__(self) -> str:
        return self.name_th


class Snapshot(models.Model):
    """What one version of a round is decided from, byte for byte, and what came out. Never changed."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="snapshots")
    version = models.IntegerField()
    inputs = models.BinaryField()
    inputs_sha256 = models.BinaryField(max_length=32)
    results = models.BinaryField(null=True)  # computed from `inputs` alone, after these are kept
    results_sha256 = models.BinaryField(max_length=32, null=True)
    pot_baht = models.BigIntegerField(editable=False, default=0)  # trigger: envelope and what was carried over
    villages = ArrayField(models.TextField(), editable=False, default=list)  # trigger: codes in `inputs`
    amended = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")  # of an amendment
    frozen_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    frozen_at = models.DateTimeField(db_default=Now())
    signed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    signed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    decided_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "round_snapshot"
        constraints = [
            models.UniqueConstraint(fields=["round", "version"], name="snapshot_once_a_version"),
            models.CheckConstraint(condition=~Q(signed_by=F("decided_by")), name="snapshot_two_people"),
            models.CheckConstraint(condition=Q(decided_at=None) | ~Q(signed_at=None), name="snapshot_signed_first"),
            models.CheckConstraint(condition=Q(published_at=None) | ~Q(decided_at=None), name="snapshot_decided_first"),
            models.CheckConstraint(condition=Q(version=1) | ~Q(reason=""), name="snapshot_amended_with_reason"),
        ]
        indexes = [GinIndex(fields=["villages"], name="snapshot_by_village", condition=Q(published_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.round_id} version {self.version}"


class Override(models.Model):
    """A project taken in or out by hand, with the reason that everybody reads."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="overrides")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    action = models.CharField(max_length=3, choices=[("in", "in"), ("out", "out")])
    reason = models.TextField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)

    class Meta:
        db_table = "round_override"
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "project"], name="override_once"),
            models.CheckConstraint(condition=Q(action__in=["in", "out"]), name="override_action_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="override_with_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.action}"


class Allocation(models.Model):
    """One project of a decided snapshot: what it was given, or its place on the reserve list."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="allocations")
    project = models.ForeignKey(Project, models.PROTECT, related_name="allocations")
    pot = AreaCodeField()  # "" = one pot for all
    baht = models.BigIntegerField()  # 0 = not funded
    bought = models.IntegerField(default=0)  # n-th of its pot
    reserve_place = models.IntegerField(default=0)
    missing_baht = models.BigIntegerField(default=0)

    class Meta:
        db_table = "round_allocation"
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "project"], name="allocation_once"),
            models.CheckConstraint(condition=Q(baht__gte=0), name="allocation_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}: {self.baht}"


class Vote(models.Model):
    """One person for one project of one round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="votes")
    project = models.ForeignKey(Project, models.CASCADE, related_name="votes")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "round_vote"
        constraints = [models.UniqueConstraint(fields=["round", "project", "person"], name="vote_once_a_person")]

    def __str__(self) -> str:
        return f"vote for {self.project_id}"


class MeetingTally(models.Model):
    """Hands of one village's meeting for the projects of a round. Never added to votes by phone."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="tallies")
    village = AreaCodeField()
    held_on = models.DateField()
    people_present = models.IntegerField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    at = models.DateTimeField(db_default=Now())
    sheet_sha256 = models.BinaryField(max_length=32, null=True)  # of the signed sheet's photo as it was sent

    class Meta:
        db_table = "meeting_tally"
        constraints = [
            models.UniqueConstraint(fields=["round", "village"], name="meeting_tally_once"),
            models.CheckConstraint(
                condition=Q(people_present__gte=1, people_present__lte=MAX_HANDS), name="meeting_tally_present_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.village} in {self.round_id}"


class MeetingTallyLine(models.Model):
    tally = models.ForeignKey(MeetingTally, models.CASCADE, related_name="lines")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    hands = models.IntegerField()

    class Meta:
        db_table = "meeting_tally_line"
        constraints = [
            models.UniqueConstraint(fields=["tally", "project"], name="meeting_tally_line_once"),
            models.CheckConstraint(condition=Q(hands__gte=0, hands__lte=MAX_HANDS), name="meeting_tally_hands_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.hands} for {self.project_id}"


class Delivery(models.Model):
    """What became of a funded project: one row a stage, appended."""

    class Stage(models.TextChoices):
        PROMISED = "promised"
        CONTRACTED = "contracted"
        FINISHED = "finished"

    round = models.ForeignKey(Round, models.CASCADE, related_name="deliveries")
    project = models.ForeignKey(Project, models.PROTECT, related_name="deliveries")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    baht = models.BigIntegerField()
    on = models.DateField()
    words = models.TextField(blank=True, default="")
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_constraint=False)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "delivery"
        constraints = [
            models.UniqueConstraint(fields=["round", "project", "stage"], name="delivery_once_a_stage"),
            models.CheckConstraint(
                condition=Q(stage__in=["promised", "contracted", "finished"]), name="delivery_stage_known"
            ),
            models.CheckConstraint(condition=Q(baht__gte=0, baht__lte=MAX_BAHT), name="delivery_baht_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.stage}"
