"""Tell the article of a web page from the furniture of its site.

In: the parsed page. Out: its body with the article alone, and lines with numbers to call wherever they stood.
Left out: writing lines (html.py).

trafilatura says where the article is. Its text is then read from the page itself and not from trafilatura's tree, which
loses items of lists, headings, lists in cells and repeated lines; what is left out of it shows signs of being furniture:
by its tag, its class, its links or its label. Losing a paragraph is worse than keeping a teaser.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
).union(HEADINGS)
TABLE_PARTS = ("table", "thead", "tbody", "tfoot", "tr")
UNSEEN = (
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "canvas", "audio", "video",
    "map", "select", "textarea", "option", "datalist", "link", "meta", "title", "dialog", "amp-ad", "amp-sidebar",
)  # fmt: skip
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent)\s*:\s*-\d{4,}", re.I)
HIDDEN_CLASS = re.compile(r"\b(?:sr only|visually ?hidden|screen reader text|element invisible|d none|is hidden)\b")

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

MAIN_TAGS = ("article", "main")
LISTS = ("ul", "ol", "div", "section", "p", "td", "dl", "table")
LINKS = 0.75  # share of linked characters of what is nothing but links
COLUMN = 150  # characters of a cell that is a column of the page in a table without headings
PAIR = 2  # columns and rows that a table of data has at least, and paragraphs that its cells have at most
LABEL = 90  # characters of a label that may stand above links
LOOK_BACK = 12  # links below a label
PROSE = 60  # characters of a paragraph, without blanks
BOX = 420  # characters, without blanks, of a box with a number to call, a banner or a form
MAIN_SHARE = 0.9  # of the text that trafilatura keeps is in the article
LINKED = 0.5  # share of linked characters from which text is a list of links
PROSE_LINKED = 0.3  # and up to which it is prose
FREE = 0.4  # share of the article above which nothing in it is taken for furniture


class Size(NamedTuple):
    """The characters of an element's text without blanks, and how many of them lead to another page or place."""

    chars: int
    linked: int

    @property
    def density(self) -> float:
        """The share of linked characters."""
        return self.linked / self.chars if self.chars else 0.0


