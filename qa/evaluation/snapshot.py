"""Write every answer to the gold questions into a file, and compare two such files.

In: suites and an assistant. Out: JSON lines, one for each question asked: its suite and id, the whole answer without
the times it took, and the passages found. Of two files: which lines differ, and in which fields of the answer.
Left out: whether an answer is right (benchmark). A change that should change no answer is checked byte for byte.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.answers import answer_json
from qa.assistant import Assistant
from qa.evaluation.benchmark import Progress
from qa.evaluation.json_lines import BrokenSuite, lines_of
from qa.evaluation.suites import Ask, Case, Suite
from qa.query.followups import Turn

SEARCHED = 10  # passages kept for each question that has sources
UNTOLD = "timings_ms"  # differs from run to run


def snapshot(
    suites: Sequence[Suite], assistant: Assistant, progress: Progress = lambda what, done, total: None
) -> Iterator[str]:
    """Yield a line of JSON for each question of the suites, in their order; conversations are asked turn by turn."""
    cases = [case for suite in suites for case in suite.cases]
    for done, case in enumerate(cases, start=1):
        yield from _lines(case, assistant)
        progress("Asking", done, len(cases))


def _lines(case: Case, assistant: Assistant) -> Iterator[str]:
    history: list[Turn] = []
    for number, ask in enumerate(case.asks, start=1):
        answer = answer_json(assistant.ask(ask.question, history, language=case.language if history else None))
        history.append(Turn(ask.question, answer["text"]))
        del answer[UNTOLD]
        line = {"suite": case.suite, "id": f"{case.id}.{number}", "answer": answer, "found": _found(ask, assistant)}
        yield json.dumps(line, ensure_ascii=False, sort_keys=True)


def _found(ask: Ask, assistant: Assistant) -> list[tuple[str, float]]:
    hits = assistant.search(ask.question, SEARCHED) if ask.sources else []
    return [(hit.passage.id, hit.score) for hit in hits]


def differences(before: Path, after: Path) -> list[str]:
    """Return a line for each question whose line is not the same, byte for byte, in both files, and what differs.

    Raises BrokenSuite where a file can't be read.
    """
    first, second = _by_question(before), _by_question(after)
    found = []
    for question in dict.fromkeys([*first, *second]):
        if question not in second:
            found.append(f"{question}: is missing")
        elif question not in first:
            found.append(f"{question}: is new")
        elif first[question] != second[question]:
            found.append(f"{question}: {', '.join(_fields(first[question], second[question]))}")
    return found


def _by_question(file: Path) -> dict[str, bytes]:
    lines: dict[str, bytes] = {}
    for number, line in lines_of(file):
        try:
            row = json.loads(line)
            lines[f"{row['suite']} {row['id']}"] = line
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenSuite(f"{file}, line {number}: not of a snapshot; run: waymark snapshot {file}") from error
    return lines


def _fields(before: bytes, after: bytes) -> list[str]:
    one, other = _flat(json.loads(before)), _flat(json.loads(after))
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"found": row["found"]} | dict(row["answer"])
