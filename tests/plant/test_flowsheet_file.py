"""Flowsheet files: what they say, and every fault at its line with rule and fix, all in one message."""

from __future__ import annotations

from pathlib import Path

import pytest

from orecell.errors import CaseError, Fault
from orecell.plant.component import Components
from orecell.plant.flowsheet_file import (
    parse_flowsheet,
    read_flowsheet,
    shipped_flowsheets,
)
from orecell.plant.stream import aqueous_volume

PLANT = """\
name: plant
because: A plant to break in tests.
hours_per_yr: 8000
feeds:
  solid: {phase: solid, t_per_yr: 8000, mass: {LiNiO2: 0.75, C: 0.25}}
  brine: {phase: aqueous, m3_per_h: 2, g_per_l: {Na+: 23, Ni+2: 10}, balance_with: SO4-2}
units:
  leach: {kind: leach, in: {feed: solid, liquor: brine}, out: {pls: pls}, hours: 6, cake: {moisture: 0.4}}
  iron: {kind: neutralize, in: pls, out: purified}
  parts: {kind: split, in: purified, first: 0.5}
products:
  - {stream: parts.first, commodity: liquor}
wastes: {iron.cake: 100}
economics: {product_usd_per_t: {liquor: 5}, feed_usd_per_t: {solid: [10, 5, 20]}}
design:
  - {set: leach.hours, low: 2, high: 8}
keep: {recovery: {Ni: 0.9}}
"""


def faults(text: str) -> list[Fault]:
    with pytest.raises(CaseError) as caught:
        parse_flowsheet(text.encode(), "plant.yaml")
    return list(caught.value.faults)


def fault(old: str, new: str) -> Fault:
    """The one fault of the plant with a text replaced."""
    assert PLANT.count(old) == 1, old
    found = faults(PLANT.replace(old, new))
    assert len(found) == 1, [str(f) for f in found]
    assert found[0].file == "plant.yaml"
    assert found[0].fix
    return found[0]


def test_a_file_is_a_flowsheet() -> None:
    found = parse_flowsheet(PLANT.encode(), "plant.yaml")
    assert (found.name, found.hours_per_yr) == ("plant", 8000)
    assert [unit.name for unit in found.units] == ["leach", "iron", "parts"]
    assert found.unit("leach").inputs == {"feed": ("solid",), "liquor": ("brine",)}
    assert found.unit("leach").outputs == {
        "pls": "pls",
        "residue": "leach.residue",
        "off_gas": "leach.off_gas",
    }
    assert found.unit("leach").settings.hours == 6
    assert found.unit("leach").settings.cake.moisture == 0.4
    assert found.products[0].stream == "parts.first"
    assert found.wastes == {"iron.cake": 100}
    assert found.economics["feed_usd_per_t"] == {"solid": [10, 5, 20]}
    assert found.economics["design"][0].set == "leach.hours"
    assert found.economics["keep"].recovery == {"Ni": 0.9}


def test_flows_of_a_solid_are_its_mass_fractions() -> None:
    """8,000 t in 8,000 h are 1,000 kg/h, three quarters of it LiNiO2 of 97.63 g/mol."""
    feed = parse_flowsheet(PLANT.encode(), "plant.yaml").feeds[0]
    assert feed.flows["LiNiO2"] == pytest.approx(750 / 97.63, rel=1e-3)
    assert feed.flows["C"] == pytest.approx(250 / 12.011)


def test_flows_of_a_liquid_fill_its_volume_and_are_neutral() -> None:
    feed = parse_flowsheet(PLANT.encode(), "plant.yaml").feeds[1]
    assert feed.flows["Na+"] == pytest.approx(46 / 22.990, rel=1e-4)
    assert feed.flows["SO4-2"] == pytest.approx((46 / 22.990 + 2 * 20 / 58.693) / 2, rel=1e-4)
    components = Components.of(feed.flows)
    assert aqueous_volume(components, components.vector(feed.flows)) == pytest.approx(2000.0)


def test_what_no_ion_balances_becomes_acid_or_caustic() -> None:
    text = PLANT.replace("{Na+: 23, Ni+2: 10}, balance_with: SO4-2", "{SO4-2: 9.6056}")
    assert parse_flowsheet(text.encode(), "x.yaml").feeds[1].flows["H+"] == pytest.approx(0.4, rel=1e-4)
    text = PLANT.replace("{Na+: 23, Ni+2: 10}, balance_with: SO4-2", "{Na+: 2.299}")
    assert parse_flowsheet(text.encode(), "x.yaml").feeds[1].flows["H+"] == pytest.approx(-0.2, rel=1e-4)