def tokens(element: HtmlElement) -> str:
    """Return the words of an element's class and id in lower case, parted by blanks."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return re.sub(r"[\s_\-:./]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names)).lower().strip()


def text_of(element: HtmlElement) -> str:
    """Return the text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def leaves(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the blocks with text that hold no other block, and whole tables of data, in order."""
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in BLOCKS and (_is_data(element) or next(element.iterdescendants(*BLOCKS), None) is None):
            walk.skip_subtree()
            if any(text.strip() for text in element.itertext()):
                yield element


def _is_data(element: HtmlElement) -> bool:
    return element.tag == "table" and element.get("role") != "presentation"


def remove_hidden(tree: HtmlElement) -> None:
    """Remove what a reader of the page doesn't see, mark tables of layout, and wrap loose text into paragraphs.

    A panel that a button on the page opens is not hidden: the answers of an FAQ are.
    """
    opened = {id.lstrip("#"): button for button in tree.iter("button", "a", "div", "h2", "h3", "h4", "summary", "amp-accordion")
              for name in ("aria-controls", "data-target", "data-bs-target") if (id := button.get(name))}  # fmt: skip
    for element in list(tree.iter(*UNSEEN)):
        element.drop_tree()
    body = tree.body  # looked up anew at each use
    for element in list(body.iter()):
        if element is not body and _is_hidden(element) and not _is_panel(element, opened):
            element.drop_tree()
    for table in tree.iter("table"):
        if _is_layout(table):
            table.set("role", "presentation")
    for mark in tree.xpath("//sup[a[starts-with(@href, '#')]]"):
        mark.drop_tree()
    _wrap_loose_text(body)


def _is_hidden(element: HtmlElement) -> bool:
    hidden = element.get("hidden")
    return (
        (hidden is not None and hidden.lower() != "until-found")
        or element.get("aria-hidden", "").lower() == "true"
        or HIDDEN_STYLE.search(element.get("style", "")) is not None
        or HIDDEN_CLASS.search(tokens(element)) is not None
    )


def _is_panel(element: HtmlElement, opened: dict[str, HtmlElement]) -> bool:
    if element.get("role") == "tabpanel":
        return True
    button = opened.get(element.get("id", ""))
    if button is None or element.find(".//form") is not None or BANNER.search(tokens(element)) or element.tag == "nav":
        return False
    words = text_of(element)
    linked = sum(len(text_of(link)) for link in element.iter("a"))
    if len(words) < PROSE / 2 or linked > len(words) / 2:
        return False
    if button.tag == "button":
        button.tag = "span" if any(up.tag in (*HEADINGS, "dt") for up in button.iterancestors()) else "p"
    return True


def _is_layout(table: HtmlElement) -> bool:
    """Return whether a table only places things on the page: then its cells are read one after another."""
    if table.get("role") in ("presentation", "none") or table.xpath(".//table|.//h1|.//h2|.//td//h3"):
        return True
    rows = rows_of(table)
    headed = bool(table.xpath(".//th|./caption"))
    return (
        max((len(cells_of(row)) for row in rows), default=0) < PAIR
        or (len(rows) < PAIR and not headed)
        or any(len(cell.findall("p")) > PAIR for row in rows for cell in cells_of(row))
        or (not headed and any(len(text_of(cell)) > COLUMN for row in rows for cell in cells_of(row)))
    )


def rows_of(table: HtmlElement) -> list[HtmlElement]:
    """Return the rows of a table itself, not of tables in its cells; those of headings first, those of sums last."""
    return [row for path in ("thead/tr", "tr|tbody/tr", "tfoot/tr") for row in table.xpath(path)]


def cells_of(row: HtmlElement) -> list[HtmlElement]:
    """Return the cells of a row."""
    return [cell for cell in row if cell.tag in ("td", "th")]


def _wrap_loose_text(body: HtmlElement) -> None:
    """Put text that stands beside blocks into paragraphs of its own, so that all text is in leaves."""
    containers = {body}
    for block in body.iterdescendants(*BLOCKS):
        above = block.getparent()
        while above is not None and above not in containers:
            containers.add(above)
            above = above.getparent()
    for container in containers:
        if container.tag not in TABLE_PARTS:
            _wrap(container, containers)


def _wrap(container: HtmlElement, containers: set[HtmlElement]) -> None:
    run: HtmlElement | None = None
    if (container.text or "").strip():
        run = container.makeelement("p")
        run.text, container.text = container.text, None
        container.insert(0, run)
    for child in list(container):
        if child is run:
            continue
        tail, child.tail = child.tail, None
        if child in containers or child.tag in BLOCKS or (run is None and child.tag in ("input", "button", "img")):
            run = None
            if (tail or "").strip():
                run = container.makeelement("p")
                run.text = tail
                child.addnext(run)
            continue
        if run is None:
            run = container.makeelement("p")
            child.addprevious(run)
        run.append(child)
        child.tail = tail


def _visible(text: str | None) -> int:
    return len("".join(text.split())) if text else 0


def _measure(body: HtmlElement) -> dict[HtmlElement, Size]:
    sizes: dict[HtmlElement, Size] = {}
    for _, element in etree.iterwalk(body, events=("end",)):
        chars, linked = _visible(element.text), 0
        for child in element:
            size = sizes[child]
            chars += size.chars + _visible(child.tail)
            linked += size.linked
        if element.tag == "button" or (
            element.tag == "a"
            and not re.match(r"\s*(?:tel|mailto|sms|whatsapp):|https://wa\.me", element.get("href", "tel:"))
        ):
            linked = chars
        sizes[element] = Size(chars, linked)
    return sizes


TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff]|[^\W_]+")
SHINGLE = 4  # words that are compared together


def _shingles(text: str) -> Iterable[tuple[str, ...]]:
    words = TOKEN.findall(text)
    return [tuple(words)] if 0 < len(words) < SHINGLE else zip(words, words[1:], words[2:], words[3:], strict=False)


def _kept(tree: HtmlElement) -> dict[HtmlElement, float]:
    """Return the leaves that trafilatura takes for the article's, with the share of each that it keeps."""
    try:
        found = bare_extraction(tree, fast=True, include_comments=False, favor_recall=True, with_metadata=False)
    except RecursionError:  # lists within lists within lists
        return {}
    if found is None or not found.text:
        return {}
    told = {shingle for line in found.text.split("\n") for shingle in _shingles(line)}
    kept: dict[HtmlElement, float] = {}
    for leaf in leaves(tree.body):
        own = list(_shingles(text_of(leaf)))
        if hits := sum(shingle in told for shingle in own):
            kept[leaf] = hits / len(own)
    return kept


def _main(body: HtmlElement, kept: dict[HtmlElement, float], sizes: dict[HtmlElement, Size]) -> HtmlElement:
    """Return the element that holds the article: the deepest with nearly all that was kept, or the one around it."""
    weights: dict[HtmlElement, float] = {}
    for leaf, share in kept.items():
        weight = share * sizes[leaf].chars
        for element in (leaf, *leaf.iterancestors()):
            weights[element] = weights.get(element, 0) + weight
            if element is body:
                break
    main = body
    while (inner := _inner(main, weights, MAIN_SHARE * weights.get(body, 0))) is not None:
        main = inner
    for element in (main, *main.iterancestors()):
        if element.tag in MAIN_TAGS or element.get("role") in MAIN_TAGS:
            return element
    marked = [element for element in body.iter() if element.tag in MAIN_TAGS or element.get("role") in MAIN_TAGS]
    best = max(marked, key=lambda element: weights.get(element, 0), default=body)
    if weights.get(best, 0) > weights.get(body, 0) / 2:
        return best
    if not kept:
        return next(iter(body.xpath(".//main|.//*[@role='main']|.//article")), body)
    while main is not body and main.tag in (
        *HEADINGS,
        *TABLE_PARTS,
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dd",
        "blockquote",
        "pre",
        "table",
    ):
        main = main.getparent()
    return main


def _inner(main: HtmlElement, weights: dict[HtmlElement, float], enough: float) -> HtmlElement | None:
    """Return the child that holds enough of the text, if one does."""
    return next((child for child in main if not _is_data(child) and weights.get(child, 0) >= enough > 0), None)


def number_to_call(text: str) -> bool:
    """Return whether a text holds a telephone number, or a short one that it says to call.

    >>> number_to_call("Call 116 000"), number_to_call("Report 2019-2024"), number_to_call("1 200 000 people")
    (True, False, False)
    """
    if any(not NO_NUMBER.match(match[0].strip()) for match in NUMBER.finditer(text)):
        return True
    return CALL.search(text) is not None and SHORT_NUMBER.search(text) is not None


class _Page:
    """A page that was measured, and the decisions on its elements."""

    def __init__(self, tree: HtmlElement, heading: HtmlElement | None) -> None:
        self.body = tree.body
        self.sizes = _measure(self.body)
        self.kept = _kept(tree)
        self.main = _main(self.body, self.kept, self.sizes)
        self.path = {self.main, *self.main.iterancestors()}
        self.heading = heading
        self.shown = set() if heading is None else {heading, *heading.iterancestors()}
        body = list(self.body.iter())
        # Links above the title are a menu; so are those below the last paragraph of a page that marks no article.
        self.above = set() if heading is None else set(body[: body.index(heading)]) - self.shown
        self.below: set[HtmlElement] = set()
        if self.main.tag not in MAIN_TAGS and self.main.get("role") not in MAIN_TAGS:
            last = max((number for number, element in enumerate(body) if self._is_text(element)), default=len(body))
            self.below = set(body[last + 1 :])
        self.enough = FREE * self.sizes[self.main].chars

    def is_furniture(self, element: HtmlElement) -> bool:
        """Return whether an element off the path to the article is a part of the site."""
        size = self.sizes.get(element)
        if size is None or element in self.path or element is self.heading or element.tag in TABLE_PARTS[1:]:
            return False
        names = tokens(element) if element.tag not in HEADINGS else ""
        if BANNER.search(names) and self.heading not in (element, *element.iterdescendants()):
            return True
        is_article = size.chars > self.enough and size.density <= LINKED and self._in_main(element)
        if element in self.shown or is_article:
            return False
        return (
            self._is_named(element, size, names) or self._is_labelled(element, size) or self._is_teaser(element, size)
        )

    def _is_named(self, element: HtmlElement, size: Size, names: str) -> bool:
        """Return whether tag, role or class call an element a part of the site."""
        role = element.get("role")
        if element.tag == "nav" or role in ROLES[:7] or "BreadcrumbList" in element.get("itemtype", ""):
            return True
        if element.tag == "a" and re.search(r"\b(?:btn|button)\b", names):
            return size.linked > 0 and not re.search(r"\d", text_of(element))
        if FURNITURE.search(names):
            return True
        doubtful = element.tag in ("aside", "footer", "header", "form") or role in ROLES or DOUBTFUL.search(names)
        has_fields = size.chars <= BOX and self._has_fields(element)
        return bool(doubtful) and (size.density > LINKED or has_fields)

    def _is_text(self, element: HtmlElement) -> bool:
        size = self.sizes[element]
        return (
            size.chars > LABEL / 3
            and size.density < LINKED
            and next(element.iterdescendants(*BLOCKS), None) is None
            and element.tag in BLOCKS
        )

    def _in_main(self, element: HtmlElement) -> bool:
        return any(above is self.main for above in element.iterancestors())

    def _has_fields(self, element: HtmlElement) -> bool:
        return any(
            field.get("type", "text") in ("text", "email", "search", "tel", "password")
            for field in element.iter("input")
        )

    def _is_labelled(self, element: HtmlElement, size: Size) -> bool:
        """Return whether a small element says itself that it is a banner, a teaser, a row of buttons or a form."""
        if size.chars > BOX or not size.chars:
            return False
        text = text_of(element)
        is_linked = size.density > LINKED
        has_fields = self._has_fields(element)
        teaser = TEASER.fullmatch(text)
        return (
            SHARE.fullmatch(text) is not None
            or (is_linked and (LINKED_SHARE.fullmatch(text) or TAGS.match(text)) is not None)
            or (size.chars < BOX / 2 and COPYRIGHT.search(text) is not None)
            or ((has_fields or is_linked) and NEWSLETTER.search(text) is not None)
            or (COOKIES.search(text) is not None and next(element.iter("button", "input"), None) is not None)
            or (has_fields and size.chars < PROSE)
            or (teaser is not None and (is_linked or not teaser["rest"].strip(" :：")))
        )

    def _is_teaser(self, element: HtmlElement, size: Size) -> bool:
        """Return whether an element leads to other pages: a card with a linked heading, or a list of links."""
        if element.tag in ("article", "a") and element not in self.path and size.chars < BOX:
            headings = [heading for heading in element.iter(*HEADINGS) if self.sizes.get(heading, Size(0, 0)).chars]
            if headings and all(self.sizes[heading].density > LINKED for heading in headings):
                return True
        if size.density < LINKS or element.tag not in LISTS:
            return False
        links = list(element.iter("a"))
        if self._follows_label(element) or (len(links) > 1 and element in self.above):
            return True
        if element.tag == "ul" and all(link.get("href", "").startswith("#") for link in links):
            return len(links) > 1
        if element in self.below:
            return True
        return len(links) > 1 and not any(self.kept.get(leaf, 0) > LINKED for leaf in leaves(element))

    def _follows_label(self, element: HtmlElement) -> bool:
        """Return whether "Read also" or the like stands above a link, or above the links before it."""
        for before in islice(element.itersiblings(preceding=True), LOOK_BACK):
            if before not in self.sizes:
                return False
            if self.sizes[before].density < LINKS:
                return TEASER.fullmatch(text_of(before)[:LABEL]) is not None
        return False

    def rescued(self, element: HtmlElement) -> list[HtmlElement]:
        """Return the boxes of a part that is dropped which hold a number to call, or in the article an address."""
        if BANNER.search(tokens(element)):
            return []  # nobody vouches for a number in a comment or an advertisement
        boxes: dict[HtmlElement, None] = {}  # in the order of the page
        inside = self._in_main(element)
        for leaf in list(leaves(element)):
            if any(box in boxes for box in (leaf, *leaf.iterancestors())):
                continue
            size = self.sizes[leaf]
            text = text_of(leaf)
            calls = bool(leaf.xpath("descendant-or-self::a[starts-with(@href, 'tel:')]")) or number_to_call(text)
            if size.density > LINKED or not (calls or (inside and EMAIL.search(text))) or BANNER.search(tokens(leaf)):
                continue
            boxes[self._box(leaf, element)] = None
        return list(boxes)

    def _box(self, leaf: HtmlElement, limit: HtmlElement) -> HtmlElement:
        """Return the box around a line with a number: its heading and address go with it. A footer has none."""
        if limit.tag == "footer" or limit.get("role") == "contentinfo" or re.search(r"\bfooter\b", tokens(limit)):
            return leaf
        box = leaf
        while box is not limit:
            above = box.getparent()
            size = self.sizes.get(above, Size(0, 0))
            if size.chars > BOX or self._has_fields(above) or above.tag in TABLE_PARTS:
                break
            if any(self.sizes[part].density > LINKED for part in leaves(above) if part is not leaf):
                break
            box = above
        return box


def remove_furniture(tree: HtmlElement, heading: HtmlElement | None) -> HtmlElement:
    """Return the body of a page with nothing but its article, below its title, and the numbers to call around it."""
    page = _Page(tree, heading)
    _remove_around(page)
    dropped: list[HtmlElement] = []
    walk = etree.iterwalk(page.main, events=("start",))
    for _, element in walk:
        if _is_data(element):
            walk.skip_subtree()
        elif element is not page.main and page.is_furniture(element):
            walk.skip_subtree()
            dropped.append(element)
    for element in dropped:
        _replace(element, page.rescued(element))
    for button in list(page.body.iter("button")):
        button.drop_tree() if not any(up.tag in (*HEADINGS, "dt", "summary") for up in button.iterancestors()) else None
    return page.body


def _remove_around(page: _Page) -> None:
    """Remove what stands around the article, but what stands between title and article, and numbers to call."""
    inside = set(leaves(page.main))
    furniture = (
        {element for element in page.body.iter() if page.is_furniture(element)} if page.main is not page.body else set()
    )
    order = list(leaves(page.body))
    places = [number for number, leaf in enumerate(order) if leaf in inside]
    title = next((number for number, leaf in enumerate(order) if leaf is page.heading), None)
    between = set(order[title : places[0]]) if title is not None and places else set()
    for above in [page.main, *page.main.iterancestors()]:
        if above is page.body or above.getparent() is None:
            break
        for part in [*above.itersiblings(preceding=True), *above.itersiblings()]:
            rescued = page.rescued(part)
            boxes = set(rescued)
            keep: dict[HtmlElement, None] = {}
            for leaf in leaves(part):
                box = next((up for up in (leaf, *leaf.iterancestors()) if up in boxes), None)
                if box is not None:
                    keep[box] = None
                elif not any(up in furniture for up in (leaf, *leaf.iterancestors())) and _belongs(
                    page, leaf, leaf in between
                ):
                    keep[leaf] = None
            _replace(part, list(keep))


def _belongs(page: _Page, leaf: HtmlElement, is_between: bool) -> bool:
    size = page.sizes[leaf]
    if leaf is page.heading:
        return True
    if size.density > PROSE_LINKED:
        return False
    if is_between:
        return size.chars >= PROSE or re.search(r"\d", text_of(leaf)) is not None
    return page.kept.get(leaf, 0) > LINKED and size.chars >= PROSE


def _replace(element: HtmlElement, kept: list[HtmlElement]) -> None:
    """Put the parts of an element that are kept in its place."""
    if kept == [element]:
        return
    if not kept:
        element.drop_tree()
        return
    box: HtmlElement = element.makeelement("div")
    element.addprevious(box)
    for part in kept:
        part.tail = None
        box.append(part)
    element.drop_tree()
