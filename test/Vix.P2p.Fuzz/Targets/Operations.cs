using Vix.P2p.Handshake;

namespace Vix.P2p.Fuzz.Targets;

/// <summary>What someone between two sides can do to a message.</summary>
internal static class Operations
{
    public const int Count = 12;

    /// <param name="operation">Which of them.</param>
    /// <param name="offset">Where, in a message of any length.</param>
    /// <param name="value">What with.</param>
    /// <param name="bytes">The message, of at least one byte.</param>
    /// <param name="said">What was said in this handshake, this message included.</param>
    /// <param name="ofNetwork">The messages of an earlier handshake of any network.</param>
    /// <param name="earlier">The messages of an earlier handshake of this network.</param>
    public static void Apply(int operation, int offset, byte value, List<byte> bytes, List<byte[]> said, Func<int, byte[][]> ofNetwork, byte[][] earlier)
    {
        int at = offset % bytes.Count;
        switch (operation % Count)
        {
            case 0:
                bytes[at] ^= (byte)(1 << (value % 8));
                break;
            case 1:
                bytes[at] = value;
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.Insert(at, value);
                break;
            case 4:
                bytes.RemoveAt(at);
                break;
            case 5:
                bytes.AddRange(bytes.GetRange(0, at));
                break;
            case 6:
                (bytes[at], bytes[value % bytes.Count]) = (bytes[value % bytes.Count], bytes[at]);
                break;
            case 7:
                // One byte more, or more of them than a message of any kind has.
                bytes.AddRange(Enumerable.Repeat(value, value < 128 ? 1 : Introduction.MaxLength + 1));
                MakeLengthRight(bytes);
                break;
            case 8:
                Replace(bytes, said[value % said.Count]);
                break;
            case 9:
                Replace(bytes, earlier[value % earlier.Length]);
                break;
            case 10:
                byte[][] other = ofNetwork(value);
                Replace(bytes, other[offset % other.Length]);
                break;
            default:
                // The ephemeral key of another message, in a frame of this one.
                int from = value % said.Count;
                for (int i = 0, to = EphemeralOf(said.Count - 1); i < P256Point.Length && to + i < bytes.Count && from < 2; i++)
                    bytes[to + i] = said[from][EphemeralOf(from) + i];
                break;
        }
    }

    private static int EphemeralOf(int message) => HandshakeFrame.PrefixLength + 1 + (message == 0 ? HelloHeader.Length : 0);

    // So that a change reaches what lies behind the length.
    private static void MakeLengthRight(List<byte> bytes)
    {
        if (bytes.Count > 2)
            (bytes[0], bytes[1]) = ((byte)((bytes.Count - 2) >> 8), (byte)(bytes.Count - 2));
    }

    private static void Replace(List<byte> bytes, byte[] message)
    {
        bytes.Clear();
        bytes.AddRange(message);
    }
}
