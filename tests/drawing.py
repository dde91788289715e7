"""Draw the rooms and the pipeline as SVG, in light and dark colours. Used by `architecture.py`.

In: boxes and arrows. Out: the text of an SVG file, deterministic. All lengths are in px.
The layout of rooms and arrows is computed by graphlay, which lays out layered graphs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import graphlay

ROOM_SIZE = (256, 104)  # width and height of a room's box
STEP_SIZE = (620, 66)  # width and height of a step's box
GAP = 44  # between two steps, with an arrow and the name of the value passed on
ENDING = 200  # width of the text beside a step
CHARACTERS = 34  # of a line of text in a room's box
MARGIN = 28
FLOOR_LABEL = 70  # width of the floors' names, left of the rooms
LINE = 16  # from one line of text to the next
BEND = 6  # radius
STYLE = """
.paper { fill: #fff } .floor { fill: #f4f6f8 } .aside { fill: #596472 }
.arrow { fill: none; stroke: #66717f; stroke-width: 1.4 } .head { fill: #66717f }
text { fill: #1b2430; font: 12px system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif }
.name { font: 600 12px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
.corpus { fill: #e3f3e6; stroke: #4f9a5e } .embeddings { fill: #e4eefb; stroke: #4b7fc4 }
.qa { fill: #fdf0dc; stroke: #c58a2c } .api { fill: #f3e6f7; stroke: #9a5cb0 }
@media (prefers-color-scheme: dark) {
.paper { fill: #10151b } .floor { fill: #181f28 } .arrow { stroke: #93a0ae } .head { fill: #93a0ae }
text { fill: #e8edf2 } .aside { fill: #a3aebb }
.corpus { fill: #17331d; stroke: #5fb171 } .embeddings { fill: #172b47; stroke: #6a9de0 }
.qa { fill: #3a2b12; stroke: #d9a24a } .api { fill: #33203b; stroke: #b87fce }
}
"""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Room:
    """A box of the plan: a room's path, what it is for, its package, and its floor, of which the lowest is 1."""

    path: str
    purpose: str
    package: str
    floor: int


@dataclass(frozen=True, slots=True)
class Step:
    """A box of the pipeline: a step's name, function, purpose and result, and how the pipeline may end there."""

    name: str
    function: str
    purpose: str
    result: str
    ends: str = ""


def draw_plan(rooms: Sequence[Room], arrows: Iterable[tuple[str, str]], packages: Mapping[str, str]) -> str:
    """Return the plan: rooms on their floors, arrows from each to those it imports, and what the packages are for."""
    top_floor = max(room.floor for room in rooms)
    graph = graphlay.Graph()
    for room in rooms:
        graph.node(room.path, width=ROOM_SIZE[0], height=ROOM_SIZE[1], rank={"fixed": top_floor - room.floor})
    for importer, imported in arrows:
        graph.edge(importer, imported)
    layout = graphlay.layout(graph, options={"direction": "topbottom", "routing": {"style": "orthogonal"}})
    centres = layout.positions()
    left, right, bottom = layout.bounds["min"]["x"], layout.bounds["max"]["x"], layout.bounds["max"]["y"]
    heights = {room.floor: centres[room.path][1] for room in rooms}
    parts = [_floor(floor, left, right, y) for floor, y in heights.items()]
    parts += [_arrow([(point["x"], point["y"]) for point in edge["points"]]) for edge in layout.edges]
    parts += [_room(room, *centres[room.path]) for room in rooms]
    parts += [_package(*package, left, bottom + 40 + row * 24) for row, package in enumerate(packages.items())]
    area = (left - FLOOR_LABEL, 0, right + 12, bottom + 40 + len(packages) * 24)
    return _svg("The rooms on their floors, and their imports, all of which go down", parts, area)


def draw_pipeline(given: str, steps: Sequence[Step]) -> str:
    """Return the pipeline: its steps from top to bottom, the input of each, and how the pipeline may end there."""
    width, height = STEP_SIZE
    pitch = height + GAP
    inputs = [given, *(step.result for step in steps)]
    parts = [_input(name, row * pitch) for row, name in enumerate(inputs)]
    parts += [_step(step, row * pitch + GAP) for row, step in enumerate(steps)]
    return _svg("The way of a question to its answer", parts, (0, 0, width + ENDING, len(steps) * pitch + GAP))


def _input(name: str, top: float) -> str:
    """Draw the arrow to the next step, with the name of its input."""
    return _arrow([(60, top + 2), (60, top + GAP)]) + _text(74, top + GAP / 2 + 4, name, "aside")


def _step(step: Step, top: float) -> str:
    width, height = STEP_SIZE
    middle = top + height / 2
    parts = [
        _rect(0, top, width, height, step.function.partition(".")[0]),
        _text(16, top + 25, step.name, "name"),
        _text(width - 16, top + 25, step.function, "aside", anchor="end"),
        _text(16, top + 47, step.purpose),
    ]
    if step.ends:
        lines = wrap(step.ends, 24)
        parts += [_arrow([(width, middle), (width + 40, middle)])]
        parts += [
            _text(width + 50, middle + 4 + (row - (len(lines) - 1) / 2) * LINE, line) for row, line in enumerate(lines)
        ]
    return "".join(parts)


def _package(name: str, purpose: str, left: float, y: float) -> str:
    """Draw the legend of a package: its colour, name and purpose."""
    return (
        _rect(left, y, 20, 14, name)
        + _text(left + 30, y + 11, name, "name")
        + _text(left + 124, y + 11, purpose.replace("`", ""))
    )


def _floor(number: int, left: float, right: float, y: float) -> str:
    height = ROOM_SIZE[1] + 20
    band = _rect(left - FLOOR_LABEL, y - height / 2, right - left + FLOOR_LABEL + 12, height, "floor")
    return band + _text(left - FLOOR_LABEL + 12, y + 4, f"floor {number}", "aside")


def _room(room: Room, x: float, y: float) -> str:
    left, top = x - ROOM_SIZE[0] / 2, y - ROOM_SIZE[1] / 2
    lines = wrap(room.purpose.replace("`", ""), CHARACTERS, max_lines=4, placeholder=" …")
    texts = [_text(left + 12, top + 42 + row * LINE, line) for row, line in enumerate(lines)]
    return _rect(left, top, *ROOM_SIZE, room.package) + _text(left + 12, top + 22, room.path, "name") + "".join(texts)


def _arrow(points: Sequence[Point]) -> str:
    """Draw a line through points with rounded bends, and a head at its end."""
    begin, *bends, end = points
    path = f"M{begin[0]:g} {begin[1]:g}"
    for before, bend, after in zip(points, bends, points[2:], strict=False):
        into, out = _towards(bend, before), _towards(bend, after)
        path += f"L{into[0]:g} {into[1]:g}Q{bend[0]:g} {bend[1]:g} {out[0]:g} {out[1]:g}"
    return f'<path class="arrow" marker-end="url(#head)" d="{path}L{end[0]:g} {end[1]:g}"/>\n'


def _towards(bend: Point, other: Point) -> Point:
    """Return the point where a bend begins, as seen from another point of the line."""
    length = max(abs(other[0] - bend[0]), abs(other[1] - bend[1]))
    share = min(BEND, length / 2) / length if length else 0
    return bend[0] + (other[0] - bend[0]) * share, bend[1] + (other[1] - bend[1]) * share


def _rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8"/>\n'


def _text(x: float, y: float, text: str, kind: str = "", *, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>\n'


def _svg(title: str, parts: Iterable[str], area: tuple[float, float, float, float]) -> str:
    """Return an SVG file of parts inside an area: left, top, right, bottom."""
    left, top = area[0] - MARGIN, area[1] - MARGIN
    width, height = area[2] + MARGIN - left, area[3] + MARGIN - top
    return f"""<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" height="{height:g}"
 viewBox="{left:g} {top:g} {width:g} {height:g}">
<title>{escape(title)}</title>
<style>{STYLE}</style>
<defs><marker id="head" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="7" markerHeight="7" orient="auto">
<path class="head" d="M0 0L10 5L0 10z"/></marker></defs>
<rect class="paper" x="{left:g}" y="{top:g}" width="100%" height="100%"/>
{"".join(parts)}</svg>
"""
