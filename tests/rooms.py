"""The rooms of the four packages, read from their source: modules, who imports whom, floors and lengths.

A room is a folder of a package. Modules that lie beside such folders form a room together where they need none of them
(`qa/`: answers, replies ...), and a room each where they do (`qa/assistant.py`).
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

    def broad_excepts(self) -> int:
        """Count the handlers that catch every exception."""
        caught = [node.type for node in ast.walk(self.tree) if isinstance(node, ast.ExceptHandler)]
        return sum(type is None or bool(_names_in(type) & {"BaseException", "Exception"}) for type in caught)


def _names_in(node: ast.expr) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


@cache
def modules() -> dict[str, Module]:
    """Return all modules of the four packages by dotted name, in the order of the packages and of their paths."""
    found = {}
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, len(text.splitlines()), ast.parse(text))
    return found


@cache
def module_imports() -> nx.DiGraph:
    """Return a graph with an edge from each module to each that it imports, at its top or inside a function.

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
    """Return the module that defines an imported name; an empty text where that is another library's."""
    module, name = imported, ""
    while module and module not in modules():
        module, _, name = module.rpartition(".")
    if module in PACKAGES and name:
        behind = (other for other in _imported_names(modules()[module]) if other.endswith(f".{name}"))
        return _defining_module(next(behind, module))
    return module


@cache
def room_imports() -> nx.DiGraph:
    """Return a graph with an edge from each room to each that one of its modules imports."""
    graph = nx.DiGraph()
    graph.add_nodes_from(dict.fromkeys(map(room_of, module_imports())))
    edges = ((room_of(module), room_of(other)) for module, other in module_imports().edges)
    graph.add_edges_from((room, other) for room, other in edges if room != other)
    return graph


@cache
def room_of(module: str) -> str:
    """Return the room of a module: a folder of its package, the package, or the module by itself."""
    package, *inside = module.split(".")
    folders = {name for name, other in modules().items() if other.is_package and name.count(".") == 1}
    folder = f"{package}.{inside[0]}" if inside else package
    if folder in folders or folder == package:
        return folder
    needed = nx.descendants(module_imports(), module)
    return module if any(other.startswith(f"{package}.") and room_of(other) in folders for other in needed) else package


def floors(imports: nx.DiGraph) -> dict[str, int]:
    """Return the floor of each module or room: 1 if it imports none, else the one above the highest that it imports.

    Raises ValueError, naming the circle, where they import each other.
    """
    if not nx.is_directed_acyclic_graph(imports):
        raise ValueError(f"imports go in a circle: {nx.find_cycle(imports)}")
    generations = enumerate(nx.topological_generations(imports.reverse()), start=1)
    return {name: floor for floor, names in generations for name in sorted(names)}


def modules_in(room: str) -> list[Module]:
    """Return the modules of a room."""
    return [module for name, module in modules().items() if room_of(name) == room]


def path_of(room: str) -> str:
    """Return a room's path as a reader finds it: `qa/safety/`, or `qa/assistant.py`.

    >>> path_of("qa.safety"), path_of("qa")
    ('qa/safety/', 'qa/')
    """
    return room.replace(".", "/") + ("/" if modules()[room].is_package else ".py")


def purpose_of(room: str) -> str:
    """Return what a room is for: the first line of its docstring; its modules where they are all that it holds."""
    if room in PACKAGES:
        return ", ".join(module.path.stem for module in modules_in(room) if not module.is_package)
    return modules()[room].purpose
