"""Words and numbers by which the parts of a web page are told apart.

In: the words of a class, or the text of a part. Out: patterns, and whether a text holds a number to call.
Left out: what follows from them (article.py).
"""

import re

# Words of classes and ids. A banner or a box of teasers is dropped whatever it holds.
BANNER = re.compile(
    r"\b(?:cookies?|cookie\w+|consent|gdpr|onetrust|advert\w*|ads?|sponsored|comments?|respond|disqus)\b"
)
FURNITURE = re.compile(
    r"\b(?:breadcrumbs?|crumbs|share|sharing|sharedaddy|addtoany|addthis|social (?:media|links?|icons?|bar|buttons?|networks?|nav)"
    r"|newsletter|subscribe|subscription|signup|sign up|skip ?links?|skip to\w*|pagination|pager|login|search (?:form|box|block)"
    r"|related|recommended|recommendations|teasers?|more (?:news|stories|articles)|read ?(?:more|also|next)|also read"
    r"|trending|most (?:read|popular)|promo|mw editsection|editsection|printfooter|jump to nav|catlinks|toc|back to top"
    r"|toolbar|ribbon\w*|site ?sub|content ?sub|lang(?:uage)? (?:switcher|selector|menu|list|nav)|ms (?:quicklaunch|breadcrumb|srch|nav)\w*|headerlink|permalink)\b"
)
# These hold menus on one site, and the hotline box or the summary of the article on another.
DOUBTFUL = re.compile(
    r"\b(?:sidebar|side|aside|footer|foot|header|topbar|top bar|masthead|menu|nav|navbar|navigation|quicklaunch|widgets?|tags?|tag list"
    r"|actions?|tools?|links?|languages?|langs?|author|popup|modal|copyright|colophon|banner|print|follow|feedback)\b"
)
ROLES = (
    "navigation",
    "search",
    "menu",
    "menubar",
    "toolbar",
    "dialog",
    "alertdialog",
    "complementary",
    "contentinfo",
    "banner",
)

