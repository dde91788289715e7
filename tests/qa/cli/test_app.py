"""The commands to index, ask and search: their output, and their errors with the cure."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from typer.testing import Result

from doubles.websites import Page, text_page, website
from qa.cli import indexing
from qa.ingest.own_documents import OwnDocuments
from qa.settings import Settings

Run = Callable[..., Result]


def test_an_answer_goes_to_standard_output_with_its_source(run: Run, source: Path) -> None:
    """`waymark index` and `waymark ask` give the statement, the title, the address and the quote."""
    indexed = run("index", str(source))
    asked = run("ask", "Who funds the shelter in Accra?")

    assert indexed.exit_code == asked.exit_code == 0
    assert indexed.stdout == ""
    assert "serves 3 documents" in indexed.stderr
    assert "Norway funds the shelter in Accra. [" in asked.stdout
    assert "Summary of: Shelter for trafficked children opens in Accra, IOM, 2015-03-12" in asked.stdout


def test_json_is_what_the_interface_promises(run: Run, source: Path) -> None:
    """`--json` prints one JSON object, with quotes that stand in the document where it says."""
    run("index", str(source))
    answer = json.loads(run("ask", "Who funds the shelter in Accra?", "--json").stdout)
    found = json.loads(run("search", "shelter in Accra", "--limit", "1", "--json").stdout)

    assert answer["status"] == "answered"
    assert all(quoted["end"] - quoted["start"] == len(quoted["quote"]) for quoted in answer["citations"])
    assert found["hits"][0]["document_id"] == "ghana-shelter"
    assert found["hits"][0]["url"] == "https://example.org/accra-shelter"
    assert len(found["hits"]) == 1


def test_explain_shows_what_was_found_and_turned_down(run: Run, source: Path) -> None:
    """`--explain` names the passages with their scores, the sentences with features and verdicts, the confidence."""
    run("index", str(source))
    shown = run("ask", "Who funds the shelter in Accra?", "--explain").stdout
    confidence = json.loads(run("ask", "Who funds the shelter in Accra?", "--json").stdout)["confidence"]

    assert "Passages found" in shown
    assert "ghana-shelter#1" in shown
    assert "below best" in shown
    assert f"Confidence {confidence:.2f} " in shown
    assert "Documents weighed" in shown
    assert "(taken)" in shown
    assert "not taken" in shown


def test_an_answer_keeps_to_the_wanted_documents(run: Run, source: Path) -> None:
    """Filters hold for a question; a value that no document has is told with the nearest, and a date must be one."""
    run("index", str(source))
    question = "Who funds the shelter in Accra?"
    found = run("ask", question, "--country", "Ghana", "--since", "March 2015", "--kind", "news")
    elsewhere = run("ask", question, "--country", "Colombia")
    unknown = run("ask", question, "--country", "Gana")

    assert "Norway funds" in found.stdout
    assert "Norway funds" not in elsewhere.stdout
    assert unknown.exit_code == 1
    assert "--country Gana: no document has this value; the nearest are: Ghana" in unknown.stderr
    assert run("ask", question, "--until", "soon").exit_code == 2


def test_index_holds_just_what_is_named_and_add_keeps_the_rest(run: Run, source: Path) -> None:
    """Without `--add` the index is built anew; with it, documents are added, and one of the same id is replaced."""
    run("index", str(source / "ghana-shelter.md"))
    (source / "ghana-shelter.md").write_text("# Changed\n\nThe shelter has moved to Kumasi.\n", encoding="utf-8")
    added = run("index", "--add", str(source / "ghana-shelter.md"), str(source / "colombia-hotline.md"))
    moved = run("ask", "Where has the shelter moved?")
    anew = run("index", str(source / "colombia-hotline.md"))

    assert "serves 2 documents" in added.stderr
    assert "Kumasi" in moved.stdout
    assert "serves 1 documents" in anew.stderr


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_source_is_refused(run: Run, source: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A variable of the shell that is not set would have the current folder indexed and served."""
    monkeypatch.chdir(source)
    indexed = run("index", name)

    assert indexed.exit_code == 1
    assert "a source is empty" in indexed.stderr


