"""The administration, Django's own: categories, offices, rights and people, and who changed what.

`access.may_administer` decides who gets in; Django's permissions, `is_staff` and
`is_superuser` decide nothing. Every request that writes is one transaction, kept by
the history as the doing of who sent it.
"""

import json
import re
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from mapping import admin_words, history
from mapping.access import Reader, may_administer
from mapping.accounts import check_password
from mapping.admin_words import choices, said
from mapping.api.errors import language
from mapping.errors import Refusal
from mapping.exchange import columns
from mapping.geometry import MAX_ZOOM, clean_text
from mapping.models import Area, BoundarySet, Category, CategoryGroup, Grant, Office, Person, Pin, ReplyTemplate, Status
from mapping.models.people import UNUSABLE, Role
from mapping.models.pins import PublicPlace
from mapping.pins import MAX_WORDS
from mapping.queries import query, rows

LEFT_OUT = {"password_change", "password_change_done", "autocomplete", "view_on_site"}  # of Django's pages
PICTOGRAMS = sorted(
    {
        row["pictogram"]
        for row in json.loads((Path(__file__).parent / "categories.json").read_text("utf-8"))["categories"]
    }
)  # what the pages can draw


def in_words(refusal: Refusal) -> ValidationError:
    return ValidationError(refusal.text(language()))


class Site(admin.AdminSite):
    site_title = site_header = "ME(e) Map"
    index_title = said("ดูแลระบบ", "Administration")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(Reader.of(request.user))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The product has one page for signing in. Whoever is signed in and may not is told so."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return HttpResponseRedirect(reverse("admin:index"))
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def admin_view(self, view, cacheable: bool = False):
        def kept(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
            if request.method in ("GET", "HEAD", "OPTIONS"):
                return view(request, *args, **kwargs)
            with history.by(request.user.pk):
                response = view(request, *args, **kwargs)
                if isinstance(response, TemplateResponse):
                    response.render()  # within the transaction: a form shown again reads the database
            return response

        if getattr(view, "csrf_exempt", False):
            kept.csrf_exempt = True  # type: ignore[attr-defined]
        return super().admin_view(kept, cacheable)

    def get_urls(self):
        return [found for found in super().get_urls() if getattr(found, "name", "") not in LEFT_OUT]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None):
        found = super().get_app_list(request, app_label)
        for app in found:
            app["name"] = str(self.index_title)
            order = list(admin_words.TABLES)
            app["models"].sort(key=lambda one: order.index(one["model"]))
        return found


site = Site(name="admin")
site.disable_action("delete_selected")  # one by one: each refusal names its thing


class Administered(admin.ModelAdmin):
    """What every page shares: the right, refusals in words, the history."""

    actions = None
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    object_history_template = "admin/history.html"
    save_on_top = False

    def may(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request):
        return self.may(request)

    def has_view_permission(self, request, obj=None):
        return self.may(request)

    def has_add_permission(self, request, obj=None):
        return self.may(request)

    def has_change_permission(self, request, obj=None):
        return self.may(request)

    def has_delete_permission(self, request, obj=None):
        return self.may(request)

    # What is kept of changes is kept by triggers; Django's own log would hold names.
    def log_addition(self, request, obj, message):
        return None

    def log_change(self, request, obj, message):
        return None

    def log_deletions(self, request, queryset):
        return None

    def check_delete(self, obj: Any) -> None:
        """Raises Refusal where something stands on it."""

    def get_deleted_objects(self, objs, request):
        for obj in objs:
            try:
                self.check_delete(obj)
            except Refusal as refusal:
                # Not the list of what stands on it, which may be 100,000 pins.
                return [], {}, set(), [refusal.text(language())]
        return [str(obj) for obj in objs], {}, set(), []

    def delete_model(self, request, obj):
        locked = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
        self.check_delete(locked)
        super().delete_model(request, locked)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # somebody else wrote the same at the same moment
            messages.error(request, Refusal("written_meanwhile").text(language()))
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:  # it came to stand on it while the page was open
            messages.error(request, refusal.text(language()))
            return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def history_view(self, request, object_id, extra_context=None):
        """Of what is gone too."""
        key = self.key_of(unquote(object_id))
        obj = self.get_object(request, unquote(object_id))
        lines = history.of(self.model, key) if key is not None else []
        if obj is None and not lines:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": said("ประวัติการแก้ไข", "History"),
            "subtitle": str(obj) if obj is not None else str(object_id),
            "lines": [told(line) for line in lines],
            "object": obj,
            "opts": self.opts,
            "module_name": capfirst(self.opts.verbose_name_plural),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def key_of(self, text: str) -> Any:
        try:
            return self.opts.pk.to_python(text)
        except ValidationError:
            return None


