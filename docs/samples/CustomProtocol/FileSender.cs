using System.Buffers.Binary;
using System.Security.Cryptography;
using Vix.P2p;

namespace CustomProtocol;

/// <summary>Sends one file: offer, the receiver's offset, the rest of the bytes, the receiver's verdict.</summary>
internal static class FileSender
{
    public const string Protocol = "file/1";

    public static async Task SendAsync(IP2pNode node, PeerId peer, string path, Action<long, long> progress, int bytesPerSecond = int.MaxValue, CancellationToken cancellationToken = default)
    {
        await using FileStream file = File.OpenRead(path);
        FileOffer offer = new(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)));

        await using P2pStream stream = await node.OpenStreamAsync(peer, Protocol, cancellationToken);
        await offer.WriteAsync(stream, cancellationToken);
        byte[] answer = new byte[8];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        long sent = BinaryPrimitives.ReadInt64BigEndian(answer);
        if (sent < 0 || sent > offer.Length)
            throw new InvalidDataException("The receiver says that it has more than there is.");

        file.Position = sent;
        byte[] buffer = new byte[64 * 1024];
        while (sent < offer.Length && await file.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            // Waits while the receiver is slower than this side: nothing piles up in between.
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            progress(sent += count, offer.Length);
            if (bytesPerSecond < int.MaxValue)
                await Task.Delay(TimeSpan.FromSeconds((double)count / bytesPerSecond), cancellationToken);
        }

        await stream.CompleteWritesAsync(cancellationToken);
        await stream.ReadExactlyAsync(answer.AsMemory(0, 1), cancellationToken);
        if (answer[0] != 1)
            throw new InvalidDataException("What arrived has another hash; the file may have changed meanwhile.");
    }
}
