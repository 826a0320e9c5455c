"""Why a project was funded or not, and why an area got what it got: one sentence, then the numbers.

A reason is a code of `REASONS` and its values; the sentences are made from both, in Thai and
English, so that the page, the paper and the file say the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from budget.snapshot import AreaShare


class Words(NamedTuple):
    th: str
    en: str


REASONS: dict[str, Words] = {
    "shares_bought": Words(
        "ได้รับเลือกเป็นลำดับที่ {nth} โดย {villages} หมู่บ้านร่วมจ่ายเฉลี่ย {per_person} บาทต่อผู้ได้ประโยชน์หนึ่งคน "
        "รวม {paid:,} จาก {cost:,} บาท",
        "Bought as number {nth}: {villages} villages paid {per_person} baht a person served, "
        "{paid:,} of {cost:,} baht.",
    ),
    "left_filled": Words(
        "ได้รับเลือกเป็นลำดับที่ {nth} จากเงินที่เหลือ {left:,} บาท เพราะได้ประโยชน์ต่อบาทสูงสุดในโครงการที่ยังพอจ่าย",
        "Bought as number {nth} from the {left:,} baht left over, as the most benefit per baht that still fitted.",
    ),
    "ranked_high": Words(
        "ได้รับเลือกเป็นลำดับที่ {nth} ตามประโยชน์ต่อบาท ใช้เงิน {cost:,} บาท",
        "Bought as number {nth} by benefit per baht, for {cost:,} baht.",
    ),
    "forced_in": Words(
        "เจ้าหน้าที่ ({by}) กำหนดให้ได้ ด้วยเหตุผล: {reason}",
        "Taken by override ({by}), for this reason: {reason}",
    ),
    "never_affordable": Words(
        "ยังไม่ได้ เพราะส่วนแบ่งของหมู่บ้านที่ได้ประโยชน์รวมกันมี {hold:,} บาท จากราคา {cost:,} บาท",
        "Not funded: its villages together hold {hold:,} of the {cost:,} baht it costs.",
    ),
    "supporters_spent": Words(
        "ยังไม่ได้ เพราะหมู่บ้านที่ได้ประโยชน์ใช้ส่วนแบ่งไปก่อนกับ {on_th} เหลือ {left:,} จากราคา {cost:,} บาท",
        "Not funded: its villages spent their parts first, on {on_en}; {left:,} of {cost:,} baht is left.",
    ),
    "outranked": Words(
        "ยังไม่ได้ เพราะเงินใช้ไปก่อนกับโครงการที่ได้ประโยชน์ต่อบาทสูงกว่า เหลือ {left:,} จากราคา {cost:,} บาท",
        "Not funded: projects with more benefit per baht came first; {left:,} of {cost:,} baht is left.",
    ),
    "forced_out": Words(
        "เจ้าหน้าที่ ({by}) กำหนดให้ไม่ได้ ด้วยเหตุผล: {reason}",
        "Left out by override ({by}), for this reason: {reason}",
    ),
    "group_taken": Words(
        "ยังไม่ได้ เพราะเลือกได้เพียงหนึ่งโครงการในกลุ่ม “{group}” และ “{other_th}” ได้รับเลือกแล้ว",
        "Not funded: only one of the group “{group}” can be, and “{other_en}” was.",
    ),
    "ineligible": Words(
        "ไม่ผ่านการตรวจความเป็นไปได้ ด้วยเหตุผล: {reason}",
        "Not eligible, for this reason: {reason}",
    ),
    "too_few": Words(
        "ไม่ผ่านเกณฑ์ เพราะมีผู้ได้ประโยชน์ {persons:,} คน ต่ำกว่าเกณฑ์ {least:,} คน",
        "Not eligible: it serves {persons:,} people and the rules ask for {least:,}.",
    ),
}
AFTER = {
    "would_win": Words(" หากราคาไม่เกิน {baht:,} บาท จะได้รับเลือก", " At {baht:,} baht it would have been funded."),
    "reserve": Words(
        " อยู่ลำดับที่ {place} ของบัญชีสำรอง ยังขาด {missing:,} บาท",
        " It is number {place} on the reserve list, with {missing:,} baht missing.",
    ),
    "others": Words(" และอีก {n} โครงการ", " and {n} more"),
}
PARTS = {
    "equal": Words("ส่วนเท่ากัน", "equal part"),
    "population": Words("ประชากร", "population"),
    "poor": Words("คนจน", "poor persons"),
    "need": Words("ความต้องการ", "need"),
    "area_km2": Words("พื้นที่", "size"),
    "remoteness": Words("ความห่างไกล", "remoteness"),
    "steps": Words("ขั้นของหมู่บ้าน", "steps of its villages"),
}
LIMITS = {
    "": Words("", ""),
    "floor": Words(" วงเงินขั้นต่ำทำให้เป็น", ", which the floor makes"),
    "cut": Words(" ปีก่อนได้ {previous:,} บาท จึงปรับลดได้เพียงถึง", ", and the limit on cuts from {previous:,} makes it"),
    "rise": Words(" ปีก่อนได้ {previous:,} บาท จึงปรับเพิ่มได้เพียงถึง", ", and the limit on rises from {previous:,} makes it"),
}
NAMED = 3  # projects by name in one sentence, then "and n more"


def project_sentence(
    code: str, values: Mapping[str, Any], *, would_win_baht: int | None, reserve_place: int, missing_baht: int
) -> Words:
    """The reason of one project as a sentence in both languages.

    Example
    -------
    >>> print(project_sentence("never_affordable", {"hold": 180000, "cost": 260000}, would_win_baht=180000,
    ...     reserve_place=1, missing_baht=40000).en)
    Not funded: its villages together hold 180,000 of the 260,000 baht it costs. At 180,000 baht it would \
