"""Search of areas by name: Thai or English, with typing errors, an address in one line, or a code.

What is typed is taken apart by its words for levels (`placenames`); the larger places narrow where the smallest is
looked for. The database compares keys (`search_key` in sql/install/0005_search.sql) and answers in Thai order; how
many letters are wrong is counted here, over the few names that are similar at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Collate
from psycopg import sql

from mapping.models.areas import Level, Office
from mapping.placenames import Named, read, tidy
from mapping.queries import Part, Values, query, rows, value

EXACT, SAME_KEY, BEGINS, CONTAINS, SIMILAR = range(5)
SPELLING = "search_spelling(bare_name((ARRAY['province', 'district', 'subdistrict', 'village'])[step], name_th))"
LEAST_LETTERS = 3  # of what may stand inside a name or be mistyped
STEPS = {Level.PROVINCE: 1, Level.DISTRICT: 2, Level.SUBDISTRICT: 3, Level.VILLAGE: 4}
SHARES = (
    0.4,
    0.3,
)  # of trigrams shared: a common beginning has 1,400 names at 0.3 and 100 at 0.4, the right one mostly
WIDE = 100  # similar names that are looked at closely
FEW_PLACES = 4  # a province has at most 3,500 names
MOST_WRONG = 4
MOST_PLACES = 80  # larger places that a name may mean: อ.เมือง is in 76 provinces
OTHER_NAMES = {
    "กทม": "กรุงเทพมหานคร", "กทม.": "กรุงเทพมหานคร", "bkk": "bangkok", "krung thep": "bangkok",
    "โคราช": "นครราชสีมา", "korat": "nakhon ratchasima",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One name that is looked for, in the forms of search_keys.sql."""

    key: str
    village_key: str
    spelling: str
    village_spelling: str

    @property
    def column(self) -> Part:
        return sql.SQL("en" if self.key.isascii() else "th")


@dataclass(frozen=True, slots=True)
class Hit:
    """How well a name fits: the class, then how many letters are wrong."""

    code: str
    fit: int
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """Where is looked: levels, codes it must lie in, a village's number."""

    step: int = 0  # 0: any
    within: tuple[str, ...] = ()
    village_no: int | None = None
    no_village: bool = False

    def where(self) -> tuple[Part, Values]:
        parts: list[Part] = [sql.SQL("true")]
        values: Values = {}
        if self.step:
            parts.append(sql.SQL("step = %(step)s"))
            values["step"] = self.step
        if self.no_village:
            parts.append(sql.SQL("step < 4"))
        if 0 < len(self.within) <= FEW_PLACES:  # ranges, which the index answers; a list of beginnings reads every name
            ranges = []
            for number, code in enumerate(self.within):
                low = sql.Placeholder(f"within{number}")
                ranges.append(sql.SQL("(code >= {low} AND code < code_end({low}))").format(low=low))
                values[f"within{number}"] = code
            parts.append(sql.SQL("({})").format(sql.SQL(" OR ").join(ranges)))
        elif self.within:
            parts.append(sql.SQL("left(code, %(digits)s) = ANY(%(within)s)"))
            values |= {"digits": len(self.within[0]), "within": list(self.within)}
        if self.village_no is not None:
            parts.append(sql.SQL("step = 4 AND substr(code, 7)::integer = %(village_no)s"))
            values["village_no"] = self.village_no
        return sql.SQL(" AND ").join(parts), values

    @property
    def is_narrow(self) -> bool:
        """So few names that comparing each one costs less than asking the index."""
        return self.step in (1, 2) or 0 < len(self.within) <= FEW_PLACES


def find_areas(q: str, *, level: str = "", within: str = "", limit: int = 20) -> list[dict[str, Any]]:
    """Areas that the words may mean, best first, each with the names of what it lies in."""
    scope = Scope(STEPS[Level(level)] if level else 0, (within,) if within else ())
    codes = [hit.code for hit in best(q, scope, limit)][:limit]
    return rows(query("search_found").format(), {"codes": codes}) if codes else []


def best(q: str, scope: Scope, limit: int) -> list[Hit]:
    """Hits of the reading that fits best: by the words for levels, as one name, or word by word."""
    found: list[Hit] = []
    for reading in readings(q):
        hits = follow(reading, scope, limit)
        if hits and (not found or hits[0].fit < found[0].fit):
            found = hits
        if found and found[0].fit <= BEGINS:
            break
    return found


# A reading is what to look for, the largest first: (level or nothing, name).
Reading = tuple[list[tuple[str, str]], int | None]