def told(line: history.Line) -> dict[str, Any]:
    """One line of the history, as a person reads it."""
    of_it = {"office_area_event": "territory", "office_categories_event": "categories"}.get(line.table)
    what = admin_words.LABELS[line.label][language() == "en"]
    if line.label == "update":
        details = [
            f"{admin_words.column(name)}: {admin_words.shown(before)} → {admin_words.shown(after)}"
            for name, (before, after) in line.changed.items()
        ]
    elif of_it == "categories":
        details = [str(Category.objects.filter(pk=line.row["category_id"]).first() or line.row["category_id"])]
    elif of_it:
        details = [line.row["code"]]
    else:
        details = [
            f"{admin_words.column(name)}: {admin_words.shown(value)}" for name, value in line.row.items() if value
        ]
    return {
        "at": line.at,
        "what": f"{what}: {admin_words.column(of_it)}" if of_it else what,
        "details": details,
        "person": line.person or (f"#{line.person_id}" if line.person_id else ""),
        "run_id": line.run_id,
    }


class ReadOnly(Administered):
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def filter_of(name: str, values: type[models.TextChoices]) -> type[admin.SimpleListFilter]:
    """Django's own filter shows the choices' names in code."""

    class ByChoice(admin.SimpleListFilter):
        title = said(*admin_words.COLUMNS[name])
        parameter_name = name

        def lookups(self, request, model_admin):
            return choices(values)

        def queryset(self, request, queryset):
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return ByChoice


# -- categories ---------------------------------------------------------------------------------


class Named:
    """Choices of a table by their name in the reader's language."""

    def label_from_instance(self, obj: Category | CategoryGroup) -> str:
        return category_name(obj)


class OneNamed(Named, forms.ModelChoiceField):
    pass


class SomeNamed(Named, forms.ModelMultipleChoiceField):
    pass


class CategoryForm(forms.ModelForm):
    group = OneNamed(CategoryGroup.objects.all(), label=said(*admin_words.COLUMNS["group"]))
    pictogram = forms.ChoiceField(
        choices=[(name, name) for name in PICTOGRAMS], label=said(*admin_words.COLUMNS["pictogram"])
    )
    public_place = forms.ChoiceField(
        choices=choices(PublicPlace),
        label=said(*admin_words.COLUMNS["public_place"]),
        help_text=said(
            "เมื่อเปลี่ยน หมุดทุกหมุดของประเภทนี้จะแสดงตามกฎใหม่ทันที",
            "A change holds at once for all pins of this category.",
        ),
    )
    radius_m = forms.IntegerField(
        min_value=0,
        max_value=5000,
        label=said(*admin_words.COLUMNS["radius_m"]),
        help_text=said("0 = ไม่ตรวจ", "0 = never"),
    )

    class Meta:
        model = Category
        fields = (
            "slug", "group", "name_th", "name_en", "pictogram", "plan_work_th", "public_place", "sensitive",
            "radius_m", "position",
        )  # fmt: skip
        widgets = {
            name: forms.TextInput(attrs={"class": "vTextField"}) for name in ("name_th", "name_en", "plan_work_th")
        }


@admin.register(Category, site=site)
class CategoryAdmin(Administered):
    form = CategoryForm
    list_display = ("name_th", "name_en", "group_name", "place", "sensitive", "radius_m", "position")
    ordering = ("position",)

    list_select_related = ("group",)

    @admin.display(description=said(*admin_words.COLUMNS["group"]), ordering="group__position")
    def group_name(self, category: Category) -> str:
        return category_name(category.group)

    @admin.display(description=said(*admin_words.COLUMNS["public_place"]))
    def place(self, category: Category) -> str:
        return admin_words.shown(category.public_place)

    def get_readonly_fields(self, request, obj=None):
        return ("slug",) if obj else ()  # phones, files and addresses name categories by it

    def check_delete(self, obj: Category) -> None:
        pins = Pin.objects.filter(category=obj).count()
        if pins:
            raise Refusal("category_has_pins", pins=pins, name=category_name(obj))
        offices = Office.objects.filter(categories=obj).count()
        if offices:
            raise Refusal("category_of_offices", offices=offices, name=category_name(obj))