TEASER_LABELS = (
    r"read (?:also|more|next)|also read|see also|(?:more )?related(?: \w+)?|you (?:may|might) also (?:like|be interested in)|recommended"
    r"(?: for you)?|latest news|more (?:news|stories|on this|from)\b.*|most read|in other news|other news"
    r"|(?:à )?lire (?:aussi|également|la suite)|voir aussi|sur le même (?:sujet|thème)|articles? (?:liés|similaires|connexes|récents)"
    r"|dans la même rubrique|à la une|actualités (?:liées|récentes)"
    r"|le[ae] (?:también|además|más)|leer más|(?:ver|vea) también|(?:te|le) puede interesar|(?:noticias|artículos|contenidos?) relacionad[oa]s?"
    r"|más noticias|últimas noticias|читайте (?:также|ещё)|смотрите также|по теме|похожие \w+|другие (?:новости|материалы)"
    r"|последние новости|подробнее|[إا]قر[أا] (?:أيضا|أيضًا|ايضا|المزيد)|(?:مواضيع|أخبار|مقالات|روابط) ذات صلة|المزيد(?: من الأخبار)?|آخر الأخبار"
    r"|相关(?:阅读|新闻|链接|文章|报道|内容)|延伸阅读|推荐阅读|更多(?:新闻|内容)?|热门文章|最新消息"
    r"|siehe auch|lesen sie (?:auch|mehr)|mehr zum thema|weitere (?:meldungen|artikel|nachrichten)|leia (?:também|mais)|veja (?:também|mais)"
    r"|(?:notícias|artigos) relacionad[oa]s|leggi anche|vedi anche|lees ook|baca juga|soma pia|czytaj także|ilgili haberler|関連(?:記事|ニュース)|관련 ?기사"
)
SHARE_LABELS = (
    r"share(?: this)?(?: page| article| story| post)?(?: on| via)?|partager(?: cet article| cette page)?(?: sur)?|comparti[rd]a?(?: en)?|comparte"
    r"|поделиться(?: \w+)?|شارك(?:ها?)?(?: المقال| الخبر)?|مشاركة|分享(?:到|至)?|teilen|compartilhar|condividi|delen"
    r"|follow us(?: on)?|suivez[- ]nous|síganos|мы в соцсетях|تابعونا|关注我们|folgen sie uns"
    r"|back to (?:top|news|list\w*)|top of page|haut de page|retour (?:en haut|à la liste)|volver (?:arriba|al inicio)|наверх|к началу|العودة إلى الأعلى|返回(?:顶部|首页|列表)"
    r"|nach oben|skip to (?:main )?content|(?:aller|passer) au contenu(?: principal)?|(?:ir|saltar) al contenido(?: principal)?"
    r"|перейти к (?:основному )?содержан\w+|تخطي إلى المحتوى|跳到(?:主要)?内容|zum inhalt(?: springen)?|copy link|tweet|\[?edit\]?|advertisement|publicité|publicidad|реклама|إعلان|广告|anzeige"
)
NETWORKS = r"facebook|twitter|x|linkedin|whatsapp|telegram|instagram|youtube|weibo|wechat|微信|微博|vk|вконтакте|e-?mail|print|imprimer|imprimir|печать|распечатать|طباعة|打印|drucken|pdf|rss|reply|quote|like|report"
JOINT = r"[\s|·•,:/»›>…：，、-]+"
TEASER = re.compile(rf"\W*(?:{TEASER_LABELS})\s*(?P<rest>[:：].*|\W*)", re.I | re.S)
SHARE = re.compile(rf"\W*(?:{SHARE_LABELS})(?:{JOINT}(?:{SHARE_LABELS}|{NETWORKS}))*\W*", re.I)
LINKED_SHARE = re.compile(rf"\W*(?:{SHARE_LABELS}|{NETWORKS})(?:{JOINT}(?:{SHARE_LABELS}|{NETWORKS}))*\W*", re.I)
TAGS = re.compile(
    r"\W*(?:tags?|filed under|topics?|keywords|mots[- ]clés|étiquettes|etiquetas|temas|теги|метки|الوسوم|الكلمات المفتاحية|标签|关键词|schlagwörter)\s*[:：]",
    re.I,
)
NEWSLETTER = re.compile(
    r"newsletter|subscribe|sign up|mailing list|abonnez|inscrivez-vous|lettre d.information|infolettre|suscr[ií]b|boletín|подпи(?:шитесь|ска|саться)|рассылк"
    r"|اشترك|النشرة|订阅|电子报|abonnieren|inscreva-se|assine|iscriviti",
    re.I,
)  # fmt: skip
COOKIES = re.compile(r"\bcookies?\b|\bкуки\b|файл\w* cookie|ملفات تعريف الارتباط|الكوكيز", re.I)
COPYRIGHT = re.compile(
    r"^\W*(?:©|\(c\)|copyright\b)|©\s*\d{4}|all rights reserved|tous droits réservés|todos los derechos reservados|все права защищены|(?:جميع|كل) الحقوق محفوظة|版权所有|alle rechte vorbehalten|todos os direitos reservados|tutti i diritti riservati",
    re.I,
)

NUMBER = re.compile(r"(?<![\w.,/+-])(?:\+|00)?\(?\d(?:[\s().\-–/]{0,2}\d){6,14}(?![\w%])")
NO_NUMBER = re.compile(
    r"\(?(?:19|20)\d\d\s*[-–/]\s*(?:19|20)\d\d\)?$|\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{4}|[1-9]\d{0,2}(?:[ .,]\d{3})+$"
)
SHORT_NUMBER = re.compile(
    r"(?<![\w.,/+-])(?!(?:19|20)\d\d(?!\d))(?:\*?\d{3,6}#?|\d{2,3}(?:[\s-]\d{2,3}){1,2})(?![\w%,.]\d|\w)"
)
CALL = re.compile(
    r"☎|📞|✆|\b(?:hot ?lines?|help ?lines?|call|dial|phone|tel|whatsapp|sms|toll[- ]free|emergency)\b|\b(?:appel|numéro|téléphon|ligne)|\b(?:llam|línea|teléfono|marque)"
    r"|\b(?:горяч|телефон|звон|позвон|линия довер)|اتصل|هاتف|الخط|خط |الرقم|رقم|热线|电话|拨打|致电|求助|\b(?:notruf|ruf|anruf|ligue|disque|telefon|numero verde|simu|piga|hubungi|acil)|電話|전화",
    re.I,
)
EMAIL = re.compile(r"\w@[\w-]{1,60}\.\w")


def number_to_call(text: str) -> bool:
    """Return whether a text holds a telephone number, or a short one that it says to call.

    >>> number_to_call("Call 116 000"), number_to_call("Report 2019-2024"), number_to_call("1 200 000 people")
    (True, False, False)
    """
    if any(not NO_NUMBER.match(match[0].strip()) for match in NUMBER.finditer(text)):
        return True
    return CALL.search(text) is not None and SHORT_NUMBER.search(text) is not None
