"""Figures of outcomes as they are asked for and listed: the query of `GET /v1/figures`, and its response."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.formats.examples import FIGURE, example_response
from api.formats.schemas import FilterValues
from corpus.figures import tables
from corpus.figures.listing import FigureRecord, list_figures


class FiguresQuery(BaseModel):
    """Which figures are listed; an empty list of countries or indicators allows all.

    A place or an indicator that no table has leads to an empty list.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    country: FilterValues = Field(default=[], description="A country or region, by its code or an English name.")
    indicator: FilterValues = Field(default=[], description="An indicator, by its id, as `victims`, or English name.")
    since: int | None = Field(default=None, ge=1900, le=2200, description="The first year.")
    until: int | None = Field(default=None, ge=1900, le=2200, description="The last year.")
    breakdown: FilterValues = Field(
        default=[],
        description="Categories, as `sex=female`: figures by just these. Without any, totals; with `all`, every one.",
    )
    limit: int = Field(default=1000, ge=1, le=10_000, description="The most figures that are listed.")
    offset: int = Field(default=0, ge=0, le=1_000_000, description="How many figures are left out before them.")
    format: Literal["json", "csv"] | None = Field(default=None, description="Like the header Accept, and before it.")


class FigureList(BaseModel):
    """Figures, table by table, and how many there are in all."""

    total: int
    figures: list[FigureRecord]

    @classmethod
    def of(cls, query: FiguresQuery) -> Self:
        """Return the figures that a query asks for."""
        chosen = query.model_dump(include={"country", "indicator", "since", "until", "breakdown"})
        found = list(list_figures(tables().values(), **chosen))
        shown = found[query.offset : query.offset + query.limit]
        return cls(total=len(found), figures=[FigureRecord.of(figure, table) for table, figure in shown])


FIGURES_EXAMPLE = example_response(FigureList(total=1, figures=[FIGURE]).model_dump())
FIGURES_EXAMPLE[200]["content"]["text/csv"] = {"schema": {"type": "string"}}
