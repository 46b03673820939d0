#!/usr/bin/env python3
"""Another peer of the Vix P2P wire protocol, version 1, for interoperability tests.

Written from the protocol page alone. Needs Python 3.9 and the package `cryptography`.

    peer.py dial HOST PORT [--network-key BASE64] [--network-name NAME] [--pings N] [--rekey] [--exchange PROTOCOL]
    peer.py listen PORT    [--network-key BASE64] [--network-name NAME] [--pings N] [--rekey] [--exchange PROTOCOL]
    peer.py example

`dial` connects, sends its pings, and closes. `listen` takes one connection, sends its pings, and then answers until the
other side closes; with port 0 the system chooses one. `--rekey` goes on with pings, one at a time, until both directions
have changed their key. The last line of output is one JSON object: what happened. Exit code 0 is success, 1 is not; a
listener says first where it listens, in a JSON line of its own.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import secrets
import socket
import string
import struct
import sys
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from talk import Talk, Violation, example, exchange, varint

HELLO, ACK, FINISH = 1, 2, 3
READY, REJECT, PING, PONG, CLOSE = 1, 2, 3, 4, 5
FIRST_EXTENSION = 128

MAX_FRAME_BODY = 65_536
MAX_RECORD_PLAINTEXT = 65_535 - 16
MAX_INTRODUCTION = 3_072
RECORDS_PER_KEY = 65_536

REJECT_CODES = {1: "Full", 2: "NotAllowed", 3: "Duplicate", 4: "Self", 5: "ShuttingDown", 6: "Incompatible"}
CLOSE_CODES = {
    0: "Normal", 1: "ShuttingDown", 2: "Duplicate", 3: "Stale", 4: "ProtocolError", 5: "Overload", 6: "Banned",
}

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


# --- keys ---------------------------------------------------------------------------------------------------------


class KeyPair:
    def __init__(self):
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.public = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def agree(self, remote):
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), check_point(remote))
        return self._private.exchange(ec.ECDH(), point)


def check_point(point):
    if len(point) != 65 or point[0] != 4:
        raise Violation("a public key is not an uncompressed point")
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if x >= P or y >= P or (y * y - (x * x * x - 3 * x + B)) % P != 0:
        raise Violation("a public key is not a point of P-256")
    return point


def peer_id(public):
    return hashlib.sha256(b"vix-peer-v1" + public).hexdigest()


def hkdf(salt, ikm, info, length):
    """RFC 5869 with SHA-256; an empty salt is 32 zeros, which HMAC makes of an empty key by itself."""
    prk = hmac.digest(salt, ikm, "sha256")
    okm, block = b"", b""
    for i in range(1, length // 32 + 1):
        block = hmac.digest(prk, block + info + bytes([i]), "sha256")
        okm += block
    return okm


# --- Noise ---------------------------------------------------------------------------------------------------------


class CipherState:
    def __init__(self, key):
        self._gcm = AESGCM(key)
        self.n = 0

    def encrypt(self, ad, plaintext):
        ciphertext = self._gcm.encrypt(self._nonce(self.n), plaintext, ad)
        self.n += 1
        return ciphertext

    def decrypt(self, ad, ciphertext):
        try:
            plaintext = self._gcm.decrypt(self._nonce(self.n), ciphertext, ad)
        except InvalidTag:
            raise Violation(f"a tag is wrong at counter {self.n}") from None
        self.n += 1
        return plaintext

    def rekey(self):
        self._gcm = AESGCM(self._gcm.encrypt(self._nonce(2**64 - 1), bytes(32), b"")[:32])

    @staticmethod
    def _nonce(n):
        return bytes(4) + struct.pack(">Q", n)


class Handshake:
    """XX, or XXpsk0 where there is a psk. The token list of each message is the pattern's own."""

    MESSAGES = (("e",), ("e", "ee", "s", "es"), ("s", "se"))

    def __init__(self, initiator, static, prologue, psk):
        name = b"Noise_XXpsk0_P256_AESGCM_SHA256" if psk else b"Noise_XX_P256_AESGCM_SHA256"
        self.h = self.ck = name.ljust(32, b"\0")
        self.cipher = None
        self.initiator, self.psk = initiator, psk
        self.s, self.e = static, KeyPair()
        self.rs = self.re = None
        self._step = 0
        self.mix_hash(prologue)

    def mix_hash(self, data):
        self.h = hashlib.sha256(self.h + data).digest()

    def mix_key(self, ikm):
        okm = hkdf(self.ck, ikm, b"", 64)
        self.ck, self.cipher = okm[:32], CipherState(okm[32:])

    def mix_psk(self):
        okm = hkdf(self.ck, self.psk, b"", 96)
        self.ck = okm[:32]
        self.mix_hash(okm[32:64])
        self.cipher = CipherState(okm[64:])

    def mix_e(self, public):
        self.mix_hash(public)
        if self.psk:
            self.mix_key(public)

    def mix_dh(self, token):
        # The first letter is the initiator's key, the second the responder's.
        mine, theirs = token if self.initiator else token[::-1]
        self.mix_key((self.e if mine == "e" else self.s).agree(self.re if theirs == "e" else self.rs))

    def seal(self, plaintext):
        sealed = self.cipher.encrypt(self.h, plaintext) if self.cipher else plaintext
        self.mix_hash(sealed)
        return sealed

    def open(self, sealed):
        plaintext = self.cipher.decrypt(self.h, sealed) if self.cipher else sealed
        self.mix_hash(sealed)
        return plaintext

    def tokens(self):
        if self._step == 0 and self.psk:
            self.mix_psk()
        self._step += 1
        return self.MESSAGES[self._step - 1]

    def write(self, payload=b""):
        message = b""
        for token in self.tokens():
            if token == "e":
                self.mix_e(self.e.public)
                message += self.e.public
            elif token == "s":
                message += self.seal(self.s.public)
            else:
                self.mix_dh(token)
        return message + self.seal(payload)

    def read(self, message):
        for token in self.tokens():
            if token == "e":
                self.re, message = check_point(message[:65]), message[65:]
                if self.re == self.e.public:
                    raise Violation("reflection: the other side's ephemeral key is ours")
                self.mix_e(self.re)
            elif token == "s":
                self.rs, message = check_point(self.open(message[:81])), message[81:]
                if self.rs == self.s.public:
                    raise Violation("self-connection: the other side's static key is ours")
            else:
                self.mix_dh(token)
        return self.open(message)

    def split(self):
        """The cipher we send with, and the one we receive with."""
        okm = hkdf(self.ck, b"", b"", 64)
        first, second = CipherState(okm[:32]), CipherState(okm[32:])
        return (first, second) if self.initiator else (second, first)


