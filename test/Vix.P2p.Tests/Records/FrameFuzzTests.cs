using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Records;

namespace Vix.P2p.Tests.Records;

/// <summary>Mutated frames by the million: ok, need more or a typed error, and the same however they are cut.</summary>
internal sealed class FrameFuzzTests
{
    private const int Inputs = 1_000_000;
    private const int Room = 512;

    private static readonly byte[][] Seeds =
    [
        [1, 2, (byte)'{', (byte)'}'],
        [2, 1, 3],
        [3, 8, 1, 2, 3, 4, 5, 6, 7, 8],
        [4, 8, 8, 7, 6, 5, 4, 3, 2, 1],
        [5, 1, 0],
        [128, 0],
        [200, 0x80, 1, .. new byte[128]],
        [255, 0x80, 0x80, 4, 1],
        [1, 0x80, 0x18, 1],
        [6, 4, 0, 1, 2, 3],
        [7, 3, 0, 1, 2],
        [8, 3, 0, 0xAC, 2],
        [9, 4, 0, 0xAC, 2, 1],
        [10, 2, 1, 1],
        [11, 3, 0xAC, 2, 1],
        [12, 5, 1, 64, (byte)'b', (byte)'a', (byte)'d'],
        [13, 1, 1],
        [14, 1, 0],
        [15, 4, 0, 0x80, 0x80, 1],
        [16, 2, 1, 0],
        [17, 0x80, 1, 1, .. new byte[127]],
        [18, 1, 1],
        [19, 2, 1, 0],
        [20, 3, 1, 0xAC, 2],
        [21, 8, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F],
    ];

    [TestCase(20_260_101)]
    public void TryRead_MutatedFrames_NeverThrowsAndDoesNotDependOnTheCuts(int seed)
    {
        Random random = new(seed);
        Dictionary<FrameStatus, int> seen = [];
        byte[] input = new byte[Room];
        int frames = 0;
        for (int i = 0; i < Inputs; i++)
        {
            int length = Mutate(random, input);
            ReadOnlySpan<byte> bytes = input.AsSpan(0, length);
            (FrameStatus Status, ulong Hash, int Frames) whole = Digest(bytes, null);
            (FrameStatus Status, ulong Hash, int Frames) cut = Digest(bytes, random);
            if (whole != cut || !Enum.IsDefined(whole.Status))
                Assert.Fail($"Input {i} of seed {seed}: whole {whole}, cut {cut}: {Convert.ToHexString(bytes)}");
            frames += whole.Frames;
            seen[whole.Status] = seen.GetValueOrDefault(whole.Status) + 1;
        }

        // The run is worth something only where it reaches every verdict.
        seen.Keys.Should().BeEquivalentTo(Enum.GetValues<FrameStatus>().Except([FrameStatus.Ok]));
        seen.Values.Should().OnlyContain(count => count > 1_000);
        frames.Should().BeGreaterThan(Inputs / 2);
    }

    private static int Mutate(Random random, byte[] input)
    {
        int length = 0;
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            byte[] seed = Seeds[random.Next(Seeds.Length)];
            if (length + seed.Length > Room)
                break;
            seed.CopyTo(input, length);
            length += seed.Length;
        }

        for (int i = random.Next(4); i > 0 && length > 0; i--)
        {
            int at = random.Next(length);
            switch (random.Next(6))
            {
                case 0:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    input[at] = (byte)random.Next(256);
                    break;
                case 2:
                    input[at] |= 0x80;
                    break;
                case 3:
                    input[at] = 0;
                    break;
                case 4:
                    length = at;
                    break;
                default:
                    input.AsSpan(at + 1, length - at - 1).CopyTo(input.AsSpan(at));
                    length--;
                    break;
            }
        }

        return length;
    }

    private static (FrameStatus Status, ulong Hash, int Frames) Digest(ReadOnlySpan<byte> bytes, Random? cuts)
    {
        using FrameReader reader = new();
        ulong hash = 14_695_981_039_346_656_037;
        int frames = 0;
        FrameStatus status;
        do
        {
            int take = cuts is null ? bytes.Length : Math.Min(bytes.Length, cuts.Next(1, 12));
            ReadOnlySpan<byte> piece = bytes[..take];
            bytes = bytes[take..];
            while ((status = reader.TryRead(ref piece, out FrameKind kind, out ReadOnlySpan<byte> body)) == FrameStatus.Ok)
            {
                frames++;
                hash = (hash ^ (byte)kind) * 1_099_511_628_211;
                foreach (byte b in body)
                    hash = (hash ^ b) * 1_099_511_628_211;
            }
        }
        while (status == FrameStatus.NeedMore && !bytes.IsEmpty);

        return (status, hash, frames);
    }
}
