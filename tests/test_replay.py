"""A round from inputs to results: the same bytes for everybody, and impossible inputs refused."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from budget.replay import compute
from budget.snapshot import (
    Area,
    Criterion,
    Inputs,
    Override,
    Project,
    Results,
    Round,
    Rules,
    StageA,
    StageB,
    Support,
    Village,
)
from mapping.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent


def village(code, *, people=500, **changed):
    return Village(code=code, name_th=f"บ้าน {code}", name_en=f"Ban {code}", area=code[:6], population=people, **changed)


def project(id, cost, *served, **changed):
    """`served` as (village, severity, persons)."""
    supports = tuple(Support(village=v, severity=s, persons=p) for v, s, p in served)
    rest = {"code": "", "name_th": f"โครงการ {id}", "name_en": f"Project {id}"} | changed
    return Project(id=id, cost_baht=cost, villages=supports, **rest)


RANKING = (
    Criterion(key="need", points=70, low=0, high=20, name_th="ความต้องการ", name_en="need"),
    Criterion(key="persons", points=30, low=0, high=5, scale="band", name_th="คน", name_en="people"),
)
INPUTS = Inputs(
    round=Round(
        id="r1", office_th="อำเภอ", office_en="District", fiscal_year=2571, envelope_baht=1_000_000, seed="oak"
    ),
    rules=Rules(stage_a=StageA(), stage_b=StageB(), ranking=RANKING),
    areas=(
        Area(code="580101", name_th="ก", name_en="A", population=1500, poor=300, need=900, remoteness=40.0),
        Area(code="580102", name_th="ข", name_en="B", poor=None, need=200, remoteness=90.0, previous_baht=400_000),
    ),
    villages=(
        village("58010101", deprivation=0.2, reports=4, facts={"need": 12.0, "persons": 900.0}),
        village("58010102", people=700, reports=1, facts={"need": 5.0}),
        village("58010103", people=300, facts={"need": 0.0, "persons": 0.0}),
        village("58010201", people=800, carry_baht=15_000, reports=2, facts={"need": 7.0, "persons": 40.0}),
    ),
    projects=(
        project("p1", 200_000, ("58010101", 4, 300), ("58010102", 3, 200)),
        project("p2", 180_000, ("58010101", 5, 100), exclusive_group="well"),
        project("p3", 160_000, ("58010101", 5, 90), exclusive_group="well"),
        project("p4", 250_000, ("58010102", 2, 9000), years_baht={"2571": 250_000, "2572": 100_000}),
        project("p5", 90_000, ("58010103", 3, 100), eligible=False, reason="ที่ดินไม่ใช่ของรัฐ"),
        project("p6", 900_000, ("58010201", 5, 800)),
        project("p7", 300_000, ("58010201", 2, 500)),
        project("p8", 120_000, ("58010103", 1, 50)),
    ),
)


def refused(inputs):
    with pytest.raises(Refusal) as caught:
        inputs.to_bytes()
    assert caught.value.text("th")
    assert caught.value.text("en")
    return caught.value.code, caught.value.attr


def changed(name, row, **members):
    """INPUTS with one row of one table changed."""
    rows = list(getattr(INPUTS, name))
    rows[row] = replace(rows[row], **members)
    return replace(INPUTS, **{name: tuple(rows)})


def ruled(**members):
    return replace(INPUTS, rules=replace(INPUTS.rules, **members))


# -- bytes ----------------------------------------------------------------------------------


def test_the_same_inputs_in_any_order_give_the_same_bytes():
    turned = Inputs(
        round=INPUTS.round,
        rules=INPUTS.rules,
        areas=INPUTS.areas[::-1],
        villages=INPUTS.villages[::-1],
        projects=tuple(replace(p, villages=p.villages[::-1]) for p in INPUTS.projects[::-1]),
    )
    assert turned.to_bytes() == INPUTS.to_bytes()
    assert turned.sha256 == INPUTS.sha256
    assert compute(turned).to_bytes() == compute(INPUTS).to_bytes()


def test_bytes_come_back_as_they_went():
    data = INPUTS.to_bytes()
    assert Inputs.from_bytes(data).to_bytes() == data
    found = compute(INPUTS).to_bytes()
    assert Results.from_bytes(found).to_bytes() == found


def test_a_whole_number_and_the_same_float_are_spelt_alike():
    assert changed("areas", 0, remoteness=40).to_bytes() == changed("areas", 0, remoteness=40.0).to_bytes()
    assert changed("areas", 0, remoteness=-0.0).to_bytes() == changed("areas", 0, remoteness=0).to_bytes()


def test_one_byte_changed_is_another_round_or_none():
    data = INPUTS.to_bytes()
    altered = data.replace(b'"cost_baht":200000', b'"cost_baht":200001')
    assert altered != data
    assert Inputs.from_bytes(altered).sha256 != INPUTS.sha256
    assert compute(Inputs.from_bytes(altered)).inputs_sha256 != compute(INPUTS).inputs_sha256


def test_replay_needs_neither_django_nor_a_database():
    """Control: the same child does see Django where a model is imported."""
    code = "import sys, budget.replay; sys.exit(any(m.split('.')[0] in ('django', 'psycopg') for m in sys.modules))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env={"PYTHONHASHSEED": "7"})
    control = code.replace("budget.replay", "django")
    assert subprocess.run([sys.executable, "-c", control], cwd=ROOT, env={}).returncode == 1


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_a_replay_elsewhere_gives_identical_bytes(seed):
    """Another process with another order of sets and dictionaries."""
    child = subprocess.run(
        [sys.executable, "-m", "budget.replay"],
        input=INPUTS.to_bytes(),
        cwd=ROOT,
        env={"PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert child.stdout == compute(INPUTS).to_bytes()


# -- results --------------------------------------------------------------------------------


def test_every_baht_is_accounted_for():
    found = compute(INPUTS)
    assert sum(share.baht for share in found.shares) == INPUTS.round.envelope_baht
    costs = {p.id: p.cost_baht for p in INPUTS.projects}
    for pot in found.pots:
        mine = [o for o in found.projects if o.pot == pot.pot and o.funded]
        assert pot.spent_baht + pot.left_baht == pot.baht
        assert pot.spent_baht == sum(costs[o.project] for o in mine) == sum(v.paid_baht for v in pot.villages)
        assert sum(v.endowment_baht + v.carried_baht for v in pot.villages) == pot.baht
        assert sum(v.carry_baht for v in pot.villages) <= pot.left_baht
        for outcome in mine:
            assert sum(p.baht for p in outcome.payments) == costs[outcome.project]


def test_no_more_people_count_than_live_there():
    p4 = next(o for o in compute(ruled(stage_a=None)).projects if o.project == "p4")
    assert p4.funded
    assert p4.values["persons"] == 700


def test_a_project_of_several_years_binds_later_years():
    assert compute(ruled(stage_a=None)).committed_baht == {"2572": 100_000}


def test_without_stage_a_there_is_one_pot():
    found = compute(ruled(stage_a=None))
    assert found.shares == ()
    assert [pot.pot for pot in found.pots] == [""]
    assert found.pots[0].baht == 1_015_000


def test_both_rules_stand_beside_each_other():
    found = compute(INPUTS)
    assert [rule.rule for rule in found.rules] == ["equal_shares", "greedy"]
    assert found.rules[0].overlap == 1.0
    assert found.rules[0].projects == tuple(o.project for o in found.projects if o.funded)


def test_an_override_marks_the_round_as_amended():
    assert not compute(INPUTS).amended
    told = replace(INPUTS, overrides=(Override(project="p8", action="in", reason="น้ำท่วม", by="officer"),))
    found = compute(told)
    p8 = next(o for o in found.projects if o.project == "p8")
    assert found.amended
    assert (p8.funded, p8.how, p8.why, p8.values["reason"]) == (True, "forced", "forced_in", "น้ำท่วม")
    assert "น้ำท่วม" in p8.sentence_th


def test_silent_villages_stand_apart_and_what_is_missing_is_marked():
    found = {row.code: row for row in compute(INPUTS).villages}
    assert found["58010103"].silent
    assert found["58010103"].rank == 0
    assert found["58010102"].missing == ("persons",)
    assert found["58010102"].score == 25.0
    assert [found[code].rank for code in ("58010101", "58010201", "58010102")] == [1, 2, 3]


def test_a_missing_fact_of_an_area_is_estimated_and_said():
    share = compute(INPUTS).shares[1]
    assert share.estimated == ("poor",)
    assert sum(share.parts_baht.values()) == pytest.approx(share.target_baht)
    assert 360_000 <= share.baht <= 480_000  # last year less a tenth, and a fifth more


@pytest.mark.parametrize("preset", ["formula", "equal", "sml_2025", "dana_desa_2021"])
def test_every_preset_gives_out_the_envelope(preset):
    envelope = replace(INPUTS.round, envelope_baht=999_999)
    found = compute(replace(ruled(stage_a=StageA.of(preset)), round=envelope))
    assert sum(share.baht for share in found.shares) == 999_999
    assert all(share.sentence_th and share.sentence_en for share in found.shares)


def test_an_area_without_villages_keeps_its_money():
    alone = Area(code="580199", name_th="ค", name_en="C", population=100)
    found = compute(replace(INPUTS, areas=(*INPUTS.areas, alone)))
    pot = next(pot for pot in found.pots if pot.pot == "580199")
    assert pot.baht == pot.left_baht > 0


def test_a_round_without_projects_or_villages_is_not_an_accident():
    empty = Inputs(round=INPUTS.round)
    found = compute(empty)
    assert found.projects == ()
    assert found.pots[0].left_baht == 1_000_000


# -- refusals -------------------------------------------------------------------------------


def test_floors_above_the_pot_are_refused_with_their_sum():
    inputs = ruled(stage_a=StageA.of("custom", equal_percent=100, points={}, floor_percent=150))
    with pytest.raises(Refusal) as caught:
        compute(inputs)
    assert caught.value.code == "floors_above_pot"
    assert caught.value.params == {"floors": 1_500_000, "pot": 1_000_000, "over": 500_000}


def test_forced_projects_above_the_pot_are_refused():
    told = tuple(Override(project=p, action="in", reason="x", by="officer") for p in ("p6", "p7"))
    with pytest.raises(Refusal) as caught:
        compute(replace(INPUTS, overrides=told))
    assert caught.value.code == "forced_above_pot"


def test_two_forced_of_one_group_are_refused():
    told = tuple(Override(project=p, action="in", reason="x", by="officer") for p in ("p2", "p3"))
    with pytest.raises(Refusal) as caught:
        compute(replace(INPUTS, overrides=told))
    assert caught.value.code == "forced_twice"


BAD = [
    (changed("projects", 0, cost_baht=-5), "snapshot_cost", "projects[0].cost_baht"),
    (changed("projects", 0, cost_baht=1.5), "snapshot_whole", "projects[0].cost_baht"),
    (changed("projects", 0, cost_baht=10.0), "snapshot_whole", "projects[0].cost_baht"),
    (changed("projects", 0, cost_baht=True), "snapshot_whole", "projects[0].cost_baht"),
    (changed("projects", 0, villages=()), "snapshot_project_nowhere", "projects[0].villages"),
    (changed("projects", 1, id="p1"), "snapshot_twice", "projects[1].id"),
    (changed("projects", 4, reason=" "), "snapshot_reason", "projects[4].reason"),
    (changed("projects", 3, years_baht={"2571": 1}), "snapshot_years", "projects[3].years_baht"),
    (changed("projects", 0, exclusive_group="a\ud800"), "snapshot_type", "projects[0].exclusive_group"),
    (
        changed("projects", 0, villages=(Support(village="x", severity=1, persons=1),)),
        "snapshot_nowhere",
        "projects[0].villages[0].village",
    ),
    (
        changed("projects", 0, villages=(Support(village="58010101", severity=6, persons=1),)),
        "snapshot_range",
        "projects[0].villages[0].severity",
    ),
    (
        changed("projects", 0, villages=project("x", 1, ("58010101", 1, 1), ("58010201", 1, 1)).villages),
        "snapshot_across",
        "projects[0].villages",
    ),
    (changed("projects", 5, exclusive_group="well"), "snapshot_group_across", "projects[5].exclusive_group"),
    (changed("villages", 0, population=0), "snapshot_village_empty", "villages[0].population"),
    (changed("villages", 0, population=None), "snapshot_whole", "villages[0].population"),
    (changed("villages", 0, carry_baht=-1), "snapshot_negative", "villages[0].carry_baht"),
    (changed("villages", 0, area="999999"), "snapshot_nowhere", "villages[0].area"),
    (changed("villages", 0, deprivation=1.5), "snapshot_range", "villages[0].deprivation"),
    (changed("villages", 0, deprivation=float("nan")), "snapshot_number", "villages[0].deprivation"),
    (changed("areas", 0, poor=-1), "snapshot_negative", "areas[0].poor"),
    (
        replace(INPUTS, areas=(*INPUTS.areas, Area(code="580199", name_th="ค", name_en="C"))),
        "snapshot_area_empty",
        "areas[2].population",
    ),
    (replace(INPUTS, round=replace(INPUTS.round, envelope_baht=-1)), "snapshot_negative", "round.envelope_baht"),
    (replace(INPUTS, format="meemap-round/2"), "snapshot_format", "format"),
    (ruled(ranking=RANKING[:1]), "snapshot_points", "rules.ranking"),
    (ruled(ranking=(replace(RANKING[0], points=100, high=0),)), "snapshot_bounds", "rules.ranking[0]"),
    (ruled(stage_a=StageA(points={"population": 35})), "snapshot_preset", "rules.stage_a.preset"),
    (ruled(stage_a=StageA(preset="custom", points={"poor": 90})), "snapshot_points", "rules.stage_a.points"),
    (ruled(stage_b=StageB(rule="votes")), "snapshot_choice", "rules.stage_b.rule"),
    (
        replace(INPUTS, overrides=(Override(project="p1", action="in", reason=" ", by="officer"),)),
        "snapshot_reason",
        "overrides[0].reason",
    ),
    (
        replace(INPUTS, overrides=(Override(project="no", action="in", reason="x", by="officer"),)),
        "snapshot_nowhere",
        "overrides[0].project",
    ),
]


@pytest.mark.parametrize(("inputs", "code", "attr"), BAD, ids=[f"{code}-{attr}" for _, code, attr in BAD])
def test_what_cannot_be_is_refused_with_its_place(inputs, code, attr):
    assert refused(inputs) == (code, attr)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff", "snapshot_unreadable"),
        (b"{", "snapshot_unreadable"),
        (b"[" * 100_000, "snapshot_unreadable"),
        (b"[]", "snapshot_format"),
        (b'{"format":"meemap-round/1","format":"meemap-round/1"}', "json_duplicate_key"),
        (b'{"format":"meemap-round/1","a":NaN}', "number_not_finite"),
        (b'{"format":"meemap-round/1"}', "snapshot_missing"),
        (b'{"format":"meemap-round/1","round":[]}', "snapshot_type"),
        (b'{"format":"meemap-round/1","round":{},"more":1}', "snapshot_unknown"),
    ],
)
def test_bytes_that_are_no_round_are_refused(data, code):
    with pytest.raises(Refusal) as caught:
        Inputs.from_bytes(data)
    assert caught.value.code == code


def test_a_member_nobody_knows_is_refused_where_it_stands():
    document = json.loads(INPUTS.to_bytes())
    document["villages"][2]["polulation"] = 5
    with pytest.raises(Refusal) as caught:
        Inputs.from_document(document)
    assert (caught.value.code, caught.value.attr) == ("snapshot_unknown", "villages[2].polulation")


def test_doubling_all_baht_changes_no_choice():
    double = replace(
        INPUTS,
        round=replace(INPUTS.round, envelope_baht=2_000_000),
        rules=replace(INPUTS.rules, stage_a=StageA(unit_baht=2000)),
        areas=tuple(replace(a, previous_baht=a.previous_baht and 2 * a.previous_baht) for a in INPUTS.areas),
        villages=tuple(replace(v, carry_baht=2 * v.carry_baht) for v in INPUTS.villages),
        projects=tuple(
            replace(p, cost_baht=2 * p.cost_baht, years_baht={y: 2 * b for y, b in p.years_baht.items()})
            for p in INPUTS.projects
        ),
    )
    one, two = compute(INPUTS), compute(double)
    assert [share.baht * 2 for share in one.shares] == [share.baht for share in two.shares]
    assert [(o.project, o.order, o.reserve_place) for o in one.projects] == [
        (o.project, o.order, o.reserve_place) for o in two.projects
    ]
    assert np.allclose([p.spent_baht * 2 for p in one.pots], [p.spent_baht for p in two.pots])
