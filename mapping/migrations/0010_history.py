"""Every change of what administrators decide is kept, beginning with what stands now."""

from pathlib import Path

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import mapping.models.areas

HERE = Path(__file__).resolve().parent.parent


class Migration(migrations.Migration):
    dependencies = [
        ("mapping", "0009_accounts"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoundarySetEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.TextField()),
                ("source", models.TextField(blank=True)),
                ("licence", models.TextField(blank=True)),
                ("attribution", models.TextField(blank=True)),
                ("approximate", models.BooleanField(default=False)),
                ("sample", models.BooleanField(default=False)),
                ("valid_on", models.DateField(null=True)),
                ("loaded_at", models.DateTimeField(auto_now_add=True)),
                ("activated_at", models.DateTimeField(null=True)),
                ("active", models.BooleanField(default=False)),
            ],
            options={
                "db_table": "boundary_set_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.IntegerField()),
                ("slug", models.SlugField(db_index=False)),
                ("name_th", models.TextField()),
                ("name_en", models.TextField()),
                ("pictogram", models.SlugField(db_index=False)),
                ("plan_work_th", models.TextField(blank=True)),
                (
                    "public_place",
                    models.CharField(
                        choices=[("exact", "Exact"), ("village", "Village"), ("cell", "Cell")], max_length=7
                    ),
                ),
                ("sensitive", models.BooleanField(default=False)),
                ("radius_m", models.SmallIntegerField()),
                ("position", models.SmallIntegerField()),
            ],
            options={
                "db_table": "category_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryGroupEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("slug", models.SlugField(db_index=False, serialize=False)),
                ("name_th", models.TextField()),
                ("name_en", models.TextField()),
                ("colour", models.CharField(max_length=7)),
                ("position", models.SmallIntegerField()),
            ],
            options={
                "db_table": "category_group_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="GrantEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("volunteer", "Volunteer"),
                            ("village_head", "Village Head"),
                            ("officer", "Officer"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=16,
                    ),
                ),
                ("area_code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9, null=True)),
                ("given_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "person_grant_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfficeAreaEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", mapping.models.areas.AreaCodeField(db_collation="C", max_length=9)),
            ],
            options={
                "db_table": "office_area_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfficeCategoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
            ],
            options={
                "db_table": "office_categories_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfficeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=32, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("subdistrict_administration", "Subdistrict"),
                            ("municipality", "Municipality"),
                            ("provincial_administration", "Provincial"),
                            ("district_office", "District"),
                            ("province_office", "Province"),
                            ("agency", "Agency"),
                        ],
                        max_length=26,
                    ),
                ),
                ("name_th", models.TextField()),
                ("name_en", models.TextField(blank=True)),
                ("phone", models.TextField(blank=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("address", models.TextField(blank=True)),
                ("line_id", models.TextField(blank=True, db_default="", default="")),
                ("website", models.URLField(blank=True, db_default="", default="")),
            ],
            options={
                "db_table": "office_event",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OfficeCategory",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("mapping.office_categories",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boundaryset",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "boundary_set_event" ("activated_at", "active", "approximate", "attribution", "id", "licence", "loaded_at", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample", "source", "valid_on") VALUES (NEW."activated_at", NEW."active", NEW."approximate", NEW."attribution", NEW."id", NEW."licence", NEW."loaded_at", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sample", NEW."source", NEW."valid_on"); RETURN NULL;',
                    hash="e4a8b75f0b1c8a4d81be45e079310dd4a61aa422",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_44839",
                    table="boundary_set",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boundaryset",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "boundary_set_event" ("activated_at", "active", "approximate", "attribution", "id", "licence", "loaded_at", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample", "source", "valid_on") VALUES (NEW."activated_at", NEW."active", NEW."approximate", NEW."attribution", NEW."id", NEW."licence", NEW."loaded_at", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sample", NEW."source", NEW."valid_on"); RETURN NULL;',
                    hash="b6ad2f118ba7ebd80d329a1c9536b812650ebc94",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4d3d6",
                    table="boundary_set",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boundaryset",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "boundary_set_event" ("activated_at", "active", "approximate", "attribution", "id", "licence", "loaded_at", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sample", "source", "valid_on") VALUES (OLD."activated_at", OLD."active", OLD."approximate", OLD."attribution", OLD."id", OLD."licence", OLD."loaded_at", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sample", OLD."source", OLD."valid_on"); RETURN NULL;',
                    hash="0a36a7dca95a5d76898a539db73ea5e8a435165e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_30b28",
                    table="boundary_set",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "category_event" ("group_id", "id", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pictogram", "plan_work_th", "position", "public_place", "radius_m", "sensitive", "slug") VALUES (NEW."group_id", NEW."id", NEW."name_en", NEW."name_th", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."pictogram", NEW."plan_work_th", NEW."position", NEW."public_place", NEW."radius_m", NEW."sensitive", NEW."slug"); RETURN NULL;',
                    hash="5102e47ad66d7a7cd729f5dcf4c09f25e1bcda0e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_c2d2c",
                    table="category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "category_event" ("group_id", "id", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pictogram", "plan_work_th", "position", "public_place", "radius_m", "sensitive", "slug") VALUES (NEW."group_id", NEW."id", NEW."name_en", NEW."name_th", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pictogram", NEW."plan_work_th", NEW."position", NEW."public_place", NEW."radius_m", NEW."sensitive", NEW."slug"); RETURN NULL;',
                    hash="15efa405444b7b167e95a78337e25d60ab28922b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_d7499",
                    table="category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "category_event" ("group_id", "id", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pictogram", "plan_work_th", "position", "public_place", "radius_m", "sensitive", "slug") VALUES (OLD."group_id", OLD."id", OLD."name_en", OLD."name_th", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pictogram", OLD."plan_work_th", OLD."position", OLD."public_place", OLD."radius_m", OLD."sensitive", OLD."slug"); RETURN NULL;',
                    hash="b4e9dc4ccc9fabdfacae1a4aed272c3ee94b9cde",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_ef4c3",
                    table="category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorygroup",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "category_group_event" ("colour", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug") VALUES (NEW."colour", NEW."name_en", NEW."name_th", _pgh_attach_context(), NOW(), \'insert\', NEW."slug", NEW."position", NEW."slug"); RETURN NULL;',
                    hash="516e83c8a3c055ee3a8d25592a9cf80b21d86a06",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3d4de",
                    table="category_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorygroup",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "category_group_event" ("colour", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug") VALUES (NEW."colour", NEW."name_en", NEW."name_th", _pgh_attach_context(), NOW(), \'update\', NEW."slug", NEW."position", NEW."slug"); RETURN NULL;',
                    hash="07bfbfcf8605a7a90ca897655cbe04077f1a4a3f",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_93268",
                    table="category_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorygroup",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "category_group_event" ("colour", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug") VALUES (OLD."colour", OLD."name_en", OLD."name_th", _pgh_attach_context(), NOW(), \'delete\', OLD."slug", OLD."position", OLD."slug"); RETURN NULL;',
                    hash="ff21013716b1eff33c882c3a992f53e3b21015d4",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_1714a",
                    table="category_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "person_grant_event" ("area_code", "given_at", "given_by_id", "id", "office_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."area_code", NEW."given_at", NEW."given_by_id", NEW."id", NEW."office_id", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role"); RETURN NULL;',
                    hash="147035d0f249841d169bb186d2659f6497a21c99",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_adc92",
                    table="person_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "person_grant_event" ("area_code", "given_at", "given_by_id", "id", "office_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."area_code", NEW."given_at", NEW."given_by_id", NEW."id", NEW."office_id", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role"); RETURN NULL;',
                    hash="ba026a3d6f894990ded63503093c8529f621e21b",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c5698",
                    table="person_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grant",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "person_grant_event" ("area_code", "given_at", "given_by_id", "id", "office_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (OLD."area_code", OLD."given_at", OLD."given_by_id", OLD."id", OLD."office_id", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role"); RETURN NULL;',
                    hash="98b107e15801c5e7ff39ea674fb40c8e3092ee57",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_32ef1",
                    table="person_grant",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="office",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_event" ("address", "code", "email", "id", "kind", "line_id", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "website") SELECT new_values."address", new_values."code", new_values."email", new_values."id", new_values."kind", new_values."line_id", new_values."name_en", new_values."name_th", _pgh_attached_context.value, NOW(), \'insert\', new_values."id", new_values."phone", new_values."website" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="d0057c08d3372adcc054e3e72803e8a71b1e3a1c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_8af19",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="office",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="office",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_event" ("address", "code", "email", "id", "kind", "line_id", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "website") SELECT new_values."address", new_values."code", new_values."email", new_values."id", new_values."kind", new_values."line_id", new_values."name_en", new_values."name_th", _pgh_attached_context.value, NOW(), \'update\', new_values."id", new_values."phone", new_values."website" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="91c21074025255f04da47592b7676382fe8812eb",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_5acda",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="office",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="office",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_event" ("address", "code", "email", "id", "kind", "line_id", "name_en", "name_th", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "website") SELECT old_values."address", old_values."code", old_values."email", old_values."id", old_values."kind", old_values."line_id", old_values."name_en", old_values."name_th", _pgh_attached_context.value, NOW(), \'delete\', old_values."id", old_values."phone", old_values."website" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="c48c42ad5fc93d160d03336000e27ab262b83b6e",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_a2fab",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="office",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officearea",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_area_event" ("code", "id", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."office_id", _pgh_attached_context.value, NOW(), \'insert\', new_values."id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="8d38e12af37311661179ea2397c8f36c0c2de1ae",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_80b10",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="office_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officearea",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_area_event" ("code", "id", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT new_values."code", new_values."id", new_values."office_id", _pgh_attached_context.value, NOW(), \'update\', new_values."id" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="e2b2e73a1f632ce8c063ca733a9a045e034317f1",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4a578",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="office_area",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officearea",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_area_event" ("code", "id", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."code", old_values."id", old_values."office_id", _pgh_attached_context.value, NOW(), \'delete\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="80975186a4965e37f3d97e3b542a87fdd6f7d860",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_4e2e7",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="office_area",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="boundarysetevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="boundarysetevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mapping.boundaryset",
            ),
        ),
        migrations.AddField(
            model_name="categoryevent",
            name="group",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="mapping.categorygroup",
            ),
        ),
        migrations.AddField(
            model_name="categoryevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="categoryevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mapping.category",
            ),
        ),
        migrations.AddField(
            model_name="categorygroupevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="categorygroupevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mapping.categorygroup",
            ),
        ),
        migrations.AddField(
            model_name="grantevent",
            name="given_by",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="grantevent",
            name="office",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="mapping.office",
            ),
        ),
        migrations.AddField(
            model_name="grantevent",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="grantevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="grantevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mapping.grant",
            ),
        ),
        migrations.AddField(
            model_name="officeareaevent",
            name="office",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="mapping.office",
            ),
        ),
        migrations.AddField(
            model_name="officeareaevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="officeareaevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mapping.officearea",
            ),
        ),
        migrations.AddField(
            model_name="officecategoryevent",
            name="category",
            field=models.ForeignKey(
                db_constraint=False,
                db_tablespace="",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="mapping.category",
            ),
        ),
        migrations.AddField(
            model_name="officecategoryevent",
            name="office",
            field=models.ForeignKey(
                db_constraint=False,
                db_tablespace="",
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="mapping.office",
            ),
        ),
        migrations.AddField(
            model_name="officecategoryevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="officeevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="officeevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="mapping.office",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_categories_event" ("category_id", "id", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label") SELECT new_values."category_id", new_values."id", new_values."office_id", _pgh_attached_context.value, NOW(), \'insert\' FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="7d257d948927b436cefecbae3ee338fedb7c4e9d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_149a3",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="office_categories",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_categories_event" ("category_id", "id", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label") SELECT new_values."category_id", new_values."id", new_values."office_id", _pgh_attached_context.value, NOW(), \'update\' FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="470c6981c68fc97871133db6ff8d5a75202140a1",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_10541",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="office_categories",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "office_categories_event" ("category_id", "id", "office_id", "pgh_context_id", "pgh_created_at", "pgh_label") SELECT old_values."category_id", old_values."id", old_values."office_id", _pgh_attached_context.value, NOW(), \'delete\' FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;',
                    hash="39adee43f84a0d20dad474856f2f19e26b409db2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_7577f",
                    referencing="REFERENCING OLD TABLE AS old_values ",
                    table="office_categories",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boundarysetevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="9ebd11c6ee0f3f9e46d6d8be6370387cdb898e4b",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_25157",
                    table="boundary_set_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e091a8c51a1b40dfa804b87eb2686d830c31d164",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3da5b",
                    table="category_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categorygroupevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e968964f0d3d0ff5c01cbd4fdca3db8afae55aa8",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_02446",
                    table="category_group_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grantevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ee8024c486aa18d23aa6f01d2f5b7c3d10fdbb02",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_2c0bf",
                    table="person_grant_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officeareaevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b5cb2c83a5fd5a1c8c7ba06c3e0e33416b736f6c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e6229",
                    table="office_area_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officecategoryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b7eea7f7e90306cea438b4c70297c606a9ba57ea",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ae404",
                    table="office_categories_event",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="officeevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="e66bed144a49ece52d715f86805fa5e46f3ccc2e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_233ee",
                    table="office_event",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL((HERE / "sql" / "install" / "0010_history.sql").read_text("utf-8")),
    ]
