"""The rules recognise people at risk, and not researchers' questions with the same words."""

import re
from itertools import product
from statistics import fmean

import pytest

from corpus.language.shipped import shipped_yaml
from qa.evaluation.judging.suites import GOLD, load_suite
from qa.query.question import Question
from qa.safety.distress_rules import in_distress, is_certain


@pytest.mark.parametrize(
    "message",
    [
        "my boss keeps my pasport and i cant go home",
        "Who can I call in Kenya?",
        "¿A qué número llamo?",
        "Qui puis-je appeler ?",
        "Куда мне позвонить?",
        "بمن أتصل؟",
        "我可以打什么电话？",
        "The man locks us in at night",
        "we havent been paid for three months",
        "my sister is being held in a scam compound",
        "they will kill me if i talk",
        "I think the maid next door is not allowed to leave",
        "i want to die",
        "our boat is sinking please help",
        "please give me the number, he is coming back",
        "un número rápido que ya viene",
        "3atouni ra2em bser3a",
        "he locks me in 'cause he says i'm his wife",
        "'My boss has my passport and he beats me.'",
        "i need to know how to get out of here",
        "mi jefe me quitó el pasaporte",
        "on m'oblige à travailler sans être payée",
        "الكفيل ماخذ جوازي",
        "меня держат взаперти",
        "老板扣了我的护照",
        "मुझे बंद कर रखा है, मदद करो",
        "tulungan nyo po ako",
        "help",
        "My professor locked me in his office and has my passport",
        "la señora no me paga y duermo en la cocina",
        "моя сестра уехала на заработки, телефон выключен",
        "我妹妹去了缅甸就失联了",
        "em tôi bị nhốt, không liên lạc được",
        "dada yangu hapatikani kwa simu",
        "মালিক আমার বেতন দেয় না",
    ],
)
def test_the_rules_alone_recognise_distress(message: str) -> None:
    """First and third person, misspelt, in many languages: no model is needed."""
    assert in_distress(Question(message))


@pytest.mark.parametrize(
    "question",
    [
        "How many victims had their passports taken?",
        "How many people called the hotline?",
        "Whom do we call a victim of trafficking?",
        "Which country has the most trafficking victims?",
        "My thesis is about debt bondage in brick kilns; what does the ILO say?",
        "Why do victims not leave when the door is open?",
        "¿Cuántas mujeres fueron obligadas a prostituirse?",
        "Combien de victimes ont été enfermées ?",
        "كم عدد ضحايا الاتجار في لبنان؟",
        "Сколько людей держали в рабстве?",
        "扣留工人护照违法吗？",
        "Help me understand how victims are locked in",
        "Who wrote 'my boss kept my passport'?",
        "He was 14 when traffickers took him, says the report",
        "I am afraid that figure is wrong",
        "J'ai peur que ce soit faux",
        "боюсь, цифра устарела",
        "ممنون، خیلی کمکم کردی",
        "cảm ơn, bạn giúp tôi nhiều lắm",
        "I am a student and write about workers who are beaten",
        "Я студент, пишу о тех, кого держат без паспорта",
        "قصة الفتاة التي هربت من المهربين",
        "我是学生，想找被关在园区的人的数据",
    ],
)
def test_studies_of_the_same_things_raise_no_card(question: str) -> None:
    """The words of distress in a researcher's question do not count."""
    assert not in_distress(Question(question))


def test_the_rules_alone_hear_most_cries_of_another_writer() -> None:
    """Of messages by a writer who saw no rule, 6 of 10 cries are heard, and 4 of 100 others are taken for one."""
    heard: dict[bool, list[bool]] = {True: [], False: []}
    for case in load_suite(str(GOLD / "unseen_messages.jsonl")).cases:
        heard[bool(case.distress)].append(in_distress(Question(case.questions[0].question, case.language or "en")))

    assert fmean(heard[True]) >= 0.6
    assert fmean(heard[False]) <= 0.04


