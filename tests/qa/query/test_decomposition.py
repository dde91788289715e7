"""A question that asks for several things is decomposed, and no other is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.query.decomposition import MAX_CHARACTERS, MAX_SUB_QUESTIONS, decompose


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Why did UNHCR and IOM set the plan for two years?", 0),
        ("How do the guides of IOM and the OSCE differ?", 2),
        ("How many victims were found in the US and the UK?", 2),
        ("Who paid, UNODC or IOM?", 2),
        ("When were AKOMA and COMMIT launched?", 2),
        ("When was the agreement between the UN and IOM signed?", 0),
        ("Who signed the agreement between Ghana and Togo?", 0),
        ("How do the laws differ between Ghana and Togo?", 2),
        ("What is the difference between the hotlines of Ghana and Togo?", 2),
        ("I work in Ghana and I ask how many came", 0),
    ],
)
def test_organisations_that_act_together_are_asked_about_as_one(question: str, number: int) -> None:
    """Alone, each would get what the other did without it; where they are compared, each is asked about."""
    assert len(decompose(question)) == number


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param(
            "How many victims were found in Kenya, in Lao Cai or in Peru?",
            [f"How many victims were found in {place}?" for place in ("Kenya", "Lao Cai", "Peru")],
            id="names in a row",
        ),
        pytest.param(
            "Who leads the shelter in Togo and Côte d'Ivoire?",
            ["Who leads the shelter in Togo?", "Who leads the shelter in Côte d'Ivoire?"],
            id="a name with a small word",
        ),
        pytest.param(
            "Who met Ursula von der Leyen, Jo Le and Rio de Janeiro?",
            ["Who met Ursula von der Leyen?", "Who met Jo Le?", "Who met Rio de Janeiro?"],
            id="small words of several languages",
        ),
        pytest.param(
            "Cases reported in 2016, 2017 and 2021",
            ["Cases reported in 2016", "Cases reported in 2017", "Cases reported in 2021"],
            id="years in a row",
        ),
        pytest.param(
            "Was 2023 deadlier for migrants than 2015?",
            ["Was 2023 deadlier for migrants than?", "Was deadlier for migrants than 2015?"],
            id="years apart",
        ),
        pytest.param(
            "Which is older: the hotline, the first shelter or the Blue Heart?",
            ["Which is older: the hotline", "Which is older: the first shelter", "Which is older: the Blue Heart"],
            id="a list after a colon",
        ),
        pytest.param(
            "What does the regional office do, who leads it and who pays?",
            [
                "What does the regional office do",
                "who leads it (regional office)",
                "who pays? (regional office)",
            ],
            id="one thing after another",
        ),
        pytest.param(
            "How many beds has the shelter, and why in Baku? And how?",
            ["How many beds has the shelter", "why in Baku? (beds shelter)", "how? (beds shelter)"],
            id="a question word alone",
        ),
        pytest.param(
            "How many came to the Kabul course with Tajik experts, the Nadi workshop and the Cox's Bazar course?",
            [
                "How many came to the Kabul course with Tajik experts?",
                "How many came to the Nadi workshop?",
                "How many came to the Cox's Bazar course?",
            ],
            id="described things in a row",
        ),
        pytest.param(
            "How did the OSCE training in Brühl differ from UNODC's Marrakesh workshop in length?",
            [
                "How did the OSCE training in Brühl differ in length?",
                "How did UNODC's Marrakesh workshop differ in length?",
            ],
            id="one differs from the other",
        ),
        pytest.param(
            "AVRR, the Joint Initiative and the returns from Libya: how large is each?",
            [f"{thing}: how large is each?" for thing in ("AVRR", "the Joint Initiative", "the returns from Libya")],
            id="a list before a colon",
        ),
        pytest.param(
            "Who funded IOM's work in Moscow, in Rwanda's border districts and after Typhoon Haiyan?",
            [
                "Who funded IOM's work in Moscow?",
                "Who funded IOM's work in Rwanda's border districts?",
                "Who funded IOM's work after Typhoon Haiyan?",
            ],
            id="a name is but the start of a thing",
        ),
        pytest.param(
            "What happened at the Kabul course and what at the Nadi workshop?",
            ["What happened at the Kabul course?", "What happened at the Nadi workshop?"],
            id="the question word again",
        ),
    ],
)
def test_each_thing_is_asked_for_by_itself(question: str, parts: list[str]) -> None:
    """The sub-question of a thing holds all that is asked about it and nothing of the others."""
    assert list(decompose(question)) == parts


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Who funds the shelter in Accra?",
        "What did the plan of 2007-2013 change?",
        "What happened to the women who were trafficked to Kuwait?",
        "Tell me about schools and shelters",
        "Does the shelter house boys or does it not?",
        "How many victims were helped from 2010 to 2015?",
        "How many victims were helped between 2010 and 2015?",
        "Who funds the shelter in Bosnia and Herzegovina?",
        "Who leads the Ministry of Labour and Social Affairs?",
        "Who trained police and prosecutors in Ghana?",
    ],
)
def test_a_question_for_one_thing_stays_whole(question: str) -> None:
    """A span of years, a relative clause and small words joined by "and" are no lists."""
    assert decompose(question) == ()


@given(st.text(alphabet="Aa2019 ,;:.?and", max_size=400))
def test_there_are_never_more_than_the_most(question: str) -> None:
    """However long the list, few searches are made; and one part alone is none."""
    assert len(decompose(question)) in {0, *range(2, MAX_SUB_QUESTIONS + 1)}


def test_a_long_story_stays_whole() -> None:
    """A text that is longer than questions are is not repeated for each thing that it lists."""
    question = "Who funds the shelters in Ghana, Togo and Benin?"

    assert decompose("x" * (MAX_CHARACTERS - len(question) - 1) + f" {question}")
    assert decompose("x" * MAX_CHARACTERS + f" {question}") == ()
