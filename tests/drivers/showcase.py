"""Take screenshots of the widget in every state, check it with axe-core, and time it. Run by `make showcase`.

In: the current index, and a browser. Out: pictures under `var/showcase`, the best in `docs/images`, and the table
of the accessibility statement. Fails if axe-core finds any violation.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page

from api.app import create_app
from api.formats.translations import LANGUAGES
from drivers.browsing import chromium, served
from drivers.scenes import SCENES, play
from qa import Assistant, Settings
from qa.evaluation.browser_speed import page_times

ROOT = Path(__file__).parents[2]
STATEMENT = ROOT / "docs" / "accessibility.md"
IMAGES = ROOT / "docs" / "images"
PICTURES = ROOT / "var" / "showcase"
TABLE = re.compile(r"(<!-- states -->\n)(.*)(<!-- /states -->)", re.DOTALL)
AT_RISK = "My employer locks me in and keeps my passport. I am in the United Kingdom."
CRIES = {
    "ar": "صاحب العمل يحتجزني وأخذ جواز سفري. أنا في موريتانيا.",
    "es": "Mi jefe me encierra y me quitó el pasaporte. Estoy en España.",
    "en": AT_RISK,
}
REAL = "How many children were rescued in Operation AKOMA, and where?"
DESK = {"width": 1120, "height": 820}
PHONE = {"width": 375, "height": 720}
PICTURED = ("ar", "en")
FAST = {"resultTypes": ["violations"]}  # without the passed rules
RUNS = 5


def table_of(findings: Mapping[tuple[str, str], int]) -> str:
    """Return the numbers of violations by state and language as a Markdown table.

    >>> print(table_of({("welcome", "en"): 0, ("welcome", "fr"): 2}), end="")
    | state | en | fr |
    | --- | --- | --- |
    | welcome | 0 | 2 |
    """
    states = list(dict.fromkeys(state for state, _ in findings))
    languages = list(dict.fromkeys(language for _, language in findings))
    rows = [["state", *languages], ["---"] * (len(languages) + 1)]
    rows += [[state, *(str(findings[state, language]) for language in languages)] for state in states]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def main() -> None:
    """Take all screenshots, check all states, and write the table."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    assistant = Assistant.from_settings(Settings())
    with served(create_app(assistant)) as address, chromium() as browser:
        take_best(browser, address)
        times = page_times(browser, address, [REAL] * RUNS)
        found = {language: check(browser, address, language) for language in LANGUAGES}
    findings = {(scene.name, language): found[language][scene.name] for scene in SCENES for language in LANGUAGES}
    statement = STATEMENT.read_text(encoding="utf-8")
    STATEMENT.write_text(TABLE.sub(lambda match: match[1] + table_of(findings) + match[3], statement), encoding="utf-8")
    for name, value in times.items():
        print(f"{name}: {value:.0f}, median of {RUNS}")
    if wrong := {place: count for place, count in findings.items() if count}:
        sys.exit(f"axe-core finds something wrong in {wrong}; see the pictures in {PICTURES}")


def check(browser: Browser, address: str, language: str) -> dict[str, int]:
    """Show every state in a language, count violations, and take screenshots on a desktop and on a dark phone."""
    findings = {}
    context = browser.new_context(
        locale=language, viewport=DESK, permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}/demo")
    page.locator(".waymark").wait_for(state="attached")
    for scene in SCENES:
        play(page, scene, language)
        findings[scene.name] = len(Axe().run(page, options=FAST).response["violations"])
        if language not in PICTURED:
            continue
        name = f"{language}-{'-'.join(re.findall(r'[a-z]+', scene.name))}"
        page.screenshot(path=PICTURES / f"{name}.png")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(PHONE)
        page.screenshot(path=PICTURES / f"{name}-phone-dark.png")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)
    context.close()
    return findings


def take_best(browser: Browser, address: str) -> None:
    """Take the screenshots in the README and the guides."""
    scenes = {scene.name: scene for scene in SCENES}
    desk = open_page(browser, address, "/")
    desk.locator("waymark-chat").evaluate("(chat, question) => chat.ask(question)", REAL)
    desk.locator(".log .cite").first.click()
    desk.mouse.move(0, 0)
    desk.locator("waymark-chat").screenshot(path=IMAGES / "answer.png")
    phone = open_page(browser, address, "/demo", phone=True)
    phone.locator("waymark-chat").evaluate("(chat, question) => { chat.open(); void chat.ask(question); }", AT_RISK)
    phone.locator(".log .turn").wait_for()
    phone.screenshot(path=IMAGES / "help.png")
    take_cries(browser, address)
    for name, scene, language, dark in (
        ("arabic", "sources open", "ar", False),
        ("dark", "partial, understood", "fr", True),
    ):
        phone = open_page(browser, address, f"/demo?language={language}", dark=dark, phone=True)
        play(phone, scenes[scene], language)
        phone.screenshot(path=IMAGES / f"{name}.png")
    shrink("answer", "help", "arabic", "dark")


def take_cries(browser: Browser, address: str) -> None:
    """Take the screenshots of a phone before and after a cry for help in three languages."""
    for language, cry in CRIES.items():
        phone = open_page(browser, address, f"/demo?language={language}", phone=True)
        phone.locator("waymark-chat").evaluate("(chat, language) => { chat.lang = language; }", language)
        phone.locator(f".waymark[lang={language}]").wait_for(state="attached")
        phone.locator("waymark-chat").evaluate("chat => chat.open()")
        phone.screenshot(path=IMAGES / f"before-{language}.png")
        phone.locator("waymark-chat").evaluate("(chat, question) => void chat.ask(question)", cry)
        phone.locator(".log .turn").wait_for()
        phone.screenshot(path=IMAGES / f"after-{language}.png")
        shrink(f"before-{language}", f"after-{language}")


def shrink(*names: str) -> None:
    """Write pictures anew with fewer colours."""
    for path in (IMAGES / f"{name}.png" for name in names):
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(128)
        small.save(path, optimize=True)


def open_page(browser: Browser, address: str, path: str, *, dark: bool = False, phone: bool = False) -> Page:
    """Open a page with the widget ready on it."""
    page = browser.new_page(
        locale="en",
        viewport=PHONE if phone else DESK,
        color_scheme="dark" if dark else "light",
        device_scale_factor=1.5,
    )
    page.goto(address + path)
    page.locator(".waymark").wait_for(state="attached")
    return page


if __name__ == "__main__":
    main()
