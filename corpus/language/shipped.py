"""Read the words, names and texts that come with the packages in files of YAML."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def shipped_yaml(path: str, *, as_strings: bool = False) -> Any:  # noqa: ANN401 - whatever the file holds
    """Return what a file of a package holds, which is not to be changed; its path begins with the name of the package.

    `as_strings` leaves every value a string; else "no" and "off" are read as false.
    """
    package, _, name = path.partition("/")
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, yaml.CBaseLoader if as_strings else yaml.CSafeLoader)  # noqa: S506 - both make plain values
