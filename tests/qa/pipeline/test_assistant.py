"""The assistant answers with citations, over three documents and a fake encoder."""

from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import generation_of
from corpus.language.shipped import shipped_yaml
from doubles.fakes import SCORERS, HashingEncoder, PhraseReader, reading
from embeddings import Generation, Vector
from qa import Assistant, Filters, Status, Topic, Turn
from qa.pipeline.evidence_search import EvidenceSearch
from qa.pipeline.retrieval import MIN_MAX, NO_FILTERS, retrieve
from qa.query.query import Query, make_query
from qa.query.question import Question
from qa.reader.features import QuestionFeatures, SentenceFeatures
from qa.reader.parts import join_sub_questions, with_best_of_parts
from qa.reader.reading import ReaderSettings
from qa.reader.scoring import Scorer, Thresholds, shipped_scorers
from qa.reader.selection import Selection, select_evidence
from qa.safety.intake import PreparedQuestion
from qa.stopping import stop_by

FUNDS = "Who funds the shelter in Accra?"
# Scorers by which a sentence is supported as its vector is near the question's, and everything answers.
BY_LIKENESS = SCORERS._replace(
    sentence=Scorer(1.0, {"below_best": 5.0}), document=Scorer(99.0, {}), thresholds=Thresholds(0.0, 0.0)
)


def test_a_question_is_answered_with_its_source(assistant: Assistant) -> None:
    """The sentence that answers is given word for word, with the document that it is from."""
    answer = assistant.ask(FUNDS)
    [citation] = [citation for citation in answer.citations if "Norway" in citation.quote]

    assert answer.status == Status.ANSWERED
    assert "Norway funds the shelter in Accra." in [statement.text for statement in answer.statements]
    assert citation.evidence.document.id == "ghana-shelter"
    assert citation.evidence.document.text[citation.evidence.span.start : citation.evidence.span.end] == citation.quote


