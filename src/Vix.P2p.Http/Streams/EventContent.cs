using System.Buffers;
using Vix.P2p.Http.Control;

namespace Vix.P2p.Http.Streams;

/// <summary>
/// The node's events for one reader. Every message has the reader's own place as its id, so that one who comes back
/// with it misses nothing and gets nothing twice. The first message is a status; before it, where events are missing,
/// comes the event that says so.
/// </summary>
/// <param name="plane">The control plane.</param>
/// <param name="messages">The events, shared.</param>
/// <param name="statuses">The status, shared.</param>
/// <param name="status">The one to begin with.</param>
/// <param name="place">Where the reader stands.</param>
/// <param name="every">The time between two statuses; infinite for none but the first.</param>
internal sealed class EventContent(ControlPlane plane, EventMessages messages, StatusBoard statuses, StatusData status, EventPlace place, TimeSpan every)
    : IStreamContent<PeerEvent>
{
    public const string MediaType = "text/event-stream";

    private readonly string _instance = plane.Instance;
    private StatusData _status = status;
    private long _statusAt;
    private long _place = place.Revision;
    private bool _isLost = place.IsLost;
    private bool _begun;

    public string ContentType => MediaType;

    public ReadOnlySpan<byte> KeepAlive => ":\n\n"u8;

    public TimeSpan DueIn
    {
        get
        {
            if (every == Timeout.InfiniteTimeSpan)
                return every;
            TimeSpan left = every - plane.Time.GetElapsedTime(_statusAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public IAsyncEnumerable<PeerEvent> Watch(CancellationToken cancellationToken) => plane.Node.WatchAsync(_place, cancellationToken);

    public void Write(IBufferWriter<byte> output, PeerEvent item)
    {
        if (item.Kind == PeerEventKind.Resync)
            _isLost = false;
        else
            Begin(output);
        output.Write(messages.Get(item, _instance));
        _place = item.Revision;
        Begin(output);
    }

    public bool IsNewest(PeerEvent item) => item.Revision >= plane.Node.Revision;

    public void WriteDue(IBufferWriter<byte> output)
    {
        Begin(output);
        if (DueIn == TimeSpan.Zero)
            WriteStatus(output, statuses.Recent());
    }

    public void WriteEnd(IBufferWriter<byte> output)
    {
        // The node has stopped, and the reader is told before the stream ends.
        StatusData last = statuses.Now();
        if (last.State != _status.State)
            WriteStatus(output, last);
    }

    private void Begin(IBufferWriter<byte> output)
    {
        if (_begun)
            return;
        _begun = true;
        if (_isLost)
            output.Write(messages.Get(new PeerEvent(PeerEventKind.Resync, _place, plane.Time.GetUtcNow(), Peer: null, P2pReason.None), _instance));
        WriteStatus(output, _status);
    }

    private void WriteStatus(IBufferWriter<byte> output, StatusData shown)
    {
        EventMessages.WriteHead(output, StatusBoard.StatusType, _instance, _place);
        output.Write(shown.Json);
        output.Write("\n\n"u8);
        _status = shown;
        _statusAt = plane.Time.GetTimestamp();
    }
}
