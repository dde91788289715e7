"""Tell how the packages of an optional extra are installed."""


def how_to_install(extra: str) -> str:
    """Return the cure where a package of an extra is missing, as the end of a message.

    >>> how_to_install("llm")
    "run in the checkout: pip install --constraint constraints.txt '.[llm]'"
    """
    # The registry has a project of another kind by this name, so nothing is installed from there.
    return f"run in the checkout: pip install --constraint constraints.txt '.[{extra}]'"