def test_an_answer_has_related_questions(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other documents offer questions, but not beside a help card."""
    written = {"pakistan-conference": "When was the conference?", "ghana-shelter": "Who funds it?"}
    monkeypatch.setattr("qa.writer.related_questions.written_questions", lambda: written)
    monkeypatch.setattr("qa.writer.related_questions.MIN_COSINE", 0.0)
    answer = assistant.ask(FUNDS)
    at_risk = assistant.ask("I was trafficked and locked up in a shelter in Accra. Help me")

    assert answer.related_questions == ("When was the conference?",)
    assert at_risk.help
    assert at_risk.related_questions == ()


def test_an_answer_has_a_short_answer(generation: Generation, encoder: HashingEncoder) -> None:
    """It is what the passage reader is sure of; without one there is none."""
    read = Assistant(generation, encoder, reading(passage_reader=PhraseReader("Norway")))
    unread = Assistant(generation, encoder, reading())

    assert read.ask(FUNDS).short_answer == "Norway"
    assert unread.ask(FUNDS).short_answer is None


def test_a_partial_answer_has_no_short_answer(generation: Generation, encoder: HashingEncoder) -> None:
    """A partial answer is too uncertain for a short one."""
    unsure = Assistant(generation, encoder, reading(0.5, 1.0, PhraseReader("Norway")))
    answer = unsure.ask(FUNDS)

    assert answer.status == Status.PARTIAL
    assert answer.short_answer is None


@pytest.mark.parametrize(
    ("question", "threshold", "low"),
    [
        pytest.param("What is the boiling point of tungsten?", 0.5, {"passage_cosine": 0.7}, id="nothing near"),
        pytest.param("Who funds the shelter in Accra in 1999?", 0.98, {"missing_numbers": 0.0}, id="another year"),
        pytest.param("Who funds the shelter of Qatar in Accra?", 0.8, {"missing_countries": 0.0}, id="another country"),
    ],
)
def test_without_evidence_nothing_is_answered(
    generation: Generation, encoder: HashingEncoder, question: str, threshold: float, low: dict[str, float]
) -> None:
    """No evidence is a status with a fixed text, and the features that decided are in the trace."""
    assistant = Assistant(generation, encoder, reading(threshold, threshold))
    answer, trace = assistant.explain(question)
    assert trace.findings
    selection = trace.findings.selection
    features = selection.features

    assert answer.status == Status.NO_EVIDENCE
    assert answer.statements == answer.more == ()
    assert {number for statement in answer.nearest for number in statement.citations} == {
        citation.number for citation in answer.citations
    }
    assert answer.text == answer.message == "I don't know. The documents that I can search do not tell."
    assert "confidence" in selection.refusal
    assert features
    assert SCORERS.question.probability(features._replace(**low)) > threshold


def test_the_fixed_text_is_in_the_askers_language(assistant: Assistant) -> None:
    """The fixed text of a Spanish question is Spanish, whether the language is detected or given."""
    assert assistant.ask("¿Cuál es el punto de ebullición del tungsteno?").text.startswith("No lo sé")
    assert assistant.ask("tungsten?", language="fr").text.startswith("Je ne sais pas")
    assert assistant.ask(FUNDS, language="es").message.startswith("Las fuentes están en inglés")


def test_every_fixed_text_is_there_in_the_six_languages() -> None:
    """No translation is missing."""
    assert all(
        set(texts) == {"ar", "en", "es", "fr", "ru", "zh"} for texts in shipped_yaml("qa/answers/replies.yaml").values()
    )


def test_a_follow_up_is_searched_with_its_turns_and_keeps_its_words(lenient: Assistant) -> None:
    """A question that refers to earlier ones is answered, and shown as it was asked; a new topic is answered too."""
    history = [Turn("The shelter in Accra?")]
    follow_up = lenient.ask("Who funds it?", history)
    other = lenient.ask("How many calls has the free hotline of Colombia taken?", history)

    assert follow_up.standalone_question == follow_up.question == "Who funds it?"
    assert "Norway funds the shelter in Accra." in follow_up.text
    assert other.citations[0].evidence.document.id == "colombia-hotline"


SHELTER = Turn("Who runs the shelter?", "[The shelter] Norway funds the\nshelter in Accra. [1]")
HOTLINE = Turn("Is there a hotline?", "The government runs the hotline today. [1]")
UNTOLD = Turn("What is the boiling point of tungsten?", "I don't know. The documents that I can search do not tell.")


@dataclass
class Constant:
    """A classifier that gives every vector the same class."""

    positive: bool

    def predict(
        self, _: Vector, *, by_rules: bool = False, is_follow_up: bool = False, is_on_bot: bool = False
    ) -> bool:
        """Return the class."""
        return self.positive


@pytest.mark.parametrize(
    ("last", "topic"),
    [
        pytest.param(SHELTER, Topic("ghana-shelter", "Shelter for trafficked children opens in Accra"), id="quoted"),
        pytest.param(Turn("a", "It has: [1]\n- legal aid [1]"), Topic("ghana-shelter", ANY), id="list item"),
        pytest.param(
            Turn("a", "Not of a document. [1] The government runs the hotline today. [2]"),
            Topic("colombia-hotline", ANY),
            id="second sentence",
        ),
        pytest.param(UNTOLD, Topic("colombia-hotline", ANY), id="nothing quoted"),
    ],
)
def test_what_a_follow_up_takes_over_is_its_topic(lenient: Assistant, last: Turn, topic: Topic) -> None:
    """The topic is the document that the last of its answers with quotes was quoted from."""
    answer = lenient.ask("Who funds it?", [HOTLINE, last])

    assert answer.topics == (topic,)
    assert answer.standalone_question == answer.question == "Who funds it?"


@pytest.mark.parametrize(
    ("turns", "label"),
    [
        pytest.param([UNTOLD], UNTOLD.question, id="nothing quoted"),
        pytest.param([Turn("The shelter?")], "The shelter?", id="no answer"),
        pytest.param([Turn("ab\u200b " * 40)], ("ab " * 40)[:79] + "…", id="long question"),
    ],
)
def test_where_nothing_was_quoted_the_topic_is_the_question(lenient: Assistant, turns: list[Turn], label: str) -> None:
    """It is shown as it was asked."""
    assert lenient.ask("Who funds it?", turns).topics == (Topic("turns", label),)


def test_a_question_of_its_own_is_the_topic_though_its_answer_quotes_nothing(
    generation: Generation, encoder: HashingEncoder
) -> None:
    """What was quoted before it is another topic, but not before a follow-up to which there was no answer."""
    assistant = Assistant(generation, encoder, reading(0.1, 0.15), follow_ups=Pronouns(encoder))  # type: ignore[arg-type]
    unanswered = Turn("Who funds it?", UNTOLD.answer)

    assert [assistant.ask("Who funds it?", [HOTLINE, turn]).topics[0].id for turn in (UNTOLD, unanswered)] == [
        "turns",
        "colombia-hotline",
    ]


def test_a_follow_up_goes_back_to_the_turn_that_it_names(lenient: Assistant) -> None:
    """The topic is what an earlier turn spoke of, where the question names that."""
    assert [
        lenient.ask(question, [SHELTER, HOTLINE]).topics[0].id
        for question in ("Back to the shelter, who funds it?", "Who funds it in Accra?", "Who funds it?")
    ] == ["ghana-shelter", "ghana-shelter", "colombia-hotline"]


def test_thanks_and_complaints_leave_the_topic(lenient: Assistant) -> None:
    """What a later question leans on was told before them."""
    thanked = [SHELTER, Turn("Thanks!", "Ask me anything.")]

    assert lenient.ask("Who funds it?", thanked) == lenient.ask("Who funds it?", [SHELTER])
    assert lenient.ask("Who funds it?", thanked[1:]).topics == ()


def test_a_question_after_thanks_is_judged_as_a_later_one(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is judged again with each question behind it."""
    judged: list[bool] = []
    understand = assistant._understand

    def watched(prepared: PreparedQuestion, *, is_follow_up: bool) -> tuple[PreparedQuestion, Query | None]:
        judged.append(is_follow_up)
        return understand(prepared, is_follow_up=is_follow_up)

    monkeypatch.setattr(assistant, "_understand", watched)
    assistant.ask("Who funds it?", [Turn("Thanks!", "Ask me anything.")])

    assert judged == [False, True]


def test_earlier_turns_are_judged_only_while_somebody_waits(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many long ones take seconds, after which nobody may be there any more."""
    encode, encoded = HashingEncoder.encode_query, []

    def count(encoder: HashingEncoder, text: str) -> Vector:
        encoded.append(text)
        return encode(encoder, text)

    def check() -> None:
        if len(encoded) > 3:
            raise TimeoutError

    def ask() -> None:
        stop_by(check)
        assistant.ask("Why?", [Turn(f"Who pays for the shelter in street {number}?") for number in range(20)])

    monkeypatch.setattr(HashingEncoder, "encode_query", count)
    with pytest.raises(TimeoutError):
        copy_context().run(ask)

    assert len(encoded) < 20


@pytest.mark.parametrize("characters", [1000, 6000])
def test_however_long_earlier_turns_are_few_characters_of_them_are_encoded(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, characters: int
) -> None:
    """What was not judged for that may be a cry, so that the card shows; before, there is none."""
    encode, encoded = HashingEncoder.encode_query, []

    def count(encoder: HashingEncoder, text: str) -> Vector:
        encoded.append(text)
        return encode(encoder, text)

    calm = Turn(("Who pays for the shelter? " * 300)[:characters])
    few = assistant.ask("How many beds are there?", [calm] * 3)
    monkeypatch.setattr(HashingEncoder, "encode_query", count)
    many = assistant.ask("How many beds are there?", [calm] * 20)

    assert few.help is None
    assert many.help
    assert sum(map(len, encoded)) < 9000


def test_what_a_new_name_is_stands_alone(lenient: Assistant) -> None:
    """It is no question about the topic."""
    assert lenient.ask("What is Waymark?", [SHELTER]).topics == ()


def test_a_follow_up_that_names_nothing_is_not_answered_from_elsewhere(
    generation: Generation, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a document tells that is not near the last answer is of another subject."""
    monkeypatch.setattr("qa.pipeline.evidence_search.PASSAGES_NEAR", 1)  # of three passages
    assistant = Assistant(generation, encoder, reading(0.0, 0.0))
    found = []
    for question in ("How many calls were taken?", "How many calls were taken in Colombia?"):
        findings = assistant.explain(question, [SHELTER])[1].findings
        found.append({hit.passage.document_id for hit in findings.search.hits} if findings else set())

    assert found[0] == {"ghana-shelter"}
    assert "colombia-hotline" in found[1]


def test_a_follow_up_that_names_nothing_is_not_answered_from_another_country(
    tmp_path: Path, encoder: HashingEncoder
) -> None:
    """Of documents near the last answer those count that are about its country, or about none."""
    texts = {
        name: f"---\ntitle: A rescue\ncountries: [{country}]\n---\nThe rescued children had {illness}."
        for name, country, illness in (("g.md", "Ghana", "fever"), ("h.md", "Haiti", "scurvy"), ("n.md", "", "flu"))
    }
    assistant = Assistant(generation_of(texts, tmp_path, encoder), encoder, reading(0.0, 0.0))
    findings = assistant.explain("Which illness was it?", [Turn("a", "The rescued children had fever. [1]")])[
        1
    ].findings

    assert findings
    assert {hit.passage.document_id for hit in findings.search.hits} == {"g", "n"}


def test_a_calm_question_after_a_cry_leaves_the_country_of_the_card(assistant: Assistant) -> None:
    """The country that it asks about is not where the asker is."""
    cry = Turn("I am locked up in Dubai, my boss has my passport. Help me", "I don't know.")
    calm, moved = (assistant.ask(text, [cry]).help for text in (FUNDS, "Help me, they brought me to Kuala Lumpur"))

    assert (calm and calm.regions, moved and moved.regions) == (("AE",), ("MY",))


def test_dropped_figures_do_not_come_back_when_another_topic_is_dropped(
    generation: Generation, encoder: HashingEncoder
) -> None:
    """Who drops the figures first and then the document is told neither."""
    asked: list[Question] = []
    figures: Any = SimpleNamespace(recognise=lambda question, *_: asked.append(question))
    assistant = Assistant(generation, encoder, reading(0.1, 0.15), figures=figures)
    assistant.ask("Who funds it?", [SHELTER], drop=["figures", "ghana-shelter"])

    assert asked == []

    assistant.ask("Who funds it?", [SHELTER], drop=["ghana-shelter"])

    assert [question.text for question in asked] == ["Who funds it?"]


def test_a_question_without_its_topic_is_answered_as_if_asked_first(lenient: Assistant) -> None:
    """With the topic dropped the turns are not used at all; ids of other topics change nothing."""
    first = lenient.ask("Who funds it?")
    follow_up = lenient.ask("Who funds it?", [SHELTER])
    digits = lenient.ask("2024?", [UNTOLD], drop=["turns"])

    assert first.topics == ()
    assert lenient.ask("Who funds it?", [SHELTER], drop=["ghana-shelter"]) == first != follow_up
    assert lenient.ask("Who funds it?", [SHELTER], drop=["turns", "colombia-hotline", ""]) == follow_up
    assert lenient.ask("2024?", [UNTOLD]).reason != "not_understood"
    assert digits == lenient.ask("2024?")
    assert digits.reason == "not_understood"


def test_what_does_not_lean_on_earlier_turns_has_no_topic(
    lenient: Assistant, generation: Generation, encoder: HashingEncoder
) -> None:
    """New topics, small talk, refused messages and those of people at risk have none."""
    alone = Assistant(generation, encoder, reading(0.1, 0.15), follow_ups=Constant(False))  # type: ignore[arg-type]
    leaning = Assistant(generation, encoder, reading(0.1, 0.15), follow_ups=Constant(True))  # type: ignore[arg-type]

    assert alone.ask("Who funds it?", [SHELTER]).topics == ()
    assert leaning.ask("Who funds it?", [SHELTER]).topics
    for message in ("thanks!", "How do I smuggle people across the border?", "I am locked in. Who funds it?"):
        assert lenient.ask(message, [SHELTER]).topics == (), message


class Pronouns:
    """A classifier that finds those texts to lean on earlier ones whose vector is that of "Who funds it?"."""

    def __init__(self, encoder: HashingEncoder) -> None:
        """Keep the vector."""
        self._vector = encoder.encode_query("Who funds it?")

    def predict(self, vector: Vector, *, by_rules: bool = False) -> bool:
        """Return whether the vector is that one."""
        return bool(vector @ self._vector > 1 - 1e-6)


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        (["The shelter in Accra?"], "The shelter in Accra? Who funds it?"),
        (["A hotline?", "The shelter in Accra?"], "The shelter in Accra? Who funds it?"),
        (["The shelter in Accra?", "Who funds it?"], "The shelter in Accra? Who funds it? Who funds it?"),
        (["Who funds it?"], "Who funds it? Who funds it?"),
    ],
    ids=["one turn", "a new topic between", "a turn that leans too", "nothing to lean on"],
)
def test_a_follow_up_of_a_follow_up_is_searched_behind_its_subject(
    generation: Generation, encoder: HashingEncoder, asked: list[str], searched: str
) -> None:
    """What "Who paid?" and then "How much?" are about was asked before both."""
    search = EvidenceSearch(generation, encoder, MIN_MAX, reading(0.1, 0.15), follow_ups=Pronouns(encoder))  # type: ignore[arg-type]
    found = search.search(search.query(Question("Who funds it?")), [Turn(text) for text in asked], NO_FILTERS)

    assert found.query.searched.text == searched


