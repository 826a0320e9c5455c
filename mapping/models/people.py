"""People and what they were given. Nothing about a person stands in any other table."""

import hashlib

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.crypto import salted_hmac

from mapping.models.areas import AreaCodeField, Office
from mapping.models.history import kept

UNUSABLE = "!"  # no such hash: nobody logs in with it


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, username: str, password: str | None = None, **fields) -> "Person":
        person = self.model(username=username, **fields)
        person.set_password(password)  # None: cannot log in by password
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, password: str | None = None, **fields) -> "Person":
        return self.create_user(username, password, **{"is_staff": True, "is_superuser": True, **fields})


class Person(AbstractBaseUser, PermissionsMixin):
    """Someone who pins, checks or decides. E-mail is never required.

    A device without an account is a person too, who cannot log in and is known by its token
    alone: so ownership, and one confirmation per need and person, hold for it as well.
    """

    username = models.CharField(max_length=150, unique=True, null=True)
    name = models.TextField(blank=True)
    email = models.EmailField(null=True, blank=True)
    is_device = models.BooleanField(default=False)
    device_sha256 = models.BinaryField(max_length=32, null=True, unique=True)  # of its token
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0)  # how often all were signed out at once

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = PersonManager()

    class Meta:
        db_table = "person"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_device=False, username__isnull=False, device_sha256__isnull=True)
                | Q(is_device=True, username__isnull=True, device_sha256__isnull=False),
                name="person_is_account_or_device",
            )
        ]
        # Names are compared without regard to case; devices outnumber accounts by far.
        indexes = [
            models.Index(Upper("username"), name="person_username_upper", condition=Q(username__isnull=False)),
            models.Index(Upper("email"), name="person_email_upper", condition=Q(email__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name or self.username or f"device {self.pk}"

    def _get_session_auth_hash(self, secret=None) -> str:
        """Changes with the password, as Django's does, and when all sessions are ended."""
        ended = f" {self.sessions_ended}" if self.sessions_ended else ""
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(salt, f"{self.password}{ended}", secret=secret, algorithm="sha256").hexdigest()

    @staticmethod
    def token_digest(token: str) -> bytes:
        return hashlib.sha256(token.encode()).digest()

    @classmethod
    def device_of(cls, token: str) -> "Person":
        """The person behind a device's token; made on its first pin."""
        device, _ = cls.objects.get_or_create(
            device_sha256=cls.token_digest(token), defaults={"is_device": True, "password": UNUSABLE}
        )
        return device


class Role(models.TextChoices):
    VOLUNTEER = "volunteer"
    VILLAGE_HEAD = "village_head"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


@kept("person_grant")
class Grant(models.Model):
    """(person, role, area code or office): covers what lies below. The empty code is the country."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    area_code = AreaCodeField(null=True)
    office = models.ForeignKey(Office, models.CASCADE, null=True)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    class Meta:
        # "grant" is a reserved word of SQL
        db_table = "person_grant"
        constraints = [
            models.CheckConstraint(
                condition=Q(area_code__isnull=True, office__isnull=False)
                | Q(area_code__isnull=False, office__isnull=True),
                name="grant_by_area_or_office",
            ),
            models.CheckConstraint(
                condition=Q(area_code__isnull=True) | Q(area_code__regex=r"^((\d\d){0,4}|\d{9})$"),
                name="grant_code_is_a_code",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "area_code", "office"], name="grant_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.area_code or self.office_id}"


class Invitation(models.Model):
    """One right for whoever brings its code, once. The code itself is nowhere kept."""

    code_sha256 = models.BinaryField(max_length=32, unique=True)
    role = models.CharField(max_length=16, choices=Role.choices)
    area_code = AreaCodeField(null=True)
    office = models.ForeignKey(Office, models.CASCADE, null=True)
    note = models.TextField(blank=True)  # whose it is meant to be, in the words of who made it
    made_by = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        constraints = [
            models.CheckConstraint(
                condition=Q(area_code__isnull=True, office__isnull=False)
                | Q(area_code__isnull=False, office__isnull=True),
                name="invitation_by_area_or_office",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.area_code or self.office_id}"


class Attempt(models.Model):
    """When somebody tried something that is limited; of whom or of what, only a keyed digest is kept."""

    key = models.BinaryField(primary_key=True, max_length=32)
    at = ArrayField(models.DateTimeField())  # oldest first, those of the window
    allowed = models.BooleanField()  # whether the last one was
    until = models.DateTimeField(db_index=True)  # nothing of it counts any more

    class Meta:
        db_table = "attempt"

    def __str__(self) -> str:
        return f"{len(self.at)} until {self.until}"
