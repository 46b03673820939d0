using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Vix.P2p.Peers.Queries;

/// <summary>
/// A position as text that means nothing to those who carry it: base64url of a version, of what the query was and of the
/// position. It is no secret, and whoever makes one up only chooses where his own page begins.
/// </summary>
internal sealed class PeerCursor
{
    private const byte Version = 1;
    private const byte IsMissing = 1;
    private const byte HasId = 2;
    private const int BindingLength = 8;
    private const int ShortLength = 2 + BindingLength + 8 + 8;
    private const int LongLength = ShortLength + PeerId.ByteLength;

    private readonly byte[] _binding;

    /// <summary>For the cursors of one filter and one order in one run of the node: places in another mean nothing there.</summary>
    public PeerCursor(string instance, PeerOrder order, PeerFilter filter) =>
        _binding = SHA256.HashData(Encoding.UTF8.GetBytes($"{instance},{order.Name},{filter.Name}"))[..BindingLength];

    public string Write(PeerPosition position)
    {
        Span<byte> bytes = stackalloc byte[LongLength];
        bytes[0] = Version;
        bytes[1] = (byte)((position.Missing ? IsMissing : 0) | (position.Id is null ? 0 : HasId));
        _binding.CopyTo(bytes[2..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(2 + BindingLength)..], position.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes[(10 + BindingLength)..], position.Sequence);
        position.Id?.WriteTo(bytes[ShortLength..]);
        return Base64Url.EncodeToString(position.Id is null ? bytes[..ShortLength] : bytes);
    }

    public bool TryRead(string text, out PeerPosition position)
    {
        position = default;
        Span<byte> bytes = stackalloc byte[LongLength];
        if (Base64Url.DecodeFromChars(text, bytes, out _, out int length) != OperationStatus.Done
            || length != (bytes[1] & HasId) switch { 0 => ShortLength, _ => LongLength }
            || !bytes.Slice(2, BindingLength).SequenceEqual(_binding))
            return false;
        position = new PeerPosition(
            BinaryPrimitives.ReadInt64BigEndian(bytes[(10 + BindingLength)..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[(2 + BindingLength)..]),
            length == LongLength ? new PeerId(bytes[ShortLength..]) : null,
            (bytes[1] & IsMissing) != 0);
        // The decoder lets white space and spare bits pass, and there may be flags and versions that nobody wrote.
        return string.Equals(text, Write(position), StringComparison.Ordinal);
    }
}