class Meant:
    """A classifier that takes those texts for corrections whose vector is that of "No, I meant Togo."."""

    def __init__(self, encoder: HashingEncoder) -> None:
        """Keep the vector."""
        self._vector = encoder.encode_query("No, I meant Togo.")

    def predict(self, vector: Vector) -> bool:
        """Return whether the vector is that one."""
        return bool(vector @ self._vector > 1 - 1e-6)


def test_what_was_corrected_stays_so(generation: Generation, encoder: HashingEncoder) -> None:
    """A question after a correction leans on what was meant, as the correction itself does."""
    search = EvidenceSearch(generation, encoder, MIN_MAX, reading(0.1, 0.15), corrections=Meant(encoder))  # type: ignore[arg-type]
    turns = [Turn("Who pays in Ghana?", "Norway. [1]"), Turn("No, I meant Togo.", "France. [1]")]
    after, correction = (
        search.carried_over(search.query(Question(asked)), before, NO_FILTERS)
        for asked, before in (("Why?", turns), ("No, I meant Togo.", turns[:1]))
    )

    assert after
    assert correction
    assert after.turns == [Turn("Who pays in Togo?"), turns[1]]
    assert correction.turns == [Turn("Who pays in Togo?")]


def test_the_parts_of_a_follow_up_lean_on_its_turns(generation: Generation, encoder: HashingEncoder) -> None:
    """Asked by themselves, they would be about nothing."""
    search = EvidenceSearch(generation, encoder, MIN_MAX, reading(0.1, 0.15))
    query = search.query(Question("Who pays for the beds and how long does it run?"))
    carried = search.carried_over(query, [SHELTER], NO_FILTERS)
    searched = [sub.query.searched.text for sub in search.find(query, carried, NO_FILTERS).sub_searches]

    assert searched == [
        "Who runs the shelter? Who pays for the beds",
        "Who runs the shelter? Who pays for the beds how long does it run?",
    ]


