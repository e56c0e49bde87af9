"""Reading YAML of users without its traps, keeping the line of every value.

Refused by line: anchors and aliases (they can expand without bound), tags, duplicate keys, several
documents, deep nesting. Scalars follow YAML 1.2: only `true` and `false` are truth values, so `no`
stays a word, and 007 stays text, because a number would lose its zeros.
"""

from __future__ import annotations

import re
from typing import Any

from orecell.errors import Fault

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
_INTEGER = re.compile(r"(0|-?[1-9][0-9]{0,17})\Z")
_NUMBER = re.compile(r"-?((0|[1-9][0-9]*)(\.[0-9]*|(?=[eE]))|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\Z")

Lines = dict[tuple[str | int, ...], int]


def read_yaml(content: bytes, file: str) -> tuple[Any, Lines, list[Fault]]:
    """Read one document.

    Args:
        content: bytes of the file.
        file: name used in faults.

    Returns:
        The value (None where faulty), the line of each path in it, and the faults.
    """
    import yaml

    text, fault = _decode(content, file)
    if fault is not None:
        return None, {}, [fault]
    try:
        fault = _refuse_tokens(text, file)
        if fault is not None:
            return None, {}, [fault]
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark, position = getattr(error, "problem_mark", None), getattr(error, "position", None)
        row = mark.line + 1 if mark else None if position is None else text[:position].count("\n") + 1
        problem = str(getattr(error, "problem", "") or error).splitlines()[0][:80]
        fix = "check indentation, colons and quotes"
        return None, {}, [Fault(file, row, "", problem, "must be well-formed YAML", fix)]
    if node is None:
        fix = "write 'name:' and 'because:'"
        return None, {}, [Fault(file, 1, "", "", "must not be empty", fix)]
    lines: Lines = {}
    faults: list[Fault] = []
    value = _build(node, (), lines, faults, file)
    return value, lines, faults


def _decode(content: bytes, file: str) -> tuple[str, Fault | None]:
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        rule = "must be UTF-8 text without byte-order mark"
        return "", Fault(file, 1, "", content[:3].hex(), rule, "save as UTF-8 without BOM")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        value = content[error.start : error.end].hex()
        return "", Fault(file, line, "", value, "must be UTF-8 text", "save as UTF-8 without BOM")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return "", Fault(file, line, "", "\\x00", "must not contain NUL bytes", "save as UTF-8")
    return text, None


def _refuse_tokens(text: str, file: str) -> Fault | None:
    """The first anchor, alias, tag, second document or deep nesting, before anything is expanded."""
    import yaml

    opening = (
        yaml.BlockMappingStartToken,
        yaml.BlockSequenceStartToken,
        yaml.FlowMappingStartToken,
        yaml.FlowSequenceStartToken,
    )
    closing = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
    depth, has_content = 0, False
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        row = token.start_mark.line + 1
        depth += isinstance(token, opening) - isinstance(token, closing)
        if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
            rule = "anchors and aliases are not allowed"
            return Fault(file, row, "", token.value, rule, "write the value out")
        if isinstance(token, (yaml.TagToken, yaml.DirectiveToken)):
            value = str(getattr(token, "value", "%"))
            return Fault(file, row, "", value[:80], "tags are not allowed", "delete the tag")
        if has_content and isinstance(token, yaml.DocumentStartToken):
            fix = "move the second into a file of its own"
            return Fault(file, row, "", "---", "a file holds one scenario", fix)
        has_content |= isinstance(token, (*opening, yaml.ScalarToken))
        if depth > MAX_DEPTH:
            return Fault(file, row, "", "", f"must not nest deeper than {MAX_DEPTH}", "flatten it")
    return None


def _build(node: Any, where: tuple[str | int, ...], lines: Lines, faults: list[Fault], file: str) -> Any:
    import yaml

    lines[where] = node.start_mark.line + 1
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
        lines[(*where, key)] = line
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
