"""S2: three model phones and the real server, on a line that loses, repeats, delays and reorders, with restores."""

import uuid

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from mapping.models import Confirmation, Edit, FeedState, Pin, Tombstone
from tests.conftest import client_of, make_person
from tests.faults.phones import Phone
from tests.faults.rows import amount

RUNS, STEPS = amount(200, 2_000), amount(40, 80)
WORDS = st.sampled_from(["สะพานขาด", "น้ำไม่ไหล", "ไฟดับ", "ถนนเป็นหลุม"])
FATES = st.sampled_from(["arrives", "arrives", "lost", "answer lost", "twice", "late"])
ANY = st.integers(0, 99)
PEOPLE = {"alice": "officer", "bob": "volunteer", "dao": "volunteer"}


def machine(people, *, forgets: bool = False) -> type[RuleBasedStateMachine]:
    class Phones(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            self.clean = transaction.savepoint()
            alice, bob, dao = people
            self.phones = [
                Phone(client_of(person), officer=person is alice, forgets_on_sending=forgets)
                for person in (alice, bob, dao)
            ]
            self.written: dict[str, Phone] = {}
            self.deleted: set[str] = set()
            self.wire: list[tuple[Phone, bytes]] = []  # under way, or once more
            self.backup: tuple[str, set[str]] | None = None
            self.restored = False

        def phone(self, number: int) -> Phone:
            return self.phones[number % 3]

        def known(self, phone: Phone, number: int, *, mine: bool) -> str | None:
            pins = [
                pin for pin in self.written
                if phone.view(pin) is not None and (not mine or phone.officer or self.written[pin] is phone)
            ]  # fmt: skip
            return pins[number % len(pins)] if pins else None

        @rule(who=ANY, words=WORDS)
        def pins_a_need(self, who: int, words: str) -> None:
            self.written[self.phone(who).write(words)] = self.phone(who)

        @rule(who=ANY, which=ANY, words=WORDS)
        def changes_words(self, who: int, which: int, words: str) -> None:
            if pin := self.known(self.phone(who), which, mine=True):
                self.phone(who).change(pin, "words", words)

        @rule(who=ANY, which=ANY, severity=st.integers(1, 5))
        def changes_severity(self, who: int, which: int, severity: int) -> None:
            if pin := self.known(self.phone(who), which, mine=True):
                self.phone(who).change(pin, "severity", severity)

        @rule(who=ANY, which=ANY)
        def has_it_too(self, who: int, which: int) -> None:
            if pin := self.known(self.phone(who), which, mine=False):
                self.phone(who).confirm(pin)

        @rule(who=ANY, fate=FATES)
        def sends(self, who: int, fate: str) -> None:
            phone = self.phone(who)
            raw = phone.batch()
            if raw is None or fate == "lost":
                return
            if fate == "late":
                self.wire.append((phone, raw))
                return
            said = phone.post(raw)
            if fate == "twice":
                said = phone.post(raw)
            self.wire.append((phone, raw))
            if fate != "answer lost":
                phone.heard(said)

        @precondition(lambda self: self.wire)
        @rule(which=ANY)
        def an_old_request_arrives(self, which: int) -> None:
            phone, raw = self.wire.pop(which % len(self.wire))
            phone.post(raw)  # nobody waits for its answer any more

        @rule(who=ANY)
        def pulls(self, who: int) -> None:
            self.phone(who).pull()

        @precondition(lambda self: self.backup is None)
        @rule()
        def is_backed_up(self) -> None:
            self.backup = (transaction.savepoint(), set(self.deleted))

        @precondition(lambda self: self.backup is not None)
        @rule()
        def is_restored(self) -> None:
            savepoint, self.deleted = self.backup[0], set(self.backup[1])
            transaction.savepoint_rollback(savepoint)
            FeedState.objects.update(generation=uuid.uuid4())

        @rule(which=ANY)
        def the_administration_deletes(self, which: int) -> None:
            there = sorted(str(pin) for pin in Pin.objects.values_list("pk", flat=True))
            if there:
                Pin.objects.filter(pk=there[which % len(there)]).delete()
                self.deleted.add(there[which % len(there)])

        def teardown(self) -> None:
            if not hasattr(self, "phones"):
                return
            try:
                self.settles()
                self.nothing_is_lost_and_all_agree()
            finally:
                transaction.savepoint_rollback(self.clean)

        def settles(self) -> None:
            """The line is good again: everybody opens the page, sends, and looks."""
            for phone, raw in self.wire:
                phone.post(raw)
            for _ in range(4):  # a restore that nobody heard of, then what waited for others
                for phone in self.phones:
                    state = FeedState.objects.get()
                    phone.heard({"generation": str(state.generation), "results": []})  # GET /me
                    for _ in range(100):
                        raw = phone.batch()
                        if raw is None:
                            break
                        waiting = sum(op.state == "ready" for op in phone.ops)
                        phone.heard(phone.post(raw))
                        if sum(op.state == "ready" for op in phone.ops) == waiting:
                            break
            for phone in self.phones:
                phone.pull()

        def nothing_is_lost_and_all_agree(self) -> None:
            there = {str(pin.pk): pin for pin in Pin.objects.all()}
            graves = {str(pin) for pin in Tombstone.objects.values_list("pk", flat=True)}
            # A phone that heard that its report was deleted keeps it, and does not bring it to a server that was
            # restored from before that: what somebody deleted does not rise by itself.
            kept_back = {
                op.pin
                for pin, author in self.written.items()
                for op in author.ops
                if op.pin == pin and op.body["kind"] == "create" and op.state == "parked"
            }
            assert set(there) - kept_back == set(self.written) - graves - kept_back, "lost, or there twice, or risen"
            assert not set(there) & graves
            assert graves == self.deleted & set(self.written)
            edits = {str(one.pk): one for one in Edit.objects.all()}
            for phone in self.phones:
                assert {pin: found["properties"]["version"] for pin, found in phone.replica.items()} == {
                    pin: found.version for pin, found in there.items()
                }, "a replica is not what the server holds"
                for pin, found in phone.replica.items():
                    said = found["properties"]
                    assert (said["words"], said["severity"]) == (there[pin].words, there[pin].severity)
                for op in phone.ops:
                    if op.body["kind"] == "edit" and op.pin in there:
                        assert op.body["op_id"] in edits, "an edit is nowhere"
                        assert edits[op.body["op_id"]].state != Edit.State.HELD, "an edit waits for what is there"
                    elif op.body["kind"] == "edit":  # with a pin go the edits that it had; those to come are kept
                        assert op.body["op_id"] in edits or op.pin in graves, "an edit is nowhere"
                    if op.body["kind"] == "confirm" and op.pin in there:
                        assert op.state == "received"
            for pin, author in self.written.items():
                if pin not in there:
                    continue
                creates = [op.body["feature"] for op in author.ops if op.pin == pin and "feature" in op.body]
                begun = [one["properties"]["words"] for one in creates]
                changed = [one.changes.get("words") for one in edits.values() if str(one.pin_id) == pin]
                assert there[pin].words in begun + changed, "a value that nobody wrote"
            voices = Confirmation.objects.values_list("pin_id", "person_id")
            assert len(set(voices)) == len(voices)

    return Phones


@pytest.fixture
def people(country, db):
    return tuple(make_person(name, role, "58") for name, role in PEOPLE.items())


def play(kind: type[RuleBasedStateMachine], phases: tuple[Phase, ...]) -> None:
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            phases=phases,
        ),
    )


@pytest.mark.fault("S2")
def test_three_phones_and_a_bad_line_lose_nothing_and_end_alike(people, proven):
    play(machine(people), (Phase.generate, Phase.shrink))
    proven(figure=f"{RUNS} runs of {STEPS} steps: 0 lost, all alike")


@pytest.mark.fault("S2")
def test_the_control_a_phone_that_forgets_on_sending_is_found_out(people, proven):
    proven(control="a phone that forgets on sending is found out")
    with pytest.raises(AssertionError, match=r"lost, or there twice|an edit is nowhere|received"):
        play(machine(people, forgets=True), (Phase.generate,))
