"""Who wants to hear of what, and what was told to whom.

Foreign keys stand in `sql/install`, as everywhere; a trigger there
writes the notices, so that an entry made by SQL is told of as well.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mapping.models.areas import AreaCodeField
from mapping.models.people import Person
from mapping.models.pins import Entry, Pin


class ChannelKind(models.TextChoices):
    EMAIL = "email"
    LINE = "line"


class Subscription(models.Model):
    """One person who follows one need, or all needs of a village, by one channel."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # signed, it is the token that ends it
    person = models.ForeignKey(Person, models.CASCADE, related_name="subscriptions", db_constraint=False)
    pin = models.ForeignKey(Pin, models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    village = AreaCodeField(null=True)
    channel = models.CharField(max_length=5, choices=ChannelKind.choices)
    created_at = models.DateTimeField(db_default=Now())
    unsubscribed_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "subscription"
        constraints = [
            models.CheckConstraint(
                condition=Q(pin__isnull=True, village__isnull=False) | Q(pin__isnull=False, village__isnull=True),
                name="subscription_to_a_pin_or_a_village",
            ),
            models.CheckConstraint(condition=Q(channel__in=ChannelKind.values), name="subscription_channel_known"),
            models.UniqueConstraint(
                fields=["person", "pin", "village"], name="subscription_once", nulls_distinct=False
            ),
        ]
        indexes = [models.Index(fields=["village"], name="subscription_by_village", condition=Q(village__isnull=False))]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.pin_id or self.village}"


class Notice(models.Model):
    """One entry of which one follower is to hear, once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"  # claimed by a worker, which has not said yet what became of it
        SENT = "sent"
        DROPPED = "dropped"  # no longer public, or nobody to send it to
        FAILED = "failed"  # refused for good, or tried too often
        UNCERTAIN = "uncertain"  # it may have gone out; it is not sent again

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="notices", db_constraint=False)
    entry = models.ForeignKey(Entry, models.DO_NOTHING, related_name="+", db_constraint=False)
    state = models.CharField(max_length=9, choices=State.choices, default="waiting", db_default="waiting")
    tries = models.SmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(db_default=Now())
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message = models.UUIDField(null=True)  # the message it went into; kept over retries

    class Meta:
        db_table = "notice"
        constraints = [models.UniqueConstraint(fields=["subscription", "entry"], name="notice_once")]
        indexes = [
            models.Index(fields=["due_at"], name="notice_waiting", condition=Q(state="waiting")),
            models.Index(fields=["claimed_at"], name="notice_claimed", condition=Q(state="sending")),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} to {self.subscription_id}: {self.state}"


class LineEvent(models.Model):
    """An event of LINE that was answered; the same again is not. Forgotten after three days."""

    id = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "line_event"

    def __str__(self) -> str:
        return self.id
