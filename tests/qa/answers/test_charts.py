"""Charts: what is drawn of figures, of missing years and of suppressed counts, in pages and as files."""

import xml.etree.ElementTree as ET
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.figures import Figure, find, tables
from drivers.scenes import BARS, CHART
from qa.answers.charts import CEILING, FLOOR, Chart, Point, chart_file, chart_svg
from qa.figures.charts import bar_chart, series_chart

SVG = "{http://www.w3.org/2000/svg}"


def marks(chart: Chart, tag: str, look: str) -> list[ET.Element]:
    """Return the elements of a look in the SVG of a chart."""
    return [mark for mark in ET.fromstring(chart_svg(chart)).iter(SVG + tag) if mark.get("class") == look]  # noqa: S314


def test_years_without_a_number_part_the_line() -> None:
    """No line leads to a missing year, a suppressed count, or one that is counted in another way than that before."""
    assert len(marks(CHART, "line", "line")) == 2
    assert len(marks(CHART, "circle", "full")) == 4
    [few] = marks(CHART, "circle", "few")
    assert float(few.get("cy", "")) == FLOOR


def test_suppressed_counts_are_marked_in_bars_too() -> None:
    """A suppressed count is a hollow bar with its text, and a missing one has no bar."""
    chart = replace(BARS, points=(*BARS.points, Point("Togo", None, "")))

    assert len(marks(chart, "rect", "full")) == len(marks(chart, "rect", "few")) == 1
    assert [mark.text for mark in marks(chart, "text", "quiet")] == ["\u20667\u2069", "\u2066<5\u2069", "\u2066–\u2069"]


def test_a_language_from_right_to_left_mirrors_the_drawing() -> None:
    """Each mark lies as far from the right as it lay from the left."""
    left = [float(mark.get("cx", "")[:-1]) for mark in marks(CHART, "circle", "full")]
    right = [float(mark.get("cx", "")[:-1]) for mark in marks(replace(CHART, language="ar"), "circle", "full")]

    assert right == [100 - x for x in left]


def test_numbers_are_written_as_in_the_language() -> None:
    """The grid and the figures have the language's marks between thousands."""
    table = tables()["unodc-glotip"]
    chart = series_chart("Victimes", find(table, "GB", range(2017, 2019), "victims"), "fr")

    assert chart.points[0].shown == "5\u202f138"
    assert "5\u202f000" in {shape.text for shape in chart.shapes}


def test_a_chart_says_in_words_what_it_shows() -> None:
    """Who can't see it gets its title and every figure; texts with signs of markup are texts."""
    svg = ET.fromstring(chart_svg(replace(CHART, title="<b>A & B</b>")))  # noqa: S314

    assert svg.get("role") == "img"
    assert svg.findtext(f"{SVG}title") == "<b>A & B</b>"
    assert svg.findtext(f"{SVG}desc") == "2013: 12; 2014: 40; 2015: –; 2016: <5; 2017: 1,038; 2018: 920"


def test_a_file_tells_its_title_unit_source_and_notes() -> None:
    """What leaves the page keeps what has to be known of it, in either direction."""
    for language in ("en", "ar"):
        texts = [text.text for text in ET.fromstring(chart_file(replace(CHART, language=language))).iter(SVG + "text")]  # noqa: S314
        assert texts[:3] == ["Victims detected · Ghana (persons)", CHART.source, *CHART.notes]


@given(st.lists(st.none() | st.integers(0, 10**7), min_size=1, max_size=30))
def test_every_number_lies_on_the_grid(values: list[int | None]) -> None:
    """No mark lies above the highest line or below zero, and labels of years don't crowd."""
    points = tuple(Point(str(year), value, "" if value is None else str(value)) for year, value in enumerate(values))
    shapes = replace(CHART, points=points).shapes

    assert all(CEILING <= shape.y <= FLOOR for shape in shapes if shape.tag == "circle")
    assert sum(shape.look == "middle quiet" for shape in shapes) <= 7


def test_a_series_is_drawn_with_the_years_that_it_lacks() -> None:
    """Years between those of the table are points without a figure, and the notes come in the chart's language."""
    table = tables()["unodc-glotip"]
    chart = series_chart("Victimes", find(table, "GB", None, "victims"), "fr")

    assert [point.label for point in chart.points if point.is_break] == ["2017"]
    assert chart.language == "fr"
    assert chart.source == "ONUDC, Rapport mondial sur la traite des personnes"
    assert "country=GB&indicator=victims&since=" in chart.csv_url


def test_judgements_are_a_table_of_runs_of_years() -> None:
    """A tier is no count and is not drawn; equal years in a row are one line."""
    table = tables()["us-tip-tiers"]
    chart = series_chart("Tier", find(table, "NP", None, "tier"), "en")

    assert chart.shapes == ()
    assert chart.points[0] == Point("2001–2004", None, "Tier 2")
    assert chart.points[-2:] == (Point("2016–2023", None, ""), Point("2024–2025", None, "Tier 2 Watch List"))


def test_places_are_compared_in_their_order() -> None:
    """Bars have the names of the places in the language of the chart."""
    table = tables()["unodc-glotip"]
    figures = [Figure(place, 2018, "convicted", (), 5, ()) for place in ("NP", "IN")]
    chart = bar_chart("Condamnés", figures, table, table.indicator("convicted"), "fr")

    assert [point.label for point in chart.points] == ["Népal", "Inde"]
    assert chart.csv_url.startswith("/v1/figures?country=IN&country=NP&indicator=convicted&since=2018&until=2018")
