import time

import pytest

from orecell.data.yamlfile import MAX_DEPTH, read_yaml
from orecell.errors import Fault


def value_of(text: str) -> object:
    value, _, faults = read_yaml(text.encode("utf-8"), "a.yaml")
    assert faults == []
    return value


def fault_of(text: str | bytes) -> Fault:
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    value, _, faults = read_yaml(content, "a.yaml")
    assert value is None or faults
    assert len(faults) == 1
    return faults[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("2030", 2030),
        ("-7", -7),
        ("0", 0),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("2e3", 2000.0),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("00.5", "00.5"),
        ("2025-03-26", "2025-03-26"),
        ("\uff12\uff10", "\uff12\uff10"),
        ("'2030'", "2030"),
        ('"true"', "true"),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_a_scalar_is_what_yaml_1_2_says_and_words_stay_words(written: str, value: object) -> None:
    read = value_of(f"key: {written}\n")
    assert read == {"key": value}
    assert type(read["key"]) is type(value)  # type: ignore[index]


def test_lists_and_mappings_nest_and_every_value_has_its_line() -> None:
    value, lines, faults = read_yaml(b"a:\n  b: [1, 2]\n  c:\n    - d: x\n", "a.yaml")
    assert faults == []
    assert value == {"a": {"b": [1, 2], "c": [{"d": "x"}]}}
    assert lines[("a",)] == 1
    assert lines[("a", "b")] == 2
    assert lines[("a", "c")] == 3
    assert lines[("a", "c", 0, "d")] == 4


@pytest.mark.parametrize(
    ("text", "row", "rule"),
    [
        ("a: &x 1\n", 1, "anchors and aliases are not allowed"),
        ("a: 1\nb: *x\n", 2, "anchors and aliases are not allowed"),
        ("a: !!python/name:os.system\n", 1, "tags are not allowed"),
        ("%YAML 1.1\n---\na: 1\n", 1, "tags are not allowed"),
        ("a: 1\n---\nb: 1\n", 2, "a file holds one scenario"),
        ("---\na: 1\n---\nb: 1\n", 3, "a file holds one scenario"),
        ("a: 1\na: 2\n", 2, "a key must occur once"),
        ("? [a]\n: 1\n", 1, "a key must be a word"),
        ("", 1, "must not be empty"),
        ("# only words\n", 1, "must not be empty"),
        ("a: [1\n", 2, "must be well-formed YAML"),
        ("a: 1\n b: 2\n", 2, "must be well-formed YAML"),
        ("a:\n\tb: 2\n", 2, "must be well-formed YAML"),
        ("a: 1\nb: \x07\n", 2, "must be well-formed YAML"),
        (b"a: \xff\n", 1, "must be UTF-8 text"),
        (b"\xef\xbb\xbfa: 1\n", 1, "without byte-order mark"),
        (b"a: 1\x00\n", 1, "must not contain NUL bytes"),
        ("[" * (MAX_DEPTH + 1), 1, "must not nest deeper"),
    ],
)
def test_a_trap_is_refused_by_line(text: str | bytes, row: int, rule: str) -> None:
    fault = fault_of(text)
    assert (fault.file, fault.row) == ("a.yaml", row)
    assert rule in fault.rule
    assert fault.fix


def test_a_document_start_alone_is_one_document() -> None:
    assert value_of("---\na: 1\n") == {"a": 1}


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_nesting_without_end_is_refused_before_it_is_read(opening: str) -> None:
    started = time.process_time()
    assert "nest deeper" in fault_of("a:\n  " + opening * 50_000).rule
    assert time.process_time() - started < 5.0
