using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace CustomProtocol;

/// <summary>What a sender says first: 8 bytes of length, 32 of hash, and 256 for the name, with zeros behind it.</summary>
internal sealed record FileOffer(string Name, long Length, string Sha256)
{
    private const int HashAt = 8, NameAt = HashAt + 32, Bytes = NameAt + 256;

    public ValueTask WriteAsync(Stream stream)
    {
        byte[] bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Length);
        Convert.FromHexString(Sha256).CopyTo(bytes, HashAt);
        Utf8.FromUtf16(Name, bytes.AsSpan(NameAt), out _, out _); // as much of it as there is room for
        return stream.WriteAsync(bytes);
    }

    public static async Task<FileOffer> ReadAsync(Stream stream)
    {
        byte[] bytes = new byte[Bytes];
        await stream.ReadExactlyAsync(bytes);
        string name = Encoding.UTF8.GetString(bytes.AsSpan(NameAt)).TrimEnd('\0');
        return new FileOffer(name, BinaryPrimitives.ReadInt64BigEndian(bytes), Convert.ToHexStringLower(bytes, HashAt, NameAt - HashAt));
    }

    /// <summary>
    /// A name of our own making: the hash comes first, so no other file, hidden file or device has it, and of the
    /// sender's name only harmless characters of the last part are kept.
    /// </summary>
    public string SafeName()
    {
        string last = Name[(Name.LastIndexOfAny(['/', '\\']) + 1)..];
        return $"{Sha256[..16]}-{string.Concat(last.Take(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))}";
    }
}
