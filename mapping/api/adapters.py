"""What django-allauth asks us: who may sign up, what is kept of them, which steps a sign-in has."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from mapping import accounts
from mapping.models import Person


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """By invitation only; LINE has its own answer below."""
        return False

    def get_login_stages(self) -> list[str]:
        """Only the code: a person without an e-mail address signs in like any other."""
        return ["allauth.account.stages.LoginByCodeStage"]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """mapping/limits.py has counted already, in the database."""

    def _rollback_login_failed_rl_usage(self) -> None:
        pass

    def populate_username(self, request: HttpRequest, user) -> None:
        """Ours is there already; an empty one would be made from personal data."""

    def clean_username(self, username: str | None, shallow: bool = False) -> str | None:
        """mapping/accounts.py makes and checks user names."""
        return username

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is sent but codes that somebody has just asked for."""


class SocialAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin) -> bool:
        return settings.MEEMAP["line"]

    def populate_user(self, request: HttpRequest, sociallogin, data):
        """Of a LINE profile only the name is kept: no picture, no status message, no e-mail."""
        person = sociallogin.user
        name = " ".join(str(data.get("name") or sociallogin.account.extra_data.get("displayName") or "").split())
        person.name = name[: accounts.LONGEST_NAME]
        person.email = None
        sociallogin.account.extra_data = {}
        return person

    def save_user(self, request: HttpRequest, sociallogin, form=None) -> Person:
        with transaction.atomic():
            made = accounts.add_person(sociallogin.user.name)
            sociallogin.user = sociallogin.account.user = made
            sociallogin.account.save()
        return made
