"""Figures by the API, and the pages of countries."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.formats.translations import LANGUAGES, texts_in
from qa import Assistant
from qa.figures.recognition import Recogniser


def test_figures_are_chosen_by_place_indicator_and_years(client: TestClient) -> None:
    """A country is named by its code or any English name, an indicator by its id or name; years are included."""
    asked = {"since": 2018, "until": 2019, "indicator": "Persons convicted"}
    by_code, by_name = (client.get("/v1/figures", params=asked | {"country": name}) for name in ("np", "Nepal"))

    assert by_code.json() == by_name.json()
    assert [(figure["year"], figure["value"]) for figure in by_code.json()["figures"]] == [(2018, 77), (2019, 44)]
    assert by_code.json()["figures"][0]["source"] == "UNODC, Global Report on Trafficking in Persons"


@pytest.mark.parametrize("wanted", [{"headers": {"accept": "text/csv"}}, {"params": {"format": "csv"}}])
def test_csv_has_the_source_and_note_in_each_line(client: TestClient, wanted: dict[str, Any]) -> None:
    """By Accept or by `format`, figures come as a file that a spreadsheet opens."""
    asked = {"country": "NP", "indicator": "victims", "since": 2018, "until": 2018}
    response = client.get("/v1/figures", params=asked | wanted.get("params", {}), headers=wanted.get("headers"))
    [line] = csv.DictReader(io.StringIO(response.text))

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert (line["name"], line["value"], line["unit"]) == ("Nepal", "546", "persons")
    assert "Detected victims are not all victims" in line["note"]
    assert line["source"]
    assert line["licence"]


def test_categories_are_given_where_they_are_asked_for(client: TestClient) -> None:
    """Without `breakdown` there are plain totals only; with it those of exactly these categories, or every figure."""

    def breakdowns(*breakdown: str) -> set[str]:
        asked = {"country": "DE", "indicator": "victims", "breakdown": breakdown, "limit": 10_000}
        return {figure["breakdown"] for figure in client.get("/v1/figures", params=asked).json()["figures"]}

    assert breakdowns() == {""}
    assert breakdowns("sex=female", "age=children") == {"age=children; sex=female"}
    assert {"", "sex=female"} < breakdowns("all")


def test_long_lists_come_in_parts(client: TestClient) -> None:
    """`limit` and `offset` cut a part out of the list, and `total` counts all."""
    whole = client.get("/v1/figures", params={"limit": 10}).json()
    part = client.get("/v1/figures", params={"limit": 3, "offset": 4}).json()

    assert part["figures"] == whole["figures"][4:7]
    assert part["total"] == whole["total"] > 1000


def test_what_no_table_has_is_an_empty_list(client: TestClient) -> None:
    """An unknown country has no figures; a parameter that is not known is refused."""
    assert client.get("/v1/figures", params={"country": "Atlantis"}).json() == {"total": 0, "figures": []}
    assert client.get("/v1/figures", params={"contry": "Nepal"}).status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_profile_shows_figures_notes_and_documents(client: TestClient, language: str) -> None:
    """A country has its charts with their tables, its tier, its notes, and the documents about it."""
    page = client.get("/countries/GH", params={"language": language}).text

    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="chart"') >= 4
    assert texts_in(language)["as_table"] in page
    assert "Tier 2" in page
    assert 'href="/documents/ghana-shelter?language=' in page
    assert page.count('class="remark"') >= 3


def test_the_document_of_a_table_shows_its_charts(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Above its lines, of which the quoted one is marked; a document of the collection has none."""
    monkeypatch.setattr(assistant, "figures", Recogniser.shipped(assistant.encoder, tmp_path / "cache"))
    page = client.get("/documents/figures-unodc-glotip-gh", params={"start": "0", "end": "13"}).text

    assert page.count('class="chart"') >= 2
    assert "/v1/figures?country=GH" in page
    assert page.index('class="chart"') < page.index("<h2>Victims detected</h2>")
    assert 'class="chart"' not in client.get("/documents/ghana-shelter").text


def test_countries_are_listed_by_name(client: TestClient) -> None:
    """The list has the countries of tables and documents in the reader's language, and no region."""
    page = client.get("/countries", params={"language": "fr"}).text

    assert page.index("Afrique du Sud") < page.index("Népal") < page.index("Zambie")
    assert 'href="/countries/CO?language=fr"' in page
    assert "Afrique australe" not in page


@pytest.mark.parametrize("code", ["ZZ", "150", "nepal", "mediterranean"])
def test_what_is_no_country_has_no_profile(client: TestClient, code: str) -> None:
    """Neither regions nor made-up codes have a page."""
    assert client.get(f"/countries/{code}").status_code == 404
