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
    FirstExtension = 128,
}
