using System.Buffers.Binary;
using System.Security.Cryptography;
using Vix.P2p;

namespace CustomProtocol;

/// <summary>Both sides: offer, the receiver's offset, the rest of the bytes, the receiver's verdict.</summary>
internal sealed class FileTransfer(string folder)
{
    public const string Protocol = "file/1";
    private const long MaxFileBytes = 1024 * 1024 * 1024;
    private const int MaxFiles = 64, PieceBytes = 64 * 1024;

    /// <param name="progress">Told every ten per cent, and awaited.</param>
    public static async Task SendAsync(IP2pNode node, PeerId peer, string path, Func<long, Task> progress)
    {
        await using FileStream file = File.OpenRead(path);
        FileOffer offer = new(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file)));
        await using P2pStream stream = await node.OpenStreamAsync(peer, Protocol);
        await offer.WriteAsync(stream);
        byte[] answer = new byte[8], buffer = new byte[PieceBytes];
        await stream.ReadExactlyAsync(answer);
        file.Position = BinaryPrimitives.ReadInt64BigEndian(answer); // whoever says more than there is gets nothing
        long tenths = -1;
        while (file.Position < offer.Length && await file.ReadAsync(buffer) is > 0 and var count)
        {
            // Waits while the receiver is slower than this side: nothing piles up in between.
            await stream.WriteAsync(buffer.AsMemory(0, count));
            if (tenths < (tenths = file.Position * 10 / offer.Length))
            {
                Console.WriteLine($"{tenths * 10} %");
                await progress(tenths * 10);
            }
        }

        await stream.CompleteWritesAsync();
        await stream.ReadExactlyAsync(answer.AsMemory(0, 1));
        if (answer[0] != 1)
            throw new InvalidDataException("What arrived has another hash; the file may have changed meanwhile.");
    }

    /// <summary>Takes a file. What has come of it stays when the connection is cut, and its sender goes on from there.</summary>
    public async ValueTask HandleAsync(P2pStreamContext context)
    {
        FileOffer offer = await FileOffer.ReadAsync(context.Stream);
        // Peers decide what comes, and this side how much it keeps.
        if (offer.Length is < 0 or > MaxFileBytes || Directory.EnumerateFiles(folder).Count() >= MaxFiles)
            context.Stream.Abort(P2pErrorCode.FirstApplicationCode);
        else
            await ReceiveAsync(context.Stream, offer);
    }

    private async Task ReceiveAsync(P2pStream stream, FileOffer offer)
    {
        string target = Path.Combine(folder, offer.SafeName());
        // Of its own sender's: another one could leave a wrong beginning there. Whoever sends the same file twice at once
        // fails at FileShare.None, and may try again.
        string part = Path.Combine(folder, $"{offer.Sha256}.{stream.Peer.Id}.part");
        bool known = File.Exists(target), right;
        await using (FileStream file = known ? File.OpenRead(target) : new(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            file.Position = known ? offer.Length : Math.Min(file.Length, offer.Length);
            Console.WriteLine($"{offer.SafeName()}: begins at byte {file.Position} of {offer.Length}");
            byte[] buffer = new byte[PieceBytes];
            BinaryPrimitives.WriteInt64BigEndian(buffer, file.Position);
            await stream.WriteAsync(buffer.AsMemory(0, 8));
            while (file.Position < offer.Length)
            {
                // No more than was offered. A sender that is faster than the disk waits.
                Memory<byte> piece = buffer.AsMemory(0, (int)Math.Min(PieceBytes, offer.Length - file.Position));
                await stream.ReadExactlyAsync(piece);
                await file.WriteAsync(piece);
            }

            file.Position = 0;
            right = known || Convert.ToHexStringLower(await SHA256.HashDataAsync(file)) == offer.Sha256;
        }

        if (!right)
            File.Delete(part);
        else if (!known)
            File.Move(part, target, overwrite: true);
        Console.WriteLine($"{offer.SafeName()}: {(right ? "arrived whole" : "has another hash and was deleted")}");
        await stream.WriteAsync((byte[])[right ? (byte)1 : (byte)0]);
    }
}
