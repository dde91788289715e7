"""Where somebody who asks for help is: countries and cities in their scripts, less the country of home and persons."""

import pytest

from corpus.language.countries import countries_named
from corpus.language.detection import language_of
from corpus.language.whereabouts import countries_of_stay


@pytest.mark.parametrize(
    ("message", "countries"),
    [
        ("they keep me in kl and took my passport", ["MY"]),
        ("المدام في دبي تضربني", ["AE"]),
        ("я в Москве, меня не выпускают", ["RU"]),
        ("我在曼谷被关起来了", ["TH"]),
        ("曼谷", ["TH"]),
        ("我在Kenya被打", ["KE"]),
        ("我在Ｋｅｎｙａ被打", ["KE"]),
        ("Bangkok", ["TH"]),
        ("istanbulda kaldım, yardım edin", ["TR"]),
        ("I am in saudi, madam beats me", ["SA"]),
        ("KSA", ["SA"]),
        ("stuck in UAE", ["AE"]),
        ("help me, I am in America", ["US"]),
        ("beaten in Tripoli", ["LB", "LY"]),
        ("locked in a bar in Port of Spain", ["TT"]),
        ("estoy encerrada en Quito", ["EC"]),
        ("me encierra y me quitó el pasaporte", []),
        ("une femme seule, mon mari ne me laisse pas sortir seul", []),
        ("a única saída é fugir", []),
    ],
)
def test_a_city_and_a_short_name_tell_the_country(message: str, countries: list[str]) -> None:
    """People in need name the city, in lower case, in its cases, in any script; a name of two places means both."""
    assert sorted(countries_of_stay(message, language_of(message))) == countries


@pytest.mark.parametrize(
    ("message", "countries"),
    [
        ("locked in Dubai by my boss, help me return to Philippines", ["AE"]),
        ("je suis enfermée à Beyrouth, je veux rentrer au Cameroun", ["LB"]),
        ("Меня заперли в Стамбуле, хочу домой в Казахстан", ["TR"]),
        ("Niko Saudi… nataka kurudi Kenya", ["SA"]),
        ("I want to escape from Libya and go back to Nigeria", ["LY"]),
        ("I am from Nepal, locked in Doha", ["QA"]),
        ("estoy encerrada en Madrid, quiero volver a Colombia", ["ES"]),
        ("أريد العودة إلى كينيا، أنا محبوسة في الرياض", ["SA"]),
        ("我被关在妙瓦底，想回到中国", ["MM"]),
        ("我是缅甸人，在泰国被打", ["TH"]),
        ("Kenya embassy in Riyadh does not help me", ["SA"]),
        ("a Saudi man in Amman beats me", ["JO"]),
        ("saya disekap di Johor, mau pulang ke Indonesia", ["MY"]),
        ("دبئی میں پھنس گیا ہوں، پاکستان واپس جانا چاہتا ہوں", ["AE"]),
        ("They want to deport me to Eritrea from Sudan", ["ER", "SD"]),
        ("I want to return to Philippines", ["PH"]),
        ("I am in Greece and was in Libya", ["GR", "LY"]),
    ],
)
def test_the_country_of_home_counts_only_without_another(message: str, countries: list[str]) -> None:
    """Who is locked in and wants to go home needs the numbers of where they are."""
    assert sorted(countries_of_stay(message, language_of(message))) == countries


@pytest.mark.parametrize(
    ("message", "countries"),
    [
        ("Chad beats me", []),
        ("Jordan took my passport", []),
        ("my boyfriend Israel will kill me", []),
        ("my name is Jordan", []),
        ("Je m'appelle Chad", []),
        ("me llamo Israel, me pegan", []),
        ("my name is Jordan and I am locked in Riyadh", ["SA"]),
        ("I am in Chad and he beats me", ["TD"]),
        ("my boss in Jordan beats me", ["JO"]),
    ],
)
def test_the_name_of_a_person_is_no_country(message: str, countries: list[str]) -> None:
    """A first name that is also a country would show numbers of the wrong one."""
    assert list(countries_of_stay(message, language_of(message))) == countries


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("ar", "ضرب جدي جدته وسمعت الخبر"),
        ("es", "quiero que sane, que me aman, la lima y la goma"),
        ("fr", "il est gentil, une nuit, les bordures"),
        ("ru", "иду додому, лома и газа нет, дели хлеб"),
        ("tr", "davamı kabul etmediler, onun dili"),
        ("zh", "晚上我完成都市作业，这里约定"),
        ("en", "a nice split of tours, male, roma children"),
    ],
)
def test_a_common_word_is_no_city(language: str, message: str) -> None:
    """Grandmother and news in Arabic, gas in Russian, file in Spanish are spelt like cities."""
    assert countries_of_stay(message, language) == ()


def test_a_city_names_no_country_to_the_search() -> None:
    """The weights of the reader were fitted to questions whose cities name no country."""
    assert countries_named("Who met in Dubai?", "en") == []
