"""The public face of the package, and what its source must never contain."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import orecell

SOURCE = Path(orecell.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))


def test_every_public_name_resolves_and_is_listed_once() -> None:
    assert len(set(orecell.__all__)) == len(orecell.__all__)
    for name in orecell.__all__:
        assert getattr(orecell, name).__doc__, name


def test_a_name_that_is_not_public_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'secret'"):
        orecell.secret  # noqa: B018


FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "shelve", "marshal", "dill", "joblib", "jsonpickle"}
UNSAFE_LOADERS = {"Loader", "UnsafeLoader", "FullLoader", "CLoader", "CUnsafeLoader"}


def _name(node: ast.AST) -> str:
    """Dotted name of an expression, as far as it is one."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _dangers(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in FORBIDDEN_MODULES:
                    yield node.lineno, f"import {alias.name}"
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in FORBIDDEN_MODULES:
                yield node.lineno, f"from {node.module}"
        elif isinstance(node, ast.Call):
            yield from ((node.lineno, danger) for danger in _dangers_of_call(node))


def _dangers_of_call(node: ast.Call) -> Iterator[str]:
    name = _name(node.func)
    arguments = {keyword.arg: keyword.value for keyword in node.keywords}
    if name in FORBIDDEN_CALLS:
        yield name
    if name in ("yaml.load", "yaml.unsafe_load", "yaml.full_load", "yaml.load_all"):
        yield name
    loader = _name(arguments["Loader"]) if "Loader" in arguments else ""
    if loader.rsplit(".", 1)[-1] in UNSAFE_LOADERS:
        yield f"{name} with {loader}"
    for option in ("allow_pickle", "shell"):
        value = arguments.get(option)
        if value is not None and not (isinstance(value, ast.Constant) and value.value is False):
            yield f"{name} with {option}"


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "exec(code)",
        "import pickle",
        "from pickle import loads",
        "yaml.load(text)",
        "yaml.load(text, Loader=yaml.SafeLoader)",
        "yaml.compose(text, Loader=yaml.FullLoader)",
        "np.load(path, allow_pickle=True)",
        "subprocess.run(line, shell=True)",
        "os.system(line)",
    ],
)
def test_the_walk_finds_each_danger(text: str) -> None:
    assert list(_dangers(ast.parse(text)))


@pytest.mark.parametrize("text", ["re.compile('a')", "np.load(path, allow_pickle=False)", "model.eval"])
def test_the_walk_does_not_cry_wolf(text: str) -> None:
    assert list(_dangers(ast.parse(text))) == []


def test_the_source_runs_no_code_that_comes_from_data() -> None:
    assert len(FILES) > 20
    found = {
        str(path.relative_to(SOURCE)): list(_dangers(ast.parse(path.read_text("utf-8")))) for path in FILES
    }
    assert {file: dangers for file, dangers in found.items() if dangers} == {}
