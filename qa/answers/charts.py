"""Charts of figures: a line over years, or bars that compare; a few shapes, drawn as SVG here and by the widget alike.

In: points with their labels, and what they count. Out: a Chart, whose shapes give the drawing, and its SVG.
A year that is missing is a gap in the line, and a suppressed count a hollow mark with its text, "<5". Across, shapes
lie in per cent of the width and so fit any; a language that is written from right to left mirrors them.
Left out: which figures are shown (qa/figures), and the table of them beneath, which pages and widget write.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from textwrap import wrap
from typing import Literal
from xml.sax.saxutils import escape

from babel import Locale
from babel.numbers import format_decimal
from pydantic import computed_field

from qa.answers.help import EVERY_KEY

FIRST, LAST = 14.0, 94.0  # where the years begin and end, in per cent
FLOOR, CEILING = 170.0, 24.0  # the heights of zero and of the highest line of the grid
ROW = 44.0  # of a bar and its label
LONGEST = 80.0  # bar, in per cent, so that its number has room behind it
MOST_LABELS = 6  # beside one another on a phone
WIDTH, MARGIN, LINE, COLUMNS = 640, 16, 20, 76  # of a file; a line of it has so many characters
STYLE = """
.chart{color:#17212f;background:#fff;font:14px system-ui,sans-serif;color-scheme:light dark}
.chart text{fill:currentColor}.chart .middle{text-anchor:middle}.chart .quiet{fill:#4a586b}.chart .grid{stroke:#d3dce7}
.chart :is(.line,.few){fill:none;stroke:#0b4ea2;stroke-width:2}.chart .full{fill:#0b4ea2}
@media(prefers-color-scheme:dark){.chart{color:#e8eef6;background:#111924}.chart .quiet{fill:#b0bccd}
.chart .grid{stroke:#344358}.chart :is(.line,.few){stroke:#94c3ff}.chart .full{fill:#94c3ff}}
"""  # of a file; in a page, answer.css has the same by its colours


Kind = Literal["line", "bars", "table"]


@dataclass(frozen=True, slots=True)
class Point:
    """A figure: a year or a country, its value, and how it is written.

    There is no value where the table has none, and `shown` is empty, or a suppressed one, and `shown` is "<5". From a
    point that `is_break` on, it is counted in another way than before.
    """

    __pydantic_config__ = EVERY_KEY

    label: str
    value: int | None
    shown: str
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A part of a drawing: from `x` to `x2` in per cent of the width, from `y` to `y2` in pixels.

    `look` is `grid`, `line`, `full`, or `few` for a suppressed count; of a text, `middle` where it stands around `x`
    and not behind it, and `quiet`.
    """

    __pydantic_config__ = EVERY_KEY

    tag: Literal["line", "circle", "rect", "text"]
    look: str
    x: float
    y: float
    x2: float = 0
    y2: float = 0
    text: str = ""

    def svg(self, *, mirrored: bool) -> str:
        """Return the element of the shape."""
        x, x2 = (100 - self.x, 100 - self.x2) if mirrored else (self.x, self.x2)
        look = f'class="{self.look}"'
        match self.tag:
            case "line":
                return f'<line {look} x1="{x:g}%" y1="{self.y:g}" x2="{x2:g}%" y2="{self.y2:g}"/>'
            case "circle":
                return f'<circle {look} cx="{x:g}%" cy="{self.y:g}" r="4"/>'
            case "rect":
                size = f'width="{abs(x2 - x):g}%" height="{self.y2 - self.y:g}"'
                return f'<rect {look} x="{min(x, x2):g}%" y="{self.y:g}" {size}/>'
            case "text":
                return f'<text {look} x="{x:g}%" y="{self.y:g}">{escape(self.text)}</text>'


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures to be shown as a chart with a table of them beneath: what they are, their source, and notes on them.

    `language` is that of its texts. `csv_url` is the path, on this server, of the figures as CSV.
    """

    __pydantic_config__ = EVERY_KEY

    kind: Kind
    language: str
    title: str
    unit: str
    points: tuple[Point, ...]
    source: str
    notes: tuple[str, ...]
    csv_url: str

    @computed_field
    @property
    def direction(self) -> str:
        """`ltr`, or `rtl` where its texts are written from right to left, which mirrors the drawing."""
        return str(Locale.parse(self.language).text_direction)

    @computed_field
    @property
    def height(self) -> float:
        """The height of the drawing in pixels."""
        return {"line": FLOOR + 24, "bars": ROW * len(self.points), "table": 0}[self.kind]

    @computed_field
    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The drawing; what stands later covers what stands before. A table has none."""
        if self.kind == "table":
            return ()
        return tuple(_line(self.points, self.language) if self.kind == "line" else _bars(self.points))


def chart_svg(chart: Chart) -> str:
    """Return the SVG of a chart, for a page that has the style sheet of answers.

    >>> chart = Chart("bars", "en", "Convicted in 2018", "persons", (Point("Nepal", None, "<5"),), "UNODC", (), "")
    >>> chart_svg(chart).count('class="few"')
    1
    """
    told = "; ".join(f"{point.label}: {point.shown or '–'}" for point in chart.points)
    shapes = "".join(shape.svg(mirrored=chart.direction == "rtl") for shape in chart.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" direction="{chart.direction}" width="100%" '
        f'height="{chart.height:g}"><title>{escape(chart.title)}</title><desc>{escape(told)}</desc>{shapes}</svg>'
    )


def chart_file(chart: Chart) -> str:
    """Return the SVG of a chart as a file of its own, with its title, its source and its notes."""
    columns = COLUMNS // 2 if chart.language == "zh" else COLUMNS
    above = wrap(f"{chart.title} ({chart.unit})" if chart.unit else chart.title, columns)
    below = [line for text in (chart.source, *chart.notes) for line in wrap(text, columns)]
    top = MARGIN + LINE * len(above)
    end = top + chart.height + LINE
    x = WIDTH - MARGIN if chart.direction == "rtl" else MARGIN
    heights = [LINE * (place + 1) for place in range(len(above))] + [end + LINE * place for place in range(len(below))]
    texts = (f'<text x="{x}" y="{y:g}">{escape(text)}</text>' for y, text in zip(heights, above + below, strict=True))
    drawing = chart_svg(chart).replace('width="100%"', f'x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}"', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" direction="{chart.direction}" width="{WIDTH}" '
        f'height="{end + LINE * len(below):g}"><style>{STYLE}</style>{"".join(texts)}{drawing}</svg>\n'
    )


def _line(points: tuple[Point, ...], language: str) -> Iterator[Shape]:
    values = [point.value for point in points if point.value is not None]
    step = _step(max(values, default=1))
    top = step * max(ceil(max(values, default=1) / step), 1)

    def height(value: float) -> float:
        return round(FLOOR - (FLOOR - CEILING) * value / top, 1)

    for line in range(round(top / step) + 1):
        yield Shape("line", "grid", 0, height(line * step), 100, height(line * step))
        yield Shape("text", "quiet", 0, height(line * step) - 4, text=format_decimal(line * step, locale=language))
    apart = (LAST - FIRST) / max(len(points) - 1, 1)
    across = [round(FIRST + apart * place, 2) for place in range(len(points))]
    for (x, point), (x2, after) in pairwise(zip(across, points, strict=True)):
        if after.is_break:
            yield Shape("line", "grid", (x + x2) / 2, CEILING, (x + x2) / 2, FLOOR)
        elif point.value is not None and after.value is not None:
            yield Shape("line", "line", x, height(point.value), x2, height(after.value))
    every = ceil(len(points) / MOST_LABELS)
    for place, (x, point) in enumerate(zip(across, points, strict=True)):
        if (len(points) - 1 - place) % every == 0:
            yield Shape("text", "middle quiet", x, FLOOR + 20, text=point.label)
        if point.shown:
            y = height(point.value or 0)
            yield Shape("circle", "few" if point.value is None else "full", x, y)
            if every == 1 or point.value is None or point.value == max(values):
                yield Shape("text", "middle", x, y - 9, text=_isolated(point.shown))


def _bars(points: tuple[Point, ...]) -> Iterator[Shape]:
    highest = max((point.value for point in points if point.value is not None), default=0) or 1
    for place, point in enumerate(points):
        y = ROW * place
        end = round(LONGEST * (point.value or 0) / highest, 2)
        yield Shape("text", "", 0, y + 16, text=point.label)
        if point.shown:
            yield Shape("rect", "few" if point.value is None else "full", 0.3, y + 22, max(end, 1), y + 36)
        yield Shape("text", "quiet", max(end, 1) + 2, y + 34, text=_isolated(point.shown or "–"))


def _step(highest: int) -> int:
    """Return the distance of lines of the grid, of which three or four reach the highest value.

    >>> _step(4), _step(137), _step(5138)
    (2, 50, 2000)
    """
    wanted = max(highest / 3, 1)
    power = int(10 ** floor(log10(wanted)))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= wanted)


def _isolated(shown: str) -> str:
    """Keep "<5" as it is where text runs from right to left, which would turn it into "5>"."""
    return f"\u2066{shown}\u2069"
