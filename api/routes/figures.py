"""Figures of outcomes: as JSON and CSV, and the pages "Countries", with a profile of each.

In: filters, or the code of a country. Out: figures with their sources, or a page of tables and charts.
"""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from api.asking.dependencies import AssistantDep
from api.formats.errors import problem_responses
from api.formats.figures import FIGURES_EXAMPLE, FigureList, FiguresQuery
from api.formats.rendering import language_for, render_page
from api.guards.keys import admits
from corpus.documents.catalogue import list_documents
from corpus.figures import tables
from corpus.figures.listing import csv_of
from corpus.language.countries import country_code, country_name
from corpus.language.detection import language_of
from corpus.language.regions import COUNTRY
from corpus.language.text import fold
from qa import Assistant
from qa.figures.charts import place_charts
from qa.records.keys import Scope

DOCUMENTS_SHOWN = 10


router = APIRouter()


@router.get(
    "/v1/figures",
    dependencies=[Depends(admits(Scope.SEARCH))],
    response_model=FigureList,
    responses=problem_responses(401, 403, 422) | FIGURES_EXAMPLE,
)
def figures(query: Annotated[FiguresQuery, Query()], request: Request) -> Response:
    """List figures with their sources, as JSON, or as CSV where that is accepted or asked for by `format`."""
    found = FigureList.of(query)
    if query.format == "csv" or (query.format is None and "text/csv" in request.headers.get("accept", "")):
        named = {"content-disposition": 'attachment; filename="figures.csv"'}
        return Response(csv_of(found.figures), media_type="text/csv", headers=named)
    return JSONResponse(found.model_dump(mode="json"))


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