def readings(q: str) -> Iterable[Reading]:
    text = " ".join(tidy(q).split())
    named: Named = read(text)
    levels, loose = named.levels, list(named.loose)
    if named.village and len(levels) == 1 and named.village_no is None:
        levels, loose = [], [text]  # บ้านกลาง may be a village, and a subdistrict บ้านกลาง
    elif named.village:
        levels = [(level, f"บ้าน{name}" if level == "village" else name) for level, name in levels]
    if levels or named.village_no is not None:
        if levels and levels[-1][0] != "village" and loose and named.village_no is None:
            yield [*levels, ("", loose[0])], None  # หนองแขม ต.แม่เงา
        yield levels, named.village_no
    if len(levels) < 2:
        yield [("", text)], None
    parts = loose if len(loose) > 1 else text.split()
    if not levels and 2 <= len(parts) <= 4:
        yield [("", part) for part in reversed(parts)], None  # smallest first, as an address is written
        yield [("", part) for part in parts], None


def follow(reading: Reading, scope: Scope, limit: int) -> list[Hit]:
    """Look for each name within what the larger one before it may mean."""
    names, village_no = reading
    texts = [OTHER_NAMES.get(name.lower(), name) for _, name in names]
    terms = [Term(**row) for row in rows(query("search_keys").format(), {"texts": texts})] if texts else []
    if any(not term.key for term in terms):
        return []
    inside = scope.within
    for number, ((level, _), term) in enumerate(zip(names, terms, strict=True)):
        step = STEPS[Level(level)] if level else 0
        last = number == len(terms) - 1
        if last and village_no is None:
            if step and scope.step and step != scope.step:
                return below(term, Scope(step, inside), scope.step, limit)
            return hits_of(term, Scope(step or scope.step, inside), limit) or understood(number, inside, scope)
        if last and level == "village":
            return hits_of(term, Scope(4, inside, village_no), limit) or understood(number, inside, scope)
        found = hits_of(term, Scope(step, inside), MOST_PLACES)
        found = [hit for hit in found if (hit.fit, hit.wrong) == (found[0].fit, found[0].wrong) and len(hit.code) < 8]
        if not found:
            return []
        digits = min(len(hit.code) for hit in found)
        inside = tuple(sorted({hit.code for hit in found if len(hit.code) == digits}))
    if village_no is None or not inside:
        return []
    return [Hit(row["code"], EXACT) for row in names_where(sql.SQL("true"), {}, Scope(4, inside, village_no), limit)]


def find_offices(words: str, *, most: int = 20) -> list[Office]:
    """Offices with the words in their Thai or English name or code, in Thai order."""
    found = Office.objects.all()
    for word in words.split():
        found = found.filter(Q(name_th__icontains=word) | Q(name_en__icontains=word) | Q(code__startswith=word))
    return list(found.order_by(Collate("name_th", "th-x-icu"), "pk")[:most])


def understood(number: int, inside: tuple[str, ...], scope: Scope) -> list[Hit]:
    """The larger places, where nothing in them bears the name: better than an empty list."""
    return (
        [Hit(code, SIMILAR, 99) for code in inside] if number and len(inside) <= FEW_PLACES and not scope.step else []
    )


def below(term: Term, scope: Scope, step: int, limit: int) -> list[Hit]:
    """ต.แม่เงา where villages are asked for: those of the subdistrict."""
    found = hits_of(term, scope, MOST_PLACES)
    inside = tuple(hit.code for hit in found if hit.fit == found[0].fit and len(hit.code) < 2 * step)
    if not inside:
        return []
    listed = names_where(sql.SQL("true"), {}, Scope(step, inside), limit)
    return [Hit(row["code"], found[0].fit) for row in listed]


def names_where(match: Part, values: Values, scope: Scope, limit: int, spelling: str = "NULL") -> list[dict[str, Any]]:
    where, more = scope.where()
    statement = query("search_names").format(
        match=match,
        where=where,
        spelling=sql.SQL(spelling),  # type: ignore[arg-type]
    )
    return rows(statement, values | more | {"limit": limit})


def hits_of(term: Term, scope: Scope, limit: int) -> list[Hit]:
    """Exact, begins with, contains, similar; each in Thai order, the larger areas first. Later ones only if needed."""
    found: dict[str, Hit] = {}
    for look in (by_code, same_name, beginning, containing):
        if len(found) < limit:
            for hit in look(term, scope, limit):
                found.setdefault(hit.code, hit)
    if len(found) < limit:
        # One letter wrong makes another name that exists often enough; two beside a name that fits are only noise.
        most = 1 if any(hit.fit <= BEGINS for hit in found.values()) else MOST_WRONG
        for hit in similar(term, scope, limit, most=most):
            found.setdefault(hit.code, hit)
    return sorted(found.values(), key=lambda hit: (hit.fit, hit.wrong))[:limit]


def forms(term: Term, scope: Scope) -> Iterator[tuple[str, str, Scope]]:
    """(key, spelling, scope): among villages without บ้าน, where that was typed. The larger areas come first."""
    if term.key == term.village_key:
        yield term.key, term.spelling, scope
        return
    if scope.step < 4:
        yield term.key, term.spelling, replace(scope, no_village=True)
    if scope.step in (0, 4) and term.village_key:
        yield term.village_key, term.village_spelling, replace(scope, step=4)


