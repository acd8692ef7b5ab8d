"""Rules about the code as a whole, checked on every module's syntax tree.

Imports inside functions and under TYPE_CHECKING count like all others.
"""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Union

import pytest

import dev

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "remediation"

# What each part of the package may import from the others. Imports run downwards only.
MIDDLE = ("sources", "matching", "diagnosis", "planning")
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "setting_kinds": set(),
    "settings": {"model", "setting_kinds"},
    "sources": {"model", "vendor"},
    "matching": {"model"},
    "diagnosis": {"model"},
    "planning": {"model"},
    "collection": {"model", "settings", *MIDDLE},
    "gui": {"model", "setting_kinds", "settings", *MIDDLE, "collection"},
    "headless": {"model", "settings", *MIDDLE, "collection"},
    "addon": {"model", "settings", *MIDDLE, "collection", "gui"},
}
WITHOUT_ANKI = ("model", "setting_kinds", "settings", *MIDDLE)
# Nothing but the standard library: the nouns, and what is computed from them.
STANDARD_LIBRARY_ONLY = (
    "model",
    "setting_kinds",
    "settings",
    "matching",
    "diagnosis",
    "planning",
)
WITHOUT_A_WINDOW = ("collection", "headless")
NETWORK = {
    "aiohttp",
    "asyncio",
    "ftplib",
    "http",
    "httpx",
    "imaplib",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "telnetlib",
    "urllib",
    "urllib3",
    "xmlrpc",
}
QT = {"PyQt5", "PyQt6"}
ABOVE = "something above the package"
VENDORED = {Path(file.name).stem for part in dev.VENDORED for file in part.files} - {""}


@dataclass(frozen=True)
class Import:
    """One imported thing: the module's full name, and the name taken from it, if any.

    A module of the add-on is named from the add-on's root: "remediation.model.banks".
    """

    line: int
    module: str
    name: str
    is_relative: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """A Python file of the add-on and what it is made of."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def part(self) -> str:
        """The part of the package it belongs to: "model" for remediation/model/banks.py."""
        return self.path.relative_to(PACKAGE).with_suffix("").parts[0]

    def imports(self) -> Iterator[Import]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(node.lineno, alias.name, "", is_relative=False)
            elif isinstance(node, ast.ImportFrom):
                module = self._absolute(node)
                for alias in node.names:
                    yield Import(node.lineno, module, alias.name, is_relative=bool(node.level))

    def _absolute(self, node: ast.ImportFrom) -> str:
        parts = self.path.relative_to(ROOT).parts
        if node.level > len(parts):
            return ABOVE
        package = parts[: -node.level] if node.level else ()
        return ".".join((*package, *filter(None, [node.module])))

    def imported_parts(self) -> Iterator[tuple[int, str]]:
        """Line and name of each part of the package that it imports, its own included."""
        for found in self.imports():
            if found.is_relative:
                names = f"{found.module}.{found.name}".split(".")
                yield found.line, names[1] if found.top == PACKAGE.name else ABOVE

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and name of each function called by its plain or its last name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                function = node.func
                if isinstance(function, ast.Name):
                    yield node.lineno, function.id
                elif isinstance(function, ast.Attribute):
                    yield node.lineno, function.attr


def read(path: Path) -> Module:
    return Module(path, ast.parse(path.read_text(encoding="utf-8"), str(path)))


def modules_in(*parts: str) -> list[Module]:
    return [module for module in MODULES if module.part in parts]


# The vendored modules are not ours; `dev.py` pins them, and they are looked at for network only.
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = [read(path) for path in FILES if path.parent != PACKAGE / "vendor"]
MODULES = [module for module in MODULES if module.path != PACKAGE / "__init__.py"]
VENDORED_MODULES = [read(path) for path in FILES if path.parent == PACKAGE / "vendor"]
START = read(ROOT / "__init__.py")


def complaints(found: Iterator[tuple[Module, int, str]]) -> list[str]:
    return [f"{module.name}:{line}: {what}" for module, line, what in found]


def test_there_is_something_to_check() -> None:
    assert {"model", "sources", "matching", "diagnosis", "collection", "gui"} <= {
        module.part for module in MODULES
    }
    lazy = [found.module for module in modules_in("addon") for found in module.imports()]
    assert {"aqt.main", "remediation.gui"} <= set(lazy)
    assert sum(len(list(module.imports())) for module in MODULES) > 100


# --- Layers ---------------------------------------------------------------------------------------


def test_every_part_has_its_place() -> None:
    """A new folder or file at the top needs an entry in MAY_IMPORT."""
    assert {module.part for module in MODULES} <= MAY_IMPORT.keys()


def test_imports_run_downwards_only() -> None:
    assert not complaints(
        (module, line, f"{module.part} imports {part}")
        for module in MODULES
        for line, part in module.imported_parts()
        if part not in {module.part, *MAY_IMPORT[module.part]}
    )


def test_no_part_is_above_itself() -> None:
    """The table above has no cycles, and the middle parts do not know each other."""
    order = list(MAY_IMPORT)
    for part, allowed in MAY_IMPORT.items():
        assert {order.index(other) for other in allowed - {"vendor"}} <= set(
            range(order.index(part))
        )
    assert not any(MAY_IMPORT[part] & set(MIDDLE) for part in MIDDLE)


def test_pure_parts_import_neither_anki_nor_aqt() -> None:
    assert not complaints(
        (module, found.line, found.module)
        for module in modules_in(*WITHOUT_ANKI)
        for found in module.imports()
        if found.top in {"anki", "aqt"}
    )


def test_pure_parts_load_neither_anki_nor_a_window_library() -> None:
    """The same once more, by importing them all in a Python of their own."""
    names = [
        ".".join(module.path.relative_to(ROOT).with_suffix("").parts)
        for module in modules_in(*WITHOUT_ANKI)
    ]
    code = f"import sys, {', '.join(names)}; print(*{{n.partition('.')[0] for n in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "remediation" in run.stdout.split()
    assert not {"anki", "aqt", "PyQt5", "PyQt6"} & set(run.stdout.split())


def test_the_nouns_and_what_is_computed_from_them_need_the_standard_library_only() -> None:
    assert not complaints(
        (module, found.line, found.module)
        for module in modules_in(*STANDARD_LIBRARY_ONLY)
        for found in module.imports()
        if not found.is_relative and not is_in_standard_library(found.top)
    )


def is_in_standard_library(name: str) -> bool:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return False
    if spec.origin in {"built-in", "frozen"}:
        return True
    origin = Path(spec.origin).resolve()
    return "site-packages" not in origin.parts and any(
        Path(sysconfig.get_path(kind)).resolve() in origin.parents
        for kind in ("stdlib", "platstdlib")
    )


def test_the_standard_library_is_recognised() -> None:
    assert all(map(is_in_standard_library, ["__future__", "json", "sys", "math", "zlib"]))
    assert not any(map(is_in_standard_library, ["pytest", "anki", "remediation", "nothing_such"]))


def test_collection_code_needs_no_window() -> None:
    assert not complaints(
        (module, found.line, found.module)
        for module in modules_in(*WITHOUT_A_WINDOW)
        for found in module.imports()
        if found.top in {"aqt", *QT}
    )


# --- How things are imported ----------------------------------------------------------------------


def test_the_addon_imports_itself_relatively() -> None:
    """AnkiWeb gives the add-on's folder a number as its name."""
    assert not complaints(
        (module, found.line, found.module)
        for module in (*MODULES, START)
        for found in module.imports()
        if found.module == ABOVE or (found.top == PACKAGE.name and not found.is_relative)
    )