# --- the introduction -------------------------------------------------------------------------------------------------


MAX_MESSAGE, STREAM_WINDOW = 1_048_576, 100_003


def own_introduction(port, protocols):
    return json.dumps({
        "node_id": "python", "instance": secrets.token_hex(16), "listen_port": port, "agent": "peer.py/1",
        "protocols": protocols, "max_message": MAX_MESSAGE, "stream_window": STREAM_WINDOW,
    }).encode()


def check_introduction(data):
    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise Violation("the introduction has a duplicate member")
        return dict(pairs)

    def depth(value):
        children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if children is None else 1 + max(map(depth, children), default=0)

    def constant(_):
        raise Violation("the introduction has a number that is not JSON")

    def is_text(value):
        return isinstance(value, str) and len(value) <= 64 and all(" " <= c <= "~" for c in value)

    def is_number(value, low, high):
        return type(value) is int and low <= value <= high

    if len(data) > MAX_INTRODUCTION:
        raise Violation(f"the introduction has {len(data)} bytes")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=members, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Violation(f"the introduction is not JSON: {error}") from None
    if not isinstance(value, dict) or depth(value) > 4:
        raise Violation("the introduction is not an object, or too deep")
    instance, protocols = value.get("instance"), value.get("protocols", [])
    valid = (
        is_text(value.get("node_id")) and value["node_id"]
        and is_text(instance) and len(instance) == 32 and all(c in string.hexdigits for c in instance)
        and is_number(value.get("listen_port"), 0, 65_535)
        and is_text(value.get("agent", ""))
        and isinstance(protocols, list) and len(protocols) <= 64 and all(map(is_text, protocols))
        and is_number(value.get("max_message", 1_048_576), 1, 2**31 - 1)
        and is_number(value.get("stream_window", 262_144), 1, 2**31 - 1)
    )
    if not valid:
        raise Violation("a member of the introduction is missing or out of its range")
    return value


# --- the connection -----------------------------------------------------------------------------------------------------


