"""How often something may be tried, counted in the database, so that it holds across all processes.

Whoever guesses in parallel meets one row and its lock. Of names and addresses only a digest under
the secret key is kept, and it is swept once its window is over.
"""

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from mapping.errors import Refusal
from mapping.queries import query, rows

MINUTE_S, HOUR_S = 60, 3600
SWEEP_ONE_IN = 100  # attempts; a sweep costs a millisecond


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    most: int
    window_s: int

    def key(self, what: str) -> bytes:
        said = f"{self.name}\0{what.strip().casefold()}"
        return hmac.digest(settings.SECRET_KEY.encode(), said.encode("utf-8", "replace"), hashlib.sha256)


SIGN_IN_NAME = Limit("sign_in_name", 10, 15 * MINUTE_S)
SIGN_IN_ADDRESS = Limit("sign_in_address", 10, 15 * MINUTE_S)
CODE_REQUEST_NAME = Limit("code_request_name", 5, HOUR_S)
CODE_REQUEST_ADDRESS = Limit("code_request_address", 30, HOUR_S)
CODE_GUESS_NAME = Limit("code_guess_name", 10, 15 * MINUTE_S)
CODE_GUESS_ADDRESS = Limit("code_guess_address", 10, 15 * MINUTE_S)
INVITATION_ADDRESS = Limit("invitation_address", 30, 15 * MINUTE_S)  # a meeting joins through one address


def count(limit: Limit, what: str) -> None:
    """Count one attempt, before it is made and outside of any transaction that may be rolled back.

    Raises Refusal `too_many_attempts`, with the seconds to wait in `params["wait_s"]`.
    """
    values = {"key": limit.key(what), "most": limit.most, "window_s": limit.window_s}
    [found] = rows(query("attempt"), values)
    if secrets.randbelow(SWEEP_ONE_IN) == 0:
        sweep()
    if not found["allowed"]:
        wait_s = max(1, found["wait_s"])
        raise Refusal("too_many_attempts", minutes=math.ceil(wait_s / MINUTE_S), wait_s=wait_s)


def give_back(limit: Limit, what: str) -> None:
    """An attempt that succeeded was no guess; only that one is taken back."""
    with connection.cursor() as cursor:
        cursor.execute(query("attempt_give_back"), {"key": limit.key(what)})


def sweep() -> None:
    with connection.cursor() as cursor:
        cursor.execute(query("attempt_sweep"))