def category_name(one: Category | CategoryGroup) -> str:
    return one.name_en if language() == "en" else one.name_th


class GroupForm(forms.ModelForm):
    class Meta:
        model = CategoryGroup
        fields = ("slug", "name_th", "name_en", "colour", "position")
        widgets = {name: forms.TextInput(attrs={"class": "vTextField"}) for name in ("name_th", "name_en")}

    def clean_colour(self) -> str:
        given = self.cleaned_data["colour"]
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", given):
            raise in_words(Refusal("colour_form", given=given))
        return given


@admin.register(CategoryGroup, site=site)
class CategoryGroupAdmin(Administered):
    form = GroupForm
    list_display = ("name_th", "name_en", "colour", "position")
    ordering = ("position",)

    def get_readonly_fields(self, request, obj=None):
        return ("slug",) if obj else ()

    def check_delete(self, obj: CategoryGroup) -> None:
        held = Category.objects.filter(group=obj).count()
        if held:
            raise Refusal("group_has_categories", categories=held, name=category_name(obj))


# -- words that an officer may start from --------------------------------------------------------


class TemplateForm(forms.ModelForm):
    status = forms.ChoiceField(choices=choices(Status), label=said(*admin_words.COLUMNS["status"]))
    category = OneNamed(
        Category.objects.all(),
        required=False,
        empty_label=said("ทุกประเภท", "all categories"),
        label=said(*admin_words.COLUMNS["category"]),
    )

    class Meta:
        model = ReplyTemplate
        fields = ("status", "category", "words_th", "words_en", "position")

    def clean_words_th(self) -> str:
        return self.plain("words_th")

    def clean_words_en(self) -> str:
        return self.plain("words_en")

    def plain(self, name: str) -> str:
        try:
            return clean_text(self.cleaned_data[name], name, MAX_WORDS)
        except Refusal as refusal:
            raise in_words(refusal) from refusal


@admin.register(ReplyTemplate, site=site)
class ReplyTemplateAdmin(Administered):
    """What an answer begins with; the answer itself is the officer's, and each is kept in the need's timeline."""

    form = TemplateForm
    list_display = ("step", "of_category", "words")
    list_display_links = ("step", "words")
    list_filter = (filter_of("status", Status),)
    list_select_related = ("category",)
    ordering = ("status", "position")

    @admin.display(description=said(*admin_words.COLUMNS["status"]), ordering="status")
    def step(self, template: ReplyTemplate) -> str:
        return admin_words.shown(Status(template.status))

    @admin.display(description=said(*admin_words.COLUMNS["category"]), ordering="category__position")
    def of_category(self, template: ReplyTemplate) -> str:
        return category_name(template.category) if template.category else str(said("ทุกประเภท", "all categories"))

    @admin.display(description=said("ข้อความ", "words"))
    def words(self, template: ReplyTemplate) -> str:
        return template.words_en if language() == "en" else template.words_th


# -- boundary sets and offices ------------------------------------------------------------------


@admin.register(BoundarySet, site=site)
class BoundarySetAdmin(ReadOnly):
    list_display = ("name", "active", "valid_on", "source", "loaded_at", "activated_at")
    fields = (
        "name", "active", "valid_on", "source", "licence", "attribution", "approximate", "sample", "loaded_at",
        "activated_at", "change",
    )  # fmt: skip
    readonly_fields = ("change",)
    ordering = ("-loaded_at",)

    @admin.display(description=said("เปลี่ยนชุดที่ใช้", "Put another in use"))
    def change(self, boundary_set: BoundarySet) -> str:
        words = said("เปรียบเทียบและเปลี่ยนที่หน้านำเข้าข้อมูล", "Compare and change on the import page")
        return format_html('<a href="{}">{}</a>', reverse("office-import"), words)


