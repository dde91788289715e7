"""Draw the rooms and the pipeline, and count sizes, for `docs/architecture.md`. Run by `make architecture`.

In: the source of the four packages, and the steps below. Out: two pictures, and the tables between marks on the page.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import networkx as nx
import numpy as np

from drawing import Room, Step, draw_pipeline, draw_plan
from rooms import PACKAGES, ROOT, Module, floors, module_imports, modules, modules_in, purpose_of, room_imports

PAGE = ROOT / "docs" / "architecture.md"
PLAN = ROOT / "docs" / "images" / "plan.svg"
PIPELINE = ROOT / "docs" / "images" / "pipeline.svg"
GIVEN = "a question, and the turns before it"
# The steps of the pipeline, in order: what `qa/pipeline/assistant.py` calls, directly or not.
STEPS = (
    Step(
        "safety",
        "qa.safety.intake.Intake.prepare",
        "clean the question, recognise a person at risk, route what no document answers",
        "a prepared question, and a help card for a person at risk",
        ends="small talk, out of scope, declined",
    ),
    Step(
        "correct",
        "qa.query.spelling.Spelling.corrected",
        "replace misspelt words by the nearest words of the documents",
        "the corrected question, screened once more",
    ),
    Step(
        "turns",
        "qa.query.followups.with_turns",
        "put the turns before a follow-up beside it",
        "what is searched, and what is read",
    ),
    Step(
        "decompose",
        "qa.query.decomposition.decompose",
        "take a question apart that asks for several things",
        "the question, and its sub-questions",
    ),
    Step(
        "retrieve",
        "qa.pipeline.retrieval.retrieve",
        "search by meaning and by words, and fuse the two rankings",
        "hits, best first",
    ),
    Step(
        "read",
        "qa.reader.selection.select_evidence",
        "select the sentences that answer, and estimate whether they do",
        "evidence, and the confidence that it answers",
        ends="no evidence",
    ),
    Step(
        "write",
        "qa.writer.extractive.compose",
        "turn evidence into statements with numbered citations",
        "statements and citations",
    ),
    Step(
        "check",
        "qa.answers.answer.Answer",
        "refuse a statement whose citation is not listed, and a citation that no statement uses",
        "an answer",
    ),
)


def main() -> None:
    """Write the pictures and the tables."""
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")


def documents() -> dict[Path, str]:
    """Return the text of each generated file: the two pictures, and the page with its tables updated."""
    page = PAGE.read_text(encoding="utf-8")
    for mark, text in {"counts": counts(), "rooms": rooms_table(), "sizes": sizes_table()}.items():
        page = re.sub(rf"(<!-- {mark} -->\n).*(<!-- /{mark} -->)", rf"\g<1>{text}\g<2>", page, flags=re.DOTALL)
    return {PLAN: plan(), PIPELINE: draw_pipeline(GIVEN, STEPS), PAGE: page}


def plan() -> str:
    """Draw the rooms on their floors; an arrow is left out where a path of others connects the same rooms."""
    drawn = [
        Room(room, purpose_of(room), room.partition("/")[0], floor) for room, floor in floors(room_imports()).items()
    ]
    arrows = sorted(nx.transitive_reduction(room_imports()).edges)
    return draw_plan(drawn, arrows, {package: modules()[package].purpose for package in reversed(PACKAGES)})


def counts() -> str:
    """Return the numbers of rooms and of modules, with those of their floors and imports, one line each."""
    sentences = [
        f"{len(imports)} {name} on {max(floors(imports).values())} floors, with {imports.number_of_edges()} imports.\n"
        for name, imports in (("rooms", room_imports()), ("modules", module_imports()))
    ]
    return "".join(sentences)


def rooms_table() -> str:
    """Return a table of the rooms, from the top floor to the bottom, with what each is for and which it imports."""
    rows = [
        (str(floor), f"`{room}`", purpose_of(room), ", ".join(f"`{other}`" for other in sorted(room_imports()[room])))
        for room, floor in reversed(floors(room_imports()).items())
    ]
    return table(("floor", "room", "what it is for", "imports"), rows)


def sizes_table() -> str:
    """Return a table of the lengths of files and functions, by package and room."""
    rows = []
    for package in PACKAGES:
        rooms = [room for room in floors(room_imports()) if room.partition("/")[0] == package]
        files = [module for module in modules().values() if module.name.partition(".")[0] == package]
        rows += [(f"**{package}**", *sizes(files)), *((f"`{room}`", *sizes(modules_in(room))) for room in rooms)]
    header = ("", "files", "lines", "median / longest file", "median / p90 / longest function", "broad except")
    return table(header, rows)


def sizes(files: Sequence[Module]) -> tuple[str, ...]:
    """Return the cells of a row of sizes: files, lines, lines of a file, lines of a function, broad excepts."""
    lines = [module.lines for module in files]
    functions = [length for module in files for _, length in module.functions()]
    function_lengths = (
        f"{np.median(functions):.0f} / {np.percentile(functions, 90):.0f} / {max(functions)}" if functions else "–"
    )
    broad = sum(module.broad_excepts() for module in files)
    return str(len(files)), f"{sum(lines):,}", f"{np.median(lines):.0f} / {max(lines)}", function_lengths, str(broad)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ("---" for _ in header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
