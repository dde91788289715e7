"""Tables of figures are derived from their sources without what one stumbles over, and tell what is missing."""

import csv
import gzip
import io
import random
from collections import defaultdict
from pathlib import Path

import pytest

from conftest import NOT_HERE
from corpus.figures import Table, find, load_tables, ranked, tables
from corpus.figures.derive import derive
from corpus.figures.documents import TableDocuments, document_of, span_of

SOURCES = Path(__file__).parents[4] / "shared" / "data"
GLOTIP, TIERS, PALERMO, MISSING = "unodc-glotip", "us-tip-tiers", "palermo-protocol", "iom-missing-migrants"
needs_sources = pytest.mark.skipif(not SOURCES.is_dir(), reason=f"{NOT_HERE}the sources of the tables")

RATES = """
title: Shelters of the Example Foundation
publisher: Example Foundation
url: https://example.org/shelters
published: "2024"
licence: CC BY 4.0
source: {en: Example Foundation}
notes: {en: Only shelters that answered the survey.}
file: shelters.csv
places: [land]
year: when
value: beds
breakdowns:
  sex: {column: for, values: {women: female}, total: all}
indicators:
  beds:
    name: {en: Beds in shelters}
    sentence: {en: "{value} beds in shelters were counted in {place} in {year}"}
    descriptions: [How many beds are there in shelters]
    words: [beds]
"""
SHELTERS = """land,when,for,beds
Nepal,2019,all,"1,200"
Nepal,2020,all,<5
Nepal,2020,women,<5
Nepal,2021,women,<5
Kenya,2020,all,40
Kenya,2020,all,40
Ghana,2020,all,30
Ghana,2020,all,31
Ghana,2021,all,-3
Atlantis,2020,all,7
"""


@pytest.fixture
def shelters(tmp_path: Path) -> Table:
    """Return a table of a third party: two files and no code."""
    (tmp_path / "shelters.csv").write_text(SHELTERS, encoding="utf-8")
    (tmp_path / "shelters.yaml").write_text(RATES, encoding="utf-8")
    derive(tmp_path, tmp_path / "shelters.yaml")
    return load_tables(tmp_path)["shelters"]


def test_a_table_is_added_by_a_description_and_a_csv(shelters: Table) -> None:
    """Its figures are found by country and year, with the row of the source, and told as a document."""
    [figure] = find(shelters, "NP", [2019], "beds")
    document = document_of(shelters, "NP")

    assert (figure.value, figure.rows) == (1200, (1,))
    assert span_of(shelters, figure).of(document.text) == "Beds in shelters, Nepal, 2019: 1,200 (row 1 of the source)"
    assert TableDocuments([shelters])["figures-shelters-np"] == document


def test_what_is_missing_is_said_as_missing(shelters: Table) -> None:
    """It is no zero, and the years that there are stand beside it."""
    series = find(shelters, "NP", range(2018, 2021), "beds")

    assert [figure.value for figure in series] == [1200, "<5"]
    assert (series.missing, series.available) == ((2018,), (2019, 2020))
    assert series[1].is_suppressed
    assert series[1].number is None


def test_rows_that_cannot_be_trusted_are_left_out(shelters: Table) -> None:
    """Of rows that stand twice, equal ones count once and different ones not; negative counts and fillers go too."""
    assert [figure.rows for figure in find(shelters, "KE", None, "beds")] == [(5, 6)]
    assert not find(shelters, "GH", None, "beds")
    assert shelters.places == ("KE", "NP")
    assert [figure.year for figure in find(shelters, "NP", None, "beds", (("sex", "female"),))] == [2020]


def test_years_are_added_up_only_where_that_is_valid() -> None:
    """A missing, suppressed or differently counted year makes a sum invalid, and so does an indicator that is none."""
    glotip = tables()[GLOTIP]
    valid = find(glotip, "DE", range(2015, 2019), "victims")

    assert valid.total == sum(figure.number or 0 for figure in valid)
    assert find(glotip, "GB", range(2016, 2019), "victims").total is None
    assert find(glotip, "GB", range(2016, 2019), "victims").break_year == 2017
    assert find(glotip, "NP", range(2014, 2017), "victims").total is None
    assert find(tables()[TIERS], "NP", range(2010, 2012), "tier").total is None


