namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>Counts the units of one way as they pass, of which the length is the one thing that anybody can read.</summary>
internal sealed class ChaosUnits
{
    private const int LengthBytes = 2;

    private int _length;

    /// <summary>Units that have passed whole.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the unit under way that have passed.</summary>
    public int Offset { get; private set; }

    /// <summary>Whether what comes next is at that place, or behind it.</summary>
    public bool HasReached(int unit, ChaosSpot spot) => Count > unit || (Count == unit && spot switch
    {
        ChaosSpot.Boundary => true,
        ChaosSpot.InLength => Offset >= 1,
        ChaosSpot.AfterLength => Offset >= LengthBytes,
        ChaosSpot.Middle => Offset >= LengthBytes && Offset >= LengthBytes + (_length / 2),
        _ => Offset >= LengthBytes && Offset >= LengthBytes + _length - 1,
    });

    /// <summary>Passes bytes up to a place; how many those are.</summary>
    public int PassUntil(ReadOnlySpan<byte> bytes, int unit, ChaosSpot spot)
    {
        var passed = 0;
        while (passed < bytes.Length && !HasReached(unit, spot))
            Pass(bytes[passed++]);
        return passed;
    }

    /// <summary>Passes bytes.</summary>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        foreach (var next in bytes)
            Pass(next);
    }

    private void Pass(byte next)
    {
        if (Offset < LengthBytes)
            _length = (_length << 8) | next;
        Offset++;
        if (Offset < LengthBytes || Offset < LengthBytes + _length)
            return;
        Count++;
        Offset = 0;
        _length = 0;
    }
}
