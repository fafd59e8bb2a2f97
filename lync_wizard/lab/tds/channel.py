"""A socket that carries TDS packets: in the clear, with a TLS handshake inside packets, or inside TLS."""

from __future__ import annotations

import select
import socket
import ssl
from typing import Final

from lync_wizard.lab.tds import protocol

FIRST_SIZE: Final = 4096
"""Bytes of a packet before the client has named its own size."""


_MOST_MESSAGE: Final = 16 << 20
"""Bytes of a request that are read; a batch of ours has some thousand."""


class Gone(Exception):
    """The client's connection is no more."""


class Channel:
    """One client's socket; ``size`` is the largest packet sent."""

    def __init__(self, peer: socket.socket) -> None:
        self.socket = peer
        self.size = FIRST_SIZE
        self._clear = b""
        self._tls: ssl.SSLObject | None = None
        self._inbound = ssl.MemoryBIO()
        self._outbound = ssl.MemoryBIO()

    def encrypt(self, context: ssl.SSLContext) -> None:
        """The TLS handshake, its records carried as PRELOGIN packets (2.2.6.5, 3.2.5.2)."""
        tls = context.wrap_bio(self._inbound, self._outbound, server_side=True)
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._hand_over(protocol.PRELOGIN)
                self._inbound.write(self.packet().data)
            except ssl.SSLError as error:
                self._hand_over(protocol.PRELOGIN)
                raise Gone from error
        self._hand_over(protocol.PRELOGIN)
        self._tls = tls

    def clear(self) -> None:
        """Back to the clear, where only the login was to be encrypted."""
        self._tls = None

    def _hand_over(self, kind: int) -> None:
        if self._outbound.pending:
            for part in protocol.packets(kind, self._outbound.read(), self.size):
                self.socket.sendall(part)

    def message(self) -> tuple[int, bytes]:
        """The next complete message: its type and data."""
        message = bytearray()
        while True:
            packet = self.packet()
            message += packet.data
            if len(message) > _MOST_MESSAGE:
                raise protocol.Malformed("a message without an end")
            if packet.last:
                return packet.type, bytes(message)

    def packet(self) -> protocol.Packet:
        while (packet := self._next()) is None:
            self._receive()
        return packet

    def poll(self, seconds: float) -> protocol.Packet | None:
        """A packet, if one comes within ``seconds``."""
        if (packet := self._next()) is not None:
            return packet
        readable, _, _ = select.select([self.socket], [], [], max(0.0, seconds))
        if readable:
            self._receive()
            return self._next()
        return None

    def _next(self) -> protocol.Packet | None:
        if len(self._clear) < protocol.HEADER:
            return None
        kind, last, length = protocol.header(self._clear)
        if len(self._clear) < length:
            return None
        data, self._clear = self._clear[protocol.HEADER : length], self._clear[length:]
        return protocol.Packet(kind, last, data)

    def _receive(self) -> None:
        raw = self.socket.recv(1 << 16)
        if not raw:
            raise Gone
        if self._tls is None:
            self._clear += raw
            return
        self._inbound.write(raw)
        try:
            while part := self._tls.read(1 << 16):
                self._clear += part
        except ssl.SSLWantReadError:
            return
        raise Gone

    def send(self, message: bytes, last: bool = True) -> None:
        for part in protocol.packets(protocol.RESPONSE, message, self.size, last=last):
            if self._tls is None:
                self.socket.sendall(part)
            else:
                self._tls.write(part)
                self.socket.sendall(self._outbound.read())
