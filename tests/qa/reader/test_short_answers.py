"""A short answer consists of words of the evidence, and there is none where it is uncertain."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Document, cut_into_passages, split_sentences
from qa import Evidence
from qa.query.question import Question
from qa.reader.short_answers import short_answer

BILL = "On 5 October 2011 the council of Papua New Guinea endorsed the bill."
SHELTER = "Norway and IOM opened a shelter in Accra in May 2015, and its hotline takes calls on 0800 222 527."
HELPED = "More than 40 women, 12 per cent of them under 18, and some 300 children were helped for up to six months."
COST = "The shelter, which 7 people run, cost USD 1.5 million in 2015."
COURSE = "Regional Director Amina Diallo led the course for the Ministry of Justice and Police."
AGE = "The director, Amina Diallo, is 52 years old."
TREATY = "Albania, Serbia and Montenegro signed resolution 55/25."


def evidence(text: str) -> list[Evidence]:
    """Take all sentences of a text as evidence, the first best supported."""
    document = Document(id="a-brief", title="A brief", text=text)
    [passage] = cut_into_passages(document)
    spans = split_sentences(text)
    return [Evidence(document, passage, span, 1 / place) for place, span in enumerate(spans, start=1)]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("When did Papua New Guinea endorse the bill?", BILL, "5 October 2011"),
        ("In which year was the shelter in Accra opened, and who opened it?", SHELTER, "2015"),
        ("Where was the shelter opened?", SHELTER, "Accra"),
        ("Who opened the shelter in Accra?", SHELTER, "Norway and IOM"),
        ("What number do people call to reach the hotline of the shelter?", SHELTER, "0800 222 527"),
        ("How many women were helped?", HELPED, "More than 40"),
        ("Tell me how many children the shelter helped", HELPED, "some 300"),
        ("About how many children did the shelter help?", HELPED, "300"),
        ("What share of the women were under 18?", HELPED, "12 per cent"),
        ("For how long were the children helped?", HELPED, "up to six months"),
        ("How much did the shelter cost?", COST, "USD 1.5 million"),
        ("How many people run the shelter?", COST, "7"),
        ("Who led the course for the ministry?", COURSE, "Amina Diallo"),
        ("How old is the director Amina Diallo?", AGE, "52 years old"),
        ("Which ministry was the course led for?", COURSE, "Ministry of Justice and Police"),
        ("Which countries signed resolution 55/25?", TREATY, "Albania, Serbia and Montenegro"),
        ("Which resolution did Albania sign?", TREATY, "resolution 55/25"),
        (
            "From which countries did they come?",
            "They came from Togo, Ghana and the Philippines.",
            "Togo, Ghana and the Philippines",
        ),
        (
            "Who leads the shelter?",
            "Amina Diallo, once Deputy Director General for Reform, leads the shelter.",
            "Amina Diallo",
        ),
        ("Which country paid the Tajik police?", "In Tajikistan the police were paid by Italy.", "Italy"),
        ("How many of the country's centres were closed?", "It closed 20 of Libya's 53 centres.", "20"),
        (
            "Who was the first head of the office?",
            "The Council for Aid, whose first office had a head, chose Amina Diallo.",
            "Amina Diallo",
        ),
        ("By how much did their number grow?", "Their number grew from 200 to 300, or by 50 per cent.", "50 per cent"),
    ],
)
def test_the_words_that_are_asked_for_are_found(question: str, sentence: str, expected: str) -> None:
    """A number comes with its hedge unless the question has one, a person without the office, a list whole."""
    assert short_answer(Question(question), evidence(f"{sentence} It rained.")) == expected


@pytest.mark.parametrize(
    ("question", "language", "sentence", "expected"),
    [
        ("¿Cuántas personas dirigen el albergue?", "es", "The shelter is run by 7 people.", "7"),
        ("Quand le centre a-t-il ouvert à Accra ?", "fr", "The centre in Accra opened in July 2019.", "July 2019"),
        ("Сколько стоил приют?", "ru", "The shelter cost USD 1.5 million.", "USD 1.5 million"),
        ("收容所在哪里?", "zh", "The shelter stands in Accra.", "Accra"),
        ("متى افتتح المأوى؟", "ar", "The shelter opened on 3 May 2011.", "3 May 2011"),
        ("كم يومًا استمرت الدورة؟", "ar", "The three-day course was led by two ministries.", "three-day"),
        ("Wann wurde das Haus eröffnet?", "de", "The shelter opened on 3 May 2011.", None),
        ("¿Quién dirige la OIM?", "es", "The organs are elected by the Council.", None),
        ("¿Por qué se abrió el albergue en 2011?", "es", "The shelter opened on 3 May 2011.", None),
    ],
)
def test_questions_in_the_languages_of_the_united_nations_get_one_too(
    question: str, language: str, sentence: str, expected: str | None
) -> None:
    """The kind of fact is recognised by words of the language; reasons and other languages get none."""
    assert short_answer(Question(question, language), evidence(sentence)) == expected


def test_a_sentence_about_another_year_is_passed_over() -> None:
    """Where the question names a year, a number of another year is no answer to it."""
    text = "Nine cases were tried in 2018. In 2019 the number of cases rose to 20."

    assert short_answer(Question("How many cases were tried in 2019?"), evidence(text)) == "20"


@pytest.mark.parametrize(
    "question",
    [
        "Who was helped in the shelter in Accra?",
        "Why was the shelter opened?",
        "Tell me about the shelter in Accra",
        "shelter Accra women helped number",
        "What number do people call in Ghana and in Togo?",
        "What does IOM do for the women who were helped in 2015?",
        "How many men were tried when the bill was endorsed in 2011?",
        "¿Cuántas mujeres recibieron ayuda?",
        "",
    ],
)
def test_a_question_without_a_short_answer_gets_none(question: str) -> None:
    """Reasons, summaries, keywords and other languages get whole sentences alone."""
    assert short_answer(Question(question), evidence(f"{SHELTER} {BILL}")) is None


def test_a_tie_is_no_answer() -> None:
    """Where two numbers are as likely, neither is named."""
    assert (
        short_answer(Question("How many vehicles were checked?"), evidence("They saw 63 people and 9 places.")) is None
    )


def test_what_the_question_says_is_not_its_answer() -> None:
    """Names and years of the question are passed over."""
    text = "Norway and Ghana met in 2011 and in 2015."

    assert short_answer(Question("Which country met Norway?"), evidence(text)) == "Ghana"
    assert short_answer(Question("In which year after 2011 did Norway meet Ghana?"), evidence(text)) == "2015"


@settings(deadline=None)
@given(
    st.sampled_from(["Who", "How many", "When did", "Where did", "Which country", "What share", "How much"]),
    st.lists(
        st.sampled_from([*"aB1,.%()–'\"$", "Ghana", "IOM", "May", "2015", "of the", "Dr.", "two", " "]), min_size=1
    ),
)
def test_a_short_answer_stands_in_the_evidence(asking: str, parts: list[str]) -> None:
    """Whatever the text, the short answer is words of it, without a blank at their ends."""
    text = f"It rained. {' '.join(parts)}."
    words = short_answer(Question(f"{asking} rained?"), evidence(text))

    assert words is None or (words in text and words == words.strip() != "")