CASES = [
    # what is replaced, by what, row, key, value, rule, fix
    ("name: plant", "name: my plant", 1, "name", "my plant", "a name holds letters", "rename"),
    (
        "because: A plant to break in tests.",
        "because: short",
        2,
        "because",
        "short",
        "at least 10",
        "correct",
    ),
    ("hours_per_yr: 8000", "hours_per_yr: 9000", 3, "hours_per_yr", "9000", "8784", "correct"),
    ("hours_per_yr: 8000", "hours_per_yr: 1e999", 3, "hours_per_yr", "inf", "8784", "correct"),
    ("hours_per_yr: 8000", "hour_per_yr: 8000", 3, "hour_per_yr", "8000", "not a known key", "hours_per_yr"),
    ("C: 0.25", "C: 0.2", 5, "feeds.solid.mass", "", "sum to 0.95", "correct"),
    ("C: 0.25", "C: -0.25", 5, "feeds.solid.mass.C", "-0.25", "between 0 and 1", "correct"),
    ("C: 0.25", "C: nan", 5, "feeds.solid.mass.C", "nan", "finite", "number"),
    ("C: 0.25", "C: true", 5, "feeds.solid.mass.C", "true", "must be a number", "number"),
    ("C: 0.25", "C: lots", 5, "feeds.solid.mass.C", "lots", "valid number", "correct"),
    ("C: 0.25", "Ni+2: 0.25", 5, "feeds.solid.mass.Ni+2", "Ni+2", "an ion has no mass fraction", "g_per_l"),
    ("C: 0.25", "Xq: 0.25", 5, "feeds.solid.mass.Xq", "Xq", "not a chemical element", "symbols"),
    ("C: 0.25", "Tc: 0.25", 5, "feeds.solid.mass.Tc", "Tc", "atomic weight", ""),
    ("t_per_yr: 8000, ", "", 5, "feeds.solid.t_per_yr", "", "needs `t_per_yr`", "add t_per_yr:"),
    ("t_per_yr: 8000", "t_per_yr: 0", 5, "feeds.solid.t_per_yr", "0", "greater than 0", "correct"),
    ("t_per_yr: 8000", "m3_per_h: 2, t_per_yr: 8000", 5, "feeds.solid.m3_per_h", "", "no meaning", "delete"),
    ("phase: solid", "phase: sold", 5, "feeds.solid.phase", "sold", "'solid'", "correct"),
    ("Ni+2: 10}", "NiSO4: 10}", 6, "feeds.brine.g_per_l.NiSO4", "NiSO4", "forms by itself", "Ni+2 and SO4-2"),
    ("Ni+2: 10}", "NiO: 10}", 6, "feeds.brine.g_per_l.NiO", "NiO", "given as its ions", "Ni+2"),
    ("Ni+2: 10}", "Ni^2+: 10}", 6, "feeds.brine.g_per_l.Ni^2+", "Ni^2+", "is written Ni+2", "Ni+2"),
    ("Ni+2: 10}", "Ni+3: 10}", 6, "feeds.brine.g_per_l.Ni+3", "Ni+3", "no such ion", "Ni+2"),
    ("Ni+2: 10}", "NH4+: 10}", 6, "feeds.brine.g_per_l.NH4+", "NH4+", "forms by itself", "NH3"),
    ("Ni+2: 10}", "Ni+2: 1e4}", 6, "feeds.brine.g_per_l.Ni+2", "10000.0", "between 0 and 2000", "correct"),
    ("balance_with: SO4-2", "balance_with: H2O", 6, "feeds.brine.balance_with", "H2O", "no ion", "SO4-2"),
    (
        "balance_with: SO4-2",
        "balance_with: K+",
        6,
        "feeds.brine.balance_with",
        "K+",
        "cannot balance",
        "other",
    ),
    (
        "balance_with: SO4-2",
        "temperature_c: 300",
        6,
        "feeds.brine.temperature_c",
        "300.0",
        "0 to 100",
        "correct",
    ),
    (
        "g_per_l: {Na+: 23, Ni+2: 10}",
        "g_per_l: {}",
        6,
        "feeds.brine.g_per_l",
        "",
        "given by `g_per_l`",
        "add",
    ),
    ("hours: 6", "hours: 600", 8, "units.leach.hours", "600", "less than or equal to 100", "correct"),
    ("hours: 6", "hours: yes", 8, "units.leach.hours", "yes", "valid number", "correct"),
    ("hours: 6", "hours: true", 8, "units.leach.hours", "true", "must be a number", "number"),
    ("hours: 6", "hour: 6", 8, "units.leach.hour", "6", "not a known key", "did you mean 'hours'?"),
    ("moisture: 0.4", "moistur: 0.4", 8, "units.leach.cake.moistur", "0.4", "not a known key", "'moisture'"),
    ("moisture: 0.4", "moisture: 2", 8, "units.leach.cake.moisture", "2", "0.8", "correct"),
    (
        "kind: leach",
        "kind: leech",
        8,
        "units.leach.kind",
        "leech",
        "no kind of unit",
        "did you mean 'leach'?",
    ),
    ("kind: leach, ", "", 8, "units.leach.kind", "", "no kind of unit", "one of"),
    ("liquor: brine", "licor: brine", 8, "units.leach.in.licor", "licor", "no such input", "'liquor'"),
    ("out: {pls: pls}", "out: {pl: pls}", 8, "units.leach.out.pl", "pl", "no such output", "'pls'"),
    (
        "out: {pls: pls}",
        "out: {pls: pls, residue: pls}",
        8,
        "units.leach.out.residue",
        "pls",
        "already made",
        "name",
    ),
    (
        "out: {pls: pls}",
        "out: {pls: pls, residue: brine}",
        8,
        "units.leach.out.residue",
        "brine",
        "feeds",
        "name",
    ),
    ("in: pls, ", "in: plss, ", 9, "units.iron.in.feed", "plss", "nothing makes this stream", "'pls'"),
    ("in: pls, ", "in: [pls, solid], ", 9, "units.iron.in.feed", "solid", "already used by leach", "split"),
    ("in: pls, ", "in: [pls, pls], ", 9, "units.iron.in.feed", "pls", "already used by iron", "split"),
    ("in: pls, ", "in: [[pls]], ", 9, "units.iron.in", "[['pls']]", "must name a stream", "in: pls"),
    ("in: pls, ", "", 9, "units.iron.in", "", "needs a stream at feed", "in: {feed: NAME}"),
    ("first: 0.5", "first: 1.5", 10, "units.parts.first", "1.5", "less than or equal to 1", "correct"),
    (
        "stream: parts.first",
        "stream: parts.frst",
        12,
        "products.0.stream",
        "parts.frst",
        "nothing",
        "parts.first",
    ),
    ("stream: parts.first", "stream: pls", 12, "products.0.stream", "pls", "used by iron", "split"),
    (
        "commodity: liquor}",
        "commodity: liquor, specification: niso4}",
        12,
        None,
        "niso4",
        "no spec",
        "niso4_6h2o",
    ),
    (
        "commodity: liquor}",
        "commodity: liquor, counts: Xq}",
        12,
        "products.0.counts",
        "Xq",
        "not a chem",
        "symbols",
    ),
    (
        "wastes: {iron.cake: 100}",
        "wastes: {iron.cak: 100}",
        13,
        "wastes.iron.cak",
        "iron.cak",
        "nothing",
        "cake",
    ),
    (
        "wastes: {iron.cake: 100}",
        "wastes: {iron.cake: dear}",
        13,
        "wastes.iron.cake",
        "dear",
        "number",
        "correct",
    ),
    (
        "wastes: {iron.cake: 100}",
        "wastes: {parts.first: 1}",
        13,
        None,
        "parts.first",
        "product as well",
        "delete",
    ),
    ("liquor: 5}", "licor: 5}", 14, None, "licor", "commodity of no product", "liquor"),
    ("[10, 5, 20]", "[10, 15, 20]", 14, "economics.feed_usd_per_t.solid", "", "in this order", "order"),
    ("[10, 5, 20]", "[10, 15]", 14, "economics.feed_usd_per_t.solid", "", "at least 3", "correct"),
    ("{solid: [10", "{sold: [10", 14, "economics.feed_usd_per_t.sold", "sold", "no stream", "solid"),
    (
        "economics: {",
        "economics: {parameters: {dicount_rate: 0.1}, ",
        14,
        None,
        "dicount_rate",
        "no param",
        "disc",
    ),
    ("economics: {", "economics: {prices: 3, ", 14, "economics.prices", "3", "not a known key", "one of"),
    ("low: 2, high: 8", "low: 8, high: 2", 16, "design.0.high", "2.0", "above low", "range"),
    ("set: leach.hours", "set: leach.hour", 16, "design.0.set", "leach.hour", "no such setting", "'hours'"),
    ("set: leach.hours", "set: leech.hours", 16, "design.0.set", "leech.hours", "no unit", "'leach'"),
    (
        "set: leach.hours",
        "set: leach.reductant",
        16,
        "design.0.set",
        "leach.reductant",
        "not one number",
        "number",
    ),
    ("{Ni: 0.9}", "{Nickel: 0.9}", 17, "keep.recovery.Nickel", "Nickel", "no element", "'Ni'"),
    ("{Ni: 0.9}", "{Ni: 90}", 17, "keep.recovery.Ni", "90", "less than or equal to 1", "correct"),
]


