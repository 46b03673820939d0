using System.Text.Json;
using Vix.P2p.Contracts;
using Vix.P2p.Http.Control;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Streams;

/// <summary>The status for all streams: made at most four times a second, however many of them show it.</summary>
internal sealed class StatusBoard(ControlPlane plane)
{
    /// <summary>The type of the events that carry it.</summary>
    public const string StatusType = "status";

    /// <summary>Below half of the shortest time between two of one stream, which so never shows the same one twice.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(240);

    private StatusData? _last;

    /// <summary>A status of a moment ago.</summary>
    public StatusData Recent() => Volatile.Read(ref _last) is { } last && plane.Time.GetElapsedTime(last.MadeAt) < MaxAge ? last : Now();

    /// <summary>The status of this moment.</summary>
    public StatusData Now()
    {
        long madeAt = plane.Time.GetTimestamp();
        NodeStatus status = plane.Node.GetStatus();
        P2pEvent data = new()
        {
            Type = StatusType,
            Revision = status.Revision,
            At = Snapshots.Instant(plane.Time.GetUtcNow()),
            Status = Snapshots.Status(status),
        };
        StatusData made = new(status.Revision, status.State, JsonSerializer.SerializeToUtf8Bytes(data, ControlJson.Event), madeAt);
        Volatile.Write(ref _last, made);
        return made;
    }
}
