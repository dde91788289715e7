"""What an acronym stands for, and who somebody is, is told by the sentence that introduces it."""

from time import process_time

import pytest

from qa.query.question import Question
from qa.reader.introductions import introduction_asked_for

NAP = "Norway pays for Togo's National Agency for Parks (NAP)."


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What does NAP stand for?", "en"),
        ("What's NAP short for?", "en"),
        ("What is the full name of the NAP?", "en"),
        ("what does the acronym NAP mean", "en"),
        ("what does nap stand for", "en"),
        ("Que signifie le sigle NAP ?", "fr"),
        ("¿Qué significan las siglas NAP?", "es"),
        ("Как расшифровывается NAP?", "ru"),
        ("NAP是什么的缩写？", "zh"),
        ("ما معنى NAP؟", "ar"),
    ],
)
def test_who_asks_what_an_acronym_stands_for_gets_its_full_name(question: str, language: str) -> None:
    """It is found beside the acronym, in whatever words and language somebody asks."""
    find = introduction_asked_for(Question(question, language))
    assert find

    assert find(NAP) == "National Agency for Parks"
    assert find("The Coordinated Nile Accord of Ports, known as NAP, met.") == "Nile Accord of Ports"
    assert find("NAP (National Agency for Parks) met.") == "National Agency for Parks"
    assert find("NAP opened a park. The Norwegian Embassy (NE) paid.") is None


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("Zoé Lindt, IOM's Chief of Mission in Malta, said that it helps.", True),
        ("Zoé M. Lindt, who heads the office, said that it helps.", True),
        ("First Vice-President Zoé Lindt opened it.", True),
        ("IOM Chief of Mission Zoé Lindt opened it.", True),
        ("Zoé Lindt, Chargé d'Affaires of Malta, opened it.", True),
        ("Zoé Lindt of Malta took office as the new Director General in May.", True),
        ("Zoé Lindt, Ann Low and the director of the shelter spoke.", False),
        ("Zoé Lindt was arrested by an officer.", False),
        ("The director, Ann Low, met Zoé Lindt.", False),
        ("Zoé Lindt thanked the minister.", False),
    ],
)
@pytest.mark.parametrize(
    "question",
    ["Who is Zoé Lindt?", "who was Zoe Lindt", "What is Zoé Lindt's role?", "谁是Zoé Lindt？", "Qui est Zoé Lindt ?"],
)
def test_who_somebody_is_is_told_by_an_office(question: str, sentence: str, tells: bool) -> None:
    """The office stands before or behind the name; that of somebody else in the sentence does not count."""
    find = introduction_asked_for(Question(question))
    assert find

    assert (find(sentence) is not None) == tells


@pytest.mark.parametrize(
    ("sentence", "holder"),
    [
        ("Work goes on, NAP Director-General Zoé Lindt said.", "Zoé Lindt"),
        ("Zoé M. Lindt of Malta began a term as the third Director General of NAP in May.", "Zoé M. Lindt"),
        ("Zoé Lindt, a minister, was elected Director General of NAP.", "Zoé Lindt"),
        ("Former NAP Director General Zoé Lindt died.", None),
        ("Zoé Lindt, former Director General of NAP, died.", None),
        ("Zoé Lindt, Deputy Director General of NAP, spoke.", None),
        ("Zoé Lindt met the Director General of NAP.", None),
        ("Zoé Lindt, Director General of the bank, spoke.", None),
        ("The Director General of NAP is the highest official.", None),
    ],
)
@pytest.mark.parametrize(
    "question",
    ["Who is the director general of NAP?", "who's the nap director general now", "Who is NAP's new Director-General?"],
)
def test_who_holds_an_office_is_told_beside_it(question: str, sentence: str, holder: str | None) -> None:
    """Not by who held it, by a deputy, or by what the office is."""
    find = introduction_asked_for(Question(question))
    assert find

    assert find.is_newest
    assert find(sentence) == holder


def test_a_name_is_asked_for_as_a_whole() -> None:
    """Who asks for Mary O'Brien is told nothing of another Mary, nor of a president's president."""
    for question in ("Who is Mary O'Brien?", "Who is Mary Ng’ang’a?"):
        find = introduction_asked_for(Question(question))
        assert find
        assert find("The judge, Mary Low, and Mary, a nurse, spoke.") is None
    find = introduction_asked_for(Question("Who is Mary O'Brien?"))
    assert find
    assert find("Mary O’Brien, a nurse, spoke.") == ""


def test_a_full_name_is_told_in_the_letters_of_its_text() -> None:
    """One letter may be two in the form in which texts are compared."""
    find = introduction_asked_for(Question("What does BGS stand for?"))
    assert find

    assert find("Das große Bundesamt Grüner Städte (BGS) hilft.") == "Bundesamt Grüner Städte"


@pytest.mark.parametrize(
    "text", ["a" * 40_000, "A" * 40_000, "A-" * 20_000, "a'" * 20_000, "Ann Low, " * 5_000, "NAP " * 10_000]
)
@pytest.mark.parametrize(
    "question", ["What does NAP stand for?", "Who is Ann Low?", "Who is the director general of NAP?"]
)
def test_the_time_grows_with_the_text_alone(question: str, text: str) -> None:
    """Passages are searched before they are read, and may hold anything."""
    find = introduction_asked_for(Question(question))
    assert find

    begin = process_time()
    find(text)
    assert process_time() - begin < 1


@pytest.mark.parametrize(
    "question",
    [
        "Who is Nigeria's President?",
        "What was Norway's role?",
        "What is the role of Norway?",
        "Who is in charge of the shelter?",
        "Who is the Director General?",
        "Who is the Director of IOM?",
        "Who is the UN special rapporteur?",
        "Who is IOM?",
        "What does Norway mean?",
        "what does it mean?",
        "What does IOM mean by trafficking?",
        "What does the Blue Heart stand for?",
        "What is the NAP?",
        "Who is helped by NAP and why?",
    ],
)
def test_other_questions_ask_for_no_introduction(question: str) -> None:
    """They are left to the passage reader."""
    assert introduction_asked_for(Question(question)) is None
