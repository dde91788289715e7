"""The dense and the lexical ranking are fused, for questions in any language."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import DOCUMENTS, generation_of
from corpus import Document, Passage
from corpus.language.countries import countries_named
from corpus.language.detection import language_of
from doubles.fakes import HashingEncoder
from embeddings import Generation, Ranking
from qa import Assistant, Filters
from qa.answers.hits import Hit, SearchResult
from qa.pipeline.retrieval import min_max_fusion, retrieve
from qa.query.query import make_query
from qa.query.question import Question

BACK_ENDS = ("files", "Milvus")  # where passages are searched
SCORES = st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=20)


@pytest.fixture(scope="session", params=BACK_ENDS)
def generation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Return a published generation of the three documents, searched by each back end."""
    vectors = request.getfixturevalue("milvus").address if request.param == "Milvus" else ""
    return generation_of(DOCUMENTS, tmp_path_factory.mktemp("generation"), HashingEncoder(), vectors)


def ranking(scores: list[float]) -> Ranking:
    """Rank rows 0, 1, 2 ... by falling scores."""
    return Ranking(np.arange(len(scores)), np.array(sorted(scores, reverse=True), np.float32))


@given(SCORES, SCORES, st.floats(0, 1))
def test_fused_scores_lie_between_0_and_1(one: list[float], two: list[float], weight: float) -> None:
    """However the scores of the two searches are scaled, what is fused of them is a share."""
    fused = min_max_fusion((ranking(one), weight), (ranking(two), 1 - weight))

    assert all(0 <= score <= 1 + 1e-6 for score in fused.values())
    assert fused[0] == pytest.approx(1)


@given(SCORES, st.floats(0.125, 8), st.integers(-50, 50))
def test_fusion_does_not_depend_on_scale(scores: list[float], factor: float, shift: int) -> None:
    """BM25 may score in tens and cosines in hundredths: only the spread counts."""
    scores = [round(score) for score in scores]
    scaled = [score * factor + shift for score in scores]
    expected = min_max_fusion((ranking(scores), 1.0))

    assert min_max_fusion((ranking(scaled), 1.0)) == pytest.approx(expected, abs=1e-3)


def test_documents_of_other_countries_come_last_for_a_question_in_another_language(tmp_path: Path) -> None:
    """Their words may be nearer, but they don't answer; of an English question all words are searched, so they stay."""
    texts = {"haiti.txt": "Haiti\n\nChildren rescued, rescued children.", "ghana.txt": "Ghana\n\nNine left the boats."}
    generation = generation_of(texts, tmp_path, HashingEncoder())
    asked = "children rescued children rescued in Ghana"
    first = [
        retrieve(make_query(Question(asked, language), HashingEncoder()), generation)[0].passage.document_id
        for language in ("fr", "en")
    ]

    assert first == ["ghana", "haiti"]


def test_a_passage_in_both_searches_comes_first(generation: Generation) -> None:
    """Words and meaning together find the passage, and ties go by passage id."""
    hits = retrieve(make_query(Question("Who funds the shelter in Accra?"), HashingEncoder()), generation)
    keys = [(-hit.score, hit.passage.id) for hit in hits]

    assert hits[0].passage.document_id == "ghana-shelter"
    assert hits[0].cosine is not None
    assert hits[0].bm25 is not None
    assert keys == sorted(keys)


def test_a_question_that_shares_no_word_is_searched_by_meaning_alone(generation: Generation) -> None:
    """Without shared words the fused score is the spread of the cosines."""
    hits = retrieve(make_query(Question("zzz qqq"), HashingEncoder()), generation)

    assert hits[0].score == pytest.approx(1)
    assert all(hit.bm25 is None for hit in hits)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param(Filters(countries=("ghana",)), {"ghana-shelter"}, id="country in any case"),
        pytest.param(
            Filters(themes=("prevention", "children")), {"ghana-shelter", "colombia-hotline"}, id="either theme"
        ),
        pytest.param(Filters(kinds=("programme",), publishers=("IOM",)), {"colombia-hotline"}, id="both fields"),
        pytest.param(Filters(countries=("Atlantis",)), set(), id="none"),
        pytest.param(Filters(since="2011", until="2014-12"), {"colombia-hotline"}, id="of a time"),
        pytest.param(Filters(since="2011-06"), {"ghana-shelter", "colombia-hotline"}, id="perhaps of a time"),
        pytest.param(Filters(until="2015-03-12"), {"ghana-shelter", "colombia-hotline"}, id="until a day, included"),
    ],
)
def test_filters_keep_to_their_documents(generation: Generation, filters: Filters, found: set[str]) -> None:
    """Only documents that fit every filter are found, whatever the question."""
    hits = retrieve(make_query(Question("Who pays for the hotline?"), HashingEncoder()), generation, filters=filters)

    assert {hit.passage.document_id for hit in hits} == found


