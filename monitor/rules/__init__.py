"""Decision -> alerts, and who is owed them. Pure."""

from monitor.rules.making import CORRECTING, REFUTING, Told, alerts, correction
from monitor.rules.owing import GRADES, owed
from monitor.rules.summing import FirstReading, summaries

__all__ = ["CORRECTING", "GRADES", "REFUTING", "FirstReading", "Told", "alerts", "correction", "owed", "summaries"]
