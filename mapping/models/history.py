"""What is kept of every change of a table, by triggers: whichever door it comes through, it is kept.

One event a changed row: the row as it then stood, when, and in which context. A context names
the person by id and nothing else, so that erasing a person leaves no name here.
"""

import pghistory
import pgtrigger


def kept(table: str, **more):
    """Track a model in the table `<table>_event`."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        append_only=True,
        meta={"db_table": f"{table}_event"},
        **more,
    )


def kept_in_bulk(table: str, **more):
    """The same, one trigger a statement: for tables that files write by the thousand.

    Only where the primary key never changes: old and new rows are matched by it.
    """
    return pghistory.track(
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(level=pgtrigger.Statement),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
        append_only=True,
        meta={"db_table": f"{table}_event"},
        **more,
    )
