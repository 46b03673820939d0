using FluentAssertions;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Testing;

/// <summary>
/// A receiver's books by docs/protocol.md, section 5, kept apart from the code: what each protocol's frames cost, and
/// that no frame comes without credit. Puts messages together.
/// </summary>
internal sealed class CreditAccount(int maxMessage)
{
    private readonly Dictionary<byte, long> _left = [];
    private readonly Dictionary<byte, List<byte>> _begun = [];

    /// <summary>What was taken and not given back.</summary>
    public Dictionary<byte, long> Owed { get; } = [];

    /// <summary>Protocols in whose row something was begun and is not whole.</summary>
    public IEnumerable<byte> Begun => _begun.Keys;

    public long Left(byte number) => _left.GetValueOrDefault(number, Math.Min(int.MaxValue, maxMessage + 262_144L));

    public byte[] Give(byte number, int bytes)
    {
        _left[number] = Left(number) + bytes;
        return ChannelBench.Credit(number, bytes);
    }

    /// <summary>Gives back all that is owed.</summary>
    public byte[] GiveBack(byte number)
    {
        int bytes = (int)Owed.GetValueOrDefault(number);
        Owed[number] = 0;
        return Give(number, bytes);
    }

    /// <summary>Takes a frame; the message that it makes whole, or null.</summary>
    public byte[]? Take(RawFrame frame)
    {
        if (frame.Kind is not (FrameKind.Message or FrameKind.MessagePart or FrameKind.Discard))
            return null;
        byte number = frame.Body[0];
        if (frame.Kind == FrameKind.Discard)
        {
            _begun.Remove(number).Should().BeTrue("only what has begun can be discarded");
            return null;
        }

        int cost = Math.Max(64, frame.Body.Length - 1);
        _left[number] = Left(number) - cost;
        _left[number].Should().BeGreaterThanOrEqualTo(0, "nothing is sent without credit");
        Owed[number] = Owed.GetValueOrDefault(number) + cost;
        if (!_begun.TryGetValue(number, out List<byte>? payload))
            _begun[number] = payload = [];
        payload.AddRange(frame.Body.AsSpan(1));
        payload.Count.Should().BeLessThanOrEqualTo(maxMessage);
        if (frame.Kind == FrameKind.MessagePart)
        {
            frame.Body.Length.Should().BeGreaterThan(1, "a part has a payload");
            return null;
        }

        _begun.Remove(number);
        return [.. payload];
    }
}
