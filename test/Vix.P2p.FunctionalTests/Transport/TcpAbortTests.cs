using System.IO.Pipelines;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Transport;

namespace Vix.P2p.FunctionalTests.Transport;

/// <summary>Ends that come from elsewhere: reset, abort, cancellation.</summary>
[CancelAfter(60_000)]
internal sealed class TcpAbortTests
{
    [Test]
    public async Task Abort_ByThePeer_FailsTheReadAndCompletesFlushes(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        Task pending = pair.Far.Input.ReadAsync(token).AsTask();

        pair.Near.Abort();

        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<IOException>().WithMessage("*reset*");
        Func<Task> again = async () => await pair.Far.Input.ReadAsync(token);
        await again.Should().ThrowAsync<IOException>();
        pair.Far.Input.Invoking(i => i.TryRead(out _)).Should().Throw<IOException>();
        (await FillAsync(pair.Far.Output, token)).IsCompleted.Should().BeTrue();
    }

    [Test]
    public async Task Abort_Here_CompletesPendingReadAndFlush(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        Task<ReadResult> read = pair.Near.Input.ReadAsync(token).AsTask();
        Task<FlushResult> flush = FillAsync(pair.Near.Output, token);

        await Task.Run(pair.Near.Abort, token);

        (await read).IsCompleted.Should().BeTrue();
        (await flush).IsCompleted.Should().BeTrue();
        (await pair.Near.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
        (await pair.Near.Output.WriteAsync(new byte[100], token)).IsCompleted.Should().BeTrue();
        await pair.Near.Output.CompleteAsync();
    }

    [TestCase(1)]
    public async Task Abort_AtAnyMoment_EndsBothLoopsAndReturnsEveryArrayOnce(int seed, CancellationToken token)
    {
        // The pool throws at a second return and spoils what comes back, so a race shows here.
        Random random = new(seed);
        for (int i = 0; i < 100; i++)
        {
            await using TcpPair pair = await TcpPair.ConnectAsync(token);
            Task[] loops =
            [
                Task.Run(() => PumpAsync(pair.Near, token), token), Task.Run(() => DrainAsync(pair.Near, token), token),
                Task.Run(() => PumpAsync(pair.Far, token), token), Task.Run(() => DrainAsync(pair.Far, token), token),
            ];
            await PassAsync(pair, random.Next(1, 200), token);
            IP2pTransportConnection victim = random.Next(2) == 0 ? pair.Near : pair.Far;
            if (random.Next(2) == 0)
                victim.Abort();
            else
                await victim.DisposeAsync();
            await Task.WhenAll(loops);
        }
    }

    [Test]
    public async Task Abort_WhileTheBufferGoesBack_ReadsAnEndThatCanBeAdvancedOver(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await pair.Near.Output.WriteAsync("unread"u8.ToArray(), token);
        ReadResult first = await pair.Far.Input.ReadAsync(token);
        pair.Far.Input.AdvanceTo(first.Buffer.Start);
        List<bool> ends = [];
        pair.FarPool.Returning = () =>
        {
            pair.Far.Input.TryRead(out ReadResult last).Should().BeTrue();
            pair.Far.Input.AdvanceTo(last.Buffer.End);
            ends.Add(last is { IsCompleted: true, Buffer.IsEmpty: true });
        };

        pair.Far.Abort();

        ends.Should().Equal(true);
    }

    [Test]
    public async Task CancelPendingRead_WhileWaiting_IsCanceledAndNothingIsLost(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        for (int i = 0; i < 3; i++)
        {
            ValueTask<ReadResult> pending = pair.Far.Input.ReadAsync(token);
            pair.Far.Input.CancelPendingRead();
            ReadResult result = await pending;
            (result.IsCanceled, result.IsCompleted, result.Buffer.IsEmpty).Should().Be((true, false, true));
            pair.Far.Input.AdvanceTo(result.Buffer.Start);
        }

        await pair.Near.Output.WriteAsync("x"u8.ToArray(), token);
        (await Traffic.TakeAsync(pair.Far.Input, 1, token)).Should().Equal("x"u8.ToArray());
    }

    [Test]
    public async Task CancelPendingRead_BeforeARead_CancelsThatOneOnly(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        await pair.Near.Output.WriteAsync("x"u8.ToArray(), token);
        pair.Far.Input.CancelPendingRead();

        ReadResult result = await pair.Far.Input.ReadAsync(token);
        result.IsCanceled.Should().BeTrue();
        pair.Far.Input.AdvanceTo(result.Buffer.Start);

        (await Traffic.TakeAsync(pair.Far.Input, 1, token)).Should().Equal("x"u8.ToArray());
    }

    [Test]
    public async Task Read_TokenCancelled_ThrowsAndNothingIsLost(CancellationToken token)
    {
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        for (int i = 0; i < 3; i++)
        {
            using CancellationTokenSource giveUp = new();
            Task pending = pair.Far.Input.ReadAsync(giveUp.Token).AsTask();
            await giveUp.CancelAsync();
            (await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>())
                .Which.CancellationToken.Should().Be(giveUp.Token);
        }

        await pair.Near.Output.WriteAsync("x"u8.ToArray(), token);
        ReadResult result = await pair.Far.Input.ReadAsync(token);
        (result.IsCanceled, result.Buffer.Length).Should().Be((false, 1));
        pair.Far.Input.AdvanceTo(result.Buffer.End);
    }

    [Test]
    public async Task CancelPendingFlush_SlowPeer_IsCanceledAndTheStreamStaysWhole(CancellationToken token)
    {
        const int piece = 1024 * 1024;
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        long place = 0;
        for (int cancelled = 0; cancelled < 3;)
        {
            Traffic.Fill(pair.Near.Output.GetSpan(piece)[..piece], place);
            pair.Near.Output.Advance(piece);
            place += piece;
            ValueTask<FlushResult> flush = pair.Near.Output.FlushAsync(token);
            if (!flush.IsCompleted)
            {
                pair.Near.Output.CancelPendingFlush();
                cancelled++;
            }

            FlushResult result = await flush;
            result.IsCompleted.Should().BeFalse();
        }

        Task read = Traffic.ReadAsync(pair.Far.Input, place, token);
        (await pair.Near.Output.FlushAsync(token)).IsCanceled.Should().BeFalse();
        await pair.Near.Output.CompleteAsync();
        await read;
        (await pair.Far.Input.ReadAsync(token)).IsCompleted.Should().BeTrue();
    }

    [Test]
    public async Task Flush_TokenCancelled_ThrowsAndTheNextGoesOn(CancellationToken token)
    {
        const int piece = 8 * 1024 * 1024;
        await using TcpPair pair = await TcpPair.ConnectAsync(token);
        using CancellationTokenSource giveUp = new();
        Traffic.Fill(pair.Near.Output.GetSpan(piece)[..piece], 0);
        pair.Near.Output.Advance(piece);
        Task flush = pair.Near.Output.FlushAsync(giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await FluentActions.Awaiting(() => flush).Should().ThrowAsync<OperationCanceledException>();

        Traffic.Fill(pair.Near.Output.GetSpan(10)[..10], piece);
        pair.Near.Output.Advance(10);
        Task read = Traffic.ReadAsync(pair.Far.Input, piece + 10, token);
        await pair.Near.Output.FlushAsync(token);
        await read;
    }

    private static async Task<FlushResult> FillAsync(PipeWriter output, CancellationToken token)
    {
        while (true)
        {
            FlushResult result = await output.WriteAsync(new byte[65_536], token);
            if (result.IsCompleted)
                return result;
        }
    }

    private static async Task PumpAsync(IP2pTransportConnection connection, CancellationToken token)
    {
        await FillAsync(connection.Output, token);
        await connection.Output.CompleteAsync();
    }

    private static async Task DrainAsync(IP2pTransportConnection connection, CancellationToken token)
    {
        try
        {
            while (true)
            {
                ReadResult result = await connection.Input.ReadAtLeastAsync(65_537, token);
                // A spoilt byte would be one of an array that had gone back.
                result.Buffer.FirstSpan.Contains((byte)0xDD).Should().BeFalse();
                connection.Input.AdvanceTo(result.Buffer.GetPosition(Math.Min(65_537, result.Buffer.Length)));
                if (result.IsCompleted)
                    break;
            }
        }
        catch (IOException)
        {
            // The peer's abort.
        }

        await connection.Input.CompleteAsync();
    }

    // A moment that differs each time: so many blocks have been rented by now.
    private static async Task PassAsync(TcpPair pair, int rents, CancellationToken token)
    {
        while (pair.FarPool.Rents < rents)
        {
            token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
