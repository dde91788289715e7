"""A sentence of a language model passes where its quotes say all that it says, and only there."""

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus import Document, cut_into_passages, split_sentences
from doubles.fakes import HashingEncoder
from embeddings import SentenceEncoder
from embeddings.cross_encoder.reading import Reading, Scores
from qa import Evidence
from qa.writer.checking import Verdict, broken_rule, check_sentence
from qa.writer.claims import claims_of
from qa.writer.support import Judge

SHELTER = (
    "On 4 May 2014 IOM opened a shelter with 24 beds in Accra, Ghana. It may stay open for two years. Norway paid USD"
    " 2.5 million because the old house had burned. Not all of the 112 women and 30 men who fled from Togo to Ghana"
    " were helped. Most of the women were Nigerien. The police do not keep figures."
)
CENTRES = "Libya closed 20 of its 53 centres. Its law was adopted in 2013 and entered into force in 2015."
SCHOOL = "In 2016 UNICEF built nine schools in Peru. More than 400 children learn there every day."


class UnsureReader:
    """Leaves it open whether a passage tells anything, so that the rules and the words alone decide."""

    def read(self, readings: Sequence[Reading]) -> list[Scores]:
        """Return log-odds of 0."""
        return [Scores(0.0, (0.0,) * len(reading.sentences), (None,) * len(reading.sentences)) for reading in readings]


JUDGE = Judge(UnsureReader(), HashingEncoder())


def evidence(sentence: str, text: str = SHELTER, title: str = "A shelter") -> Evidence:
    """Return the sentence of a document that begins with some words."""
    document = Document("a-brief", title, text)
    [passage] = cut_into_passages(document)
    span = next(span for span in split_sentences(text) if span.of(text).startswith(sentence))
    return Evidence(document, passage, span, 1.0)


def check(sentence: str, *quoted: Evidence) -> Verdict:
    """Check a sentence whose quotes are whole sentences."""
    return check_sentence(sentence, [item.text for item in quoted], quoted, JUDGE)


OPENED, OPEN, PAID, FLED, MOST, POLICE = (
    evidence(words) for words in ("On 4 May", "It may", "Norway", "Not all", "Most", "The police")
)
CLOSED, LAW = (evidence(words, CENTRES, "Centres in Libya") for words in ("Libya", "Its law"))
BUILT, LEARN = (evidence(words, SCHOOL, "Schools in Peru") for words in ("In 2016", "More than"))


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("IOM opened a shelter with 24 beds in Accra on 4 May 2014.", OPENED),
        ("A shelter with twenty-four beds was opened by IOM in Accra.", OPENED),
        ("The shelter may stay open for 2 years.", OPEN),
        ("Norway paid 2,500,000 US dollars because the old house had burned.", PAID),
        ("Women from Niger were most of the women.", MOST),
        ("Over 400 children learn there each day.", LEARN),
        ("One law of Libya entered into force in 2015.", LAW),
    ],
)
def test_other_words_for_the_same_pass(sentence: str, quoted: Evidence) -> None:
    """Numbers in words, other forms of a word and a name, another order: all say the same."""
    verdict = check(sentence, quoted)

    assert (verdict.reason, verdict.quotes) == ("", (quoted,))


@pytest.mark.parametrize(
    ("sentence", "quoted", "reason"),
    [
        ("IOM opened a shelter with 42 beds in Accra.", OPENED, "number"),
        ("IOM opened a shelter with 24 rooms in Accra.", OPENED, "number"),
        ("The shelter may stay open for two months.", OPEN, "number"),
        ("Norway paid EUR 2.5 million because the old house had burned.", PAID, "number"),
        ("30 women and 112 men fled from Togo to Ghana, and not all of them were helped.", FLED, "number"),
        ("Fewer than 400 children learn there every day.", LEARN, "number"),
        ("More than 400 children learn there every year.", LEARN, "number"),
        ("On 4 May 2016 IOM opened a shelter in Accra.", OPENED, "number"),
        ("On 4 June 2014 IOM opened a shelter in Accra.", OPENED, "number"),
        ("Libya closed 53 of its centres.", CLOSED, "number"),
        ("Its law entered into force in 2013.", LAW, "date"),
        ("WHO opened a shelter with 24 beds in Accra.", OPENED, "name"),
        ("Most of the women were Nigerian.", MOST, "name"),
        ("Not all of the women who fled from Ghana to Togo were helped.", FLED, "direction"),
        ("The police keep figures.", POLICE, "negation"),
        ("Most of the women were not Nigerien.", MOST, "negation"),
        ("The shelter stays open for two years.", OPEN, "modal"),
        ("The shelter must stay open for two years.", OPEN, "modal"),
        ("All of the women were Nigerien.", MOST, "quantity"),
        ("The women were Nigerien.", MOST, "quantity"),
        ("IOM opened a shelter in Accra because of the women.", OPENED, "cause"),
        ("I hope that IOM opened a shelter in Accra.", OPENED, "voice"),
        ("UNICEF built nine schools in Peru with money of a rich friend from abroad.", BUILT, "added"),
        ("L'OIM a ouvert un foyer de 24 lits à Accra le 4 mai 2014.", OPENED, "language"),
    ],
)
def test_whoever_says_more_than_the_quote_is_refused(sentence: str, quoted: Evidence, reason: str) -> None:
    """Each kind of change is refused for its own reason."""
    assert check(sentence, quoted).reason == reason


