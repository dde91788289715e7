"""The command that lists figures, and charts of answers as files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from drivers.scenes import CHART, answer_in
from qa.cli import app

Run = Callable[..., Result]


def test_figures_are_listed_with_their_source_and_notes(run: Run) -> None:
    """A table of the figures goes to the standard output, what has to be known of them to the standard error."""
    listed = run("figures", "--country", "Nepal", "--indicator", "convicted", "--since", "2018", "--until", "2018")

    assert listed.exit_code == 0
    assert "77 persons" in listed.stdout
    assert "UNODC, Global Report on Trafficking in Persons: States report these counts" in listed.stderr


def test_figures_are_given_to_other_programs(run: Run) -> None:
    """`--json` and `--csv` print what the API gives."""
    asked = ("figures", "--country", "NP", "--indicator", "victims", "--since", "2020", "--until", "2020")
    [figure] = json.loads(run(*asked, "--json").stdout)["figures"]
    names, line = run(*asked, "--csv").stdout.splitlines()

    assert figure["value"] == 2023
    assert names.split(",")[:4] == ["table", "country", "name", "year"]
    assert line.startswith("unodc-glotip,NP,Nepal,2020,victims,")


@pytest.mark.parametrize("has_chart", [True, False])
def test_the_chart_of_an_answer_is_written(
    run: Run, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_chart: bool
) -> None:
    """`--chart` writes an SVG where the answer has a chart, else it says that there is none."""
    run("index", str(source))
    file = tmp_path / "out.svg"
    if has_chart:
        monkeypatch.setattr(app.Assistant, "explain", lambda *_, **__: (answer_in("en", {"chart": CHART}), None))
    asked = run("ask", "Who funds the shelter in Accra?", "--chart", str(file))

    assert asked.exit_code == 0
    assert file.exists() is has_chart
    assert ("no chart" in asked.stderr) is not has_chart
