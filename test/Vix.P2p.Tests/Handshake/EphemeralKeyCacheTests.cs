using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Handshake;

namespace Vix.P2p.Tests.Handshake;

internal sealed class EphemeralKeyCacheTests
{
    [Test]
    public void TryAdd_OfAKnownKey_IsFalse()
    {
        EphemeralKeyCache cache = new(3);

        cache.TryAdd(Key(1)).Should().BeTrue();
        cache.TryAdd(Key(2)).Should().BeTrue();
        cache.TryAdd(Key(1)).Should().BeFalse();
        cache.TryAdd(Key(2)).Should().BeFalse();
    }

    [Test]
    public void TryAdd_PastTheCapacity_ForgetsTheOldestOnly()
    {
        EphemeralKeyCache cache = new(3);
        foreach (int i in new[] { 1, 2, 3, 4 })
            cache.TryAdd(Key(i)).Should().BeTrue();

        foreach (int i in new[] { 2, 3, 4 })
            cache.TryAdd(Key(i)).Should().BeFalse("key {0} is among the last three, and being asked for moved none", i);
        cache.TryAdd(Key(1)).Should().BeTrue();
        cache.TryAdd(Key(2)).Should().BeTrue("it was the oldest when 1 came back");
    }

    [Test]
    public void TryAdd_WithoutCapacity_FindsNone()
    {
        EphemeralKeyCache cache = new(0);

        cache.TryAdd(Key(1)).Should().BeTrue();
        cache.TryAdd(Key(1)).Should().BeTrue();
    }

    [Test]
    public void TryAdd_OfManyKeys_KeepsItsSize()
    {
        EphemeralKeyCache cache = new(64);
        for (int i = 0; i < 1000; i++)
            cache.TryAdd(Key(i));
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 1000; i < 11_000; i++)
            cache.TryAdd(Key(i));

        // The keys themselves are the test's: 96 bytes each with their header.
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(10_000 * 100);
    }

    [Test]
    public void TryAdd_OfOneKeyByManyThreads_IsTrueOnce()
    {
        EphemeralKeyCache cache = new(1000);
        int[] added = new int[500];

        Parallel.For(0, 8 * added.Length, i =>
        {
            if (cache.TryAdd(Key(i % added.Length)))
                Interlocked.Increment(ref added[i % added.Length]);
        });

        added.Should().OnlyContain(count => count == 1);
    }

    private static byte[] Key(int number)
    {
        byte[] key = new byte[65];
        BitConverter.TryWriteBytes(key.AsSpan(1), number);
        return key;
    }
}
