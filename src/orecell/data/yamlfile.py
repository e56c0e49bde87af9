"""Reading YAML of users without its traps, keeping the line of every value.

Refused by line: anchors and aliases (they can expand without bound), tags, duplicate keys, several
documents. Scalars follow YAML 1.2: only `true` and `false` are truth values, so `no` stays a word.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from orecell.errors import Fault

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 12
_INTEGER = re.compile(r"^-?\d{1,18}$")
_NUMBER = re.compile(r"^-?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d{1,3})?$")

Lines = dict[tuple[str | int, ...], int]


def read_yaml(path: Path, file: str) -> tuple[Any, Lines, list[Fault]]:
    """Read one document.

    Returns:
        The value (None where faulty), the line of each path in it, and the faults.
    """
    import yaml

    text, fault = _read_text(path, file)
    if fault is not None:
        return None, {}, [fault]
    try:
        fault = _refuse_tokens(text, file)
        if fault is not None:
            return None, {}, [fault]
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark else None
        problem = str(getattr(error, "problem", "") or error)[:80]
        fix = "check indentation, colons and quotes"
        return None, {}, [Fault(file, row, "", problem, "must be well-formed YAML", fix)]
    if node is None:
        fix = "write 'name:' and 'because:'"
        return None, {}, [Fault(file, 1, "", "", "must not be empty", fix)]
    lines: Lines = {}
    faults: list[Fault] = []
    value = _build(node, (), lines, faults, file)
    return value, lines, faults


def _read_text(path: Path, file: str) -> tuple[str, Fault | None]:
    try:
        content = path.read_bytes()
    except OSError as error:
        return "", Fault(file, None, "", str(error), "must be readable", "check that the file exists")
    if len(content) > MAX_BYTES:
        return "", Fault(file, None, "", "", f"must be smaller than {MAX_BYTES} bytes", "shorten the file")
    try:
        return content.decode("utf-8"), None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        value = content[error.start : error.end].hex()
        return "", Fault(file, line, "", value, "must be UTF-8 text", "save as UTF-8 without BOM")


def _refuse_tokens(text: str, file: str) -> Fault | None:
    """The first anchor, alias, tag or second document, found before anything is expanded."""
    import yaml

    documents = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        row = token.start_mark.line + 1
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
            return Fault(
                file, row, "", token.value, "anchors and aliases are not allowed", "write the value out"
            )
        if isinstance(token, (yaml.TagToken, yaml.DirectiveToken)):
            return Fault(
                file,
                row,
                "",
                str(token.value if hasattr(token, "value") else "%"),
                "tags are not allowed",
                "delete the tag",
            )
        if isinstance(token, yaml.DocumentStartToken):
            documents += 1
            if documents > 1:
                return Fault(
                    file,
                    row,
                    "",
                    "---",
                    "a file holds one scenario",
                    "move the second into a file of its own",
                )
    return None


def _build(node: Any, where: tuple[str | int, ...], lines: Lines, faults: list[Fault], file: str) -> Any:
    import yaml

    row = node.start_mark.line + 1
    lines[where] = row
    if len(where) > MAX_DEPTH:
        faults.append(Fault(file, row, "", "", f"must not nest deeper than {MAX_DEPTH}", "flatten it"))
        return None
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*where, i), lines, faults, file) for i, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
        line = key_node.start_mark.line + 1
        if not key or key in result:
            rule = "a key must be a word" if not key else "a key must occur once"
            faults.append(Fault(file, line, key, key, rule, "delete or rename one"))
            continue
        result[key] = _build(value_node, (*where, key), lines, faults, file)
    return result


def _scalar(node: Any) -> Any:
    text = node.value
    if node.style is not None:
        return text
    if text in ("", "null", "~"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text):
        return float(text)
    return text
