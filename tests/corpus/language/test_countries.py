"""Countries in texts: their names in every form of a language, and words that only look like one."""

import pytest

from corpus.language.countries import countries_named


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("am", "በኢትዮጵያ እና ከኬንያ", ["Ethiopia", "Kenya"]),
        ("ar", "في مصر وبالأردن وللعراق والسلطات اللبنانية", ["Egypt", "Iraq", "Jordan", "Lebanon"]),
        ("ar", "ضحايا في مالي", ["Mali"]),
        ("bn", "ভারতে ও নেপালের", ["India", "Nepal"]),
        ("es", "en Peru, Haiti y EE. UU.", ["Haiti", "Peru", "United States"]),
        ("fr", "à La Réunion, en RDC et en Haiti", ["Democratic Republic of the Congo", "Haiti", "Réunion"]),
        ("hi", "फ्रांस और भारत में", ["France", "India"]),
        ("pt", "no Peru e no Irã", ["Iran", "Peru"]),
        ("ru", "в Дании, Египте, Того, США, Новой Зеландии и на Филиппинах",
         ["Denmark", "Egypt", "New Zealand", "Philippines", "Togo", "United States"]),
        ("ru", "Самоа, Перу и Чад", ["Chad", "Peru", "Samoa"]),
        ("tr", "Türkiye'de, Maliden ve Kenyadaki", ["Kenya", "Mali", "Türkiye"]),
        ("uk", "в Україні та Єгипті", ["Egypt", "Ukraine"]),
        ("vi", "ở Pháp, Lào và Mỹ", ["France", "Laos", "United States"]),
        ("zh", "在中国、印度和约旦", ["China", "India", "Jordan"]),
        ("en", "from Holland to America's shelters", ["Netherlands", "United States"]),
    ],
)  # fmt: skip
def test_a_country_is_found_in_the_forms_of_its_name(language: str, text: str, countries: list[str]) -> None:
    """Cases, joined words, missing accents and abbreviations do not hide a country."""
    assert countries_named(text, language) == countries


@pytest.mark.parametrize(
    ("language", "text"),
    [
        pytest.param("ar", "المال والدعم المالي ودعم مالي في البحر في مايو ويونيو", id="money, sea, May, June"),
        pytest.param("bn", "তারা যেতে পারে, মূল গান", id="can, main, song"),
        pytest.param("en", "What helps a family reunion?", id="reunion"),
        pytest.param("en", "In Latin America, north america, Central America and the Americas", id="parts of America"),
        pytest.param(
            "es", "Me tratan mal; ¿irán a las reuniones con Martín, que domina?", id="badly, will go, meetings"
        ),
        pytest.param("fa", "کمک مالی و چک", id="financial, cheque"),
        pytest.param("fr", "En afrique australe, la réunion domine ; le franc est mal", id="southern, meeting, badly"),
        pytest.param("hi", "पूरी तरह होता है, मिला, मूल", id="whole, is, found, main"),
        pytest.param("pt", "Você irá à reunião com gana e mal", id="will go, meeting, badly"),
        pytest.param("ru", "По данным самого ведомства, того мало; сам груз", id="data, itself, of that, few, cargo"),
        pytest.param("sw", "Wanauza mali yao", id="property"),
        pytest.param("tr", "Bu gün benim mali su ürünüm; mısır", id="this, day, my, financial, water, product, maize"),
        pytest.param("uk", "за даними, того перейшов", id="data, of that, went"),
        pytest.param("vi", "Biện pháp ở Lào Cai, ý kiến về đạo đức", id="measure, a province, opinion, virtue"),
        pytest.param(
            "zh", "在发展中国家的沿海地区，其中国际移民组织", id="developing, coastal, among them international"
        ),
    ],
)
def test_a_word_that_only_looks_like_a_country_is_none(language: str, text: str) -> None:
    """Who writes "me tratan mal" needs no numbers to call in Mali, and no document on it."""
    assert countries_named(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "kinshasa", "brazzaville"),
    [
        ("ar", "في الكونغو", True, True),
        ("en", "in Congo", True, True),
        ("en", "DRC", True, False),
        ("en", "the Democratic Republic of the Congo", True, False),
        ("en", "Congo-Brazzaville", False, True),
        ("es", "en el Congo", True, True),
        ("es", "en la República del Congo", False, True),
        ("fr", "au Congo", True, True),
        ("fr", "en République démocratique du Congo", True, False),
        ("ru", "в Конго", True, True),
        ("ru", "в Демократической Республике Конго", True, False),
        ("zh", "在刚果", True, True),
        ("zh", "刚果(金)复员方案", True, False),
    ],
)
def test_congo_alone_may_be_either(language: str, text: str, kinshasa: bool, brazzaville: bool) -> None:
    """Who says Congo may mean the country of Kinshasa or that of Brazzaville; who says which, means that one."""
    named = countries_named(text, language)

    assert ("Democratic Republic of the Congo" in named, "Republic of the Congo" in named) == (kinshasa, brazzaville)
