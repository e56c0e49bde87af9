"""Budgets of the source: sizes, parameters, names. Prints every excess and exits 1 if there is one.

Usage: python tools/budgets.py FOLDER...
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 400
FUNCTION_LINES = 40
MEDIAN_FUNCTION_LINES = 12
CLASS_LINES = 200
POSITIONAL_PARAMETERS = 5
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
KERNEL = "_kernel"
"""End of the name of a module of compiled functions: heavy, and imported only inside functions."""
HEAVY_IMPORTS = {"highspy", "numba", "numpy", "pint", "polars", "scipy"}


def code_lines(node: ast.AST) -> int:
    """Lines of a function or class without its docstring."""
    total = (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) + 1
    body = getattr(node, "body", [])
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        total -= (body[0].end_lineno or 0) - body[0].lineno + 1
    return total


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether it is a verb of the command line, whose parameters are the options of the verb."""
    return any("Annotated" in ast.unparse(a.annotation) for a in node.args.args if a.annotation)


def check_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Excesses of one function."""
    if code_lines(node) > FUNCTION_LINES and not is_command(node):
        yield f"{node.lineno}: function {node.name} has {code_lines(node)} lines, at most {FUNCTION_LINES}"
    positional = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]
    if len(positional) > POSITIONAL_PARAMETERS and not is_command(node):
        count = f"{len(positional)} positional parameters, at most {POSITIONAL_PARAMETERS}"
        yield f"{node.lineno}: function {node.name} has {count}"


def check_imports(tree: ast.Module) -> Iterator[str]:
    """Heavy libraries imported when the module is, instead of in the function that needs them."""
    for node in tree.body:
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in HEAVY_IMPORTS:
                yield f"{node.lineno}: imports {name} at import time; import it in the function"


def check_kernel_imports(tree: ast.Module) -> Iterator[str]:
    """Compiled kernels imported when a module is: they bring numba along, so only functions import them."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(KERNEL):
            yield f"{node.lineno}: imports {node.module} at import time; import it in the function"


def check_file(path: Path) -> tuple[list[str], list[int]]:
    """Excesses of one file, and the lengths of its functions."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    found: list[str] = []
    if path.stem in FORBIDDEN_NAMES:
        found.append(f"1: a file must not be named {path.stem}; name what it holds")
    lines = text.count("\n")
    if lines > FILE_LINES:
        found.append(f"1: file has {lines} lines, at most {FILE_LINES}")
    lengths = []
    for node in functions(tree):
        lengths.append(code_lines(node))
        found.extend(check_function(node))
    for klass in ast.walk(tree):
        if isinstance(klass, ast.ClassDef) and code_lines(klass) > CLASS_LINES:
            found.append(
                f"{klass.lineno}: class {klass.name} has {code_lines(klass)} lines, at most {CLASS_LINES}"
            )
    if not path.stem.endswith(KERNEL):
        found.extend(check_imports(tree))
        found.extend(check_kernel_imports(tree))
    return [f"{path}:{line}" for line in found], lengths


def main(folders: list[str]) -> int:
    """Check every Python file below the folders; returns the exit code."""
    excesses: list[str] = []
    lengths: list[int] = []
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.py")):
            found, sizes = check_file(path)
            excesses.extend(found)
            lengths.extend(sizes)
    median = statistics.median(lengths) if lengths else 0
    if median > MEDIAN_FUNCTION_LINES:
        excesses.append(f"median function has {median} lines, at most {MEDIAN_FUNCTION_LINES}")
    print(
        "\n".join(excesses)
        if excesses
        else f"budgets: {len(lengths)} functions, median {median:g} lines, none over"
    )
    return 1 if excesses else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["src"]))
