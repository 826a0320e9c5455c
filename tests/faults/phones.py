"""Model phones: the outbox and the replica of docs/sync.md in Python, on a line that loses, repeats and delays."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from tests.conftest import announce, feature

AREA = "58"
BATCH = 5


@dataclass
class Op:
    """One operation as its phone keeps it; it never leaves the list."""

    body: dict[str, Any]
    state: str = "ready"  # ready, received, parked
    pulled: bool = False  # the replica has it

    @property
    def pin(self) -> str:
        return self.body["id"]


@dataclass
class Kept:
    """A photo of a report."""

    pin: str
    raw: bytes
    received: bool = False


@dataclass
class Phone:
    client: Client
    officer: bool = False
    ops: list[Op] = field(default_factory=list)
    photos: dict[str, Kept] = field(default_factory=dict)
    replica: dict[str, dict[str, Any]] = field(default_factory=dict)
    cursor: str = ""
    generation: str | None = None
    page: int = 3  # changes that one request asks for
    forgets_on_sending: bool = False  # the control: a queue that takes a report out before it knows
    forgets_when_received: bool = False  # the control: nothing is kept until it is safe

    # what its person does

    def write(self, words: str, photo: bytes | None = None) -> str:
        pin, more = str(uuid.uuid4()), {}
        if photo is not None:
            more = {"photos": [announce(photo)]}
            self.photos[more["photos"][0]["id"]] = Kept(pin, photo)
        self.keep({"kind": "create", "id": pin, "feature": feature(words=words, **more)})
        return pin

    def change(self, pin: str, name: str, value: Any) -> None:
        before = [op for op in self.ops if op.pin == pin and op.body["kind"] == "edit" and not op.pulled]
        now = self.view(pin)
        if now is None or now[name] == value:
            return
        edit = {"version": self.version(pin), "base": {name: now[name]}, "changes": {name: value}}
        self.keep({"kind": "edit", "id": pin, **edit, "after": before[-1].body["op_id"] if before else None})

    def confirm(self, pin: str) -> None:
        self.keep({"kind": "confirm", "id": pin})

    def keep(self, body: dict[str, Any]) -> None:
        self.ops.append(Op({"op_id": str(uuid.uuid4()), **body}))

    def version(self, pin: str) -> int:
        return self.replica[pin]["properties"]["version"] if pin in self.replica else 1

    def view(self, pin: str) -> dict[str, Any] | None:
        """The values of a pin as this phone shows them: what it pulled, and its own changes over it."""
        found = None
        if pin in self.replica:
            found = {name: self.replica[pin]["properties"][name] for name in ("words", "severity")}
        for op in self.ops:
            if op.pin != pin or op.pulled or op.state == "parked":
                continue
            if op.body["kind"] == "create" and found is None:
                found = {name: op.body["feature"]["properties"].get(name, "") for name in ("words", "severity")}
            if op.body["kind"] == "edit" and found is not None:
                found |= op.body["changes"]
        return found

    # the line

    def batch(self) -> bytes | None:
        waiting = [op for op in self.ops if op.state == "ready"][:BATCH]
        if self.forgets_on_sending:
            for op in waiting:
                op.state = "received"
        return json.dumps({"operations": [op.body for op in waiting]}).encode() if waiting else None

    def post(self, raw: bytes) -> dict[str, Any]:
        answer = self.client.post("/api/v1/sync", raw, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def heard(self, said: dict[str, Any]) -> None:
        if self.generation not in (None, said["generation"]) and not self.forgets_when_received:
            for op in self.ops:
                if op.state == "received":
                    op.state, op.pulled = "ready", False
            for photo in self.photos.values():
                photo.received = False
        self.generation = said["generation"]
        known = {op.body["op_id"]: op for op in self.ops}
        for result in said["results"]:
            op = known[result["op_id"]]
            if result["state"] != "refused":
                op.state = "received"
            elif op.body["kind"] == "confirm" and result["errors"][0]["code"] == "not_found":
                continue  # it comes back with its own phone
            else:
                op.state = "parked"

    def opens(self) -> None:
        """The page asks who is there, and hears which database answers."""
        self.heard({"generation": self.client.get("/api/v1/me").json()["sync"]["generation"], "results": []})

    def send_photos(self) -> None:
        """Those whose pin has arrived."""
        there = {op.pin for op in self.ops if op.state == "received"}
        for photo_id, photo in self.photos.items():
            if photo.pin in there and not photo.received:
                answer = self.client.put(f"/api/v1/photos/{photo_id}", photo.raw, content_type="image/jpeg")
                assert answer.status_code in (200, 201), answer.content
                photo.received = True

    def pull(self) -> None:
        while True:
            answer = self.client.get("/api/v1/changes", {"area": AREA, "cursor": self.cursor, "limit": self.page})
            if answer.status_code == 410:
                self.replica, self.cursor = {}, ""
                continue
            assert answer.status_code == 200, answer.content
            said = answer.json()
            for change in said["changes"]:
                if change["kind"] != "pin":
                    continue
                if change["gone"]:
                    self.replica.pop(change["id"], None)
                else:
                    self.replica[change["id"]] = change["pin"]
            self.cursor = said["cursor"]
            if not said["more"]:
                break
        for op in self.ops:
            op.pulled = op.pulled or op.state == "received"
