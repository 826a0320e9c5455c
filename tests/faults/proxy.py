"""A bad line: a small TCP proxy that delays, slows, cuts and swallows, as its plan says."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to one connection."""

    cut_after: int | None = None  # bytes that reach the server; then both sides are reset
    cut_body_after: int | None = None  # the same, counted from the end of the request's headers
    swallow_answer: bool = False  # the server has done it, and nobody hears of it
    delay_s: float = 0.0  # before each block, both ways
    bytes_per_s: float | None = None  # both ways


class BadLine:
    """Listens on a port of its own; `plan(n)` is asked for the n-th connection, counted from 0."""

    def __init__(self, target: str, plan: Callable[[int], Plan]) -> None:
        parts = urlsplit(target)
        self.host, self.target_port = parts.hostname or "localhost", parts.port or 80
        self.plan, self.connections, self.sent_up = plan, 0, 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self.handle, self.host, 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        plan, self.connections = self.plan(self.connections), self.connections + 1
        up_reader, up_writer = await asyncio.open_connection(self.host, self.target_port)
        cut = asyncio.Event()

        async def carry(source, sink, *, up: bool) -> None:
            left, head = plan.cut_after, b""
            with suppress(ConnectionError):
                while block := await source.read(BLOCK):
                    if plan.delay_s:
                        await asyncio.sleep(plan.delay_s)
                    if plan.bytes_per_s:
                        await asyncio.sleep(len(block) / plan.bytes_per_s)
                    if not up and plan.swallow_answer:
                        break  # it has answered: that is enough
                    if up and left is None and plan.cut_body_after is not None:
                        before, head = len(head), head + block
                        end = head.find(b"\r\n\r\n")
                        left = end + 4 + plan.cut_body_after - before if end >= 0 else None
                    if up and left is not None:
                        block, left = block[:left], left - len(block[:left])
                    sink.write(block)
                    await sink.drain()
                    if up:
                        self.sent_up += len(block)
                        if left == 0:
                            break
            if not up or left == 0:
                cut.set()

        tasks = [
            asyncio.create_task(carry(reader, up_writer, up=True)),
            asyncio.create_task(carry(up_reader, writer, up=False)),
        ]
        await cut.wait()
        for task in tasks:
            task.cancel()
        for side in (writer, up_writer):
            if plan != Plan(delay_s=plan.delay_s, bytes_per_s=plan.bytes_per_s):
                side.transport.abort()  # a reset, as when the mast is lost
            with suppress(ConnectionError):
                side.close()


@contextmanager
def bad_line(target: str, plan: Callable[[int], Plan]) -> Iterator[BadLine]:
    """A line to `target` (such as http://localhost:8000) for as long as the block lasts."""
    line, ready = BadLine(target, plan), threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(line.serve(ready, stop),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