@pytest.mark.parametrize(
    ("old", "new", "row", "key", "value", "rule", "fix"), CASES, ids=[c[1] for c in CASES]
)
def test_a_fault_is_named_with_row_key_value_rule_and_fix(
    old: str, new: str, row: int, key: str | None, value: str, rule: str, fix: str
) -> None:
    found = fault(old, new)
    assert found.row == row
    assert key is None or found.column == key
    assert not value or found.value == value
    assert rule in found.rule
    assert fix in found.fix


def test_an_output_without_a_word_is_named_and_so_is_who_misses_it() -> None:
    found = faults(PLANT.replace("out: {pls: pls}", "out: {pls: 3}"))
    assert [(f.row, f.column) for f in found] == [(8, "units.leach.out.pls"), (9, "units.iron.in.feed")]


def test_every_fault_of_every_part_is_in_one_message() -> None:
    text = PLANT
    broken = [
        ("hours_per_yr: 8000", "hours_per_yr: 9000"),
        ("C: 0.25", "C: 0.2"),
        ("balance_with: SO4-2", "balance_with: Na+"),
        ("hours: 6", "hours: 600"),
        ("first: 0.5", "frst: 0.5"),
        ("wastes: {iron.cake: 100}", "wastes: {iron.cak: 100}"),
        ("[10, 5, 20]", "[10, 15, 20]"),
        ("low: 2, high: 8", "low: 8, high: 2"),
        ("{Ni: 0.9}", "{Ni: 90}"),
    ]
    for old, new in broken:
        text = text.replace(old, new)
    found = faults(text)
    assert {f.row for f in found} == {3, 5, 6, 8, 10, 13, 14, 16, 17}
    message = str(CaseError(found))
    for f in found:
        assert f"row {f.row}" in message
        assert f.rule in message


