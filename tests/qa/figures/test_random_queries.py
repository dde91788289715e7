"""What is told equals an independent computation from the raw files, for random queries of every kind."""

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from conftest import NOT_HERE
from corpus.figures import tables
from corpus.language.regions import members, place_name
from qa.figures.answers import tell
from qa.figures.question import End, FiguresQuestion, Kind

SOURCES = Path(__file__).parents[4] / "shared" / "data"
QUERIES = 200
INDICATORS = {"Detected trafficking victims": "victims", "Persons convicted": "convicted"}
# fmt: off
NAMES = {"Nepal": "NP", "Germany": "DE", "Brazil": "BR", "Kenya": "KE", "Romania": "RO", "Argentina": "AR",
         "Thailand": "TH", "Poland": "PL", "Peru": "PE", "Japan": "JP", "Chile": "CL", "Ukraine": "UA"}
ROUTES = {"Central Mediterranean": "central-mediterranean", "Darien": "darien", "English Channel to the UK": "channel"}
# fmt: on
REGION = ("AR", "BO", "BR", "CL", "CO", "EC", "GY", "PE", "PY", "SR", "UY", "VE")  # South America, by hand
Rows = list[dict[str, str]]
Check = Callable[[random.Random], tuple[FiguresQuestion, str]]


@cache
def rows(name: str) -> Rows:
    """Return the records of a source."""
    content = (SOURCES / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def asked_of(table: str, indicator: str, place: str, kind: Kind, *years: int) -> FiguresQuestion:
    """Return a question on figures."""
    of = tables()[table]
    return FiguresQuestion(of, of.indicator(indicator), (place,), years, (), kind, "en", 1.0)


class Glotip:
    """UNODC's counts by name of country, indicator, sex and year; -1 where a count is kept back."""

    def __init__(self) -> None:
        """Read the source."""
        self.counts: dict[tuple[str, str, str], dict[int, int]] = {}
        for row in rows("unodc_glotip.csv.gz"):
            if row["Region"] and row["Dimension"] == row["Category"] == row["Age"] == "Total":
                value = row["txtVALUE"].replace(",", "")
                by_year = self.counts.setdefault((row["Country"], row["Indicator"], row["Sex"]), {})
                by_year[int(row["Year"])] = int(value) if value.isdecimal() else -1

    def chosen(self, chance: random.Random, sex: str = "Total") -> tuple[str, str, Mapping[int, int]]:
        """Return a country with figures, an indicator, and its counts by year."""
        while True:
            name, indicator = chance.choice(list(NAMES)), chance.choice(list(INDICATORS))
            if counts := self.counts.get((name, indicator, sex)):
                return name, indicator, counts

    def single(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask for a figure of a year, which may be missing or kept back."""
        name, indicator, counts = self.chosen(chance)
        year = chance.randint(2007, 2020)
        count = counts.get(year)
        said = "The table" if count is None else "Fewer than 5 " if count < 0 else f"{count:,} "
        return asked_of("unodc-glotip", INDICATORS[indicator], NAMES[name], Kind.VALUE, year), said

    def total(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask for years added up."""
        while True:
            name, indicator, counts = self.chosen(chance)
            first = chance.randint(2008, 2016)
            years = range(first, first + chance.randint(2, 5))
            if all(counts.get(year, -1) >= 0 for year in years):
                asked = asked_of("unodc-glotip", INDICATORS[indicator], NAMES[name], Kind.TOTAL, *years)
                return asked, f"{sum(counts[year] for year in years):,}: "

    def share(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask which part women and girls are."""
        while True:
            name, indicator, part = self.chosen(chance, "Female")
            whole = self.counts[name, indicator, "Total"]
            year = chance.choice(list(part))
            if part[year] < 0 or not part[year] <= whole.get(year, -1):
                continue
            asked = asked_of("unodc-glotip", INDICATORS[indicator], NAMES[name], Kind.SHARE, year)
            percent = f"{round(100 * part[year] / whole[year], 1):g}"
            said = f"{percent} % ({part[year]:,} of {whole[year]:,}): "
            return replace(asked, breakdown=(("sex", "female"),)), said

    def end(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask for the year with the first, last, highest or lowest figure."""
        name, indicator, counts = self.chosen(chance)
        end = chance.choice(list(End))
        whole = {year: count for year, count in counts.items() if year != 2021}
        year = {
            End.FIRST: min(counts),
            End.LAST: max(counts),
            End.MOST: min(whole, key=lambda year: (-whole[year], year)),
            End.LEAST: min(whole, key=lambda year: (whole[year], year)),
        }[end]
        said = "Fewer than 5 " if counts[year] < 0 else f"{counts[year]:,} "
        asked = asked_of("unodc-glotip", INDICATORS[indicator], NAMES[name], Kind.YEAR)
        return replace(asked, end=end), said

    def trend(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask whether it rose."""
        while True:
            name, indicator, counts = self.chosen(chance)
            first, last = sorted(chance.sample(range(2008, 2021), 2))
            start, end = counts.get(first, -1), counts.get(last, -1)
            if start < 0 or end < 0 or start == end:
                continue
            said = f"{'rose' if start < end else 'fell'} from {start:,} to {end:,} ("
            years = range(first, last + 1)
            return asked_of("unodc-glotip", INDICATORS[indicator], NAMES[name], Kind.TREND, *years), said

    def region(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask for a region, whose countries are added up."""
        indicator, year = chance.choice(list(INDICATORS)), chance.randint(2010, 2018)
        inside = [by_year.get(year, -1) for _, by_year in self._of_region(indicator)]
        counts = [count for count in inside if count >= 0]
        name = "Victims detected" if indicator.startswith("Detected") else "Persons convicted"
        label = f"{name} · South America · {year}"
        asked = asked_of("unodc-glotip", INDICATORS[indicator], "005", Kind.VALUE, year)
        return asked, f"{sum(counts):,}: {label}, the counts of the {len(counts)} countries"

    def top(self, chance: random.Random) -> tuple[FiguresQuestion, str]:
        """Ask which country of a region has most."""
        indicator, year = chance.choice(list(INDICATORS)), chance.randint(2010, 2018)
        most = max(by_year.get(year, -1) for _, by_year in self._of_region(indicator))
        return asked_of("unodc-glotip", INDICATORS[indicator], "005", Kind.TOP, year), f"{most:,} "

    def _of_region(self, indicator: str) -> Iterator[tuple[str, Mapping[int, int]]]:
        names = {place_name(code) for code in REGION}
        for (name, of, sex), by_year in self.counts.items():
            if of == indicator and sex == "Total" and name.split(" (")[0] in names:
                yield name, by_year


def tiers(chance: random.Random) -> tuple[FiguresQuestion, str]:
    """Ask which places had a tier in a year, or which years a country had it."""
    source = rows("us_tip_tiers_2001_2025.csv.gz")
    row = chance.choice([row for row in source if row["iso3"] and row["country"] in NAMES])
    same = [each for each in source if each["tier"] == row["tier"]]
    if chance.random() < 0.5:
        number = len({each["country"] for each in same if each["year"] == row["year"]})
        asked = asked_of("us-tip-tiers", "tier", "001", Kind.LIST, int(row["year"]))
        return replace(asked, value=row["tier"]), f"{number} countries and territories: {row['tier']} "
    years = ", ".join(sorted(each["year"] for each in same if each["country"] == row["country"]))
    asked = asked_of("us-tip-tiers", "tier", NAMES[row["country"]], Kind.YEAR)
    return replace(asked, value=row["tier"]), f"{years}: "


def treaties(chance: random.Random) -> tuple[FiguresQuestion, str]:
    """Ask which states became parties in a year, or signed only."""
    source = rows("un_treaty_palermo_protocol_2015-03.csv")
    ratified = next(column for column in source[0] if column.startswith("Ratification"))
    if chance.random() < 0.5:
        only = sum(not row[ratified] for row in source)
        asked = asked_of("palermo-protocol", "status", "001", Kind.LIST)
        return replace(asked, value="Palermo Protocol signed, not ratified"), f"{only} countries and territories: "
    year = chance.randint(2001, 2013)
    joined = sum(f" {year}" in row[ratified] for row in source)
    return asked_of("palermo-protocol", "party", "001", Kind.LIST, year), f"{joined} countries and territories: "


def routes(chance: random.Random) -> tuple[FiguresQuestion, str]:
    """Ask how many migrants died or went missing on a route, in a year or in some together."""
    route, first = chance.choice(list(ROUTES)), chance.randint(2015, 2021)
    years = range(first, first + chance.randint(1, 3))
    unique = {tuple(row.values()): row for row in rows("iom_missing_migrants.csv.gz")}.values()
    total = sum(
        max(0, int(row["total_dead_and_missing"].replace(",", "")))
        for row in unique
        if row["migration_route"] == route and row["reported_date"][:4] in map(str, years)
    )
    kind = Kind.TOTAL if len(years) > 1 else Kind.VALUE
    return asked_of("iom-missing-migrants", "dead-or-missing", ROUTES[route], kind, *years), f"{total:,}"


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"{NOT_HERE}the sources of the tables")
def test_what_is_told_equals_an_independent_computation() -> None:
    """For 200 random queries: figures, sums, shares, years, trends, regions, rankings, tiers, treaties and routes."""
    glotip, chance = Glotip(), random.Random(57)  # noqa: S311 - no secret
    checks: list[Check] = [
        *(glotip.single, glotip.total, glotip.share, glotip.end, glotip.trend, glotip.region, glotip.top),
        *(tiers, treaties, routes),
    ]

    assert set(REGION) <= set(members("005"))
    for number in range(QUERIES):
        asked, expected = checks[number % len(checks)](chance)
        told = tell(asked)
        said = told.sentences[1].text if asked.kind == Kind.TREND else told.opening
        assert expected in said if asked.kind == Kind.TREND else said.startswith(expected), (asked.label, said)
