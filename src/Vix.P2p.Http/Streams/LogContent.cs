using System.Buffers;
using Microsoft.Extensions.Logging;
using Vix.P2p.Http.Control;

namespace Vix.P2p.Http.Streams;

/// <summary>The node's log lines for one reader that follows them.</summary>
/// <param name="plane">The control plane.</param>
/// <param name="after">The number of the line to go on after.</param>
/// <param name="level">The lowest level that is sent.</param>
/// <param name="format">The form of a line.</param>
internal sealed class LogContent(ControlPlane plane, long after, LogLevel level, LogFormat format) : IStreamContent<NodeLogLine>
{
    public string ContentType => format.ContentType;

    public ReadOnlySpan<byte> KeepAlive => "\n"u8;

    public TimeSpan DueIn => Timeout.InfiniteTimeSpan;

    public IAsyncEnumerable<NodeLogLine> Watch(CancellationToken cancellationToken) => plane.Node.WatchLogAsync(after, cancellationToken);

    public void Write(IBufferWriter<byte> output, NodeLogLine item)
    {
        if (item.Level >= level)
            format.Write(output, item);
    }

    public bool IsNewest(NodeLogLine item) => false;

    public void WriteDue(IBufferWriter<byte> output)
    {
    }

    public void WriteEnd(IBufferWriter<byte> output)
    {
    }
}
