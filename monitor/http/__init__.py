"""The one HTTP client: whatever the monitor reads from the web comes through it. aiohttp is known only here."""

from monitor.http.client import HttpClient, HttpResponse, Limits
from monitor.http.failures import shown

__all__ = ["HttpClient", "HttpResponse", "Limits", "shown"]