@pytest.mark.parametrize(
    ("question", "language", "countries"),
    [
        pytest.param("¿Cuántas víctimas hubo en el Perú?", "es", ["Peru"], id="Spanish"),
        pytest.param("Сколько жертв выявили в Колумбии?", "ru", ["Colombia"], id="Russian, inflected"),
        pytest.param("秘鲁2016年记录了多少起案件？", "zh", ["Peru"], id="Chinese, without blanks"),
        pytest.param("كم عدد الضحايا في الأردن؟", "ar", ["Jordan"], id="Arabic"),
        pytest.param("Combien de victimes au Mali ?", "fr", ["Mali"], id="French"),
        pytest.param("From Burma to Turkey or the UK", "en", ["Myanmar", "Türkiye", "United Kingdom"], id="nicknames"),
        pytest.param("Papua New Guinea or Guinea", "en", ["Guinea", "Papua New Guinea"], id="one within the other"),
        pytest.param("Do traffickers fear us?", "en", [], id="a word that is no country"),
        pytest.param("¿Cuántas víctimas hubo en China?", "es", ["China"], id="in brackets behind another"),
        pytest.param(
            "Сколько жертв в Великобритании и на Виргинских островах?", "ru", ["United Kingdom"], id="its islands"
        ),
        pytest.param("基金会资助了多少人？", "zh", [], id="a sign within other words"),
        pytest.param("Сколько жертв в Мьянме?", "ru", ["Myanmar"], id="two names"),
        pytest.param("Who?", "xx", [], id="no such language"),
    ],
)
def test_countries_are_known_by_their_english_names(question: str, language: str, countries: list[str]) -> None:
    """A country named in another language is searched for in the English documents."""
    assert language_of(question) == language or language == "xx"
    assert countries_named(question, language) == countries


def test_numbers_in_other_scripts_are_terms() -> None:
    """Numbers are found though nothing parts them from the words around."""
    assert {"2016", "peru"} <= set(Question("秘鲁2016年记录了多少起案件？", "zh").terms)


@pytest.mark.parametrize("text", ["", " ", "?", "123", "🙂", "IOM", "iom niger agadez", "Bossaso Puntland"])
def test_a_text_that_tells_no_language_is_held_to_be_english(text: str) -> None:
    """Scraps and rows of names have no language of their own and no error."""
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("filters", "unknown"),
    [
        (Filters(countries=("GHANA", "Republic of Ghana"), themes=("protection",)), [(("countries", 1), "Ghana")]),
        (Filters(kinds=("new",), publishers=("I.O.M.",)), [(("kinds", 0), "news"), (("publishers", 0), "IOM")]),
        (Filters(since="2016-02"), [(("since",), "2015")]),
        (Filters(until="1999"), [(("until",), "2011")]),
        (Filters(since="1990", until="1999"), [(("until",), "2011")]),
        (Filters(since="2011", until="2015"), []),
        (Filters(), []),
    ],
    ids=str,
)
def test_values_that_no_document_has_are_told_with_the_nearest(
    assistant: Assistant, filters: Filters, unknown: list[tuple[tuple[str | int, ...], str]]
) -> None:
    """Each is named by its place, and the one that was meant comes first among the nearest."""
    assert [(value.path, value.nearest[0]) for value in filters.unknown_values(assistant.facets)] == unknown


def test_the_words_of_a_query_are_marked_in_other_forms_too(assistant: Assistant) -> None:
    """Each hit has the places of the words that BM25 found it by, and the address of its document at the passage."""
    [hit, *_] = assistant.search("trafficking of children, shelters in Accra")
    result = SearchResult.of(hit, assistant.documents[hit.passage.document_id])

    assert [result.text[mark.start : mark.end] for mark in result.highlights][:4] == [
        "shelter",
        "trafficked",
        "children",
        "Accra",
    ]
    assert result.view_url == f"/documents/ghana-shelter?start={result.start}&end={result.end}#quote"


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("## Who pays\n\nNorway pays. It pays well.\nMore.", "Norway%20pays.%20It%20pays%20well."),
        ("- a bed\n- a meal", "a%20bed"),
        ("# A", "%23%20A"),
    ],
)
def test_the_original_is_opened_at_the_first_line_of_a_passage(text: str, fragment: str) -> None:
    """Headings and marks of lists stand otherwise on a page of the web, so they are not looked for there."""
    document = Document("a", "A", f"Before.\n{text}", url="https://example.org/a")
    hit = Hit(Passage("a#1", "a", "A", "", text, 8, 8 + len(text)), 0, 1.0, None, None)

    assert SearchResult.of(hit, document).quote_url == f"https://example.org/a#:~:text={fragment}"