class OfficeForm(forms.ModelForm):
    kind = forms.ChoiceField(choices=choices(Office.Kind), label=said(*admin_words.COLUMNS["kind"]))
    categories = SomeNamed(
        Category.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=said(*admin_words.COLUMNS["categories"]),
        help_text=said("ไม่เลือกเลย = รับผิดชอบทุกประเภท", "None chosen = answers for all"),
    )
    website = forms.URLField(required=False, assume_scheme="https", label=said(*admin_words.COLUMNS["website"]))
    territory = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        label=said(*admin_words.COLUMNS["territory"]),
        help_text=said(
            "รหัสหมู่บ้าน ตำบล อำเภอ หรือจังหวัด คั่นด้วยเว้นวรรค",
            "Codes of villages, subdistricts, districts or provinces, parted by spaces",
        ),
    )

    class Meta:
        model = Office
        fields = (
            "code", "kind", "name_th", "name_en", "phone", "email", "line_id", "website", "address", "categories",
            "territory",
        )  # fmt: skip
        widgets = {
            **{n: forms.TextInput(attrs={"class": "vTextField"}) for n in ("name_th", "name_en", "phone", "line_id")},
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            held = self.instance.territory.order_by("code").values_list("code", flat=True)
            self.fields["territory"].initial = " ".join(held)

    def clean_territory(self) -> list[str]:
        given = re.split(r"[\s,;]+", self.cleaned_data["territory"].strip())
        codes = sorted({code for code in given if code})
        used = BoundarySet.objects.filter(active=True)
        known = set(Area.objects.filter(boundary_set__in=used, code__in=codes).values_list("code", flat=True))
        if self.instance.pk:  # what it held before may be of an abolished area; it stays until somebody takes it out
            known |= set(self.instance.territory.values_list("code", flat=True))
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise in_words(Refusal("territory_codes", given=", ".join(columns.shown(code) for code in unknown[:20])))
        return codes


@admin.register(Office, site=site)
class OfficeAdmin(Administered):
    form = OfficeForm
    list_display = ("name_th", "kind_words", "code", "phone", "email")
    list_filter = (filter_of("kind", Office.Kind),)
    search_fields = ("name_th", "name_en", "code")
    ordering = ("name_th",)
    list_per_page = 50
    readonly_fields = ("map",)
    fields = (*OfficeForm.Meta.fields, "map")

    class Media:
        js = (forms.Script("admin-map.js", type="module"),)
        css = {"all": ("admin.css",)}

    @admin.display(description=said(*admin_words.COLUMNS["kind"]))
    def kind_words(self, office: Office) -> str:
        return admin_words.shown(office.kind)

    @admin.display(description=said("แผนที่", "Map"))
    def map(self, office: Office) -> str:
        if not office.pk:
            return "–"
        return format_html(
            '<div class="admin-map" data-shapes="{}" data-lang="{}" data-label="{}"></div>',
            reverse("admin:office-shapes", args=[office.pk]),
            language(),
            said("แผนที่พื้นที่รับผิดชอบ", "Map of the territory"),
        )

    def get_urls(self):
        shapes = self.admin_site.admin_view(self.shapes)
        return [path("<int:office_id>/shapes.geojson", shapes, name="office-shapes"), *super().get_urls()]

    def shapes(self, request: HttpRequest, office_id: int) -> HttpResponse:
        """The territory as GeoJSON, as simple as a map of a district needs it."""
        found = rows(query("office_map"), {"office": office_id, "band": MAX_ZOOM})
        features = [
            {
                "type": "Feature",
                "id": row["code"],
                "geometry": json.loads(row["geometry"]),
                "properties": {"code": row["code"], "name_th": row["name_th"], "name_en": row["name_en"]},
            }
            for row in found
            if row["geometry"]
        ]
        body = {"type": "FeatureCollection", "features": features}
        return HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/geo+json")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        with connection.cursor() as cursor:
            codes = form.cleaned_data["territory"]
            cursor.execute(query("office_territory"), {"office": form.instance.pk, "codes": codes})

    def check_delete(self, obj: Office) -> None:
        given = Grant.objects.filter(office=obj).count()
        if given:
            raise Refusal("office_has_grants", grants=given, name=obj.name_th)


# -- rights and people --------------------------------------------------------------------------


def administrators_besides(*, grant: int | None = None, person: int | None = None) -> bool:
    """Whether somebody who can sign in would still administer the country without this right or person.

    Locks those rights: of two who take each other's away at once, the second one waits and is refused.
    """
    held = Grant.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMINISTRATOR, area_code="", person__is_active=True
    )
    return any(one.pk != grant and one.person_id != person for one in held)


def is_country_administrator(grant: Grant) -> bool:
    return grant.role == Role.ADMINISTRATOR and grant.area_code == ""


