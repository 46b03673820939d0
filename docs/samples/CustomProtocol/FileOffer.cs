using System.Buffers.Binary;
using System.Text.Json;

namespace CustomProtocol;

/// <summary>What a sender says first, as JSON behind its length: the file's name, length and hash.</summary>
internal sealed record FileOffer(string Name, long Length, string Sha256)
{
    private const int MaxBytes = 4096;

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this, FileJson.Default.FileOffer);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, json.Length);
        await stream.WriteAsync((byte[])[.. length, .. json], cancellationToken);
    }

    /// <summary>Reads an offer; null for one that nobody honest makes.</summary>
    public static async Task<FileOffer?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken);
        if (BinaryPrimitives.ReadInt32BigEndian(length) is not (> 0 and <= MaxBytes and var size))
            return null;
        byte[] json = new byte[size];
        await stream.ReadExactlyAsync(json, cancellationToken);
        FileOffer? offer = JsonSerializer.Deserialize(json, FileJson.Default.FileOffer);
        return offer is { Length: >= 0, Sha256.Length: 64 } && offer.Sha256.All(char.IsAsciiHexDigitLower) ? offer : null;
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
