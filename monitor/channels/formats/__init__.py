"""Alerts and situations in the open formats that other programs read: Atom, CAP 1.2, GeoJSON. Pure."""

from monitor.channels.formats.atom import feed
from monitor.channels.formats.cap import message
from monitor.channels.formats.geojson import collection
from monitor.channels.formats.published import Published, first_line

__all__ = ["Published", "collection", "feed", "first_line", "message"]
