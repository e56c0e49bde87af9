"""Damage at random: a flipped bit, a lost or doubled byte, a lost or doubled line.

What still reads as a case may differ from the original in one cell only: the one that was hit. Rows
are never lost, merged or moved, and nothing but CaseError is raised.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from laboratory import Lab

from orecell.data.package import Case, read_case

Damage = tuple[bytes, int]


@pytest.fixture(scope="module")
def shipped(original: Path) -> Case:
    return read_case(original)


def _flip_bit(content: bytes, rng: random.Random) -> Damage:
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :], at


def _other_byte(content: bytes, rng: random.Random) -> Damage:
    at = rng.randrange(len(content))
    return content[:at] + bytes([rng.choice(b'",;\n\r\t 0159.-eEaZ\x00\xff')]) + content[at + 1 :], at


def _lose_byte(content: bytes, rng: random.Random) -> Damage:
    at = rng.randrange(len(content))
    return content[:at] + content[at + 1 :], at


def _double_byte(content: bytes, rng: random.Random) -> Damage:
    at = rng.randrange(len(content))
    return content[:at] + content[at : at + 1] + content[at:], at


DAMAGES = {"flip": _flip_bit, "other": _other_byte, "lose": _lose_byte, "double": _double_byte}


def _cells(case: Case) -> Iterator[tuple[str, pl.DataFrame]]:
    for name, frame in case.tables.items():
        yield f"tables/{name}.csv", frame


def _differing(original: pl.DataFrame, frame: pl.DataFrame) -> list[tuple[int, str]]:
    """Line and column of the cells that differ."""
    found = []
    for column in original.columns:
        same = original[column].eq_missing(frame[column])
        found += [(line, column) for line in original["_row"].filter(~same)]
    return found


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_byte_is_refused_or_changes_the_cell_that_it_hit(
    lab: Lab, shipped: Case, kind: str, seed: int
) -> None:
    rng = random.Random(f"{kind} {seed}")
    file = rng.choice(sorted(lab.files))
    content, at = DAMAGES[kind](lab.files[file], rng)
    case = lab.read_or_refuse({file: content})
    if case is None:
        return
    line = lab.files[file][:at].count(b"\n") + 1
    for name, frame in _cells(case):
        original = shipped.tables[name.removeprefix("tables/").removesuffix(".csv")]
        assert frame.height == original.height
        differing = _differing(original, frame)
        assert len(differing) <= (1 if name == file else 0), differing
        assert all(row == line for row, _ in differing)
    if content == lab.files[file]:
        assert case.input_hash == shipped.input_hash
    else:
        assert case.input_hash != shipped.input_hash


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kind", ["lost", "doubled", "swapped_cells"])
def test_a_damaged_line_is_refused_or_loses_nothing_else(
    lab: Lab, shipped: Case, kind: str, seed: int
) -> None:
    rng = random.Random(f"line {kind} {seed}")
    file = rng.choice(sorted(name for name in lab.files if name.startswith("tables/")))
    lines = lab.files[file].split(b"\n")
    i = rng.randrange(len(lines) - 1)
    if kind == "lost":
        del lines[i]
    elif kind == "doubled":
        lines.insert(i, lines[i])
    else:
        cells = lines[i].split(b",")
        j = rng.randrange(len(cells) - 1)
        cells[j], cells[j + 1] = cells[j + 1], cells[j]
        lines[i] = b",".join(cells)
    case = lab.read_or_refuse({file: b"\n".join(lines)})
    if case is None:
        return
    name = file.removeprefix("tables/").removesuffix(".csv")
    lost = shipped.tables[name].height - case.tables[name].height
    assert kind != "doubled"
    assert lost == (1 if kind == "lost" else 0)
