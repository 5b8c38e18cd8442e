"""What passes between the monitor and its worker processes: a length, then JSON; a length, then bytes.

JSON and not pickle: a worker that has been taken over by what it read must not be able to run code here.
"""

import json
import socket
import struct
from asyncio import StreamReader
from collections.abc import Mapping
from typing import Any

_LENGTHS = struct.Struct("!II")


def packed(fields: Mapping[str, Any], body: bytes = b"") -> bytes:
    text = json.dumps(fields, ensure_ascii=False).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


async def unpacked(reader: StreamReader) -> dict[str, Any]:
    """The fields of the next frame; IncompleteReadError when the other side is gone."""
    fields_length, body_length = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    text = await reader.readexactly(fields_length)
    await reader.readexactly(body_length)
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("a worker answered with something else than fields")
    return fields


def receive(connection: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next frame on a blocking socket; None when the other side is gone."""
    lengths = _exactly(connection, _LENGTHS.size)
    if lengths is None:
        return None
    fields_length, body_length = _LENGTHS.unpack(lengths)
    text, body = _exactly(connection, fields_length), _exactly(connection, body_length)
    if text is None or body is None:
        return None
    return json.loads(text), body


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    pieces, missing = [], size
    while missing:
        piece = connection.recv(min(missing, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)
