using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Connections;

namespace Vix.P2p.FunctionalTests.Transport;

/// <summary>What a handshake that was ended in the middle of a message leaves behind.</summary>
[CancelAfter(60_000)]
internal sealed class FailedHandshakeTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task End_WithAMessageThatWasNotSent_GivesItsBlockBack(bool cancelledFlush, CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        pair.Near.Output.GetSpan(100)[..100].Clear();
        pair.Near.Output.Advance(100);
        if (cancelledFlush)
            await pair.Near.Output.Invoking(output => output.FlushAsync(new CancellationToken(canceled: true)).AsTask()).Should().ThrowAsync<OperationCanceledException>();
        pair.NearPool.Count.Should().Be(1);

        await FailedHandshake.EndAsync(pair.Near);

        pair.NearPool.Count.Should().Be(0);
        await pair.Far.Input.Invoking(input => input.ReadAsync(token).AsTask()).Should().ThrowAsync<IOException>("it is reset");
    }
}
