using System.Buffers;
using System.IO.Pipelines;
using Vix.P2p.Handshake;

namespace Vix.P2p.Connections;

/// <summary>Reads one handshake message from a pipe: no byte more is waited for than its kind allows.</summary>
internal static class HandshakeReader
{
    /// <summary>The frame with its length prefix; empty when the pipe ended first or the frame is at fault.</summary>
    public static async ValueTask<(HandshakeFault Fault, byte[] Frame)> ReadAsync(
        PipeReader input,
        HandshakeKind kind,
        bool networkKey,
        int memoryLimit,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            HandshakeFault fault = HandshakeFrame.TryReadLength(buffer, kind, networkKey, out int total);
            // A transport whose buffer grows by itself must not keep more of a stranger's bytes than this.
            if (buffer.Length > memoryLimit)
                fault = HandshakeFault.TooManyBytes;
            if (fault != HandshakeFault.None)
            {
                input.AdvanceTo(buffer.End);
                return (fault, []);
            }

            if (total > 0 && buffer.Length >= total)
            {
                byte[] frame = buffer.Slice(0, total).ToArray();
                input.AdvanceTo(buffer.GetPosition(total));
                return (HandshakeFault.None, frame);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return (HandshakeFault.None, []);
        }
    }
}
