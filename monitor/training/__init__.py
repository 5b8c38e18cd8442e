"""models/training -> models/<name>: fits, calibrates, measures, and writes the artefact and its card.

Never imported by the running service.
"""
