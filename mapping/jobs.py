"""What a worker does again and again. Bodies stand in their own modules; here is only when.

Procrastinate keeps who is to do what in the database; `manage.py work` runs it.
"""

from procrastinate.contrib.django import app

from mapping import line, notices
from mapping.queries import value


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="deliver")
def deliver(timestamp: int) -> None:
    """Every 15 seconds: the notices that are due."""
    notices.deliver()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """Every minute: what readers would else have to do, and what is no longer needed."""
    value("SELECT tally_fold()")
    value("SELECT feed_sequence()")
    line.forget_old_events()
