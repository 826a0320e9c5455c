"""What a worker does again and again. Bodies stand in their own modules; here is only when.

Procrastinate keeps who is to do what in the database; `manage.py work` runs it.
"""

from procrastinate.contrib.django import app

from mapping import aggregate, cells, line, notices, sync, uploads
from mapping.queries import value


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="deliver")
def deliver(timestamp: int) -> None:
    """Every 15 seconds: the notices that are due."""
    notices.deliver()


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="sequence")
def sequence(timestamp: int) -> None:
    """Every two seconds: new changes get their numbers. Whoever reads does it too, so nothing waits for this."""
    value("SELECT feed_sequence()")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """Every minute: what readers would else have to do, and what is no longer needed."""
    aggregate.fold()
    sync.settle_held()
    line.forget_old_events()
    cells.forget_old_tiles()


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="forget")
def forget(timestamp: int) -> None:
    """Every hour: what nobody can ask for any more."""
    sync.forget_old()
    uploads.forget_parts()
