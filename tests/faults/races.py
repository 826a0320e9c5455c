"""Several threads that begin together, each with a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each of them gave, in their order; the first error of one of them is raised."""
    start = threading.Barrier(len(works))
    given: list[T | None] = [None] * len(works)
    errors: list[BaseException] = []

    def one(number: int) -> None:
        try:
            start.wait(30)
            given[number] = works[number]()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    connection.close()  # the pool has eight, and these want them all
    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return given  # type: ignore[return-value]