have been funded. It is number 1 on the reserve list, with 40,000 baht missing.
    """
    found = REASONS[code]
    filled = dict(values)
    if "on" in values:
        filled["on_th"], filled["on_en"] = _spent_on(values["on"])
    said = [found.th.format(**filled), found.en.format(**filled)]
    more = []
    if would_win_baht is not None:
        more.append((AFTER["would_win"], {"baht": would_win_baht}))
    if reserve_place:
        more.append((AFTER["reserve"], {"place": reserve_place, "missing": missing_baht}))
    for words, numbers in more:
        said = [said[0] + words.th.format(**numbers), said[1] + words.en.format(**numbers)]
    return Words(*said)


def _spent_on(spent: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    rest = len(spent) - NAMED
    tail = AFTER["others"] if rest > 0 else Words("", "")
    th = ", ".join(f"“{one['name_th']}” {one['baht']:,} บาท" for one in spent[:NAMED])
    en = ", ".join(f"“{one['name_en']}” ({one['baht']:,} baht)" for one in spent[:NAMED])
    return th + tail.th.format(n=rest), en + tail.en.format(n=rest)


def area_sentence(share: AreaShare) -> Words:
    """The share of one area as a sum of its parts, and what a limit made of it.

    Example
    -------
    >>> share = AreaShare(area="5801", baht=30000, target_baht=25000.0, parts_baht={"equal": 10000.0,
    ...     "population": 15000.0}, lowest_baht=30000.0, highest_baht=None, limit="floor", estimated=(),
    ...     previous_baht=None)
    >>> print(area_sentence(share).en)
    10,000 (equal part) + 15,000 (population) = 25,000 baht by the formula, which the floor makes 30,000 baht.
    """
    parts = [(PARTS[name], round(baht)) for name, baht in share.parts_baht.items() if round(baht)]
    th = " + ".join(f"{words.th} {baht:,}" for words, baht in parts) or "0"
    en = " + ".join(f"{baht:,} ({words.en})" for words, baht in parts) or "0"
    limit = LIMITS[share.limit]
    target, previous = round(share.target_baht), share.previous_baht or 0
    effect_th = limit.th.format(previous=previous) or " หลังปรับให้ครบวงเงินได้"
    effect_en = limit.en.format(previous=previous) or ", and once the whole envelope is shared"
    return Words(
        f"{th} = {target:,} บาทตามสูตร{effect_th} {share.baht:,} บาท",
        f"{en} = {target:,} baht by the formula{effect_en} {share.baht:,} baht.",
    )