class GrantForm(forms.ModelForm):
    scope = forms.ChoiceField(
        choices=[
            ("area", said("พื้นที่ตามรหัส", "an area, by its code")),
            ("office", said("พื้นที่ของหน่วยงาน", "the territory of an office")),
            ("country", said("ทั้งประเทศ", "the whole country")),
        ],
        widget=forms.RadioSelect,
        label=said("ใช้ได้ที่", "Where"),
    )
    role = forms.ChoiceField(choices=choices(Role), label=said(*admin_words.COLUMNS["role"]))
    area_code = forms.CharField(
        required=False,
        max_length=9,
        label=said(*admin_words.COLUMNS["area_code"]),
        help_text=said("จังหวัด 2 หลัก อำเภอ 4 ตำบล 6 หมู่บ้าน 8", "province 2 digits, district 4, subdistrict 6, village 8"),
    )

    class Meta:
        model = Grant
        fields = ("person", "role", "scope", "area_code", "office")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].required = False
        self.was_administrator = bool(self.instance.pk) and is_country_administrator(self.instance)
        self.held = self.instance.area_code if self.instance.pk else None
        if self.instance.pk:
            by_area = "country" if self.instance.area_code == "" else "area"
            self.fields["scope"].initial = "office" if self.instance.office_id else by_area

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        scope, code, office = given["scope"], given["area_code"].strip(), given["office"]
        if (scope == "area") != bool(code) or (scope == "office") != bool(office):
            raise in_words(Refusal("grant_scope"))
        in_use = Area.objects.filter(boundary_set__active=True, code=code).exists()
        if scope == "area" and code != self.held and not in_use:
            self.add_error("area_code", in_words(Refusal("grant_area_unknown", given=code)))
            return given
        given["area_code"] = None if scope == "office" else code
        if given["person"].is_device:
            self.add_error("person", in_words(Refusal("grant_device")))
            return given
        same = Grant.objects.filter(
            person=given["person"], role=given["role"], area_code=given["area_code"], office=office
        )
        if same.exclude(pk=self.instance.pk).exists():
            raise in_words(Refusal("grant_twice"))
        stays = given["role"] == Role.ADMINISTRATOR and given["area_code"] == "" and given["person"].is_active
        if self.was_administrator and not stays and not administrators_besides(grant=self.instance.pk):
            raise in_words(Refusal("last_administrator"))
        return given

    def validate_constraints(self) -> None:
        """`clean` has said it in words."""


class OnlyAccounts(admin.SimpleListFilter):
    """Devices are people too, by the thousand, and nothing can be done with them here."""

    title = said("ชนิด", "kind")
    parameter_name = "devices"

    def lookups(self, request, model_admin):
        return [("yes", said("เครื่องที่ไม่มีบัญชี", "devices without an account"))]

    def choices(self, changelist):
        for shown_choice in super().choices(changelist):
            if shown_choice["display"] == "All" or shown_choice is None:
                shown_choice["display"] = said("บัญชี", "accounts")
            yield shown_choice

    def queryset(self, request, queryset):
        return queryset.filter(is_device=self.value() == "yes")


@admin.register(Grant, site=site)
class GrantAdmin(Administered):
    form = GrantForm
    list_display = ("person", "role_words", "where", "given_at")
    list_filter = (filter_of("role", Role),)
    list_select_related = ("person", "office")
    search_fields = ("person__username", "person__name", "area_code", "office__name_th")
    raw_id_fields = ("person", "office")
    ordering = ("-given_at",)

    @admin.display(description=said(*admin_words.COLUMNS["role"]))
    def role_words(self, grant: Grant) -> str:
        return admin_words.shown(grant.role)

    @admin.display(description=said("ใช้ได้ที่", "Where"))
    def where(self, grant: Grant) -> str:
        if grant.office:
            return grant.office.name_th
        return grant.area_code or said("ทั้งประเทศ", "the whole country")

    def save_model(self, request, obj, form, change):
        if not change:
            obj.given_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def check_delete(self, obj: Grant) -> None:
        if is_country_administrator(obj) and not administrators_besides(grant=obj.pk):
            raise Refusal("last_administrator")


