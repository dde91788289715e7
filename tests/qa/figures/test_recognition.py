"""Questions on figures are told from others, and understood."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from corpus.figures import tables
from corpus.language.detection import language_of
from corpus.language.text import fold
from embeddings import SentenceEncoder
from qa import Settings
from qa.evaluation.judging.metrics import nugget_recall
from qa.evaluation.judging.suites import GOLD
from qa.figures.answers import tell
from qa.figures.question import FiguresQuestion, Kind
from qa.figures.reading import breakdown_of, places_of
from qa.figures.recognition import Recogniser
from qa.figures.telling import Told
from qa.figures.words import words
from qa.query.followups import Turn
from qa.query.question import Question

pytestmark = pytest.mark.model
MOST_CLAIMED = 15  # of the 2,684 questions of the other suites; each of those that are claimed asks for a figure


@pytest.fixture(scope="module")
def recogniser(shipped_encoder: SentenceEncoder) -> Recogniser:
    """Return a recogniser of the shipped tables and examples."""
    return Recogniser.shipped(shipped_encoder, Settings().cache)


def understood(
    recogniser: Recogniser, encoder: SentenceEncoder, text: str, language: str = ""
) -> FiguresQuestion | None:
    """Return a question as the recogniser understands it."""
    return recogniser.recognise(Question(text, language or language_of(text)), encoder.encode_query(text))


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        (
            "How many people were convicted of trafficking in Nepal in 2018?",
            "Persons convicted · Nepal · 2018",
            "value",
        ),
        ("Is the number of convictions in Nepal rising?", "Persons convicted · Nepal", "trend"),
        ("Nigerian victims in Italy 2016", "Victims detected · citizens of Nigeria · Italy · 2016", "value"),
        ("convictions in Kenya over the last five years", "Persons convicted · Kenya · 2016–2020", "series"),
        ("Compare convictions in Brazil and Peru in 2017", "Persons convicted · Brazil · Peru · 2017", "compare"),
        ("What tier was Nepal in the US TIP report 2015?", "Tier · Nepal · 2015", "value"),
        ("¿Cuántas víctimas de trata se detectaron en Perú en 2016?", "Víctimas detectadas · Perú · 2016", "value"),
        (
            "Which of Bolivia, Peru and Chile had the most victims?",
            "Victims detected · Bolivia · Peru · Chile",
            "compare",
        ),
        ("Which African country detected the most victims in 2016?", "Victims detected · Africa · 2016", "top"),
        ("Which countries were on Tier 3 in 2024?", "Tier 3 · world · 2024", "list"),
        ("List the African countries on the Tier 2 Watch List", "Tier 2 Watch List · Africa", "list"),
        ("Сколько человек осудили за торговлю людьми в Узбекистане?", "Осуждённые · Узбекистан", "value"),
        (
            "What share of victims in Italy in 2018 were children?",
            "Victims detected · children · Italy · 2018",
            "share",
        ),
        ("By what percentage did convictions in Peru rise?", "Persons convicted · Peru", "trend"),
        ("In which year did Peru detect the most victims?", "Victims detected · Peru", "year"),
        ("In which year did Peru detect the fewest victims?", "Victims detected · Peru", "year"),
        ("What is the last year that you have of victims in Peru?", "Victims detected · Peru", "year"),
        ("In which years was China in Tier 3?", "Tier 3 · China", "year"),
        ("victims in Italy since 2019", "Victims detected · Italy · 2019–2021", "series"),
        ("Which treaties has Chad joined?", "Party to the Palermo Protocol since · Chad", "value"),
        (
            "Which states ratified the Palermo Protocol in 2010?",
            "Party to the Palermo Protocol since · world · 2010",
            "list",
        ),
        ("Who has not ratified the Palermo Protocol?", "Palermo Protocol signed, not ratified · world", "list"),
        ("When did the EU join the Palermo Protocol?", "Party to the Palermo Protocol since · European Union", "value"),
        ("ranking of Thailand", "Tier · Thailand", "value"),
        ("How many victims did Western Europe detect in 2018?", "Victims detected · Western Europe · 2018", "value"),
        ("How many migrants died on the Darien route in 2022?", "Migrants dead or missing · Darien · 2022", "value"),
        ("deaths in IOM's missing migrants data, 2023", "Migrants dead or missing · world · 2023", "value"),
        (
            "For a report: victims of forced labour in Spain, 2019",
            "Victims detected · forced labour · Spain · 2019",
            "value",
        ),
        ("Сколько детей среди жертв в Румынии в 2019?", "Выявленные жертвы · дети · Румыния · 2019", "value"),
        (
            "La France a-t-elle condamné plus de personnes pour traite en 2015 qu'en 2014 ?",
            "Personnes condamnées · France · 2014–2015",
            "trend",
        ),
        ("Victimes que la police marocaine a détectées, combien ?", "Victimes détectées · Maroc", "value"),
        ("كم عدد الضحايا النيجيريين في إيطاليا؟", "الضحايا المكتشفون · مواطنو نيجيريا · إيطاليا", "value"),
    ],
)
def test_a_question_is_understood(
    recogniser: Recogniser, shipped_encoder: SentenceEncoder, text: str, label: str, kind: str
) -> None:
    """Its indicator, breakdown, places and years stand in a label in its language."""
    asked = understood(recogniser, shipped_encoder, text)

    assert asked is not None
    assert (asked.label, asked.kind) == (label, Kind(kind))


@pytest.mark.parametrize(
    "text",
    [
        "How many of us were trafficked in 2018?",
        "How much turkey meat was sold in 2018?",
        "How many victims were detected in Georgia in the US in 2018?",
        "How many victims did IOM assist in Nepal in 2018?",
        "How many victims were there in Palau under the US grant?",
        "How many people were convicted of drug trafficking in Mexico in 2018?",
        "What is the Palermo Protocol?",
        "How many victims were detected in Lagos in 2018?",
        "Which countries saw deaths of migrants rise?",
        "Which countries rose from Tier 2 to Tier 1 in 2013?",
        "In which countries did migrants die in 2019?",
        "Which country detected the fewest victims in 2018?",
        "Did Western or Eastern Africa detect more victims in 2018?",
        "What share of prosecutions in Peru led to convictions?",
        "How many trafficking victims died in Qatar in 2018?",
        "What does the report for 2019 say about convictions?",
    ],
)
def test_a_question_on_something_else_is_none(
    recogniser: Recogniser, shipped_encoder: SentenceEncoder, text: str
) -> None:
    """Nor are a pronoun, poultry, a state of another country and a city taken for a country."""
    assert understood(recogniser, shipped_encoder, text) is None


SAID = "966 victims of trafficking were detected in Italy in 2019 (UNODC, Global Report on Trafficking in Persons). [1]"
BEFORE = Turn("How many victims were detected in Italy in 2019?", SAID)


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("and in 2018?", "Victims detected · Italy · 2018", "value"),
        ("And in Kenya?", "Victims detected · Kenya · 2019", "value"),
        ("How many of them were women?", "Victims detected · women and girls · Italy · 2019", "value"),
        ("Is that rising?", "Victims detected · Italy · 2015–2019", "trend"),
        ("How many were convicted?", "Persons convicted · Italy · 2019", "value"),
        ("Which country detected the most?", "Victims detected · world · 2019", "top"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out_from_the_question_before(
    recogniser: Recogniser, shipped_encoder: SentenceEncoder, text: str, label: str, kind: str
) -> None:
    """Its own words replace a part of that question."""
    asked = recogniser.recognise(Question(text), shipped_encoder.encode_query(text), [BEFORE])

    assert asked is not None
    assert (asked.label, asked.kind, asked.follows) == (label, Kind(kind), True)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Why?", BEFORE),
        ("What does IOM do for them?", BEFORE),
        ("How many of them did IOM assist?", BEFORE),
        ("and in 2018?", Turn("How many people did the shelter in Baku help?", "Over 1,000. [1]")),
        ("and in 2018?", replace(BEFORE, answer="IOM assisted 12 victims in Italy in 2019. [1]")),
    ],
)
def test_a_follow_up_on_something_else_is_none(
    recogniser: Recogniser, shipped_encoder: SentenceEncoder, text: str, before: Turn
) -> None:
    """Nor is one to an answer that came from texts."""
    assert recogniser.recognise(Question(text), shipped_encoder.encode_query(text), [before]) is None


def test_a_follow_up_to_a_share_without_a_part_asks_for_the_number(
    recogniser: Recogniser, shipped_encoder: SentenceEncoder
) -> None:
    """There is no share of what the follow-up asks for."""
    said = "52.8 % (510 of 966): Victims detected · women and girls · Italy · 2019 (UNODC, Global Report on Trafficking"
    share = Turn("What share of the detected victims in Italy in 2019 were women?", f"{said} in Persons). [1][2]")
    text = "How many traffickers were convicted?"
    asked = recogniser.recognise(Question(text), shipped_encoder.encode_query(text), [share])

    assert asked is not None
    assert (asked.label, asked.kind) == ("Persons convicted · Italy · 2019", Kind.VALUE)


def test_two_countries_of_a_name_are_asked_back() -> None:
    """Unless other words tell which is meant."""
    assert places_of(Question("convictions in the Congo")).choices == ("CD", "CG")
    assert places_of(Question("convictions in the Democratic Republic of the Congo")).codes == ("CD",)
    assert places_of(Question("convictions in Congo-Brazzaville")).codes == ("CG",)
    assert places_of(Question("Сколько осудили в Конго", "ru")).choices == ("CD", "CG")


def test_a_name_that_two_countries_share_by_its_stem_is_told_by_its_ending() -> None:
    """In Russian the stem of Niger is that of Nigeria."""
    assert places_of(Question("Сколько жертв в Нигере", "ru")).codes == ("NE",)
    assert places_of(Question("Сколько жертв в Нигерии", "ru")).codes == ("NG",)


def test_the_longer_of_two_names_counts() -> None:
    """A route is no country on it, and the European Union no people."""
    assert places_of(Question("deaths at the US-Mexico border")).codes == ("us-mexico",)
    assert places_of(Question("victims in Western Sahara")).codes == ("EH",)
    assert places_of(Question("When did the European Union join")).codes == ("097",)


def test_breakdowns_are_read() -> None:
    """Of two categories of a dimension none is meant; girls are children, and "women or girls" are not."""
    assert breakdown_of(Question("girls in forced labour")) == (
        ("age", "children"),
        ("form", "labour"),
        ("sex", "female"),
    )
    assert breakdown_of(Question("women and men")) == ()
    assert breakdown_of(Question("were men or boys")) == (("sex", "male"),)


def test_the_threshold_holds_for_questions_held_apart(recogniser: Recogniser, shipped_encoder: SentenceEncoder) -> None:
    """Nine of ten questions on figures are recognised, and none on something else is."""
    file = Path(__file__).with_name("held_apart.yaml")
    questions: dict[str, list[str]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    claimed = {
        kind: sum(understood(recogniser, shipped_encoder, text) is not None for text in texts)
        for kind, texts in questions.items()
    }

    assert claimed["figures"] >= 0.9 * len(questions["figures"])
    assert claimed["text"] == 0


@pytest.mark.parametrize("file", [GOLD / "figures.jsonl", Path(__file__).with_name("asked.jsonl")])
def test_the_gold_questions_are_answered_and_refused(
    recogniser: Recogniser, shipped_encoder: SentenceEncoder, file: Path
) -> None:
    """The right figure stands in at least 0.95 of the answers, and 0.95 of what the tables lack is refused."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    for line in file.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        asked = understood(recogniser, shipped_encoder, gold["question"], gold["language"])
        said = " ".join(sentence.text for sentence in tell(asked).sentences) if asked else ""
        is_right = nugget_recall(gold["nuggets"], said) == 1 if gold["answerable"] and said else not gold["answerable"]
        right[gold["answerable"]].append(is_right and bool(said) == gold["answerable"])

    assert sum(right[True]) >= 0.95 * len(right[True])
    assert sum(right[False]) >= 0.95 * len(right[False])


