namespace Vix.P2p.Records;

/// <summary>
/// The first byte of a frame. Other kinds up to 127 are violations; from <see cref="FirstExtension"/> on a receiver
/// skips what it does not know.
/// </summary>
internal enum FrameKind : byte
{
    Ready = 1,
    Reject = 2,
    Ping = 3,
    Pong = 4,
    Close = 5,
    Message = 6,
    MessagePart = 7,
    Request = 8,
    RequestPart = 9,
    Response = 10,
    ResponsePart = 11,
    Failure = 12,
    Cancel = 13,
    Discard = 14,
    Credit = 15,
    StreamOpen = 16,
    StreamData = 17,
    StreamEnd = 18,
    StreamAbort = 19,
    StreamStop = 20,
    StreamCredit = 21,
    FirstExtension = 128,
    TraceContext = FirstExtension,
}
