"""The default paths of files that commands read and write.

The starter collection is part of the installed package. The gold questions, the committed results, the README and the
outputs of training belong to a source checkout; without one, a command that needs them fails with the cure.
"""

from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]  # of the checkout, or the folder of installed packages
BASELINE = "docs/results/baseline.json"


class NoCheckout(RuntimeError):
    """A file of the source checkout is needed, and this is an installed package; the message names the cure."""


def starter_collection() -> Path:
    """Return the folder of the briefs shipped with Waymark."""
    return Path(str(files("corpus").joinpath("briefs")))


def in_checkout(name: str, option: str) -> Path:
    """Return the path of a file of the checkout. Raises NoCheckout, naming the option that gives another file."""
    if not (ROOT / "pyproject.toml").is_file():
        raise NoCheckout(
            f"{name} comes with the source, not with the installed package; give {option}, or run it from a checkout"
        )
    return ROOT / name
