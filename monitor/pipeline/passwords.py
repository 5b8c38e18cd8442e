"""Passwords: hashed by argon2, and compared in the same time whether or not there is such an account."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import AccountError

SHORTEST, LONGEST = 12, 200  # letters; the longest keeps hashing from being used as a load
_AT_ONCE = 2  # one takes 64 MB: a hundred guesses at a time must not take the machine


class Passwords:
    """`hasher`: weaker parameters are for tests only."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self._hasher.hash("what is compared where there is no account")

    def hashed(self, password: str, name: str) -> str:
        """Raises AccountError when it is no good password for that account."""
        plain = _plain(password)
        if len(plain) < SHORTEST:
            raise AccountError(f"the password is too short: take at least {SHORTEST} characters", "short")
        if len(plain) > LONGEST:
            raise AccountError(f"the password is too long: take at most {LONGEST} characters", "long")
        if plain.casefold() in {name, name * 2} or len(set(plain)) < 4:
            raise AccountError("the password is too easy to guess: take some words that do not belong together", "same")
        with self._turns:
            return self._hasher.hash(plain)

    def match(self, kept: str, password: str) -> bool:
        """Whether it is the password of which `kept` is the hash; "" is matched by nothing, in the same time."""
        plain = _plain(password)
        if len(plain) > LONGEST:
            return False
        with self._turns:
            try:
                self._hasher.verify(kept or self._nobodys, plain)
            except (VerificationError, InvalidHashError):
                return False
            return bool(kept)


def _plain(password: str) -> str:
    """One keyboard writes é as one letter, the other as two."""
    return unicodedata.normalize("NFKC", password)
