"""The configuration folder and the environment, validated once into frozen models. Nothing else reads the environment.

`load` finds and reads the folder; all that is wrong with it comes back as one ConfigError with file, line and mend.
"""

from monitor.settings.loading import FILES, check_places, load, refuse_packaged
from monitor.settings.models import ChannelSettings, Feed, Proxy, Recipient, Rule, Settings

__all__ = [
    "FILES",
    "ChannelSettings",
    "Feed",
    "Proxy",
    "Recipient",
    "Rule",
    "Settings",
    "check_places",
    "load",
    "refuse_packaged",
]
