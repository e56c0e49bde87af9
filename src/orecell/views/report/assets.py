"""Files that pages are made of, read from the installed package: template, scripts, map outlines."""

from __future__ import annotations

import base64
import hashlib
import importlib.resources

from orecell.errors import StoreError

CHARTS = "static/echarts.min.js"
OUTLINES = "static/outlines.json"


def inline(name: str) -> str:
    """Text of a file below `orecell/views/`.

    Args:
        name: path below `orecell/views/`, with forward slashes.

    Returns:
        The text.

    Raises:
        StoreError: if the file is missing; chart library and outlines are made when the package is built.
    """
    file = importlib.resources.files("orecell.views").joinpath(*name.split("/"))
    if not file.is_file():
        raise StoreError(f"views/{name} is missing from this installation; build assets with: pip install .")
    return file.read_text(encoding="utf-8")


def script_text(text: str) -> str:
    """A script that is safe between script tags: it cannot close its own tag."""
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def script_hash(text: str) -> str:
    """Hash of a script as a content security policy names it, so that no other script can run."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
