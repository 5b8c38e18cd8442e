"""Answer bytes as they come in: unpacked on the way within a limit, so a small answer cannot become a huge one."""

import zlib

from monitor.errors import HttpError

_MOST_MEMBERS = 100  # gzip allows members one after another; a flood of empty ones costs time instead of space


class Body:
    """Collects one answer. Its first bytes tell how it is packed: servers pack unasked, or claim to and do not."""

    def __init__(self, declared: str, cap: int) -> None:
        self._declared = declared.strip().lower()
        self._cap = cap
        self._received = 0
        self._plain = bytearray()
        self._start = b""
        self._begun = False
        self._unpacker: zlib._Decompress | None = None
        self._members = 0

    @property
    def received(self) -> int:
        return self._received

    def add(self, chunk: bytes) -> None:
        self._received += len(chunk)
        self._check(self._received)
        if not self._begun:
            self._start += chunk
            if len(self._start) < 2:
                return
            chunk = self._begin()
        self._take(chunk)

    def finish(self) -> tuple[bytes, bool]:
        """The bytes, and whether the packing was complete."""
        if not self._begun and self._start:
            self._take(self._begin())
        return bytes(self._plain), self._unpacker is None or self._unpacker.eof

    def _begin(self) -> bytes:
        self._begun = True
        start, self._start = self._start, b""
        if start.startswith(b"\x1f\x8b"):
            self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        elif self._declared == "deflate":
            # The name means zlib's format; some send the bare stream; text that is not packed begins like text.
            is_zlib = start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0
            if is_zlib or start[:1] not in b"<{[ \t\r\n\xef":
                self._unpacker = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
        elif self._declared not in {"", "identity", "none", "gzip", "x-gzip", "utf-8"}:
            raise HttpError(
                f"the answer is packed as {self._declared[:20]}, which was not asked for and cannot be read", "encoding"
            )
        return start

    def _take(self, chunk: bytes) -> None:
        if self._unpacker is None:
            self._plain += chunk
            return
        try:
            self._unpack(chunk)
        except zlib.error:
            raise HttpError("the compressed answer is damaged and cannot be unpacked", "encoding") from None

    def _unpack(self, chunk: bytes) -> None:
        while chunk and self._unpacker is not None:
            if self._unpacker.eof:
                if not chunk.startswith(b"\x1f\x8b"):
                    return  # padding behind the packed data
                self._next_member()
            self._plain += self._unpacker.decompress(chunk, self._cap + 1 - len(self._plain))
            self._check(len(self._plain))
            chunk = self._unpacker.unconsumed_tail or (self._unpacker.unused_data if self._unpacker.eof else b"")

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise HttpError("the compressed answer consists of too many parts", "encoding")
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def _check(self, size: int) -> None:
        if size > self._cap:
            raise HttpError(f"the answer is larger than {self._cap / 1e6:g} MB and was cut off", "too_large")
