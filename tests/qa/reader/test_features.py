"""The features of a question: what it names and its evidence lacks."""

import pytest

from corpus import Document, cut_into_passages, split_sentences
from embeddings.cross_encoder.reading import Scores
from qa.answers.evidence import Evidence
from qa.query.question import Question
from qa.reader.features import QuestionFeatures, lacks_kind, question_features


def features_of(question: str, text: str, countries: tuple[str, ...] = ()) -> QuestionFeatures:
    """Return the features of a question of which a sentence is the evidence."""
    document = Document(id="a", title="A centre", text=text, countries=countries)
    [passage], [span] = cut_into_passages(document), split_sentences(text)
    return question_features(
        Question(question),
        cosines=[0.5],
        passage_cosine=0.5,
        scores=[Scores(0.0, (0.0,), (None,))],
        chosen=[Evidence(document, passage, span, 0.5)],
        asks_several=False,
        is_follow_up=False,
        document=0.0,
    )


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("What is the capacity of the centre in Vietnam?", "The centre in Viet Nam has 40 beds.", 0.0),
        ("What is the capacity of the centre in Viet Nam?", "The centre in Vietnam has 40 beds.", 0.0),
        ("What did the raids in Ivory Coast find?", "The raids in Côte d'Ivoire found 48 children.", 0.0),
        ("What is the capacity of the centre in Vietnam?", "The centre in Laos has 40 beds.", 1.0),
        ("How many were found in Scotland?", "In the United Kingdom 48 were found.", 1.0),
        ("What did Olga find in Vietnam?", "The centre in Viet Nam has 40 beds.", 0.5),
        ("What did Élodie find in Vietnam?", "The centre in Viet Nam has 40 beds.", 0.5),
    ],
)
def test_a_country_under_another_of_its_names_is_no_missing_name(question: str, text: str, missing: float) -> None:
    """Who writes Vietnam is answered as who writes Viet Nam; a part of a country is not the country."""
    assert features_of(question, text).missing_names == missing


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("Who was on the 2nd boat?", "The second boat had 30 people.", 0.0),
        ("Кто был на 2-й лодке?", "The second boat had 30 people.", 0.0),
        ("Who was on the 3rd boat?", "The second boat had 30 people.", 1.0),
        ("Which 2 boats sank?", "The second boat had 30 people.", 1.0),
        ("Who was on boat Falcon 2?", "Falcon II had 30 people.", 0.0),
        ("Who was on boat Falcon 2?", "Falcon had 30 people, Owl II had 40.", 1.0),
        ("Who met on the 5th of May?", "They met on 5 May.", 0.0),
        ("Which was the seventh state?", "It became the sixth state on 7 May.", 1.0),
        ("Which was the seventh state?", "It became the seventh state.", 0.0),
        ("Which was the seventh state?", "It became the 7th state.", 0.0),
        ("Did a fifth of them go?", "They went.", 0.0),
        ("Did a third country help?", "Norway helped.", 0.0),
    ],
)
def test_an_ordinal_is_told_in_digits_or_by_its_word(question: str, text: str, missing: float) -> None:
    """Documents write "second" where people ask for the 2nd; a number of things is no ordinal, nor is a part."""
    assert features_of(question, text).missing_numbers == missing


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("What fine do the traffickers face?", "They took all the money of the children.", 1.0),
        ("What fine do the traffickers face?", "They have to pay USD 500.", 0.0),
        ("Who is the president of GRETA?", "Bjorn, Deputy Secretary General, opened the meeting.", 1.0),
        ("Who is the president of GRETA?", "Bjorn, who presides over GRETA, opened the meeting.", 0.0),
        ("Who is Tanzania's minister of justice?", "Kinemo, Permanent Secretary, was a guest.", 1.0),
        ("Who was the head of the mission?", "Olga led the mission.", 0.0),
        ("Who was president of Malta then?", "Olga, its minister, spoke.", 1.0),
        ("Who was president of Malta then?", "Olga, its president, spoke.", 0.0),
        ("Who is with the president?", "Olga is.", 0.0),
        ("Who was the chief suspect?", "Police suspect a farmer.", 0.0),
        ("Who was the head teacher?", "Olga taught there.", 0.0),
        ("Who was the leader of the network?", "A farmer was the ringleader.", 0.0),
        ("Who was the leader of the network?", "A farmer was a victim.", 1.0),
        ("Which phone companies helped?", "Astelit helped.", 0.0),
        ("Which phone number helps?", "Astelit helps.", 1.0),
        ("How old was the baby?", "A four-month-old baby lived.", 0.0),
        ("How old was the baby?", "The baby lived.", 1.0),
        ("How many judges attended?", "Thirty-five state prosecutors attended.", 1.0),
        ("How many prosecutors attended?", "Thirty-five state prosecutors attended.", 0.0),
        ("How many Afghan police officers attended?", "Thirty law enforcement officers attended.", 0.0),
        ("How many people attended?", "Thirty-five state prosecutors attended.", 0.0),
    ],
)
def test_what_tells_of_another_role_or_kind_of_people_lacks_what_is_asked_for(
    question: str, text: str, missing: float
) -> None:
    """A name or a number beside another one misleads."""
    assert features_of(question, text).missing_kind == missing


@pytest.mark.parametrize(
    ("text", "countries", "missing"),
    [
        ("The prizes went to groups in Kyrgyzstan.", ("Kyrgyzstan", "Uzbekistan"), 1.0),
        ("The prizes went to Kyrgyz and Uzbek groups.", ("Kyrgyzstan", "Uzbekistan"), 0.0),
        ("The prizes went to groups in Bishkek and Tashkent.", ("Kyrgyzstan", "Uzbekistan"), 0.0),
        ("The prizes went to eight groups.", ("Kyrgyzstan", "Uzbekistan"), 0.0),
        ("Norway paid the prizes for eight groups.", ("Uzbekistan",), 0.0),
    ],
)
def test_a_country_that_only_the_metadata_name_is_not_told(
    text: str, countries: tuple[str, ...], missing: float
) -> None:
    """What a document of several countries tells of one is no answer to who asks about another one of them."""
    assert features_of("Who got prizes in Uzbekistan?", text, countries).missing_countries == missing


def test_what_is_asked_for_is_known_in_languages_with_a_glossary() -> None:
    """A question of money is one in Spanish, too."""
    question = Question("¿Cuánto dinero costó el refugio?", "es")

    assert lacks_kind(question, "The shelter opened in May.")
    assert not lacks_kind(question, "The shelter cost $40,000.")