def test_the_parts_of_a_follow_up_are_searched_behind_its_subject(
    generation: Generation, encoder: HashingEncoder
) -> None:
    """What the conversation was about before is left out, as for the question itself."""
    search = EvidenceSearch(generation, encoder, MIN_MAX, reading(0.1, 0.15), follow_ups=Pronouns(encoder))  # type: ignore[arg-type]
    turns = [Turn("A hotline?"), Turn("The shelter in Accra?"), Turn("Who funds it?")]
    query = search.query(Question("Who funds it?"))
    carried = search.carried_over(query, turns, NO_FILTERS)
    query = search.query(Question("Who pays for the beds and how long does it run?"))
    searched = [sub.query.searched.text for sub in search.find(query, carried, NO_FILTERS).sub_searches]

    assert searched == [
        "The shelter in Accra? Who funds it? Who pays for the beds",
        "The shelter in Accra? Who pays for the beds how long does it run?",
    ]


@pytest.mark.parametrize(
    ("asked", "is_answered"),
    [
        ("does Norway fund the shelter in Accra?", True),
        ("Did the shelter for children open?", False),
        ("how is the shelter in Accra paid?", True),
    ],
)
def test_a_follow_up_of_yes_or_no_needs_more_confidence(
    lenient: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    is_answered: bool,
) -> None:
    """What stands near an event is no answer to whether it happened; other questions keep their threshold."""
    monkeypatch.setattr("qa.pipeline.evidence_search.LEAST_OF_YES_OR_NO", 0.9)

    assert bool(lenient.ask(asked, [SHELTER]).statements) == is_answered
    assert lenient.ask(asked).statements