class Peer:
    def __init__(self, sock, initiator, arguments, port):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self.is_initiator, self._port = sock, initiator, port
        self._deadline = arguments.deadline
        self._received = bytearray()
        self._stream = bytearray()
        self._key = arguments.network_key
        self._name = arguments.network_name.encode("utf-8")
        self._static = KeyPair()
        self.id = peer_id(self._static.public)
        self.remote_id = self.introduction = self.ended = None
        self.pings_answered = self.pongs_received = 0
        self._sending = self._receiving = None
        self._protocols = [arguments.exchange] if arguments.exchange else []
        self.talk = None

    # Handshake

    def handshake(self):
        if self.is_initiator:
            clear = b"VIXP2P" + bytes([1, 1, 1 if self._key else 0])
            noise = self._noise(clear)
            self._send_message(HELLO, clear + noise.write())
            noise.read(self._read_message(ACK, 163, 227))
            self.remote_id = peer_id(noise.rs)
            self._send_message(FINISH, noise.write(own_introduction(self._port, self._protocols)))
            self._sending, self._receiving = noise.split()
            kind, body = self.read_frame()
            if kind == REJECT and len(body) == 1:
                raise Violation(f"rejected: {REJECT_CODES.get(body[0], body[0])}")
            if kind != READY:
                raise Violation(f"the first frame has kind {kind}")
            self.introduction = check_introduction(body)
        else:
            size = 91 if self._key else 75
            hello = self._read_message(HELLO, size, size)
            if hello[:9] != b"VIXP2P" + bytes([1, 1, 1 if self._key else 0]):
                raise Violation(f"Hello begins with {hello[:9].hex()}")
            noise = self._noise(hello[:9])
            noise.read(hello[9:])
            self._send_message(ACK, noise.write())
            introduction = noise.read(self._read_message(FINISH, 1, 4_096))
            self.introduction = check_introduction(introduction)
            self.remote_id = peer_id(noise.rs)
            self._sending, self._receiving = noise.split()
            self.send_frame(READY, own_introduction(self._port, self._protocols))

    def _noise(self, clear):
        prologue = bytes([HELLO]) + clear + hashlib.sha256(self._name).digest()
        psk = hkdf(b"", self._key, b"vix-psk-v1", 32) if self._key else None
        return Handshake(self.is_initiator, self._static, prologue, psk)

    def _send_message(self, kind, body):
        self._send(struct.pack(">HB", 1 + len(body), kind) + body)

    def _read_message(self, expected, low, high):
        (length,) = struct.unpack(">H", self._read(2))
        if not low <= length <= high:
            raise Violation(f"message {expected} has length {length}")
        message = self._read(length)
        if message[0] != expected:
            raise Violation(f"kind {message[0]} instead of {expected}")
        return message[1:]

    # Records and frames

    @property
    def rekeyed(self):
        """How often each direction has changed its key."""
        counts = {"sent": self._sending, "received": self._receiving}
        return {direction: cipher.n // RECORDS_PER_KEY if cipher else 0 for direction, cipher in counts.items()}

    def send_frame(self, kind, body):
        frame = bytes([kind]) + varint(len(body)) + body
        for at in range(0, len(frame), MAX_RECORD_PLAINTEXT):
            ciphertext = self._sending.encrypt(b"", frame[at:at + MAX_RECORD_PLAINTEXT])
            if self._sending.n % RECORDS_PER_KEY == 0:
                self._sending.rekey()
            self._send(struct.pack(">H", len(ciphertext)) + ciphertext)

    def read_frame(self):
        """The next frame, or (None, b"") when the other side has closed between two frames."""
        while True:
            frame = self._take_frame()
            if frame:
                return frame
            header = self._read(2, may_end=not self._stream)
            if not header:
                return None, b""
            (length,) = struct.unpack(">H", header)
            if length < 17:
                raise Violation(f"a record of {length} bytes")
            self._stream += self._receiving.decrypt(b"", self._read(length))
            if self._receiving.n % RECORDS_PER_KEY == 0:
                self._receiving.rekey()

    def _take_frame(self):
        length = 0
        for i, byte in enumerate(self._stream[1:5]):
            length |= (byte & 0x7F) << 7 * i
            if length > MAX_FRAME_BODY or (byte == 0 and i > 0) or (byte >= 0x80 and i == 3):
                raise Violation("the length of a frame is not allowed")
            if byte < 0x80:
                start = 2 + i
                if len(self._stream) < start + length:
                    return None
                frame = self._stream[0], bytes(self._stream[start:start + length])
                del self._stream[:start + length]
                return frame
        return None

    # Conversation

    def handle_next(self):
        """Handles one frame. Returns the body of a Pong, and b"" for anything else; None when the other side is done."""
        kind, body = self.read_frame()
        if kind is None:
            self.ended = "lost"
        elif kind == PING and len(body) == 8:
            self.send_frame(PONG, body)
            self.pings_answered += 1
        elif kind == PONG and len(body) == 8:
            return body
        elif kind == CLOSE and len(body) == 1:
            self.ended = CLOSE_CODES.get(body[0], str(body[0]))
        elif self.talk and 6 <= kind <= 21:
            self.talk.take(kind, body)
        elif kind < FIRST_EXTENSION:
            raise Violation(f"a frame of kind {kind} with {len(body)} bytes")
        return None if self.ended else b""

    def ping(self):
        sent = os.urandom(8)
        self.send_frame(PING, sent)
        while True:
            pong = self.handle_next()
            if pong is None:
                raise Violation(f"closed ({self.ended}) before a Pong")
            if pong == sent:
                self.pongs_received += 1
                return

    def close(self, code=0):
        self.send_frame(CLOSE, bytes([code]))
        self.finish()

    def finish(self):
        """Half-close, then read and discard for at most a second."""
        self._deadline = min(self._deadline, time.monotonic() + 1)
        try:
            self._socket.shutdown(socket.SHUT_WR)
            while self._receive():
                self._received.clear()
        except (OSError, Violation):
            pass

    # Bytes

    def _send(self, data):
        self._socket.settimeout(self._remaining())
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Violation(f"cannot send: {error}") from None

    def _read(self, count, may_end=False):
        while len(self._received) < count:
            if not self._receive():
                if may_end and not self._received:
                    return b""
                raise Violation(f"closed after {len(self._received)} of {count} bytes")
        data = bytes(self._received[:count])
        del self._received[:count]
        return data

    def _receive(self):
        self._socket.settimeout(self._remaining())
        try:
            data = self._socket.recv(65_536)
        except socket.timeout:
            raise Violation("the other side says nothing") from None
        except ConnectionError:
            data = b""
        self._received += data
        return bool(data)

    def _remaining(self):
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise Violation("out of time")
        return remaining


# --- command line ---------------------------------------------------------------------------------------------------


def network_key(text):
    key = base64.b64decode(text, validate=True)
    if len(key) != 32:
        raise argparse.ArgumentTypeError("a network key has 32 bytes")
    return key


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    roles = parser.add_subparsers(dest="role", required=True)
    roles.add_parser("example")
    for role in ("dial", "listen"):
        command = roles.add_parser(role)
        if role == "dial":
            command.add_argument("host")
        command.add_argument("port", type=int)
        command.add_argument("--network-key", type=network_key, metavar="BASE64")
        command.add_argument("--network-name", default="", metavar="NAME")
        command.add_argument("--pings", type=int, default=0, metavar="N")
        command.add_argument("--rekey", action="store_true")
        command.add_argument("--exchange", metavar="PROTOCOL")
        command.add_argument("--timeout", type=float, default=60, metavar="SECONDS", help="for everything together")
    arguments = parser.parse_args()
    if arguments.role != "example":
        arguments.deadline = time.monotonic() + arguments.timeout
    return arguments


def connect(arguments):
    if arguments.role == "dial":
        return socket.create_connection((arguments.host, arguments.port), timeout=arguments.timeout), 0
    with socket.create_server(("127.0.0.1", arguments.port)) as listener:
        listener.settimeout(arguments.timeout)
        port = listener.getsockname()[1]
        print(json.dumps({"listening": port}), flush=True)
        return listener.accept()[0], port


def converse(peer, arguments):
    peer.handshake()
    if arguments.exchange:
        peer.talk = Talk(peer, [arguments.exchange], MAX_MESSAGE, STREAM_WINDOW)
        exchange(peer.talk, arguments.exchange)
    for _ in range(arguments.pings):
        peer.ping()
    # Not many at once: a busy receiver may keep only the newest Pong, and then its direction would not get that far.
    while arguments.rekey and not (peer.rekeyed["sent"] and peer.rekeyed["received"]):
        peer.ping()
    if arguments.rekey:
        peer.ping()
    if arguments.role == "dial":
        peer.close()
        peer.ended = "Normal"
    else:
        while peer.handle_next() is not None:
            pass
        peer.finish()


def report(peer, error):
    known = peer is not None
    talk = peer.talk if known else None
    return {
        "ok": error is None,
        "error": error,
        "id": peer.id if known else None,
        "remote_id": peer.remote_id if known else None,
        "introduction": peer.introduction if known else None,
        "pings_answered": peer.pings_answered if known else 0,
        "pongs_received": peer.pongs_received if known else 0,
        "rekeyed": peer.rekeyed if known else None,
        "talk": talk and {name: getattr(talk, name) for name in ("messages", "sent", "requests", "cancelled", "credit")},
        "ended": peer.ended if known else None,
    }


def main():
    arguments = parse_arguments()
    if arguments.role == "example":
        print(json.dumps({"frames": [frame.hex() for frame in example()]}), flush=True)
        return 0
    peer = error = None
    try:
        sock, port = connect(arguments)
        with sock:
            peer = Peer(sock, arguments.role == "dial", arguments, port)
            converse(peer, arguments)
    except (Violation, OSError) as caught:
        error = str(caught) or type(caught).__name__
    print(json.dumps(report(peer, error)), flush=True)
    return 0 if error is None else 1


if __name__ == "__main__":
    sys.exit(main())
