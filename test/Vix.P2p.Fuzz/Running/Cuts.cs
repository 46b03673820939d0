namespace Vix.P2p.Fuzz.Running;

/// <summary>
/// Where an input is cut into the pieces that it comes in: byte by byte, in two, or in pieces of any size. It is drawn
/// from the input, so that whatever changes the input moves the cuts, and a replay has them again.
/// </summary>
internal struct Cuts
{
    private const int Looked = 24;
    private const int Longest = 64;

    // Behind it single bytes would cost much and show nothing new.
    private const int SingleBytes = 96;

    private readonly uint _style;
    private uint _state;
    private int _pieces;

    public Cuts(ReadOnlySpan<byte> input)
    {
        uint state = 2166136261 ^ (uint)input.Length;
        foreach (byte b in input[..Math.Min(Looked, input.Length)])
            state = (state ^ b) * 16777619;
        foreach (byte b in input[Math.Max(0, input.Length - Looked)..])
            state = (state ^ b) * 16777619;
        _state = state;
        _style = (state >> 13) & 3;
    }

    /// <summary>A number that is the input's own, for what is to be done to some of them only.</summary>
    public readonly uint Lot => _state >> 8;

    /// <summary>The length of the next piece.</summary>
    /// <param name="left">How much is left, at least 1.</param>
    public int Next(int left)
    {
        _state = (_state * 1664525) + 1013904223;
        int any = (int)(_state >> 9);
        switch (_style)
        {
            case 0 when _pieces++ < SingleBytes:
                return 1;
            case 1 when _pieces++ == 0:
                return 1 + (any % left);
            case 1:
                return left;
            default:
                return Math.Min(left, 1 + (any % Longest));
        }
    }
}
