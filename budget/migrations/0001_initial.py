"""Projects, rounds and what became of them."""

from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import mapping.models.areas

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("mapping", "0011_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "proposed_by",
                    models.CharField(
                        choices=[
                            ("officer", "Officer"),
                            ("village", "Village"),
                            ("civil_society", "Civil Society"),
                            ("business", "Business"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("proposed", "Proposed"), ("withdrawn", "Withdrawn")],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("code", models.TextField(blank=True, default="")),
                ("name_th", models.TextField()),
                ("name_en", models.TextField(blank=True, default="")),
                ("objective", models.TextField(blank=True, default="")),
                ("output", models.TextField(blank=True, default="")),
                ("indicator", models.TextField(blank=True, default="")),
                ("expected_result", models.TextField(blank=True, default="")),
                ("strategy", models.TextField(blank=True, default="")),
                ("work_plan", models.TextField(blank=True, default="")),
                ("cost_baht", models.BigIntegerField()),
                ("first_year", models.SmallIntegerField()),
                ("year_baht", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=5)),
                ("units", models.IntegerField(null=True)),
                (
                    "feasibility",
                    models.CharField(
                        choices=[("unknown", "Unknown"), ("feasible", "Feasible"), ("not_feasible", "Not Feasible")],
                        default="unknown",
                        max_length=12,
                    ),
                ),
                ("feasibility_reason", models.TextField(blank=True, default="")),
                ("exclusive_group", models.TextField(blank=True, default="")),
                ("version", models.IntegerField(default=1)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="projects", to="mapping.office"
                    ),
                ),
            ],
            options={
                "db_table": "project",
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("name_th", models.TextField()),
                ("name_en", models.TextField(blank=True, default="")),
                ("fiscal_year", models.SmallIntegerField()),
                ("envelope_baht", models.BigIntegerField()),
                ("rules", models.JSONField()),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("frozen", "Frozen"),
                            ("decided", "Decided"),
                            ("published", "Published"),
                            ("amended", "Amended"),
                        ],
                        db_default="draft",
                        default="draft",
                        max_length=9,
                    ),
                ),
                ("version", models.IntegerField(db_default=0, default=0)),
                ("voting_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="mapping.office"
                    ),
                ),
            ],
            options={
                "db_table": "round",
            },
        ),
        migrations.CreateModel(
            name="MeetingTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("village", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("held_on", models.DateField()),
                ("people_present", models.IntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sheet_sha256", models.BinaryField(max_length=32, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tallies", to="budget.round"
                    ),
                ),
            ],
            options={
                "db_table": "meeting_tally",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[("promised", "Promised"), ("contracted", "Contracted"), ("finished", "Finished")],
                        max_length=10,
                    ),
                ),
                ("baht", models.BigIntegerField()),
                ("on", models.DateField()),
                ("words", models.TextField(blank=True, default="")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="budget.project"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="budget.round"
                    ),
                ),
            ],
            options={
                "db_table": "delivery",
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.IntegerField()),
                ("inputs", models.BinaryField()),
                ("inputs_sha256", models.BinaryField(max_length=32)),
                ("results", models.BinaryField(null=True)),
                ("results_sha256", models.BinaryField(max_length=32, null=True)),
                ("pot_baht", models.BigIntegerField(default=0, editable=False)),
                (
                    "villages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, editable=False, size=None
                    ),
                ),
                ("amended", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, default="")),
                ("frozen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("signed_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="snapshots", to="budget.round"
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "round_snapshot",
            },
        ),
        migrations.CreateModel(
            name="Override",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(choices=[("in", "in"), ("out", "out")], max_length=3)),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="budget.project"
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="overrides", to="budget.snapshot"
                    ),
                ),
            ],
            options={
                "db_table": "round_override",
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pot", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("baht", models.BigIntegerField()),
                ("bought", models.IntegerField(default=0)),
                ("reserve_place", models.IntegerField(default=0)),
                ("missing_baht", models.BigIntegerField(default=0)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="budget.project"
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="allocations", to="budget.snapshot"
                    ),
                ),
            ],
            options={
                "db_table": "round_allocation",
            },
        ),
        migrations.CreateModel(
            name="Solution",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("words", models.TextField()),
                ("cost_baht", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("shown", "Shown"), ("hidden", "Hidden")],
                        db_default="waiting",
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pin",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="mapping.pin",
                    ),
                ),
            ],
            options={
                "db_table": "solution",
            },
        ),
        migrations.AddField(
            model_name="project",
            name="solution",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="budget.solution"
            ),
        ),
        migrations.CreateModel(
            name="UnitCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_th", models.TextField()),
                ("name_en", models.TextField(blank=True, default="")),
                ("unit_th", models.TextField()),
                ("unit_en", models.TextField(blank=True, default="")),
                ("baht_per_unit", models.BigIntegerField()),
                ("source", models.TextField()),
                ("fiscal_year", models.SmallIntegerField(null=True)),
                (
                    "office",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="mapping.office"
                    ),
                ),
            ],
            options={
                "db_table": "unit_cost",
            },
        ),
        migrations.AddField(
            model_name="project",
            name="unit_cost",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="budget.unitcost"
            ),
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="budget.project"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="budget.round"
                    ),
                ),
            ],
            options={
                "db_table": "round_vote",
            },
        ),
        migrations.CreateModel(
            name="MeetingTallyLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hands", models.IntegerField()),
                (
                    "tally",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="budget.meetingtally"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="budget.project"
                    ),
                ),
            ],
            options={
                "db_table": "meeting_tally_line",
                "constraints": [
                    models.UniqueConstraint(fields=("tally", "project"), name="meeting_tally_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("hands__gte", 0), ("hands__lte", 100000)), name="meeting_tally_hands_sane"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectNeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "pin",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="mapping.pin",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="budget.project"
                    ),
                ),
            ],
            options={
                "db_table": "project_need",
                "constraints": [models.UniqueConstraint(fields=("project", "pin"), name="project_need_once")],
            },
        ),
        migrations.CreateModel(
            name="ProjectVillage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
                ("persons", models.IntegerField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="villages", to="budget.project"
                    ),
                ),
            ],
            options={
                "db_table": "project_village",
                "constraints": [
                    models.UniqueConstraint(fields=("project", "code"), name="project_village_once"),
                    models.CheckConstraint(
                        condition=models.Q(("persons__gte", 1), ("persons__lte", 1000000)), name="project_persons_sane"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(fields=["office", "-fiscal_year"], name="round_by_office"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("envelope_baht__gt", 0), ("envelope_baht__lte", 1000000000000)),
                name="round_pot_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("fiscal_year__gte", 2560), ("fiscal_year__lte", 2620)), name="round_year_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("phase__in", ["draft", "frozen", "decided", "published", "amended"])),
                name="round_phase_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("phase", "draft"), ("version", 0)), ("version__gte", 1), _connector="OR"),
                name="round_version_fits",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingtally",
            constraint=models.UniqueConstraint(fields=("round", "village"), name="meeting_tally_once"),
        ),
        migrations.AddConstraint(
            model_name="meetingtally",
            constraint=models.CheckConstraint(
                condition=models.Q(("people_present__gte", 1), ("people_present__lte", 100000)),
                name="meeting_tally_present_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("round", "project", "stage"), name="delivery_once_a_stage"),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("stage__in", ["promised", "contracted", "finished"])), name="delivery_stage_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("baht__gte", 0), ("baht__lte", 1000000000000)), name="delivery_baht_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(fields=("round", "version"), name="snapshot_once_a_version"),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("signed_by", models.F("decided_by")), _negated=True), name="snapshot_two_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_at", None), models.Q(("signed_at", None), _negated=True), _connector="OR"),
                name="snapshot_signed_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None), models.Q(("decided_at", None), _negated=True), _connector="OR"
                ),
                name="snapshot_decided_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.CheckConstraint(
                condition=models.Q(("version", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="snapshot_amended_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.UniqueConstraint(fields=("snapshot", "project"), name="override_once"),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(("action__in", ["in", "out"])), name="override_action_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="override_with_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.UniqueConstraint(fields=("snapshot", "project"), name="allocation_once"),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(condition=models.Q(("baht__gte", 0)), name="allocation_not_negative"),
        ),
        migrations.AddIndex(
            model_name="solution",
            index=models.Index(fields=["pin", "at"], name="solution_by_pin"),
        ),
        migrations.AddConstraint(
            model_name="solution",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_baht__gt", 0), ("cost_baht__lte", 1000000000000)), name="solution_cost_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="solution",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "shown", "hidden"])), name="solution_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="solution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "hidden"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="solution_hidden_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitcost",
            constraint=models.CheckConstraint(
                condition=models.Q(("baht_per_unit__gt", 0), ("baht_per_unit__lte", 1000000000000)),
                name="unit_cost_sane",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["office", "state"], name="project_by_office"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_baht__gt", 0), ("cost_baht__lte", 1000000000000)), name="project_cost_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_year__gte", 2560), ("first_year__lte", 2620)), name="project_year_sane"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(condition=models.Q(("units__gt", 0)), name="project_units_sane"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by__in", ["officer", "village", "civil_society", "business"])),
                name="project_by_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "proposed", "withdrawn"])), name="project_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("feasibility", "unknown"),
                    models.Q(
                        ("feasibility__in", ["feasible", "not_feasible"]),
                        models.Q(("feasibility_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="project_feasibility_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("round", "project", "person"), name="vote_once_a_person"),
        ),
        migrations.AddIndex(
            model_name="snapshot",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("published_at__isnull", False)), fields=["villages"], name="snapshot_by_village"
            ),
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0001_rounds.sql").read_text("utf-8")),
    ]
