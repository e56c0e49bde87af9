"""Reading the bytes of one file of a case, or the fault that prevents it.

Only regular files are read: a pipe would block, a device would never end. Left out: what the bytes
mean (see `orecell.data.csvfile`, `orecell.data.yamlfile`).
"""

from __future__ import annotations

import stat
from pathlib import Path

from orecell.errors import Fault


def read_bytes(path: Path, file: str, max_bytes: int, fix: str) -> tuple[bytes | None, list[Fault]]:
    """Content of a file.

    Args:
        path: file to read.
        file: name used in faults.
        max_bytes: largest size read.
        fix: what to do where the file is missing.

    Returns:
        The bytes and no fault, or None and the fault.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return None, [Fault(file, None, "", "", "must be a regular file", "replace it by a file")]
        if status.st_size > max_bytes:
            rule = f"must not be larger than {max_bytes} bytes"
            return None, [Fault(file, None, "", str(status.st_size), rule, "split or shorten it")]
        return path.read_bytes(), []
    except FileNotFoundError:
        return None, [Fault(file, None, "", "", "this file is missing", fix)]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return None, [Fault(file, None, "", reason, "must be readable", "check its name and permissions")]


def shown_name(path: Path) -> str:
    """Name of a file as it can be printed, also where its bytes are no text."""
    return path.name.encode("utf-8", "backslashreplace").decode("utf-8")
