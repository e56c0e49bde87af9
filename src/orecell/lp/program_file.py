"""Programs written as MPS or LP files, with names that people and other solvers can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orecell.errors import InputError
from orecell.lp.problem import Blocks

FILE_ENDINGS = (".mps", ".lp", ".mps.gz", ".lp.gz")


def write_program(highs: Any, path: Path, columns: Blocks, rows: Blocks) -> None:
    """Write what a HiGHS object holds, in the format of the file's ending.

    Raises:
        InputError: the ending is another, or the file cannot be written.
    """
    from highspy._core import HighsStatus

    if not path.name.endswith(FILE_ENDINGS):
        raise InputError(path.name, "names no format", f"end it in one of {', '.join(FILE_ENDINGS)}")
    try:
        path.open("wb").close()  # HiGHS does not say why it cannot
    except OSError as error:
        raise InputError(str(path), f"cannot be written ({error.strerror})", "check the folder") from None
    for blocks, give in ((columns, highs.passColName), (rows, highs.passRowName)):
        for position, name in enumerate(_names(blocks)):
            give(position, name)
    if highs.writeModel(str(path)) == HighsStatus.kError:
        raise InputError(str(path), "cannot be written", "check the disk")


def _names(blocks: Blocks) -> Iterator[str]:
    """Names of ASCII letters, digits and a few signs, each once: `balance(pcam_nmc811,US_KY,2030)`."""
    seen: set[str] = set()
    for block in blocks.values():
        for position in range(block.start, block.stop):
            label = block.label(position).replace("[", "(").replace("]", ")")
            name = "".join(c if (c.isascii() and c.isalnum()) or c in "_.,()" else "_" for c in label)
            yield f"{name}#{position}" if name in seen else name
            seen.add(name)