def test_the_words_are_written_as_folded_texts_have_them() -> None:
    """Else they are never found: an Arabic hamza becomes its carrier, a Russian й an и."""
    indicators = [indicator for table in tables().values() for indicator in table.indicators]
    of_tables = [(each.words, each.beside, dict(each.values)) for each in indicators]
    letters = ["".join(re.findall(r"[^\W\d_a-zA-Z]", each)) for each in texts_in([words(), of_tables])]

    assert [each for each in letters if each != fold(each)] == []


def texts_in(found: object) -> Iterator[str]:
    """Yield the texts in lists and in the values of mappings."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping | Sequence):
        for each in found.values() if isinstance(found, Mapping) else found:
            yield from texts_in(each)


def test_each_kind_of_question_is_told_or_left(recogniser: Recogniser, shipped_encoder: SentenceEncoder) -> None:
    """What the tables tell has its `nuggets` and its `label` and `lacks` others; the rest is `left` to the texts.

    Of what a table tells only how it was before, the sentences `near` it have their words.
    """
    file = Path(__file__).with_name("kinds.jsonl")
    wrong = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked = understood(recogniser, shipped_encoder, row["question"], row["language"])
        told = tell(asked) if asked else Told()
        said, near = (" ".join(sentence.text for sentence in of) for of in (told.sentences, told.near))
        is_left = not said and ("left" in row or "lacks" in row)
        has_all = bool(said) and all(nugget in said for nugget in row.get("nuggets", ()))
        has_none = not any(name in said for name in row.get("lacks", ()))
        has_near = all(words in near for words in row.get("near", ()))
        is_labelled = row.get("label", "") in (asked.label if asked else "")
        if not (has_near and is_labelled and (is_left if "left" in row else is_left or (has_all and has_none))):
            wrong.append(row["question"])

    assert not wrong


@pytest.mark.slow
def test_questions_of_other_suites_are_left_to_texts(recogniser: Recogniser, shipped_encoder: SentenceEncoder) -> None:
    """But for a few, which do ask for a figure."""
    claimed = []
    for file in GOLD.glob("*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            texts = [row.get("question"), row.get("message"), *(turn["question"] for turn in row.get("turns", ()))]
            asked = [text for text in texts if text and file.stem != "figures"]
            claimed += [text for text in asked if understood(recogniser, shipped_encoder, text)]

    assert len(claimed) <= MOST_CLAIMED, claimed
