"""Which office answers for a place: the order of those that cover it. Pure; the facts come from `offices_at.sql`.

Areas do not say which local authority answers, because an อบต. and a municipality may share
one subdistrict: only the village decides, and it is often not known. The rule and what else
was considered: docs/decisions/0012-which-office-answers.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

LOCAL = ("subdistrict_administration", "municipality")
KIND_RANK = {
    "subdistrict_administration": 0,
    "municipality": 0,
    "provincial_administration": 1,
    "district_office": 2,
    "province_office": 2,
    "agency": 3,
}
ANSWERS_RANK = {"category": 0, "all": 1, "some": 1, "other": 2}
BY_DIGITS = {0: "country", 2: "province", 4: "district", 6: "subdistrict", 8: "village", 9: "village"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An office whose territory covers a place, or holds villages around it."""

    key: tuple[str, int]  # its code and id: the last word where all else is equal
    kind: str
    digits: int  # of the finest code of its territory that covers the place
    categories: tuple[str, ...] = ()  # that it answers for; none: for all
    names_it: bool = False  # the category that was asked for is one of them
    villages: int = 0  # of the subdistrict in its territory
    holds_nearest: bool = False
    holds_all: bool = False  # every village of the subdistrict, or a code above them
    about: Any = None  # carried along: names and contacts

    @property
    def by(self) -> str:
        return BY_DIGITS[self.digits]

    @property
    def is_local(self) -> bool:
        return self.kind in LOCAL


class Ranked(NamedTuple):
    candidate: Candidate
    answers: str  # category, all, some (no category was asked for, and it answers for some), other
    covers: str  # sure; likely: holds the nearest village; possible: holds other villages of the subdistrict


class Verdict(NamedTuple):
    ranked: list[Ranked]
    has_answer: bool  # the first one is the answer
    certain: bool
    reason: str | None  # why not certain, or why nobody


def answers_of(candidate: Candidate, category: str) -> str:
    if not candidate.categories:
        return "all"
    if not category:
        return "some"
    return "category" if candidate.names_it else "other"


def covers_of(candidate: Candidate, *, chosen: bool) -> str:
    if chosen or candidate.by != "village" or candidate.holds_all:
        return "sure"
    return "likely" if candidate.holds_nearest else "possible"


def order(one: Ranked) -> tuple:
    """Named before all, finer territory before coarser, then by kind; without a category an agency for some last."""
    agency_for_some = one.answers == "some" and one.candidate.kind == "agency"
    return (
        ANSWERS_RANK[one.answers],
        agency_for_some,
        -min(one.candidate.digits, 8),
        KIND_RANK[one.candidate.kind],
        one.covers != "likely",
        -one.candidate.villages,
        one.candidate.key,
    )


def likely_first(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Local authorities of other villages stand behind the one that holds the nearest village.

    Whatever categories they name: the อบต. of the next village does not answer here because it names roads.
    """
    found = list(ranked)
    local = [one for one in found if one.candidate.is_local and one.answers != "other"]
    likely = next((one for one in local if one.covers == "likely"), None)
    if likely is None:
        return found
    passed = [one for one in local if one.covers == "possible" and found.index(one) < found.index(likely)]
    rest = [one for one in found if one not in passed]
    after = rest.index(likely) + 1
    return [*rest[:after], *passed, *rest[after:]]


def rank(candidates: Sequence[Candidate], *, category: str, chosen: bool) -> Verdict:
    """The candidates in order, whether the first one answers, and how sure that is.

    category: slug or '' for none   chosen: a village was chosen, so that territories cover it or not
    """
    found = [Ranked(one, answers_of(one, category), covers_of(one, chosen=chosen)) for one in candidates]
    ranked = likely_first(sorted(found, key=order))
    if not ranked:
        return Verdict(ranked, False, False, "no_office")
    first = ranked[0]
    if first.answers == "other":
        return Verdict(ranked, False, False, "none_answers")
    # Where a village is chosen, two that both list it; else every other one that has a part of the subdistrict.
    digits = 8 if chosen else 6
    rivals = [one for one in ranked[1:] if one.candidate.is_local and one.answers != "other"]
    if first.candidate.is_local and any(one.candidate.digits >= digits for one in rivals):
        return Verdict(ranked, True, False, "both" if chosen else "several")
    sure = first.covers == "sure"
    return Verdict(ranked, True, sure, None if sure else "incomplete")
