"""Read the files of example questions and messages from which classifiers learn."""

from functools import cache
from importlib.resources import files

import yaml


@cache
def examples(name: str, package: str = "qa.query") -> dict[str, list[str]]:
    """Return the examples of a file of a package, by class."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    by_class: dict[str, list[str]] = yaml.load(text, yaml.CSafeLoader)
    return by_class
