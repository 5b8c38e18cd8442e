"""What a recipient's daily digest says. Pure."""
