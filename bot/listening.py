"""The socket on which a web side listens."""

from __future__ import annotations

import errno
import socket

from bot.faults import StartError


def listen(host: str, port: int) -> socket.socket:
    """The listening socket, before anything else is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            raise StartError(
                f"Port {port} on {host} is taken: stop what listens there, or set PORT."
            ) from None
        raise StartError(
            f"Can't listen on {host}:{port} ({fault.strerror}): check USHER_HOST and PORT."
        ) from None
    # The event loop would set it only for sockets that name their protocol: without it small answers wait 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
