"""The configuration folder and the environment, validated once into frozen models. Nothing else reads the environment.

`load` finds and reads the folder; all that is wrong with it comes back as one ConfigError with file, line and mend.
"""

from monitor.settings.loading import FILES, load, placed, refuse_packaged
from monitor.settings.models import ChannelSettings, Feed, Proxy, Settings
from monitor.settings.people import Form, Near, Quiet, Recipient, Rule

__all__ = [
    "FILES",
    "ChannelSettings",
    "Feed",
    "Form",
    "Near",
    "Proxy",
    "Quiet",
    "Recipient",
    "Rule",
    "Settings",
    "load",
    "placed",
    "refuse_packaged",
]
