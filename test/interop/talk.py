"""Section 5 of the protocol page: messages, requests and streams, written from that page alone.

One thread, no queue: whoever needs credit or an answer takes frames until it has come. The other side is held to every
rule; what it may not send ends the talk with a Violation.
"""

import hashlib
import os

(MESSAGE, MESSAGE_PART, REQUEST, REQUEST_PART, RESPONSE, RESPONSE_PART, FAILURE, CANCEL, DISCARD, CREDIT,
 STREAM_OPEN, STREAM_DATA, STREAM_END, STREAM_ABORT, STREAM_STOP, STREAM_CREDIT) = range(6, 22)

CANCELLED = 2
FIRST_APPLICATION_CODE = 64
MAX_CREDIT = 2**31 - 1
CREDIT_BEYOND = 262_144
LEAST_COST = 64
PIECE = 16_384


class Violation(Exception):
    """The other side broke a rule, or ended the conversation early."""


# --- frames ------------------------------------------------------------------------------------------------------------


def varint(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


class Body:
    """Takes the body of a frame apart."""

    def __init__(self, kind, data):
        self._kind, self._data = kind, data

    def byte(self):
        if not self._data:
            raise Violation(f"a frame of kind {self._kind} is too short")
        first, self._data = self._data[0], self._data[1:]
        return first

    def varint(self):
        value = 0
        for i in range(4):
            byte = self.byte()
            value |= (byte & 0x7F) << 7 * i
            if byte < 0x80:
                if byte == 0 and i > 0:
                    break
                return value
        raise Violation(f"a number in a frame of kind {self._kind} is not allowed")

    def rest(self, least=0, most=2**31):
        if not least <= len(self._data) <= most:
            raise Violation(f"a frame of kind {self._kind} has {len(self._data)} bytes behind its numbers")
        rest, self._data = self._data, b""
        return rest

    def end(self):
        if self._data:
            raise Violation(f"a frame of kind {self._kind} has more than its parts")


def pieces(payload, cuts):
    """The payload in pieces of these sizes, over and over, each with whether it is the last; one for nothing."""
    at = i = 0
    while at < len(payload) or i == 0:
        size = cuts[i % len(cuts)]
        yield payload[at:at + size], at + size >= len(payload)
        at += size
        i += 1


# --- accounts ----------------------------------------------------------------------------------------------------------


class Credit:
    """The credit of one protocol or stream in one direction, as both ends of it count."""

    def __init__(self, initial):
        self.initial = self.available = initial
        self.given = self.owed = 0

    def spend(self, cost):
        if cost > self.available:
            raise Violation(f"{cost} bytes are sent with credit for {self.available}")
        self.available -= cost

    def give(self, count):
        self.available += count
        self.given += count
        if self.available > MAX_CREDIT:
            raise Violation(f"credit up to {self.available} is given")


class Lane:
    """What comes under one protocol: its credit, and the payload that is not whole yet."""

    def __init__(self, name, max_message):
        self.name, self._max = name, max_message
        self.credit = Credit(min(MAX_CREDIT, max_message + CREDIT_BEYOND))
        self._reset()

    def _reset(self):
        self.begun, self.request, self._payload, self._cost = False, None, bytearray(), 0

    def take(self, request, piece, last):
        """The whole payload and what it has cost, with its last piece."""
        if self.begun and self.request != request:
            raise Violation(f"{self.name} mixes the pieces of {self.request} and {request}")
        cost = max(LEAST_COST, len(piece))
        self.credit.spend(cost)
        self.begun, self.request = True, request
        self._payload += piece
        self._cost += cost
        if len(self._payload) > self._max:
            raise Violation(f"{self.name} gets {len(self._payload)} bytes")
        if not last:
            return None
        whole = bytes(self._payload), self._cost
        self._reset()
        return whole

    def discard(self):
        if not self.begun:
            raise Violation(f"{self.name} has nothing to discard")
        request, cost = self.request, self._cost
        self._reset()
        return request, cost


class Stream:
    """One stream. Those of the other side are echoed; what comes on our own is kept."""

    def __init__(self, number, ours, their_window, own_window):
        self.number, self.ours = number, ours
        self.outgoing, self.incoming = Credit(their_window), Credit(own_window)
        self.received, self.to_echo = bytearray(), bytearray()
        self.sent_end = self.received_end = self.aborted = False
        self.stop_code = self.abort_code = None

    @property
    def closed(self):
        return self.aborted or self.abort_code is not None or (self.sent_end and self.received_end)


# --- the talk ----------------------------------------------------------------------------------------------------------


class Talk:
    """Sends what it is told to. Of the other side it keeps messages by size and hash, and echoes requests and streams.

    A request that begins with `hold` is answered after the next one, `wait` when it is cancelled, and `fail:` and a text
    get that text; `done` says that the other side has said everything, and is answered when this one has.
    """

    def __init__(self, peer, protocols, max_message, window):
        self._peer = peer
        self._max, self._window = max_message, window
        self._theirs = peer.introduction.get("protocols", [])
        self._their_max = peer.introduction.get("max_message", 1_048_576)
        self._their_window = peer.introduction.get("stream_window", 262_144)
        self._lanes = [Lane(name, max_message) for name in protocols]
        self._ways = [Credit(min(MAX_CREDIT, self._their_max + CREDIT_BEYOND)) for _ in self._theirs]
        self._calls, self._answers, self._next_request = {}, {}, 0
        self._serving, self._held, self._waiting = set(), [], set()
        self._streams = {}
        self._next_stream, self._next_their_stream = (1, 2) if peer.is_initiator else (2, 1)
        self.messages, self.sent, self.requests, self.cancelled = [], [], 0, 0
        self._done = None

    @property
    def credit(self):
        return {
            "sent": sum(way.given for way in self._ways),
            "received": sum(lane.credit.given for lane in self._lanes),
        }

    # Out

    def send_message(self, name, payload, *cuts):
        number = self._theirs.index(name)
        for piece, last in pieces(payload, cuts):
            self._spend(self._ways[number], max(LEAST_COST, len(piece)))
            self._peer.send_frame(MESSAGE if last else MESSAGE_PART, bytes([number]) + piece)
        self.sent.append(describe(payload))

    def discard_message(self, name, piece):
        number = self._theirs.index(name)
        self._spend(self._ways[number], max(LEAST_COST, len(piece)))
        self._peer.send_frame(MESSAGE_PART, bytes([number]) + piece)
        self._peer.send_frame(DISCARD, bytes([number]))

    def begin_request(self, name, payload, *cuts):
        number, request = self._theirs.index(name), self._next_request
        self._next_request += 1
        self._calls[request] = bytearray()
        for piece, last in pieces(payload, cuts):
            self._spend(self._ways[number], max(LEAST_COST, len(piece)))
            self._peer.send_frame(REQUEST if last else REQUEST_PART, bytes([number]) + varint(request) + piece)
        return request

    def cancel(self, request):
        self._peer.send_frame(CANCEL, varint(request))

    def answer(self, request):
        """The response, or the failure as code and text."""
        self._pump(lambda: request in self._answers)
        return self._answers.pop(request)

    def open_stream(self, name):
        stream = Stream(self._next_stream, True, self._their_window, self._window)
        self._next_stream += 2
        self._streams[stream.number] = stream
        self._peer.send_frame(STREAM_OPEN, varint(stream.number) + bytes([self._theirs.index(name)]))
        return stream

    def write(self, stream, data, *cuts):
        """Whether all of it was sent: the other side may stop or abort meanwhile."""
        for piece, _ in pieces(data, cuts):
            while piece:
                self._pump(lambda: stream.closed or stream.stop_code is not None or stream.outgoing.available)
                if stream.closed or stream.stop_code is not None:
                    return False
                part, piece = piece[:stream.outgoing.available], piece[stream.outgoing.available:]
                stream.outgoing.spend(len(part))
                self._peer.send_frame(STREAM_DATA, varint(stream.number) + part)
        return True

    def end(self, stream):
        stream.sent_end = True
        self._peer.send_frame(STREAM_END, varint(stream.number))

    def stop(self, stream, code):
        self._peer.send_frame(STREAM_STOP, varint(stream.number) + varint(code))

    def abort(self, stream, code):
        stream.aborted = True
        self._peer.send_frame(STREAM_ABORT, varint(stream.number) + varint(code))

    def until_done(self):
        self._pump(lambda: self._done is not None)
        self._respond([(self._done, b"done")])

    def until_closed(self, stream):
        self._pump(lambda: stream.closed)

    def until_ended(self, stream):
        self._pump(lambda: stream.received_end or stream.closed)

    def _spend(self, credit, cost):
        self._pump(lambda: credit.available >= cost)
        credit.spend(cost)

    def _pump(self, holds):
        while not holds():
            if self._peer.handle_next() is None:
                raise Violation(f"closed ({self._peer.ended}) in the middle of the talk")

    # In

    def take(self, kind, data):
        body = Body(kind, data)
        if kind in (MESSAGE, MESSAGE_PART):
            self._take_piece(self._lane(body.byte()), None, body, kind == MESSAGE)
        elif kind in (REQUEST, REQUEST_PART):
            self._take_piece(self._lane(body.byte()), body.varint(), body, kind == REQUEST)
        elif kind in (RESPONSE, RESPONSE_PART):
            self._take_response(body.varint(), body, kind == RESPONSE)
        elif kind == FAILURE:
            request = body.varint()
            self._call(request)
            del self._calls[request]
            self._answers[request] = body.varint(), body.rest(most=256).decode("utf-8", "replace")
        elif kind == CANCEL:
            self._take_cancel(body.varint())
        elif kind == DISCARD:
            number = body.byte()
            request, cost = self._lane(number).discard()
            self._serving.discard(request)
            self._repay(number, cost)
        elif kind == CREDIT:
            self._way(body.byte()).give(body.varint())
        elif kind == STREAM_OPEN:
            self._take_open(body.varint(), body.byte())
        else:
            self._take_stream(kind, body.varint(), body)
        body.end()

    def _lane(self, number):
        if number >= len(self._lanes):
            raise Violation(f"this side has no protocol {number}")
        return self._lanes[number]

    def _way(self, number):
        if number >= len(self._ways):
            raise Violation(f"the other side has no protocol {number}")
        return self._ways[number]

    def _repay(self, number, cost):
        # As soon as it is owed: the least that a side may hold back.
        self._lanes[number].credit.give(cost)
        self._peer.send_frame(CREDIT, bytes([number]) + varint(cost))

    def _take_piece(self, lane, request, body, last):
        if not lane.begun and request is not None:
            if request in self._serving:
                raise Violation(f"request {request} is in flight")
            self._serving.add(request)
        whole = lane.take(request, body.rest(least=0 if last else 1), last)
        if whole is None:
            return
        payload, cost = whole
        self._repay(self._lanes.index(lane), cost)
        if request is None:
            self.messages.append(describe(payload))
        else:
            self.requests += 1
            self._serve(request, payload)

    def _serve(self, request, payload):
        if payload.startswith(b"hold"):
            self._held.append((request, payload))
        elif payload.startswith(b"wait"):
            self._waiting.add(request)
        elif payload.startswith(b"fail:"):
            self._fail(request, FIRST_APPLICATION_CODE, payload[5:])
        elif payload == b"done":
            self._done = request
        else:
            # The newest first.
            answers = [(request, payload)] + self._held[::-1]
            self._held = []
            self._respond(answers)

    def _respond(self, answers):
        """A piece of each in turn."""
        unsent = [(number, list(pieces(payload, (PIECE,)))) for number, payload in answers]
        while unsent:
            for number, rest in unsent:
                piece, last = rest.pop(0)
                if last:
                    self._serving.remove(number)
                self._peer.send_frame(RESPONSE if last else RESPONSE_PART, varint(number) + piece)
            unsent = [one for one in unsent if one[1]]

    def _fail(self, request, code, text):
        self._serving.remove(request)
        self._peer.send_frame(FAILURE, varint(request) + varint(code) + text)

    def _take_cancel(self, request):
        self.cancelled += 1
        if request in self._waiting:
            self._waiting.remove(request)
            self._fail(request, CANCELLED, b"")

    def _call(self, request):
        if request not in self._calls:
            raise Violation(f"request {request} is not in flight")
        return self._calls[request]

    def _take_response(self, request, body, last):
        response = self._call(request)
        response += body.rest(least=0 if last else 1)
        if len(response) > self._max:
            raise Violation(f"the response to {request} has {len(response)} bytes")
        if last:
            del self._calls[request]
            self._answers[request] = bytes(response)

    def _take_open(self, number, protocol):
        if number != self._next_their_stream:
            raise Violation(f"stream {number} is opened in place of {self._next_their_stream}")
        self._lane(protocol)
        self._next_their_stream += 2
        self._streams[number] = Stream(number, False, self._their_window, self._window)

    def _take_stream(self, kind, number, body):
        stream = self._streams.get(number)
        if stream is None:
            raise Violation(f"a frame of kind {kind} for stream {number}, which was not opened")
        if stream.closed:
            body.rest()
        elif kind == STREAM_DATA:
            self._take_data(stream, body.rest(least=1))
        elif kind == STREAM_END:
            if stream.received_end:
                raise Violation(f"stream {number} ends twice")
            stream.received_end = True
        elif kind == STREAM_ABORT:
            stream.abort_code = body.varint()
        elif kind == STREAM_STOP:
            stream.stop_code = body.varint()
        else:
            stream.outgoing.give(body.varint())
        if not stream.ours and not stream.closed:
            self._echo(stream)

    def _take_data(self, stream, data):
        if stream.received_end:
            raise Violation(f"stream {stream.number} goes on after its end")
        stream.incoming.spend(len(data))
        if stream.ours:
            stream.received += data
            self._repay_stream(stream, len(data))
        else:
            stream.to_echo += data

    def _repay_stream(self, stream, count):
        stream.incoming.give(count)
        self._peer.send_frame(STREAM_CREDIT, varint(stream.number) + varint(count))

    # What cannot be sent back yet is not paid for either, so that no more of it comes than a window.
    def _echo(self, stream):
        if stream.stop_code is not None:
            stream.to_echo.clear()
        while stream.to_echo and stream.outgoing.available:
            piece = bytes(stream.to_echo[:min(PIECE, stream.outgoing.available)])
            del stream.to_echo[:len(piece)]
            stream.outgoing.spend(len(piece))
            self._peer.send_frame(STREAM_DATA, varint(stream.number) + piece)
            if not stream.received_end:
                self._repay_stream(stream, len(piece))
        if (stream.received_end or stream.stop_code is not None) and not stream.to_echo and not stream.sent_end:
            self.end(stream)


def describe(payload):
    return {"size": len(payload), "sha256": hashlib.sha256(payload).hexdigest()}


# --- what the tests let it say -----------------------------------------------------------------------------------------


def exchange(talk, name):
    """Everything of section 5, several times the credit there is at the start, with one that echoes as this side does."""
    def check(holds, what):
        if not holds:
            raise Violation(f"{what} is not as it was sent")

    for cuts in ((60_000,), (1, 7, 4_093, PIECE, 333), (63, 64, 65, 65_000)):
        for size in (0, 1, 64, PIECE, 65_536, 1_048_576):
            talk.send_message(name, os.urandom(size), *cuts)
    talk.discard_message(name, b"never mind")
    talk.send_message(name, b"after it", 3)

    for size in (0, 1, 64, PIECE, 65_536, 1_048_576):
        payload = os.urandom(size)
        check(talk.answer(talk.begin_request(name, payload, 9_999, 1)) == payload, f"the response of {size} bytes")
    in_flight = [(payload, talk.begin_request(name, payload, 1_000)) for payload in map(os.urandom, range(0, 20_000, 200))]
    for payload, request in reversed(in_flight):
        check(talk.answer(request) == payload, f"the response to {request}")
    check(talk.answer(talk.begin_request(name, b"fail:not today", PIECE)) == (FIRST_APPLICATION_CODE, "not today"), "the failure")
    waiting = talk.begin_request(name, b"wait", PIECE)
    talk.cancel(waiting)
    check(talk.answer(waiting)[0] == CANCELLED, "the cancelled request's failure")
    talk.cancel(waiting)

    data = os.urandom(2_000_000)
    stream = talk.open_stream(name)
    check(talk.write(stream, data, 1, PIECE, 65_000), "a stream")
    talk.end(stream)
    talk.until_closed(stream)
    check(bytes(stream.received) == data, "the echo of a stream")
    stopped = talk.open_stream(name)
    talk.write(stopped, data[:1_000], 100)
    talk.stop(stopped, FIRST_APPLICATION_CODE)
    talk.until_ended(stopped)
    talk.end(stopped)
    aborted = talk.open_stream(name)
    talk.write(aborted, data[:1_000], 100)
    talk.abort(aborted, FIRST_APPLICATION_CODE)
    talk.until_done()


def example():
    """The frames of section 6, in its order."""
    def frame(kind, *parts):
        body = b"".join(part if isinstance(part, bytes) else varint(part) for part in parts)
        return bytes([kind]) + varint(len(body)) + body

    chat, kv, sync = b"\0", b"\1", b"\2"
    return [
        frame(MESSAGE, chat, b"hello"),
        frame(REQUEST, kv, 0, b"answer?"),
        frame(RESPONSE, 0, b"42"),
        frame(REQUEST, kv, 0, b"question?"),
        frame(FAILURE, 0, FIRST_APPLICATION_CODE, b"not known"),
        frame(STREAM_OPEN, 1, sync),
        frame(STREAM_DATA, 1, b"data"),
        frame(STREAM_END, 1),
        frame(STREAM_END, 1),
        frame(CREDIT, chat, 131_072),
    ]