@pytest.mark.parametrize(
    ("quoted", "documents"),
    [
        ("The government runs the hotline today. [1]", {"ghana-shelter"}),
        ("Norway funds the shelter in Accra. [1]", set()),
        ("Delegates of seven countries met in Islamabad from 21 to 23 February. [1]", set()),
    ],
    ids=["of 2011", "the newest", "without a date"],
)
def test_something_more_recent_stands_in_a_later_document(lenient: Assistant, quoted: str, documents: set[str]) -> None:
    """No document that is older than the one quoted, or may be, is read for it."""
    _, trace = lenient.explain("anything more recent on the shelter or the hotline?", [Turn("The shelter?", quoted)])

    assert trace.findings
    assert {hit.passage.document_id for hit in trace.findings.search.hits} == documents


@pytest.mark.parametrize(
    "asked",
    ["which of them is more recent, the shelter or the hotline?", "who runs the newer shelter, or the hotline?"],
)
def test_what_only_compares_is_not_kept_to_later_documents(lenient: Assistant, asked: str) -> None:
    """The newer one of two may stand in any document."""
    _, trace = lenient.explain(asked, [Turn("The shelter?", "Norway funds the shelter in Accra. [1]")])

    assert trace.findings
    assert trace.findings.search.hits


def test_misspelt_words_are_corrected_in_the_question_and_in_earlier_ones(
    assistant: Assistant, lenient: Assistant
) -> None:
    """The corrected question is shown; a question in another language is not corrected."""
    answer = assistant.ask("Who funds the sheltr in Acrca?")
    follow_up = lenient.ask("Who funds it?", [Turn("The sheltr in Acrca?")])

    assert answer.standalone_question == FUNDS
    assert "Norway funds the shelter in Accra." in answer.text
    assert "Norway funds the shelter in Accra." in follow_up.text
    assert assistant.ask("How can I recruit childrn for the sheltr?").status == Status.DECLINED
    assert assistant.ask("¿Quién paga el sheltr en Accra?").standalone_question == "¿Quién paga el sheltr en Accra?"


def test_equal_questions_get_equal_answers(assistant: Assistant) -> None:
    """Nothing but the timings may differ between two runs."""
    assert assistant.ask(FUNDS) == assistant.ask(FUNDS)
    assert assistant.ask(FUNDS).id != assistant.ask(FUNDS, filters=Filters(countries=("Ghana",))).id


@pytest.fixture
def lenient(generation: Generation, encoder: HashingEncoder) -> Assistant:
    """Return an assistant with lower thresholds, since sub-questions share fewer words with the documents."""
    return Assistant(generation, encoder, reading(0.1, 0.15))


def test_a_question_about_two_things_is_answered_from_the_documents_of_both(lenient: Assistant) -> None:
    """Each part is searched by itself, and the answer cites what was found for each."""
    answer, trace = lenient.explain("Who pays or runs each: the shelter in Accra, the hotline of Colombia?")

    assert trace.findings
    assert trace.findings.is_joined
    assert [search.query.searched.text for search in trace.findings.sub_searches] == [
        "Who pays or runs each: the shelter in Accra",
        "Who pays or runs each: the hotline of Colombia",
    ]
    assert "The government runs the hotline today." in answer.text
    assert "Norway funds the shelter in Accra." in answer.text


def test_a_part_that_no_document_tells_is_named(lenient: Assistant) -> None:
    """Beside the answers to two parts of a question stands which third one is not told; of all untold, none is."""
    parts = ("the shelter in Accra", "the hotline of Colombia", "the boiling point of tungsten")
    answer = lenient.ask(f"Who pays or runs each: {', '.join(parts)}?")

    assert answer.unanswered == ("Who pays or runs each: the boiling point of tungsten",)
    assert lenient.ask("What melts: lead, zinc or tungsten?").unanswered == ()


