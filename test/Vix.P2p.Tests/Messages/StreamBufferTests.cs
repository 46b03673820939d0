using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Messages;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

internal sealed class StreamBufferTests
{
    [Test]
    public void Take_WhateverTheSizes_GivesTheBytesInTheirOrderAndTheArraysBack([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var pool = new CountingPool();
        var buffer = new StreamBuffer(pool);
        Queue<byte> model = [];
        byte next = 0;

        for (int step = 0; step < 500; step++)
        {
            if (random.Next(2) == 0)
            {
                byte[] bytes = new byte[random.Next(random.Next(4) == 0 ? 70_000 : 300)];
                for (int i = 0; i < bytes.Length; i++)
                    model.Enqueue(bytes[i] = next++);
                buffer.Append(bytes);
            }
            else
            {
                byte[] bytes = new byte[random.Next(random.Next(4) == 0 ? 70_000 : 300)];
                int taken = buffer.Take(bytes);
                taken.Should().BeGreaterThanOrEqualTo(Math.Min(1, Math.Min(bytes.Length, model.Count)));
                foreach (byte one in bytes.AsSpan(0, taken))
                    one.Should().Be(model.Dequeue());
            }

            buffer.Length.Should().Be(model.Count);
            pool.Bytes.Should().BeLessThan((2 * model.Count) + (2 * 65_536), "it holds about as much as is in it");
            if (model.Count == 0)
                pool.Count.Should().Be(0);
        }

        buffer.Clear().Should().Be(model.Count);
        pool.Count.Should().Be(0);
    }

    [Test]
    public void Append_OfSmallPieces_GathersThem()
    {
        var pool = new CountingPool();
        var buffer = new StreamBuffer(pool);

        for (int i = 0; i < 64 * 1024; i++)
            buffer.Append([1]);

        pool.Count.Should().BeLessThan(16);
        pool.Bytes.Should().BeLessThan(2 * 64 * 1024);
        buffer.Clear();
    }

    [Test]
    public void Append_OfOneByte_HoldsLittle()
    {
        var pool = new CountingPool();
        var buffer = new StreamBuffer(pool);

        buffer.Append([1]);

        pool.Bytes.Should().Be(256);
        buffer.Clear();
    }
}