def test_index_brings_back_what_staff_deleted_only_where_it_reads_it(run: Run, source: Path, tmp_path: Path) -> None:
    """`--add` keeps no document that was deleted by the API; one that is among the files is no longer deleted."""
    own = OwnDocuments(tmp_path / "var" / "documents")
    run("index", str(source))
    for id in ("colombia-hotline", "ghana-shelter"):
        own.delete(id, is_served=True)
    added = run("index", "--add", str(source / "ghana-shelter.md"))

    assert "serves 2 documents" in added.stderr
    assert own.deleted() == {"colombia-hotline"}


def test_watching_builds_again_where_a_document_has_changed(
    run: Run, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change builds, with what is new in the report; one that changes no document does not; an error ends nothing."""
    shelter, text = source / "ghana-shelter.md", "# Changed\n\nThe shelter has moved to Kumasi.\n"

    def broken() -> None:
        for file in source.iterdir():
            file.unlink()

    def mended() -> None:
        shelter.write_text(text, encoding="utf-8")

    changes: list[Callable[[], object]] = [
        partial((source / "picture.png").write_bytes, b"no text"),
        partial(shelter.write_text, text, encoding="utf-8"),
        broken,
        mended,
    ]

    def wait(*_: object) -> None:
        if not changes:
            raise KeyboardInterrupt
        changes.pop(0)()

    monkeypatch.setattr(indexing, "wait_for_change", wait)
    watched = run("index", "--watch", str(source))
    refused = run("index", "--watch", "https://example.org")

    assert watched.exit_code == 0
    assert [line.split()[3:5] for line in watched.stderr.splitlines() if "serves" in line] == [
        ["3", "documents."],
        ["3", "documents."],
        ["1", "documents."],
    ]
    assert watched.stderr.count("picture.png") == 1
    assert watched.stderr.count("Files:") == 1
    assert "waymark: no document was found" in watched.stderr
    assert "--watch needs files or folders" in refused.stderr


def test_a_website_is_indexed_beside_files(run: Run, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report names its pages by their addresses, with those that were passed over; private ones need a setting."""
    sitemap = Page(b"<urlset><url><loc>/tema.txt</loc></url></urlset>")
    with website({"/sitemap.xml": sitemap, "/tema.txt": text_page("Denmark funds the shelter in Tema.")}) as site:
        refused = run("index", site.address)
        monkeypatch.setenv("WAYMARK_WEBSITE_PRIVATE", "true")
        monkeypatch.setenv("WAYMARK_WEBSITE_DELAY", "0")
        monkeypatch.setenv("WAYMARK_WEBSITE_CONTACT", "https://example.org/contact")
        indexed = run("index", str(source), site.address, "--json")

    assert "WAYMARK_WEBSITE_PRIVATE=true allows that" in refused.stderr
    outcomes = {file["file"]: file["outcome"] for file in json.loads(indexed.stdout)["files"]}
    assert outcomes[f"{site.address}/"] == "skipped"
    assert outcomes[f"{site.address}/tema.txt"] == "read"
    assert "serves 4 documents" in indexed.stderr
    assert site.requests[-1][1]["user-agent"].endswith(" (+https://example.org/contact)")


def test_documents_are_listed_and_filtered(run: Run, source: Path) -> None:
    """`waymark documents` prints a table of all documents, or of those with the wanted values and words."""
    run("index", str(source))
    everything = run("documents")
    found = run("documents", "hotline", "--country", "Colombia", "--country", "Ghana", "--year", "2011")

    assert all(id in everything.stdout for id in ("ghana-shelter", "colombia-hotline", "pakistan-conference"))
    assert "colombia-hotline" in found.stdout
    assert "ghana-shelter" not in found.stdout
    assert "1 of 3 documents" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        pytest.param(["ask", "Who?"], "run: waymark index", id="no index"),
        pytest.param(["index", "--add", "x.md"], "run: waymark index", id="nothing to add to"),
        pytest.param(["index", "/nowhere.md"], "is not there; check the path", id="no such file"),
    ],
)
def test_what_goes_wrong_is_one_line_with_the_cure(run: Run, arguments: list[str], cure: str) -> None:
    """An error is one line on the standard error, and the exit status 1."""
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("waymark: ")
    assert cure in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("ANSWER_WORDS", "many", "Input should be a valid integer, unable to parse string as an integer; correct or"),
        ("INDEX_STORE", "there", "it has not the form that is needed; correct or unset it; an example is s3://bucket/"),
        (
            "DATABASE",
            "mysql://host",
            "it has not the form that is needed; correct or unset it; an example is postgresql",
        ),
        ("RATE", "often", "couldn't parse rate limit string 'often'; correct or unset it; an example is 30/minute\n"),
        ("HELP_COUNTRIES", "Atlantis", "'Atlantis' is no country by its English name; "),
    ],
)
def test_a_wrong_setting_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    """The message names the environment variable to correct, and an example."""
    monkeypatch.setenv(f"WAYMARK_{setting}", value)

    assert f"waymark: the setting WAYMARK_{setting} is wrong: {told}" in run("ask", "Who?").stderr