def test_odd_rows_of_the_sources_are_handled() -> None:
    """Aggregates are no countries, names without codes are, and what is not in a table is not known."""
    glotip, tiers, palermo, missing = (tables()[id] for id in (GLOTIP, TIERS, PALERMO, MISSING))

    assert not {"SAM", "SAF", "CAR"} & set(glotip.places)
    assert not find(glotip, "CF", [2018], "victims")
    assert not find(glotip, "US", [2020], "victims", (("form", "sexual"), ("sex", "female")))
    assert {"MM", "CD", "LA", "DO"} <= {figure.country for figure in tiers.figures if figure.year >= 2020}
    assert not find(tiers, "NP", range(2016, 2020), "tier")
    assert len({figure.country for figure in palermo.figures if figure.indicator == "party"}) == 159
    assert max(palermo.years) == 2013
    assert missing.incomplete == (2024, 2025)
    assert all(figure.number is not None and figure.number >= 0 for figure in missing.figures)


def test_all_words_of_the_shipped_tables_are_in_six_languages() -> None:
    """A comma without quotation marks around its text would end it, and begin a language of its own."""
    languages = {"ar", "en", "es", "fr", "ru", "zh"}
    for table in tables().values():
        words = [words for each in table.indicators for words in (each.name, each.sentence, each.unit, each.notes)]

        assert all(set(text) == languages for text in (table.source, table.notes, *filter(None, words))), table.id


def test_the_shipped_tables_are_small() -> None:
    """All of them take at most 1.5 MB."""
    folder = Path(__file__).parents[3] / "corpus" / "figures" / "tables"

    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_500_000


@needs_sources
def test_the_shipped_tables_are_those_of_their_sources(tmp_path: Path) -> None:
    """Deriving them anew gives the same bytes."""
    folder = Path(__file__).parents[3] / "corpus" / "figures" / "tables"
    for file in folder.glob("*.yaml"):
        copied = tmp_path / file.name
        copied.write_bytes(file.read_bytes())

        assert gzip.decompress(derive(SOURCES, copied).read_bytes()) == gzip.decompress(
            file.with_suffix(".csv.gz").read_bytes()
        )


def _plain_totals() -> dict[tuple[str, str], dict[int, str]]:
    """Return UNODC's plain totals by country and indicator, read from the raw file by plain means."""
    text = gzip.decompress((SOURCES / "unodc_glotip.csv.gz").read_bytes()).decode("utf-8-sig")
    totals: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for row in csv.DictReader(io.StringIO(text)):
        if row["Region"] and row["Dimension"] == row["Category"] == row["Sex"] == row["Age"] == "Total":
            totals[row["Country"], row["Indicator"]][int(row["Year"])] = row["txtVALUE"].replace(",", "")
    return totals


@needs_sources
def test_sums_ranks_and_trends_equal_an_independent_computation() -> None:
    """For 200 random queries, computed from the raw file without the code of the tables."""
    names = {"Detected trafficking victims": "victims", "Persons convicted": "convicted"}
    codes = {"Nepal": "NP", "Germany": "DE", "Brazil": "BR", "Kenya": "KE", "Romania": "RO", "Argentina": "AR",
             "Thailand": "TH", "Poland": "PL", "Peru": "PE", "Japan": "JP", "Chile": "CL", "Ukraine": "UA"}  # fmt: skip
    raw, glotip, chance = _plain_totals(), tables()[GLOTIP], random.Random(21)  # noqa: S311 - no secret
    for _ in range(200):
        country, indicator = chance.choice(list(codes)), chance.choice(list(names))
        first = chance.randint(2008, 2018)
        years = range(first, first + chance.randint(1, 4))
        values = raw[country, indicator]
        series = find(glotip, codes[country], years, names[indicator])
        told = [values[year] for year in years if year in values]

        assert [str(figure.value) for figure in series] == told
        assert list(series.missing) == [year for year in years if year not in values]
        whole = len(told) == len(years) and all(value.isdecimal() for value in told)
        assert series.total == (sum(map(int, told)) if whole else None)
        counts = {code: raw[name, indicator].get(first, "") for name, code in codes.items()}
        expected = sorted((-int(value), code) for code, value in counts.items() if value.isdecimal())
        found = ranked(glotip, list(codes.values()), first, names[indicator])
        assert [(-(figure.number or 0), figure.country) for figure in found] == expected
