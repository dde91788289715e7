"""Read the rooms of the four packages from their source: modules, imports, floors and lengths.

A room is a folder of a package, with all that is in it, or the files that stand beside such folders, as `qa/`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parent.parent
PACKAGES = ("corpus", "embeddings", "qa", "api")  # from the bottom to the top


@dataclass(frozen=True, slots=True)
class Module:
    """A source file of the packages: its dotted name, its number of lines and its syntax tree."""

    name: str
    path: Path
    lines: int
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        """Whether it stands for a folder."""
        return self.path.name == "__init__.py"

    @property
    def purpose(self) -> str:
        """The first line of its docstring."""
        return (ast.get_docstring(self.tree) or "").partition("\n")[0]

    def functions(self) -> Iterator[tuple[str, int]]:
        """Yield the name of each function and method with its number of lines, docstring included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                yield node.name, node.end_lineno - node.lineno + 1

    def names_used(self) -> set[str]:
        """Return the names that it reads, calls or looks up in others."""
        nodes = list(ast.walk(self.tree))
        names = {node.id for node in nodes if isinstance(node, ast.Name)}
        return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}

    def broad_excepts(self) -> int:
        """Count the handlers that catch every exception."""
        caught = [node.type for node in ast.walk(self.tree) if isinstance(node, ast.ExceptHandler)]
        return sum(type is None or bool(_names_in(type) & {"BaseException", "Exception"}) for type in caught)


def _names_in(node: ast.expr) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


@cache
def modules() -> dict[str, Module]:
    """Return all modules of the four packages by dotted name, in the order of the packages and of their paths."""
    by_name = {}
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        by_name[name] = Module(name, path, len(text.splitlines()), ast.parse(text))
    return by_name


@cache
def module_imports() -> nx.DiGraph:
    """Return a graph with an edge from each module to every module that it imports, at the top or inside a function.

    A name imported from a package, as in `from qa import Answer`, counts for the module that defines it.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(name for name in modules() if name not in PACKAGES)
    for name in list(graph):
        imported = {_defining_module(imported) for imported in _imported_names(modules()[name])}
        graph.add_edges_from((name, other) for other in sorted(imported - {"", name}))
    return graph


def _imported_names(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _defining_module(imported: str) -> str:
    """Return the module that defines an imported name, or "" where that is in a library."""
    module, name = imported, ""
    while module and module not in modules():
        module, _, name = module.rpartition(".")
    if module in PACKAGES and name:
        behind = (other for other in _imported_names(modules()[module]) if other.endswith(f".{name}"))
        return _defining_module(next(behind, module))
    return module


@cache
def rooms_by_module() -> dict[str, str]:
    """Return each module's room, as a path: `qa/safety/`, or `qa/` for a file beside such folders."""
    rooms = {}
    for name in modules():
        package, *inside = name.split(".")
        has_folder = inside and modules()[f"{package}.{inside[0]}"].is_package
        rooms[name] = f"{package}/{inside[0]}/" if has_folder else f"{package}/"
    return rooms


@cache
def room_imports() -> nx.DiGraph:
    """Return a graph with an edge from each room to every room that one of its modules imports."""
    graph = nx.DiGraph()
    graph.add_nodes_from(dict.fromkeys(rooms_by_module()[module] for module in module_imports()))
    edges = ((rooms_by_module()[module], rooms_by_module()[other]) for module, other in module_imports().edges)
    graph.add_edges_from((room, other) for room, other in edges if room != other)
    return graph


def floors(imports: nx.DiGraph) -> dict[str, int]:
    """Return the floor of each module or room: 1 if it imports no other, else 1 more than the highest that it imports.

    Raises ValueError, naming the circle, where they import each other.
    """
    if not nx.is_directed_acyclic_graph(imports):
        raise ValueError(f"imports go in a circle: {nx.find_cycle(imports)}")
    generations = enumerate(nx.topological_generations(imports.reverse()), start=1)
    return {name: floor for floor, names in generations for name in sorted(names)}


def modules_in(room: str) -> list[Module]:
    """Return the modules of a room."""
    return [modules()[name] for name, other in rooms_by_module().items() if other == room]


def purpose_of(room: str) -> str:
    """Return what a room is for, by the docstring of its folder; for `qa/` and the like, its files."""
    inside = modules_in(room)
    if room.removesuffix("/") in PACKAGES:
        return ", ".join(module.path.stem for module in inside if not module.is_package)
    return inside[0].purpose
