"""Escalation monitor: news feeds in Arabic and English, alerts on sieges, reinforcements and failed talks in Daraa.

The data flow, in the order of the modules:

    schedule   a feed is due                                 -> pipeline.poll
    sources    fetch, parse, full text                       -> Entry, then Report
    classifier event types, places, now or not per sentence  -> Assessment
    situations which story is this?                          -> Decision
    rules      who wants to know?                            -> Alert and its deliveries
    store      one transaction: report, situation, alert, deliveries, feed advanced
    channels   claim a due delivery, send it, note what came -> Message on a channel
"""

__version__ = "0.1.0"
