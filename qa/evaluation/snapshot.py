"""Write every answer to the gold questions into a file, and compare two such files.

In: suites and an assistant. Out: JSON lines, one for each question: its suite and id, the answer without its timings,
and the passages found. Of two files: which lines differ, and in which fields of the answer.
Left out: judging the answers (judging). A refactoring, which should change no answer, is checked byte for byte.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.evaluation.judging.json_lines import InvalidDataset, lines_of
from qa.evaluation.judging.records import JUDGED, Progress, no_progress
from qa.evaluation.judging.suites import Case, GoldQuestion, Suite
from qa.evaluation.judging.systems import LocalSystem
from qa.pipeline.assistant import Assistant
from qa.query.followups import Turn

PASSAGES = 10  # kept for each question that has sources
TIMES = "timings_ms"  # the field that differs from run to run


def snapshot_lines(suites: Sequence[Suite], assistant: Assistant, progress: Progress = no_progress) -> Iterator[str]:
    """Yield a line of JSON for each question of the suites, in their order; conversations are asked turn by turn."""
    cases = [case for suite in suites for case in suite.cases]
    for done, case in enumerate(cases, start=1):
        yield from _case_lines(case, assistant)
        progress("Asking", done, len(cases))


def _case_lines(case: Case, assistant: Assistant) -> Iterator[str]:
    system = LocalSystem(JUDGED, assistant)
    history: list[Turn] = []
    for number, gold in enumerate(case.questions, start=1):
        answer = system.ask(gold.question, history, case.language if history else None)
        history.append(Turn(gold.question, answer["text"]))
        del answer[TIMES]
        line = {"suite": case.suite, "id": f"{case.id}.{number}", "answer": answer, "found": _found(gold, assistant)}
        yield json.dumps(line, ensure_ascii=False, sort_keys=True)


def _found(gold: GoldQuestion, assistant: Assistant) -> list[tuple[str, float]]:
    hits = assistant.search(gold.question, PASSAGES) if gold.sources else []
    return [(hit.passage.id, hit.score) for hit in hits]


def differences(before: Path, after: Path) -> list[str]:
    """Return a text for each question whose lines in the two files are not equal byte for byte, naming what differs.

    Raises InvalidDataset where a file can't be read.
    """
    first, second = _lines_by_question(before), _lines_by_question(after)
    differing = []
    for question in dict.fromkeys([*first, *second]):
        if question not in second:
            differing.append(f"{question}: is missing")
        elif question not in first:
            differing.append(f"{question}: is new")
        elif first[question] != second[question]:
            differing.append(f"{question}: {', '.join(_differing_fields(first[question], second[question]))}")
    return differing


def _lines_by_question(file: Path) -> dict[str, bytes]:
    lines: dict[str, bytes] = {}
    for number, line in lines_of(file):
        try:
            row = json.loads(line)
            lines[f"{row['suite']} {row['id']}"] = line
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidDataset(f"{file}, line {number}: not of a snapshot; run: waymark snapshot {file}") from error
    return lines


def _differing_fields(before: bytes, after: bytes) -> list[str]:
    first, second = _fields(json.loads(before)), _fields(json.loads(after))
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"found": row["found"]} | dict(row["answer"])