@pytest.mark.parametrize(
    ("source", "sentence", "reason"),
    [
        ("Dozens of women stayed in Accra.", "Hundreds of women stayed in Accra.", "number"),
        ("A dozen women stayed in Accra.", "Dozens of women stayed in Accra.", "number"),
        ("The number of victims doubled in 2016.", "The number of victims tripled in 2016.", "number"),
        ("About 40 women stayed in Accra.", "Exactly 40 women stayed in Accra.", "number"),
        ("Between 20 and 40 women stayed in Accra.", "40 women stayed in Accra.", "number"),
        ("The victims were 12 to 17 years old.", "The victims were 17 years old.", "number"),
        ("From 2012 to 2015 IOM helped 40 women.", "IOM helped 40 women in 2015.", "number"),
        ("One in four victims was a child.", "Four victims were children.", "number"),
        ("Half of the victims were children.", "The victims were children.", "quantity"),
        ("Libya closed 20 of its 53 centres.", "Libya closed its centres.", "quantity"),
        ("The shelter hardly ever takes men.", "The shelter takes men.", "negation"),
        ("The police stopped identifying victims.", "The police identify victims.", "negation"),
        ("The police avoided arresting the victims.", "The police arrested the victims.", "negation"),
        ("The law is far from protecting workers.", "The law protects workers.", "negation"),
        ("Ghana, unlike Togo, has ratified it.", "Togo has ratified it.", "negation"),
        ("Ghana has ratified the protocol, but Togo has not.", "Togo has ratified the protocol.", "negation"),
        ("Unless he pays, the worker is reported.", "The worker is reported.", "condition"),
        ("If a victim testifies, she gets a permit.", "A victim gets a permit.", "condition"),
        ("The shelter is said to be unsafe.", "The shelter is unsafe.", "modal"),
        ("The court acquitted the men from Benin.", "The court convicted the men from Benin.", "opposite"),
        ("Norway paid Ghana for the training.", "Ghana paid Norway for the training.", "role"),
        ("Ghana sent 40 children back to Togo.", "Togo sent 40 children back to Ghana.", "role"),
        ("Ama Mensah recruited Kofi Boateng in Accra.", "Kofi Boateng recruited Ama Mensah in Accra.", "role"),
        ("The traffickers deceived the police.", "The police deceived the traffickers.", "role"),
        ("They came in March and left in April.", "They came in April and left in March.", "role"),
        ("Half of the victims were children.", "50 % of the victims were children.", ""),
        ("One in four victims was a child.", "A quarter of the victims were children.", ""),
        ("A dozen women stayed in Accra.", "Twelve women stayed in Accra.", ""),
        ("From 2012 to 2015 IOM helped 40 women.", "IOM helped 40 women between 2012 and 2015.", ""),
        ("It rose from 20 to 40 per cent.", "It rose to 40 per cent.", ""),
        ("Norway paid Ghana for the training.", "Ghana was paid for the training by Norway.", ""),
        ("Children were freed and men arrested.", "Men were arrested and children freed.", ""),
        ("Togo and Ghana signed the treaty.", "Ghana and Togo signed the treaty.", ""),
        ("In May 2014 IOM opened a shelter in Accra.", "IOM opened a shelter in Accra in May 2014.", ""),
    ],
)
def test_amounts_parts_conditions_and_roles_stand(source: str, sentence: str, reason: str) -> None:
    """What makes a sentence say more, or the reverse, is refused by a rule; the same in other words is not."""
    assert broken_rule(sentence, evidence(source, source, "A report")) == reason


