"""Figures of outcomes: as JSON and CSV, and the pages "Countries", with a profile of each.

In: filters, or the code of a country. Out: figures with their sources, or a page of tables and charts.
"""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import HTMLResponse, JSONResponse, Response

from api.dependencies import AssistantDep
from api.errors import problem_responses
from api.examples import FIGURE, example_response
from api.keys import admits
from api.rendering import language_for, render_page
from api.schemas import FilterValues
from corpus.documents.catalogue import list_documents
from corpus.figures import tables
from corpus.figures.listing import FigureRecord, csv_of, list_figures
from corpus.language.countries import country_code, country_name
from corpus.language.detection import language_of
from corpus.language.regions import COUNTRY
from corpus.language.text import fold
from qa import Assistant
from qa.figures.charts import place_charts
from qa.records.keys import Scope

DOCUMENTS_SHOWN = 10


class FiguresQuery(BaseModel):
    """Which figures are listed; an empty list of countries or indicators allows all.

    A country or region is named by its code or an English name, an indicator by its id or English name. `breakdown` are
    categories, as `sex=female`: of figures by exactly these; without any the plain totals, with `all` every one.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    country: FilterValues = []
    indicator: FilterValues = []
    since: int | None = Field(default=None, ge=1900, le=2200)
    until: int | None = Field(default=None, ge=1900, le=2200)
    breakdown: FilterValues = []
    limit: int = Field(default=1000, ge=1, le=10_000)
    offset: int = Field(default=0, ge=0, le=1_000_000)
    format: Literal["json", "csv"] | None = None


class FigureList(BaseModel):
    """Figures, table by table, and how many there are in all."""

    total: int
    figures: list[FigureRecord]


FIGURES_EXAMPLE = example_response(FigureList(total=1, figures=[FIGURE]).model_dump())
FIGURES_EXAMPLE[200]["content"]["text/csv"] = {"schema": {"type": "string"}}

router = APIRouter()


@router.get(
    "/v1/figures",
    dependencies=[Depends(admits(Scope.SEARCH))],
    response_model=FigureList,
    responses=problem_responses(401, 403, 422) | FIGURES_EXAMPLE,
)
def figures(query: Annotated[FiguresQuery, Query()], request: Request) -> Response:
    """List figures with their sources, as JSON, or as CSV where that is accepted or asked for by `format`."""
    found = figures_of(query)
    if query.format == "csv" or (query.format is None and "text/csv" in request.headers.get("accept", "")):
        named = {"content-disposition": 'attachment; filename="figures.csv"'}
        return Response(csv_of(found.figures), media_type="text/csv", headers=named)
    return JSONResponse(found.model_dump(mode="json"))


def figures_of(query: FiguresQuery) -> FigureList:
    """Return the figures that a query asks for."""
    chosen = query.model_dump(include={"country", "indicator", "since", "until", "breakdown"})
    found = list(list_figures(tables().values(), **chosen))
    shown = found[query.offset : query.offset + query.limit]
    return FigureList(total=len(found), figures=[FigureRecord.of(figure, table) for table, figure in shown])


@router.get("/countries", include_in_schema=False)
def countries(request: Request, assistant: AssistantDep) -> HTMLResponse:
    """Show the countries that have a profile."""
    language = language_for(request)
    names = {code: country_name(code, language) for code in _codes(assistant)}
    return render_page(request, "countries.html", countries=sorted(names.items(), key=lambda item: fold(item[1])))


@router.get("/countries/{code}", include_in_schema=False)
def country(code: str, request: Request, assistant: AssistantDep) -> HTMLResponse:
    """Show the profile of a country: its figures, its tier, its treaties, its documents."""
    if code.upper() not in _codes(assistant):
        return render_page(request, "failure.html", 404, kind="missing")
    language, name = language_for(request), country_name(code.upper())
    listing = list_documents(assistant.entries(), {"country": [name]}, limit=DOCUMENTS_SHOWN)
    return render_page(
        request,
        "country.html",
        name=country_name(code.upper(), language),
        sections=[
            (table, charts) for table in tables().values() if (charts := place_charts(table, code.upper(), language))
        ],
        onward=urlencode({"language": language, "country": name}),
        total=listing.total,
        entries=[(entry, language_of(assistant.documents[entry.id].text)) for entry in listing.documents],
    )


def _codes(assistant: Assistant) -> set[str]:
    """Return the codes of the countries that have figures or documents."""
    with_figures = {place for table in tables().values() for place in table.places if COUNTRY.fullmatch(place)}
    return with_figures | {country_code(country) for entry in assistant.entries() for country in entry.countries} - {""}
