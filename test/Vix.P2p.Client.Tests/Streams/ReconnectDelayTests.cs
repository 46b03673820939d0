using Vix.P2p.Client.Streams;

namespace Vix.P2p.Client.Tests.Streams;

public sealed class ReconnectDelayTests
{
    [TestCase(1, 0, 250)]
    [TestCase(1, 1, 500)]
    [TestCase(2, 1, 1000)]
    [TestCase(3, 0.5, 1500)]
    [TestCase(6, 1, 10_000)]
    [TestCase(6, 0, 5_000)]
    [TestCase(int.MaxValue, 1, 10_000)]
    public void Of_Failures_DoublesUpToTheMostWithARandomHalf(int failures, double random, int milliseconds)
    {
        ReconnectDelay.Of(failures, asked: null, random).Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }

    [TestCase(0, 500)]
    [TestCase(3, 3_000)]
    [TestCase(1_000_000, 60_000)]
    public void Of_WhatTheServerAsks_IsTheLeastUpToALimit(int askedSeconds, int milliseconds)
    {
        ReconnectDelay.Of(1, TimeSpan.FromSeconds(askedSeconds), 1).Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }
}
