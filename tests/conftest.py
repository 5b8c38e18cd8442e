"""Fixtures shared by all tests. Only 127.0.0.1 is ever contacted."""
