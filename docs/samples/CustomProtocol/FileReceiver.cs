using System.Buffers.Binary;
using System.Security.Cryptography;
using Vix.P2p;

namespace CustomProtocol;

/// <summary>Takes files. What has come of one stays when the connection is cut, and its sender goes on from there.</summary>
internal sealed class FileReceiver(string folder, Action<string> log)
{
    private const long MaxFolderBytes = 8L * 1024 * 1024 * 1024;

    private long _promised;

    public async ValueTask HandleAsync(P2pStreamContext context)
    {
        FileOffer? offer = await FileOffer.ReadAsync(context.Stream, context.CancellationToken);
        long length = Math.Clamp(offer?.Length ?? 0, 0, MaxFolderBytes);
        try
        {
            // Peers decide what comes, and this side how much it keeps; an empty file is not free either.
            long kept = new DirectoryInfo(folder).EnumerateFiles().Sum(file => Math.Max(4096, file.Length));
            if (Interlocked.Add(ref _promised, length) + kept >= MaxFolderBytes || offer is null)
                context.Stream.Abort(P2pErrorCode.FirstApplicationCode);
            else
                await ReceiveAsync(context.Stream, offer, context.CancellationToken);
        }
        catch (P2pStreamException e)
        {
            log($"{offer?.SafeName()}: cut ({e.Reason.ToCode()}); what has come is kept");
        }
        finally
        {
            Interlocked.Add(ref _promised, -length);
        }
    }

    private async Task ReceiveAsync(P2pStream stream, FileOffer offer, CancellationToken cancellationToken)
    {
        string target = Path.Combine(folder, offer.SafeName());
        // Of its own sender's: another one could leave a wrong beginning there.
        string part = Path.Combine(folder, $"{offer.Sha256}.{stream.Peer.Id}.part");
        bool right = File.Exists(target);
        if (right)
            await WriteOffsetAsync(stream, offer.Length, cancellationToken);
        else
            right = await CompleteAsync(stream, offer, part, cancellationToken);
        if (!right)
            File.Delete(part);
        else if (!File.Exists(target))
            File.Move(part, target);
        log($"{offer.SafeName()}: {(right ? "arrived whole" : "has another hash and was deleted")}");
        await stream.WriteAsync((byte[])[right ? (byte)1 : (byte)0], cancellationToken);
    }

    // Whoever sends the same file twice at once fails at FileShare.None, and may try again.
    private async Task<bool> CompleteAsync(P2pStream stream, FileOffer offer, string part, CancellationToken cancellationToken)
    {
        await using FileStream file = new(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        long have = Math.Min(file.Length, offer.Length);
        log($"{offer.SafeName()}: begins at byte {have} of {offer.Length}");
        await WriteOffsetAsync(stream, have, cancellationToken);
        file.Position = have;
        byte[] buffer = new byte[64 * 1024];
        while (have < offer.Length)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, offer.Length - have)), cancellationToken);
            if (count == 0)
                throw new EndOfStreamException("The sender ended before the file did.");
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            have += count;
        }

        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == offer.Sha256;
    }

    private static ValueTask WriteOffsetAsync(P2pStream stream, long offset, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, offset);
        return stream.WriteAsync(bytes, cancellationToken);
    }
}