def test_every_bare_cry_is_heard_beyond_doubt() -> None:
    """Each cry of the list calls for help alone, shouted, and repeated between signs."""
    rules = shipped_yaml("qa/safety/distress.yaml", as_strings=True)
    groups = [[group.split("|") for group in re.findall(r"\(([^()]*)\)", phrase)] for phrase in rules["cries"]]
    cries = [" ".join(words) for phrase in groups for words in product(*phrase)]
    shouted = [text for cry in cries for text in (cry, f"{cry.upper()}!!!", f"¡{cry}, {cry} {cry} 🙏")]

    assert len(cries) > 500
    assert [text for text in shouted if not is_certain(Question(text))] == []


@pytest.mark.parametrize(
    "message",
    [
        "ayuda ayuda ayuda",
        "SOS",
        "heeeelp meee",
        "help please!!",
        "komak",
        "救命",
        "살려주세요",
        "à l’aide",
        "بچاؤ پلیز",
        "come and get us please",
        "sáquenme de aquí",
        "заберіть нас звідси",
        "أخرجوني من هذا المكان",
        "beni buradan götürün",
        "带我走",
        "Please send somebody, quick!",
        "can you come over",
        "manden a alguien por favor",
        "faites venir la police",
        "пришлите кого-нибудь",
        "ابعتوا حد",
        "请派人来",
        "birini gönderin lütfen",
        "tumeni mtu haraka",
    ],
)
def test_a_bare_cry_is_heard_however_it_is_written(message: str) -> None:
    """Letters may be stretched, and a plea may stand beside the cry."""
    assert is_certain(Question(message))


@pytest.mark.parametrize(
    "message",
    [
        "Under the Protocol, am I a victim if my employer has kept my papers?",
        "According to the convention, may I leave if my sponsor withholds my passport?",
        "mi empleador retiene mi pasaporte, ¿qué dice la ley?",
        "Mon employeur conserve mes papiers, que prévoit la convention ?",
        "Работодатель удерживает мой паспорт, что говорит закон?",
        "صاحب العمل يحتجز جواز سفري، ماذا يقول القانون؟",
        "雇主扣押我的护照，法律怎么规定？",
        "I need a shelter near Doha",
        "hotline in Malaysia?",
        "busco un refugio para mis hijos y para mí",
        "adresse d'un foyer à Marseille",
        "где можно спрятаться в Стамбуле",
        "show me where I can hide",
        "a place to hide from him",
        "where can we hide from traffickers",
        "teléfono de la trata",
        "el número para víctimas",
        "¿dónde me puedo esconder con mis hijas?",
        "un endroit pour me cacher",
        "وين اتخبى",
        "我今晚可以躲在哪里",
        "onde posso me esconder",
        "wo kann ich mich verstecken",
        "أريد مأوى لي ولأطفالي",
        "柬埔寨的求助热线是多少",
        "how do i report suspected trafficking",
        "Where can one safely report a pimp?",
        "we want to report a case of slavery",
        "Whom should I alert if I notice signs of trafficking?",
        "what can we do when we hear about forced labour",
        "i saw trafficking what to do",
        "I was trafficked to Doha, who pays for a ticket?",
        "¿A quién puedo denunciar un caso de trata?",
        "Où dois-je signaler une situation d'exploitation ?",
        "Кому можно сообщить о рабстве?",
        "لمن يمكنني الإبلاغ عن حالة اتجار؟",
        "去哪里举报强迫劳动",
        "¿Qué debo hacer si veo un caso de trata?",
        "que hago cuando sospecho que explotan a una chica",
        "Que faire si je soupçonne un cas de traite ?",
        "que dois-je faire quand je vois du travail forcé",
        "Que devons-nous faire si nous soupçonnons une traite ?",
        "¿Qué hacer si creo que es trata?",
        "Что мне делать, если я подозреваю торговлю людьми?",
        "что делать если узнал про рабство на стройке",
        "ماذا يجب أن أفعل إذا رأيت حالة اتجار بالبشر؟",
        "ماذا أفعل لو شككت في استغلال عاملة؟",
        "如果我发现有人被强迫劳动，该怎么办？",
        "我怀疑邻居拐卖孩子，我应该怎么做",
    ],
)
def test_ones_own_case_and_requests_for_help_are_certain(message: str) -> None:
    """However formal the words are, who tells of the own case or asks where to go, call or report gets the card."""
    assert is_certain(Question(message))


