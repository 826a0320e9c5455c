import logging
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

log = logging.getLogger(__name__)
PAUSES_S = (1, 2, 5, 10, 30)  # before the worker is started again
STEADY_S = 60  # a worker that lived so long begins with the first pause again


class Command(BaseCommand):
    help = "Run the worker: notices and tidying. It is started again when it ends, such as by a restart of PostgreSQL."
    requires_system_checks = []  # they would open connections before the pool is made small

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="the worker itself, which nobody starts again")

    def handle(self, *args, once: bool, **options) -> None:
        if once:
            work()
        else:
            supervise([sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--once"])


def work() -> None:
    """Until it is told to stop, or the database goes away."""
    pool = connections["default"].settings_dict["OPTIONS"].get("pool")
    if isinstance(pool, dict):
        pool.update(min_size=1, max_size=2)
    params = connector_params("default")
    # A connection that ended is replaced; one that hangs is noticed within a minute.
    params |= {
        "keepalives_idle": 20,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "application_name": "meemap worker",
    }
    with app.replace_connector(PsycopgConnector(kwargs=params, min_size=1, max_size=3)) as own:
        own.run_worker(concurrency=1, delete_jobs="always", fetch_job_polling_interval=5.0)


def supervise(command: list[str]) -> None:
    """Start the worker, and start it again whenever it ends without being told to."""
    stopping = False
    child: subprocess.Popen[bytes] | None = None

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        if child is not None and child.poll() is None:
            child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    short = 0
    while not stopping:
        began = time.monotonic()
        child = subprocess.Popen(command)
        if stopping:
            child.terminate()
        child.wait()
        if stopping:
            return
        short = 0 if time.monotonic() - began > STEADY_S else short + 1
        pause_s = PAUSES_S[min(short, len(PAUSES_S)) - 1] if short else PAUSES_S[0]
        log.warning("the worker ended with %s; it is started again in %s s", child.returncode, pause_s)
        until = time.monotonic() + pause_s
        while not stopping and time.monotonic() < until:
            time.sleep(0.2)