def by_code(term: Term, scope: Scope, limit: int) -> list[Hit]:
    if not (term.key.isascii() and term.key.isdigit()):
        return []
    match = sql.SQL("code >= %(key)s AND code < %(key)s || ':'")
    return [Hit(row["code"], EXACT) for row in names_where(match, {"key": term.key}, scope, limit)]


def same_name(term: Term, scope: Scope, limit: int) -> list[Hit]:
    """Those of the same key; before them those that are spelled with the same tone marks."""
    match = sql.SQL("{} = %(key)s").format(term.column)
    hits = []
    for key, spelling, where in forms(term, scope):
        for row in names_where(match, {"key": key}, where, limit, SPELLING):
            hits.append(Hit(row["code"], EXACT if row["spelling"] == spelling or key.isascii() else SAME_KEY))
    return hits


def beginning(term: Term, scope: Scope, limit: int) -> list[Hit]:
    match = sql.SQL("{} LIKE %(key)s || '%%'").format(term.column)
    return [
        Hit(row["code"], BEGINS)
        for key, _, where in forms(term, scope)
        for row in names_where(match, {"key": key}, where, limit)
    ]


def containing(term: Term, scope: Scope, limit: int) -> list[Hit]:
    """Names with the words anywhere in them, from three letters on."""
    each = sql.SQL("{} LIKE '%%' || %(key)s || '%%'").format(term.column)
    # An array is made once, whatever the statistics say: right after an activation IN was planned as a loop of minutes.
    among = sql.SQL("{} = ANY(ARRAY(SELECT key FROM area_key WHERE key LIKE '%%' || %(key)s || '%%'))").format(
        term.column
    )
    return [
        Hit(row["code"], CONTAINS)
        for key, _, where in forms(term, scope)
        if len(key) >= LEAST_LETTERS
        for row in names_where(each if where.is_narrow else among, {"key": key}, where, limit)
    ]


def similar(term: Term, scope: Scope, limit: int, *, most: int) -> list[Hit]:
    """Names with few letters wrong, the fewest first.

    The index finds names that share trigrams; how many letters are wrong is counted here. A short name with two
    letters swapped shares hardly any, so the thousand provinces and districts are looked through one by one.
    """
    hits: list[Hit] = []
    for key, _, where in forms(term, scope):
        if len(key) < LEAST_LETTERS:
            continue
        by_errors: dict[int, list[str]] = {}
        for share in SHARES:
            for name in similar_keys(key, where, term.column, share):
                if len(name) >= len(key) - most and (wrong := letters_wrong(key, name)) <= min(forgiven(key), most):
                    by_errors.setdefault(wrong, []).append(name)
            if by_errors:
                break
        room = limit
        for wrong in sorted(by_errors):
            match = sql.SQL("{} = ANY(%(keys)s)").format(term.column)
            listed = names_where(match, {"keys": by_errors[wrong]}, where, limit)
            hits += [Hit(row["code"], SIMILAR, wrong) for row in listed]
            room -= len(listed)
            if room <= 0:
                break
    return hits


def similar_keys(key: str, scope: Scope, column: Part, share: float) -> set[str]:
    found: set[str] = set()
    if not (scope.is_narrow or (scope.no_village and not scope.step)):  # บ้านหนองแซม: a village, most likely
        with transaction.atomic():
            value("SELECT set_config('pg_trgm.similarity_threshold', %(share)s, true)", {"share": str(share)})
            found |= {row["key"] for row in rows(query("search_similar").format(), {"key": key, "wide": WIDE})}
    narrow = [scope] if scope.is_narrow else [replace(scope, step=step) for step in (1, 2) if not scope.step]
    for small in narrow:
        where, values = small.where()
        statement = query("search_similar_within").format(column=column, where=where)
        values |= {"key": key, "wide": WIDE, "share": 0.2}
        found |= {row["key"] for row in rows(statement, values)}
    return found


def forgiven(typed: str) -> int:
    """How many letters may be wrong: one of up to five, two of up to nine, then one more for each four."""
    return 1 if len(typed) <= 5 else 2 if len(typed) <= 9 else (len(typed) - 1) // 4


def letters_wrong(typed: str, name: str) -> int:
    """Letters other, missing, too many, or swapped with their neighbour; one more if only the name's begin is typed.

    Optimal string alignment (Damerau 1964, without overlapping edits).

    >>> letters_wrong("ขุนยวน", "ขุนยวม"), letters_wrong("กรุงเทบ", "กรุงเทพมหานคร"), letters_wrong("ab", "ba")
    (1, 2, 1)
    """
    before: list[int] = []
    last = list(range(len(name) + 1))
    for i, letter in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(name, 1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == name[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return min(last[-1], min(last) + 1)