@pytest.mark.parametrize(
    "question",
    [
        "please",
        "SOS Children's Villages",
        "help desk",
        "Is a worker a victim if the employer keeps the passport?",
        "How many beds does the shelter in Doha have?",
        "How many calls did the hotline in Malaysia take?",
        "Our agency did not give us the figures for 2019",
        "Where can I find a shelter handbook?",
        "How can we reach a shelter in Baku for an interview?",
        "Is there any shelter in the documents that I can compare?",
        "I was forced to pay for the PDF",
        "Combien coûte un foyer à Marseille ?",
        "Кто финансирует приют в Стамбуле?",
        "柬埔寨的热线去年接到多少电话？",
        "How do states report trafficking to the UN?",
        "send the report",
        "Did the victims have a place to hide from their traffickers?",
        "El número de víctimas de trata en Perú",
        "número de denuncias en 2019",
        "请发链接来",
        "Where did the girls hide?",
        "where can I hide the menu",
        "¿Dónde se esconden los tratantes?",
        "Where can I report the results of my survey on trafficking?",
        "Where can I find the report on trafficking?",
        "Who should I contact for data on trafficking?",
        "¿Cómo denuncian los países la trata?",
        "Comment les États signalent-ils la traite ?",
        "¿Qué debe hacer la policía si ve un caso de trata?",
        "Que fait l'OIM quand elle soupçonne un cas de traite ?",
        "Что делает МОМ, если подозревает торговлю людьми?",
        "ماذا تفعل المنظمة إذا اشتبهت في حالة اتجار؟",
        "警察发现强迫劳动后怎么做？",
        "如果警察发现强迫劳动，应该怎么做？",
        "我想知道国际移民组织为打击人口贩运做什么？",
        "что делать если я думаю написать диплом о торговле людьми",
        "que puis-je faire si je crois en la force des femmes",
        "¿Qué se puede hacer si no conozco las cifras de trata?",
    ],
)
def test_questions_about_the_same_are_not_certain(question: str) -> None:
    """Who asks about shelters, hotlines and the law in general leaves the classifier its say."""
    assert not is_certain(Question(question))


@pytest.mark.parametrize(
    "message",
    [
        "same here",
        "Omg, that's my life!",
        "me pasa lo mismo",
        "c'est exactement ce que je vis",
        "со мной то же самое",
        "هذه قصتي",
        "和我一样",
        "bei mir genauso",
        "comigo também",
        "bana da aynısı oluyor",
        "با من هم همین کار را می‌کنند",
        "зі мною те саме",
        "मेरे साथ भी ऐसा ही होता है",
        "আমার সাথেও একই ঘটনা ঘটছে",
        "em cũng bị như vậy",
        "hii ndiyo hali yangu",
        "እኔም ተመሳሳይ ነው",
        "میرا بھی یہی حال ہے",
        "म सँग पनि यस्तै भयो",
        "ganyan din po ang nangyayari sa akin",
        "aku juga kayak gitu",
        "ကျွန်တော်လည်း အတူတူပဲ",
        "หนูก็โดนเหมือนกันค่ะ",
        "și mie mi se întâmplă",
        "anigana waa sidaas",
        "haka yake faruwa da ni",
        "mere saath bhi same hota hai",
        "wana kaman",
        "wo ye shi zheyang",
    ],
)
def test_who_is_one_of_those_of_whom_was_told_is_heard(message: str) -> None:
    """In 25 languages, and in Latin letters, a few words after a question tell of the writer's own case."""
    assert is_certain(Question(message), is_follow_up=True)
    assert not is_certain(Question(message))