@pytest.mark.model
@pytest.mark.parametrize(
    ("sentence", "quoted", "reason"),
    [
        ("In 2016 UNICEF constructed nine schools in Peru.", BUILT, ""),
        ("A shelter with 24 beds was set up by IOM in Accra on 4 May 2014.", OPENED, ""),
        ("Most of the educated women were Nigerien.", MOST, "added"),
        ("In 2016 UNICEF built nine schools in Peru to keep girls from early marriage.", BUILT, "added"),
        ("On 4 May 2014 IOM opened a shelter with 24 beds in Accra after long talks with the police.", OPENED, "added"),
        ("On 4 May 2014 IOM opened a shelter with 24 beds in Accra, which calmed the neighbours.", OPENED, "added"),
        ("Norway paid USD 2.5 million because the old horse had burned.", PAID, "misread"),
        ("The policy does not keep figures.", POLICE, "misread"),
    ],
)
def test_invented_details_and_misread_words_are_refused(
    sentence: str, quoted: Evidence, reason: str, shipped_encoder: SentenceEncoder
) -> None:
    """A quality, purpose, cause or consequence of its own is found, and a word spelled like another; no synonym is."""
    assert check_sentence(sentence, [quoted.text], [quoted], Judge(UnsureReader(), shipped_encoder)).reason == reason


@given(st.integers(0, 10**7), st.sampled_from(["beds", "women", "US dollars", "per cent", "years", "schools", ""]))
def test_a_changed_number_never_passes(number: int, unit: str) -> None:
    """Whatever number replaces one that the quote holds, in digits or with separators, the sentence is refused."""
    assume(number not in {4, 24, 2014})

    for digits in (f"{number}", f"{number:,}"):
        assert not check(f"On 4 May 2014 IOM opened a shelter with {digits} {unit} in Accra.", OPENED).passes


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_gets_a_verdict(sentence: str, quote: str) -> None:
    """No text of a model breaks the check."""
    assert check_sentence(sentence, [quote], [OPENED], JUDGE).quotes in {(), (OPENED,)} or quote


def test_two_truths_are_not_merged_into_a_falsehood() -> None:
    """Every clause has to be said by one sentence; each may be by another."""
    merged = check("UNICEF built a shelter with 24 beds in Accra.", OPENED, BUILT)
    joined = check(
        "IOM opened a shelter with 24 beds in Accra, and in 2016 UNICEF built nine schools in Peru.", OPENED, BUILT
    )

    assert not merged.passes
    assert (joined.passes, joined.quotes) == (True, (OPENED, BUILT))


def test_quotes_that_say_nothing_of_a_sentence_are_left_out() -> None:
    """A sentence is shown with the quotes that say it."""
    assert check("In 2016 UNICEF built nine schools in Peru.", OPENED, BUILT).quotes == (BUILT,)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("a shelter with 24 beds", (OPENED,)),
        ("On May 4, 2014 the IOM opened a shelter with 24 beds in Accra (Ghana)", (OPENED,)),
        ("norway paid usd 2.5 million", (PAID,)),
        ("", (OPENED,)),
        ("Every child has a right to go to school.", ()),
    ],
    ids=["part", "paraphrased", "of another sentence of the passage", "none", "invented"],
)
def test_the_nearest_real_sentence_stands_for_a_quote(quote: str, found: tuple[Evidence, ...]) -> None:
    """The words of a model are never quoted, only those of the document; what is like none of them is refused."""
    verdict = check_sentence("IOM opened a shelter with 24 beds in Accra.", [quote], [OPENED], JUDGE)

    assert verdict.quotes == found
    assert (verdict.reason == "quote not found") == (not found)


def test_no_source_is_no_proof() -> None:
    """A sentence without sources, or with one that there is not, is refused."""
    assert check_sentence("IOM opened a shelter.", [], [], JUDGE).reason == "unknown source"
    assert check_sentence("IOM opened a shelter.", ["", ""], [OPENED, None], JUDGE).reason == "unknown source"


def test_numbers_are_read_with_unit_bound_and_what_they_count() -> None:
    """A number in words equals its digits."""
    numbers = claims_of("At least two thirds of 1.5 million people, up to $30 and 12 per cent, first in 2019.").numbers

    assert [(number.value, number.unit, number.bound) for number in numbers] == [
        (0.6667, "part", "more"),
        (1_500_000, "", ""),
        (30, "USD", "less"),
        (12, "%", ""),
        (1, "th", ""),
        (2019, "", ""),
    ]