def test_a_unit_with_faults_still_makes_its_streams() -> None:
    """Else those who use them would be blamed."""
    for old, new in (("hours: 6", "hours: 600"), ("kind: leach", "kind: leech")):
        assert [f.row for f in faults(PLANT.replace(old, new))] == [8]


@pytest.mark.parametrize("name", ["a b", "-a", "a/b", "x" * 81, "ä"])
def test_names_that_no_file_can_bear_are_refused(name: str) -> None:
    found = faults(PLANT.replace("  parts: {", f'  "{name}": {{').replace("parts.first", f"{name}.first"))
    assert any("a name holds letters" in f.rule for f in found)


@pytest.mark.parametrize("key", ["feeds", "units"])
@pytest.mark.parametrize("value", ["{}", "[]", "~", "3"])
def test_a_plant_without_feeds_or_units_is_refused(key: str, value: str) -> None:
    lines = PLANT.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{key}:"))
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(" "))
    text = "".join([*lines[:start], f"{key}: {value}\n", *lines[end:]])
    assert any(f.column == key for f in faults(text))


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "must not be empty"),
        (b"- a\n- b\n", "must be keys and values"),
        (b"just words", "must be keys and values"),
        (b"a: &x [1]\nb: *x\n", "anchors and aliases"),
        (b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "anchors and aliases"),
        (b"name: !!python/object:os.system x\n", "tags are not allowed"),
        (b"name: x\nname: y\n", "must occur once"),
        (b"a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: 1}}}}}}}}}}}}\n", "nest deeper"),
        (b"name: [1, 2\n", "well-formed"),
        (b"name: \xff\n", "UTF-8"),
        (b"\xef\xbb\xbfname: x\n", "byte-order mark"),
        (b"a: 1\n---\nb: 2\n", "a file holds one"),
    ],
)
def test_yaml_that_is_none_or_could_blow_up_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_flowsheet(content, "plant.yaml")
    assert rule in str(caught.value)


def test_files_are_read_by_path_and_shipped_ones_by_name(tmp_path: Path) -> None:
    path = tmp_path / "plant.yaml"
    path.write_text(PLANT)
    assert read_flowsheet(path).name == "plant"
    for name in shipped_flowsheets():
        assert read_flowsheet(name).name == name


def test_a_flowsheet_that_is_not_there_is_met_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="did you mean 'black_mass_to_pcam'"):
        read_flowsheet("black_mas_to_pcam")
    with pytest.raises(CaseError, match="missing"):
        read_flowsheet(tmp_path / "none.yaml")
    with pytest.raises(CaseError, match="regular file"):
        read_flowsheet(_folder(tmp_path))


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    return folder


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (300 * 1024))
    with pytest.raises(CaseError, match="must not be larger"):
        read_flowsheet(path)


def test_solutes_that_leave_no_room_for_water_are_refused() -> None:
    text = PLANT.replace("{Na+: 23, Ni+2: 10}, balance_with: SO4-2", "{Cl-: 2000, K+: 2000}")
    found = faults(text)
    assert "no room for water" in found[0].rule