@pytest.mark.parametrize(
    "follow_up", ["same year?", "the same for Kenya", "me puedes decir más", "et moi, je cite qui ?", "也是"]
)
def test_a_follow_up_that_begins_the_same_way_tells_of_nobody(follow_up: str) -> None:
    """The words count only where nothing else is said."""
    assert not is_certain(Question(follow_up), is_follow_up=True)


@pytest.mark.parametrize(
    "message",
    [
        "mera pasport chheen liya hai aur ghar jane nahi dete",
        "humko roz peetta hai",
        "meri chhoti behan ko dalal ne bech diya",
        "khadou jawaz safarna",
        "okhti mahbousa 3endo",
        "el m3allem byodrobna",
        "laoban shou zou le wode zhengjian",
        "tamen bu zhun wo hui jia",
        "didi bei pian dao yuanqu",
        "khozyain ne otdaet pasporta",
        "nas zaperli i byut",
        "mano habs kardan",
        "amake ghor theke ber hote dey na",
        "mujhe yahan bandhak bana rakha hai",
        "humse zabardasti kaam karwate hain",
        "mujhe batao main yahan se kaise bhagu",
        "2 mahine se pagar nahi mili",
        "akhdouli jawazi",
        "3am by3azzebni",
        "ra7 ye2tolni",
        "badhom ye2tolo okhti",
        "haddadni bi seket",
        "gabarni a3mel hek",
        "passportamo gereftan",
        "wo mei tian bei da",
        "jiejie bei mai dao xianggang le",
        "menya bili nogami",
        "mujhe jaane do ye log maarenge",
    ],
)
def test_cries_in_latin_letters_are_heard(message: str) -> None:
    """Hindi, Urdu, Arabic, Chinese, Russian, Persian and Bengali, as they are typed on a phone."""
    assert in_distress(Question(message))


@pytest.mark.parametrize(
    "question",
    [
        "passport rakhna kis dhara mein jurm hai",
        "kitne logon ko zabardasti kaam karwaya gaya",
        "kam 3adad el ma7bousin fi libya",
        "shou ya3ni 7ajz el jawazat",
        "kou liu hu zhao fan fa ma",
        "you duo shao ren bei pian dao mian dian",
        "skolko lyudey derzhat v rabstve",
        "gereftane gozarname jorm ast?",
        "passport atke rakha ki oporadh",
        "mujhe zabardasti majdoori ke bare me batao",
        "mujhe bandhak majdoori ke baare mein jaankari chahiye",
        "mujhe batao ki kitne logon se zabardasti kaam karwaya gaya",
        "hume batao ki malik kaise dhamkate hain",
        "hum kaise bandhak mazdooron ke liye kaam kar sakte hain",
        "hum is meeting mein bhag lena chahte hain",
        "3 mahine tak salary nahi dene par kya saza hai",
        "shou ya3ni ta3zib",
        "hal akhd jawaz el safar jarima?",
        "meen ya2tol el mohajirin fi el sahra",
        "chetor passport gereftan?",
    ],
)
def test_studies_in_latin_letters_are_no_cries(question: str) -> None:
    """The same words, of nobody's own case."""
    assert not in_distress(Question(question))


@pytest.mark.parametrize(
    "question",
    [
        "Is the mere possession of intimate photos enough to prove blackmail?",
        "Wo gab es Razzien bei der Polizei im Mai?",
        "Wo hilft man bei Menschenhandel, wer ist da?",
        "Who is Fernando Haddad?",
        "Gabar Soomaaliyeed oo Beljim lagu kadaroobay",
        "Jesu li kod nas bili osuđeni trgovci ljudima?",
        "Cominciò bene ma finì male il progetto?",
    ],
)
def test_words_of_other_languages_are_no_cries_in_latin_letters(question: str) -> None:
    """What is a cry in one language is a name, or another word, in others that have Latin letters too."""
    assert not in_distress(Question(question))
