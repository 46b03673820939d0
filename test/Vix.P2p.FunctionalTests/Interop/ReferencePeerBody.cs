namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Takes the body of a frame apart; what is missing or left over is a violation.</summary>
internal sealed class ReferencePeerBody(ReferencePeerFrame frame)
{
    private int _at;

    public byte Byte() => _at < frame.Body.Length ? frame.Body[_at++] : throw Wrong("is too short");

    public uint Varint()
    {
        uint value = 0;
        for (var i = 0; i < ReferencePeerFrame.MaxLengthBytes; i++)
        {
            var next = Byte();
            value |= (uint)(next & 0x7F) << (7 * i);
            if (next == 0 && i > 0)
            {
                throw Wrong("has a number that is not in its shortest form");
            }

            if (next < 0x80)
            {
                return value;
            }
        }

        throw Wrong("has a number of more than 4 bytes");
    }

    /// <summary>All that is left, at least so much and at most so much of it.</summary>
    public byte[] Rest(int min = 0, int max = int.MaxValue)
    {
        var rest = frame.Body[_at..];
        _at = frame.Body.Length;
        return rest.Length >= min && rest.Length <= max ? rest : throw Wrong($"has {rest.Length} bytes behind its numbers");
    }

    public void End()
    {
        if (_at < frame.Body.Length)
        {
            throw Wrong("has more than its parts");
        }
    }

    private ReferencePeerException Wrong(string what) => new($"A frame of kind {frame.Kind} {what}.");
}