def test_vendored_modules_are_never_imported_under_their_public_name() -> None:
    assert VENDORED
    assert not complaints(
        (module, found.line, found.module)
        for module in (*MODULES, *VENDORED_MODULES, START)
        for found in module.imports()
        if found.top in VENDORED and not found.is_relative
    )


def test_nothing_is_imported_by_a_name_made_at_run_time() -> None:
    """It would go past every other rule here."""
    assert not complaints(
        (module, line, name)
        for module in (*MODULES, START)
        for line, name in module.calls()
        if name in {"__import__", "import_module", "exec", "eval", "spec_from_file_location"}
        and not (name == "exec" and module.part == "gui")  # QDialog.exec, QMenu.exec
    )


def test_no_module_changes_where_python_looks_for_modules() -> None:
    assert not complaints(
        (module, node.lineno, f"sys.{node.attr}")
        for module in (*MODULES, START)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
        and node.attr in {"path", "modules", "meta_path", "path_hooks"}
    )


def test_the_main_window_is_handed_over_and_not_imported() -> None:
    assert not complaints(
        (module, found.line, "mw")
        for module in MODULES
        for found in module.imports()
        if found.top == "aqt" and found.name == "mw"
    )
    assert not complaints(
        (module, node.lineno, "aqt.mw")
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "mw"
        and isinstance(node.value, ast.Name)
        and node.value.id == "aqt"
    )


def test_only_the_start_asks_for_the_main_window() -> None:
    assert [(found.module, found.name) for found in START.imports()] == [
        ("aqt", "mw"),
        ("remediation", "addon"),
    ]


# --- What no module does --------------------------------------------------------------------------


def test_no_module_can_reach_the_network() -> None:
    assert not complaints(
        (module, found.line, found.module)
        for module in (*MODULES, *VENDORED_MODULES, START)
        for found in module.imports()
        if found.top in NETWORK
        or "QtNetwork" in (*found.module.split("."), found.name)
        or "QtWebSockets" in (*found.module.split("."), found.name)
        or found.name.startswith(("QNetwork", "QTcp", "QUdp", "QSsl", "QWebSocket"))
        or (found.top in {"anki", "aqt"} and found.name == "HttpClient")
    )


def test_only_the_command_line_prints() -> None:
    assert not complaints(
        (module, line, "print")
        for module in (*MODULES, START)
        for line, name in module.calls()
        if name == "print" and module.name != "remediation/headless.py"
    )


def test_nothing_is_checked_with_assert() -> None:
    """Python leaves asserts out when it optimises."""
    assert not complaints(
        (module, node.lineno, "assert")
        for module in (*MODULES, START)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assert)
    )


# --- Docstrings -----------------------------------------------------------------------------------

Documented = Union[ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef]
# Qt calls these; what they do is in Qt's documentation. Its other methods are written inCamelCase.
QT_METHODS = {"accept", "data", "done", "event", "flags", "index", "parent", "reject"}


def public_definitions(body: list[ast.stmt], *, in_class: bool) -> Iterator[Documented]:
    """Public functions and classes, and the public methods of public classes."""
    for node in body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        is_of_qt = in_class and (node.name in QT_METHODS or node.name != node.name.lower())
        if node.name.startswith("_") or (is_of_qt and not isinstance(node, ast.ClassDef)):
            continue
        yield node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node.body, in_class=True)


@pytest.mark.parametrize("module", [*MODULES, START], ids=lambda module: module.name)
def test_everything_public_has_a_docstring(module: Module) -> None:
    if module.tree.body:
        assert ast.get_docstring(module.tree), "the module has none"
    without = [
        f"{module.name}:{node.lineno}: {node.name}"
        for node in public_definitions(module.tree.body, in_class=False)
        if not ast.get_docstring(node)
    ]
    assert not without
