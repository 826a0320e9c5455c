import getpass
import sys

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mapping import accounts
from mapping.errors import Refusal
from mapping.models import Grant, Person
from mapping.models.people import Role


def ask(question: str, *, hidden: bool = False) -> str:
    if sys.stdin.isatty():
        return (getpass.getpass if hidden else input)(f"{question}: ")
    return sys.stdin.readline().rstrip("\n")


class Command(BaseCommand):
    help = "Add an administrator of the country: asks for the user name, the name and the password."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        try:
            username = accounts.clean_username(ask("User name / ชื่อผู้ใช้"))
            if Person.objects.filter(username__iexact=username).exists():
                raise Refusal("username_taken", "username")
            name = accounts.clean_name(ask("Name as it is shown / ชื่อที่แสดง"))
            password = accounts.check_password(ask("Password / รหัสผ่าน", hidden=True))
        except Refusal as refusal:
            raise CommandError(f"{refusal.text('en')} {refusal.text('th')}") from refusal
        person = Person.objects.create_user(username, password, name=name)
        Grant.objects.create(person=person, role=Role.ADMINISTRATOR, area_code="")
        self.stdout.write(f"{username} is administrator of the country and can sign in at /login/")
