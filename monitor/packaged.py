"""Where the files that come with the program lie: inside the installed wheel, or in the checkout it runs from."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def packaged(relative: str) -> Path:
    """Path of a shipped file or folder, such as "config/gazetteer.yaml" or "models/escalation"."""
    installed = _PACKAGE / "_packaged" / relative
    return installed if installed.exists() else _PACKAGE.parent / relative