class PersonForm(forms.ModelForm):
    class Meta:
        model = Person
        fields = ("username", "name", "email", "is_active")
        widgets = {"name": forms.TextInput(attrs={"class": "vTextField"})}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "username" in self.fields:
            self.fields["username"].required = True

    def clean_is_active(self) -> bool:
        stays = self.cleaned_data["is_active"]
        administers = (
            self.instance.pk
            and self.instance.is_active
            and any(is_country_administrator(one) for one in self.instance.grants.all())
        )
        if administers and not stays and not administrators_besides(person=self.instance.pk):
            raise in_words(Refusal("last_administrator"))
        return stays


class PasswordForm(AdminPasswordChangeForm):
    """Twice a new one. Switching passwords off is no choice here: an account is switched off as a whole."""

    def __init__(self, user: Person, *args, **kwargs) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields.pop("usable_password", None)
        for name, label in (("password1", ("รหัสผ่านใหม่", "New password")), ("password2", ("อีกครั้ง", "Once more"))):
            self.fields[name].required = True
            self.fields[name].label, self.fields[name].help_text = said(*label), ""

    def validate_passwords(self, *args, **kwargs) -> None:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        self.cleaned_data["set_usable_password"] = True
        if first and second and first != second:
            self.add_error("password2", in_words(Refusal("password_differs")))

    def validate_password_for_user(self, user, password_field_name="password2") -> None:  # noqa: S107  (a field's name)
        given = self.cleaned_data.get(password_field_name)
        if not given:
            return
        try:
            check_password(given, user)
        except Refusal as weak:
            self.add_error(password_field_name, in_words(weak))


@admin.register(Person, site=site)
class PersonAdmin(Administered):
    """Names and access. Nobody is deleted here: an account that is not active can do nothing."""

    form = PersonForm
    change_password_form = PasswordForm
    change_user_password_template = "admin/password.html"  # noqa: S105
    list_display = ("username", "name", "email", "is_active", "last_login")
    list_filter = (OnlyAccounts, "is_active")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    fields = ("username", "name", "email", "is_active", "password_set", "last_login", "joined_at")
    readonly_fields = ("password_set", "last_login", "joined_at")
    list_per_page = 50

    @admin.display(description=said("รหัสผ่าน", "Password"))
    def password_set(self, person: Person) -> str:
        if not person.pk:
            return said("ตั้งได้หลังจากบันทึก", "To be set after saving")
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:auth_user_password_change", args=[person.pk]),
            said("ตั้งรหัสผ่านใหม่", "Set a new password"),
        )  # fmt: skip

    def get_urls(self):
        change = self.admin_site.admin_view(self.user_change_password)
        return [path("<id>/password/", change, name="auth_user_password_change"), *super().get_urls()]

    # Django's own page; what it shows of the old password is nothing.
    user_change_password: Any = UserAdmin.user_change_password

    def save_model(self, request, obj, form, change):
        if not change:
            obj.password = UNUSABLE
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request, obj=None):
        return self.may(request) and not (obj is not None and obj.is_device)

    def has_delete_permission(self, request, obj=None):
        return False

    # No trigger keeps the history of people: a name must be erasable. Which columns changed, and by whom, is kept.
    def log_addition(self, request, obj, message):
        return self.keep(request, obj, ADDITION, message)

    def log_change(self, request, obj, message):
        return self.keep(request, obj, CHANGE, message)

    def keep(self, request, obj: Person, flag: int, message: Any) -> LogEntry:
        said_of_it = message if isinstance(message, str) else json.dumps(message)
        return LogEntry.objects.create(
            user_id=request.user.pk, content_type=ContentType.objects.get_for_model(Person), object_id=str(obj.pk),
            object_repr=str(obj.pk), action_flag=flag, change_message=said_of_it,
        )  # fmt: skip

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        kind = ContentType.objects.get_for_model(Person)
        found = LogEntry.objects.filter(content_type=kind, object_id=str(obj.pk)).select_related("user")
        label = {ADDITION: "insert", CHANGE: "update"}
        lines = [
            {
                "at": entry.action_time,
                "what": admin_words.LABELS[label[entry.action_flag]][language() == "en"],
                "details": [entry.get_change_message()],
                "person": str(entry.user),
                "run_id": None,
            }
            for entry in found.order_by("-action_time")[: history.MOST]
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": said("ประวัติการแก้ไข", "History"), "subtitle": str(obj), "lines": lines, "object": obj,
            "opts": self.opts, "module_name": capfirst(self.opts.verbose_name_plural),
        }  # fmt: skip
        return TemplateResponse(request, self.object_history_template, context)


admin_words.name_models()
