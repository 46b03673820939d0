using Vix.P2p;

namespace OfflineSync;

/// <summary>
/// What has been delivered. The message and its sender's cursor are one line of one file, so there is never the one
/// without the other, and a message that comes again is known.
/// </summary>
internal sealed class Inbox : IDisposable
{
    public const int MaxBatch = 10;
    private const long MaxBytes = 64L * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _cursors = [];
    private readonly Journal<Received> _journal;

    public Inbox(string path) => _journal = new Journal<Received>(path, SyncJson.Default.Received, line => _cursors[line.Peer] = line.Id);

    /// <summary>Applies what is new of a batch and says how far that sender has got.</summary>
    public long Apply(PeerId peer, List<Entry?> batch)
    {
        if (batch.Count > MaxBatch || batch.Any(entry => entry?.IsSound() != true))
            throw new P2pRemoteException(P2pErrorCode.FirstApplicationCode, "a batch that is not allowed");
        // Several peers may be heard at the same time.
        lock (_gate)
        {
            long cursor = _cursors.GetValueOrDefault(peer.ToString());
            List<Received> fresh = [];
            foreach (Entry entry in batch.OfType<Entry>().Where(entry => entry.Id > cursor))
            {
                fresh.Add(new Received(peer.ToString(), entry.Id, entry.Text!));
                cursor = entry.Id;
            }

            if (fresh.Count > 0)
            {
                if (_journal.Length > MaxBytes)
                    throw new P2pRemoteException(P2pErrorCode.FirstApplicationCode + 1, "the inbox is full");
                _journal.Append(fresh);
                _cursors[peer.ToString()] = cursor;
                Console.WriteLine($"received up to {cursor}: {fresh[^1].Text}");
            }

            return cursor;
        }
    }

    public void Dispose() => _journal.Dispose();
}
