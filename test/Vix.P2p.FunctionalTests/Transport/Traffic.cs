using System.Buffers;
using System.IO.Pipelines;
using FluentAssertions;

namespace Vix.P2p.FunctionalTests.Transport;

/// <summary>A stream whose byte at each place is known, written and checked in pieces of any size.</summary>
internal static class Traffic
{
    public static byte At(long place) => (byte)(place ^ (place >> 8) ^ (place >> 16));

    public static void Fill(Span<byte> bytes, long place)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = At(place + i);
    }

    public static async Task WriteAsync(PipeWriter output, long total, Func<int> size, CancellationToken token)
    {
        for (long place = 0; place < total;)
        {
            int length = (int)Math.Min(size(), total - place);
            Fill(output.GetSpan(length)[..length], place);
            output.Advance(length);
            place += length;
            (await output.FlushAsync(token)).IsCompleted.Should().BeFalse();
        }
    }

    public static async Task ReadAsync(PipeReader input, long total, CancellationToken token, long place = 0)
    {
        for (long end = place + total; place < end;)
        {
            ReadResult result = await input.ReadAsync(token);
            result.Buffer.IsSingleSegment.Should().BeTrue();
            foreach (byte b in result.Buffer.FirstSpan)
            {
                if (b != At(place))
                    throw new InvalidDataException($"The byte at {place} is {b:x2}.");
                place++;
            }

            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted && place < end)
                throw new EndOfStreamException($"The stream ended at {place} of {end}.");
        }
    }

    public static async Task<byte[]> TakeAsync(PipeReader input, int count, CancellationToken token)
    {
        ReadResult result = await input.ReadAtLeastAsync(count, token);
        byte[] taken = result.Buffer.Slice(0, count).ToArray();
        input.AdvanceTo(result.Buffer.GetPosition(count));
        return taken;
    }
}
