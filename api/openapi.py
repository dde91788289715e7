"""Print the models of the API as an OpenAPI document, from which the types of the widget are generated."""

import json
import sys

from api.app import create_app


def models() -> str:
    """Return the application's OpenAPI document without its paths, as JSON."""
    return json.dumps(create_app().openapi() | {"paths": {}}, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.stdout.write(models())