def test_a_sure_answer_names_the_untold_part_too(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the question as a whole is surely told, its parts change nothing in the answer, and are named if untold."""

    def select(query: Query, *rest: Any) -> Selection:  # noqa: ANN401
        return Selection() if query.asked.text == "why there?" else select_evidence(query, *rest)

    monkeypatch.setattr("qa.pipeline.evidence_search.select_evidence", select)
    monkeypatch.setattr("qa.pipeline.evidence_search.SURE", 0.0)
    answer, trace = assistant.explain("Who funds the shelter in Accra, and why there?")

    assert trace.findings
    assert not trace.findings.is_joined
    assert answer.unanswered == ("why there?",)
    assert trace.findings.sub_searches[1].query.searched.text == "Who funds the shelter in Accra why there?"


def test_all_parts_together_are_read_in_bounds(lenient: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many parts a question has, the passages that are read for it and for them are bounded."""
    monkeypatch.setattr("qa.pipeline.evidence_search.MOST_READ", 5)
    _, trace = lenient.explain("Who pays or runs each: the shelter in Accra, the hotline of Colombia?")

    assert trace.findings
    assert len(trace.findings.search.read) == 3
    assert [len(search.read) for search in trace.findings.sub_searches] == [1, 1]


def test_sources_of_different_years_are_called_so(lenient: Assistant) -> None:
    """An answer from documents of 2015 and 2011 says both years, the later first; one from a single year is silent."""
    both = lenient.ask("Who pays or runs each: the shelter in Accra, the hotline of Colombia?")
    one = lenient.ask(FUNDS)

    assert both.notes == ("The sources are of different years: 2015, 2011. What they tell may have changed since.",)
    assert one.notes == ()


def test_a_confidently_answered_question_is_not_decomposed(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that is answered with high confidence costs one search, whatever it lists."""
    monkeypatch.setattr("qa.pipeline.evidence_search.SURE", 0.0)
    _, trace = assistant.explain("Who funds the shelter in Accra, in Kumasi and in Tamale?")

    assert trace.findings
    assert len(trace.findings.search.query.sub_questions) == 3
    assert trace.findings.sub_searches == ()


def test_parts_that_one_document_answers_change_nothing(assistant: Assistant) -> None:
    """Sub-questions count if several documents answer them; their evidence precedes that of the full question."""
    of_accra, of_colombia = (
        assistant.explain(question)[1].findings.selection
        for question in (FUNDS, "How many calls has the free hotline of Colombia taken?")
    )
    unsplit = replace(of_accra, confidence=0.5)
    joined = join_sub_questions(unsplit, [of_colombia, of_accra])

    assert join_sub_questions(unsplit, [of_accra, of_accra]) == unsplit
    assert joined.evidence[0].document.id == "colombia-hotline"
    assert {item.document.id for item in joined.evidence} == {"colombia-hotline", "ghana-shelter"}
    assert joined.confidence == (of_colombia.confidence + of_accra.confidence) / 2


def test_a_question_whose_part_alone_is_answered_is_answered_in_part(lenient: Assistant) -> None:
    """A refused question takes over what answers a part of it, from one document too."""
    told = lenient.explain(FUNDS)[1].findings
    assert told
    refused = Selection(confidence=0.2, refusal="a confidence of 0.20 is less than 0.30")
    joined = join_sub_questions(refused, [told.selection, refused])

    assert joined.evidence == told.selection.evidence
    assert joined.confidence == (told.selection.confidence + refused.confidence) / 2
    assert join_sub_questions(refused, [refused, refused]) == refused


def test_the_best_sentence_of_each_part_stands_open(lenient: Assistant) -> None:
    """What a document of the answer tells of a part is no mere addition; another document adds nothing."""
    told, other = (
        lenient.explain(question)[1].findings
        for question in (FUNDS, "How many calls has the free hotline of Colombia taken?")
    )
    assert told
    assert other
    of_accra = [item.evidence for item in told.search.selection.candidates]
    first, last = [item for item in of_accra if item.document.id == "ghana-shelter"][:2]
    whole = Selection(evidence=(first,), more=(last,))
    parted = with_best_of_parts(whole, [Selection(evidence=(last,)), other.selection])

    assert (parted.evidence, parted.more) == ((first, last), ())


def test_a_further_document_is_cited_where_it_is_likely_to_answer_too(
    generation: Generation, encoder: HashingEncoder
) -> None:
    """Where further documents always answer all are cited, each with its own best first, and else the first alone."""
    query = make_query(Question("What do the sources say on shelters and hotlines in Accra and Colombia?"), encoder)
    hits = retrieve(query, generation)

    def cited(bias: float) -> list[str]:
        scorers = SCORERS._replace(document=Scorer(bias, SCORERS.document.weights), thresholds=Thresholds(0.0, 0.0))
        selection = select_evidence(query, hits, generation, ReaderSettings(scorers, 80))
        return list(dict.fromkeys(item.document.id for item in (*selection.evidence, *selection.more)))

    assert sorted(cited(99.0)) == ["colombia-hotline", "ghana-shelter", "pakistan-conference"]
    assert len(cited(-99.0)) == 1


def test_other_items_of_a_list_need_some_of_the_support_of_the_best_one(
    generation: Generation, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What asks for one item leaves its neighbours to what is added; where the best is no item, nothing changes."""

    def opened(question: str, share: float) -> set[str]:
        monkeypatch.setattr("qa.reader.opening.ITEM_SHARE", share)
        query = make_query(Question(question), encoder)
        selection = select_evidence(query, retrieve(query, generation), generation, ReaderSettings(BY_LIKENESS, 80))
        return {item.text for item in selection.evidence}

    item, other = "Does the shelter offer legal aid?", FUNDS

    assert opened(item, 0) - opened(item, 0.9) == {"schooling;", "medical care;"}
    assert opened(other, 0) == opened(other, 0.9) >= {"schooling;", "medical care;"}


def test_an_overview_leaves_doubtful_sentences_to_what_is_added(
    generation: Generation, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of time a sentence with little of the best one's support would open the answer."""
    monkeypatch.setattr("qa.reader.opening.OVERVIEW_SHARE", 0.9)
    monkeypatch.setattr("qa.reader.opening.FIGURE_ODDS", 1.0)
    query = make_query(Question("Who funds the shelter in Accra?"), encoder)
    hits = retrieve(query, generation)
    one, overview = (
        select_evidence(replace(query, is_overview=is_overview), hits, generation, ReaderSettings(BY_LIKENESS, 80))
        for is_overview in (False, True)
    )
    doubtful = [item for item in one.evidence if item.support < 0.9 * one.evidence[0].support]

    assert doubtful
    assert overview.evidence == tuple(item for item in one.evidence if item not in doubtful)
    assert set(doubtful) <= set(overview.more)


def test_an_overview_opens_sentences_with_figures_first(
    generation: Generation, encoder: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of sentences about as likely to tell, those that say for how many win the place."""
    query = replace(make_query(Question("Who funds the shelter in Accra?"), encoder), is_overview=True)
    hits = retrieve(query, generation)

    def begins_with_figure(odds: float) -> bool:
        monkeypatch.setattr("qa.reader.opening.FIGURE_ODDS", odds)
        [first, *_] = select_evidence(query, hits, generation, ReaderSettings(BY_LIKENESS, 80)).evidence
        return any(map(str.isdigit, first.text))

    assert not begins_with_figure(1.0)
    assert begins_with_figure(1000.0)


@given(st.text(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_it(assistant: Assistant, question: str) -> None:
    """Whatever is asked, the answer is a valid one, whose quotes stand in their documents."""
    answer = assistant.ask(question)

    for citation in answer.citations:
        span = citation.evidence.span
        assert assistant.documents[citation.evidence.document.id].text[span.start : span.end] == citation.quote


def test_an_answer_in_doubt_is_called_partial(generation: Generation, encoder: HashingEncoder) -> None:
    """Between the two thresholds the best evidence is given, and a message says that it is uncertain."""
    doubtful = Assistant(generation, encoder, reading(0.1, 1.0))
    answer = doubtful.ask(FUNDS, language="fr")

    assert answer.status == Status.PARTIAL
    assert answer.statements
    assert answer.message.startswith("Les documents ne répondent peut-être pas entièrement.")
    assert 0.1 <= answer.confidence < 1


@given(st.floats(-1, 0), st.floats(0, 1), st.floats(0, 5), st.floats(0, 0.5))
def test_support_grows_with_every_feature(below: float, passage: float, words: float, more: float) -> None:
    """No higher value of a feature of a sentence lowers its support."""
    scorer = shipped_scorers(with_reader=False).sentence
    features = SentenceFeatures(below, passage, words, 0, 0)

    assert 0 <= scorer.probability(features) <= 1
    for place, name in enumerate(SentenceFeatures._fields):
        assert scorer.probability(features._replace(**{name: features[place] + more})) >= scorer.probability(features)


def test_confidence_falls_with_what_is_missing() -> None:
    """Numbers, names, a country or a kind of fact that the question names and the evidence lacks speak against it."""
    scorer = shipped_scorers(with_reader=False).question
    complete = QuestionFeatures(*[0.5] * 4, *[0] * (len(QuestionFeatures._fields) - 4))

    for name in QuestionFeatures._fields:
        if name.startswith("missing") or name == "other_year":
            assert scorer.probability(complete._replace(**{name: 1})) < scorer.probability(complete)


def test_who_needs_help_is_not_sent_away_with_a_plain_refusal(assistant: Assistant) -> None:
    """Where the documents don't tell and the help card shows, the text points to the card, in the asker's language."""
    cry = assistant.ask("My employer locked me in and keeps my passport")
    spanish = assistant.ask("Mi jefe me encerró y tiene mi pasaporte")

    assert cry.help
    assert cry.status == spanish.status == Status.NO_EVIDENCE
    assert cry.reason == "no_evidence"
    assert cry.message.endswith("The people on the card above can help you.")
    assert spanish.message.endswith("pueden ayudarle.")


def test_distress_that_only_the_classifier_finds_shows_the_card(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card is shown where only the classifier finds distress; greetings are not classified."""
    monkeypatch.setattr(assistant, "_at_risk", Constant(True))

    assert assistant.ask("Who funds the shelter in Accra?").help
    assert assistant.ask("hello").help is None


def test_what_rules_are_certain_of_no_classifier_takes_away(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bare cry, one's own case in formal words and a personal case keep the card; other signs may lose it."""
    monkeypatch.setattr(assistant, "_at_risk", Constant(False))
    own = "Under the Protocol, am I a victim if my employer has kept my papers?"

    assert [text for text in ("imdat", "SOS!!", own, "Can I apply for asylum?") if not assistant.ask(text).help] == []
    assert assistant.ask("they will kill me if i talk").help is None


@pytest.mark.parametrize(
    "message",
    ["Is this chat private? I do videos for them, I'm 15", "who are you", "no no no", "So it went on. " * 80],
    ids=["about", "about the bot", "one word", "long"],
)
def test_the_classifier_judges_whatever_has_words(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, message: str
) -> None:
    """Questions about the bot, long stories and repeated words may be of people at risk; random keys are not judged."""
    monkeypatch.setattr(assistant, "_at_risk", Constant(True))

    assert assistant.ask(message).help
    assert assistant.ask("asdfgh 42").help is None


def test_after_a_cry_each_answer_shows_the_card(lenient: Assistant) -> None:
    """The card goes on with its country, whatever is asked or dropped; what came before the cry doesn't count."""
    history = [Turn("Who visited Colombia?"), Turn("I am locked in"), Turn("I am in Kenya")]
    answer = lenient.ask(FUNDS, history)
    first = lenient.ask("and who pays?", history[:2])
    dropped = lenient.ask("Who funds it?", [Turn("I am locked in"), SHELTER], drop=["ghana-shelter"])

    assert answer.help
    assert answer.help.regions == ("KE",)
    assert "Norway funds the shelter in Accra." in answer.text
    assert first.help
    assert first.help.regions == ()
    assert dropped.help
    assert lenient.ask("thanks!", history).help
    assert lenient.ask(FUNDS, history[:1]).help is None


def test_the_card_is_added_to_the_answer(assistant: Assistant) -> None:
    """Who is at risk and asks something gets both."""
    answer = assistant.ask("I am locked in. Who funds the shelter in Accra?")

    assert answer.help
    assert "Norway funds the shelter in Accra." in answer.text


@pytest.mark.parametrize("wish", ["Tell me more.", "dis-m'en plus", "أخبرني المزيد"])
def test_a_wish_for_more_is_no_cry_and_has_a_topic_only_behind_an_answer(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    """Its few words tell no classifier anything; behind a cry the card stays."""
    monkeypatch.setattr(assistant, "_at_risk", Constant(True))
    monkeypatch.setattr(assistant, "_small_talk", SimpleNamespace(reason=lambda _: "complaint"))
    behind = assistant.ask(wish, [Turn("hello", SHELTER.answer)])  # a greeting is not judged

    assert assistant.ask(wish).status == Status.SMALL_TALK
    assert (behind.help, behind.reason in {"small_talk", "complaint"}) == (None, False)
    assert assistant.ask(wish, [Turn("He beats me and locked me up, help me", "Call them.")]).help


@pytest.mark.parametrize(
    ("message", "reason", "status"),
    [
        ("gracias, me ayudaste mucho", "small_talk", Status.SMALL_TALK),
        ("gracias, me ayudaste mucho", "complaint", Status.NO_EVIDENCE),
        ("gracias, ¿me ayudaste?", "small_talk", Status.NO_EVIDENCE),
    ],
)
def test_thanks_with_more_words_are_small_talk_before_any_answer(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, message: str, reason: str, status: Status
) -> None:
    """A first message complains of nothing, and one that asks is searched for."""
    monkeypatch.setattr(assistant, "_small_talk", SimpleNamespace(reason=lambda _: reason))

    assert assistant.ask(message).status == status


def test_a_number_that_the_documents_lack_is_left_to_the_card(lenient: Assistant) -> None:
    """Who is at risk and asks for a number is told nothing that only lies near."""
    answer = lenient.ask("I am locked in. Which number can I call in Accra?")
    calm = lenient.ask("Which number can a visitor of the shelter in Accra call?")
    told = lenient.ask("Who funds the hotline of Colombia?")

    assert answer.help
    assert (answer.status, answer.statements, answer.nearest, answer.short_answer) == (Status.NO_EVIDENCE, (), (), None)
    assert (calm.help, calm.status, calm.statements) == (None, Status.NO_EVIDENCE, ())
    assert told.statements


def test_an_asker_can_bound_an_answer(assistant: Assistant) -> None:
    """At most so many documents are cited and so many words stated; what is longer adds, and the confidence stays."""
    question = "Who funds the shelter in Accra and how many calls has the hotline of Colombia taken since 2003?"
    whole = assistant.ask(question)
    of_one = assistant.bounded(1, None).ask(question)
    short = assistant.bounded(None, 10).ask(question)

    assert len({citation.document_id for citation in whole.citations}) == 2
    assert len({citation.document_id for citation in of_one.citations}) == 1
    assert len(short.statements) == 1 < len(whole.statements)
    assert len((*short.statements, *short.more)) == len((*whole.statements, *whole.more))
    assert whole.confidence == of_one.confidence == short.confidence
    assert len({whole.id, of_one.id, short.id}) == 3