def test_a_model_without_an_address_is_told_to_be_given_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is to be set, and not to be corrected."""
    monkeypatch.setenv("WAYMARK_WRITER", "llm")

    assert "LLM_TRANSLATIONS need it; set it; an example is http://localhost:11434/v1\n" in run("ask", "Who?").stderr


def test_a_misspelt_setting_is_told_and_changes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command goes on, and names the setting that may be meant."""
    monkeypatch.setenv("WAYMARK_HELP_COUNTRY", "Ghana")
    result = run("help-lines", "check")

    assert result.exit_code == 0
    assert "there is no setting WAYMARK_HELP_COUNTRY, so it changes nothing; WAYMARK_HELP_COUNTRIES may be meant\n" in (
        result.stderr
    )


def test_an_empty_folder_is_told_as_such(run: Run, tmp_path: Path) -> None:
    """Where no file was found, none is counted."""
    (tmp_path / "empty").mkdir()
    result = run("index", str(tmp_path / "empty"))

    assert result.exit_code == 1
    assert result.stderr.startswith("Files: none\n")


WITHOUT_EXTRAS = """
import sys
blocked = ("ir_measures", "matplotlib", "playwright", "qa.evaluation", "qa.training", "sklearn")
sys.modules.update(dict.fromkeys(blocked))
from typer.testing import CliRunner
import api.app, qa.cli.app, qa.pipeline.retrieval
from doubles.fakes import HashingEncoder
qa.pipeline.retrieval.model_folder = lambda *_: None
qa.pipeline.retrieval.SentenceEncoder = lambda *_: HashingEncoder()
for arguments in (["--help"], ["index", sys.argv[1]], ["ask", "Who funds the shelter in Accra?"], ["search", "Accra"]):
    print(CliRunner().invoke(qa.cli.app.app, arguments, catch_exceptions=False).output)
"""


@pytest.mark.model
@pytest.mark.process
def test_all_but_benchmark_and_training_works_without_their_packages(source: Path, tmp_path: Path) -> None:
    """Where nothing of the extras is installed, documents are indexed and searched, and questions answered."""
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "models").symlink_to(Settings().models.absolute())
    environment = {
        "PYTHONPATH": ":".join(sys.path),
        "WAYMARK_VAR": str(tmp_path / "var"),
        "WAYMARK_MIN_CONFIDENCE": "0.5",
    }
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXTRAS, str(source)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert "benchmark" in ran.stdout
    assert "Norway funds the shelter in Accra. [" in ran.stdout
    assert "1. Shelter for trafficked children opens in Accra" in ran.stdout


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("nosuch.invalid", "nosuch.invalid is no address of this machine"),
        ("203.0.113.5", "203.0.113.5 is no address of this machine"),
    ],
)
def test_an_address_of_another_machine_is_told_as_such(run: Run, host: str, told: str) -> None:
    """Another port, which was advised, would not help."""
    refused = run("serve", "--host", host)

    assert refused.exit_code == 1
    assert refused.stderr == f"waymark: {told}; give one by --host or make's HOST=, as 127.0.0.1 or 0.0.0.0\n"
