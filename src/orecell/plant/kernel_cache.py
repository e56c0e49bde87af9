"""Where compiled kernels are kept between runs: one folder per state of all kernel files together.

numba notices a change of the file that holds a function, not of the files it calls into, so code compiled
from an older kernel could stay in use after an upgrade. A folder named by the hash of every kernel file and
of the
numba version cannot be stale. `NUMBA_CACHE_DIR` in the environment has precedence.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path


def kernel_hash() -> str:
    """First 16 hex digits of the hash over every kernel file and the version of numba."""
    import numba

    found = hashlib.sha256(numba.__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*_kernel.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def use_cache_folder() -> Path:
    """Tell numba where to keep compiled code; returns the folder."""
    import numba

    if os.environ.get("NUMBA_CACHE_DIR"):
        return Path(os.environ["NUMBA_CACHE_DIR"])
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = root / "orecell" / "kernels" / kernel_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"orecell-kernels-{os.getuid()}-{kernel_hash()}"
        folder.mkdir(mode=0o700, exist_ok=True)
    vars(numba.config)["CACHE_DIR"] = str(folder)
    return folder
