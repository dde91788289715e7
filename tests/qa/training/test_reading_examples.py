"""The reader's examples: which passages of which questions, and which of their sentences tell."""

import json
from pathlib import Path
from typing import Any

from corpus import Document
from doubles.fakes import HashingEncoder
from embeddings import Generation
from qa.query.followups import Turn
from qa.training.reading_examples import (
    FactRow,
    Library,
    ReadingRow,
    in_order,
    names_in,
    omos_groups,
    our_groups,
    read_rows,
    squad_groups,
    xquad_groups,
)

FUNDS = "Norway funds the shelter in Accra."


def squad(file: Path, question: str, answer: str) -> Path:
    """Write a file in the format of SQuAD, over several lines, with two paragraphs."""
    context = "A shelter opened. Norway pays for it."
    answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
    asked = {"id": "a", "question": question, "answers": answers}
    other = {"context": "It rained.", "qas": []}
    article = {"title": "The_shelter", "paragraphs": [{"context": context, "qas": [asked]}, other]}
    file.write_text(json.dumps({"data": [article]}, indent=1), encoding="utf-8")
    return file


def test_a_question_is_read_with_its_turns_against_what_tells_and_what_does_not(
    documents: list[Document], generation: Generation, encoder: HashingEncoder
) -> None:
    """The sentence that is evidence tells; the nearest passage of another document does not; untold ones have none."""
    library = Library({document.id: document for document in documents}, generation, encoder)
    told = ReadingRow(
        question="Who pays?",
        document="ghana-shelter",
        evidence=(FUNDS,),
        nuggets=("Norway",),
        history=(Turn("The shelter?", "It opened."),),
    )
    untold = ReadingRow(question="Why does Norway pay?", document="ghana-shelter", answerable=False)
    fact = FactRow(document="ghana-shelter", evidence=FUNDS, nugget="Norway")
    elsewhere = ReadingRow(question="Who pays?", document="ghana-shelter", evidence=("Never said.",))
    groups = list(our_groups([told, untold, ReadingRow(question="Overview?", facts=(fact,)), elsewhere], library))
    [(first, *_), not_told, (overview, *_)] = groups

    assert first.reading.question == "Who pays? << The shelter? It opened."
    assert [first.reading.sentences[number] for number in first.telling or ()] == [FUNDS]
    assert first.answers
    assert overview.answers
    assert not any(example.answers or example.telling for example in not_told)
    assert all(example.reading.sentences for group in groups for example in group)
    assert names_in([told, untold]) == {"ghana-shelter"}


def test_public_data_sets_become_groups(tmp_path: Path) -> None:
    """An answer's sentence tells; a question in another language is read on the English paragraph."""
    english = squad(tmp_path / "en.json", "Who pays?", "Norway")
    spanish = squad(tmp_path / "es.json", "¿Quién paga?", "Norway")
    [(answered,)] = squad_groups(english)
    [(unanswered,)] = squad_groups(squad(tmp_path / "none.json", "Who sings?", ""))
    [(crossed, negative)] = xquad_groups(english, spanish)

    assert (answered.telling, answered.words, answered.answers) == (frozenset({1}), "Norway", True)
    assert not unanswered.answers
    assert crossed.reading.question == "¿Quién paga?"
    assert crossed.reading.sentences == answered.reading.sentences
    assert not negative.answers


def test_pages_are_cut_and_asked_in_several_languages(tmp_path: Path) -> None:
    """The part with the answer comes first, in English and in each translation of the training part."""
    page: dict[str, Any] = {
        "id": 1, "question": "Who pays?", "answers": [11], "context": "\n".join(["Title", *map(str, range(1, 20))])
    }  # fmt: skip
    translation = {"id": 1, "question": "Wer zahlt?", "split": "train", "same_sentences_as_english": True}
    for name, row in (("pages.jsonl", page), ("questions.jsonl", translation)):
        (tmp_path / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
    groups = omos_groups(tmp_path / "pages.jsonl", tmp_path / "questions.jsonl")

    assert {group[0].reading.question for group in groups} == {"Who pays?", "Wer zahlt?"}
    for first, *others in groups:
        assert [first.reading.sentences[number] for number in first.telling or ()] == ["11"]
        assert not any(example.answers for example in others)


def test_the_training_ends_on_our_own_questions(tmp_path: Path) -> None:
    """All groups are in the order once; the public ones come before its end. A question is read once."""
    [public] = squad_groups(squad(tmp_path / "en.json", "Who pays?", "Norway"))
    [ours] = squad_groups(squad(tmp_path / "own.json", "Who paid?", "Norway"))
    order = in_order([ours] * 50, [public] * 50)
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"question": "Who?", "document": "a", "evidence": []}\n' * 2, encoding="utf-8")

    assert len(order) == 100
    assert all(group is ours for group in order[-10:])
    assert len(read_rows([rows])) == 1
