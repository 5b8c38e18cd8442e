"""Text before it means anything: folding, sentences, dates, languages, markup. Knows no place and no event."""
