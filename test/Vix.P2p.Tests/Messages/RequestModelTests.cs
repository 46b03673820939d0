using System.Buffers;
using System.Collections.Concurrent;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.Tests.Testing;

namespace Vix.P2p.Tests.Messages;

/// <summary>Many requests of every kind at once, each with the outcome that its payload foretells.</summary>
internal sealed class RequestModelTests
{
    private const int Count = 600;
    private const int MaxMessage = 200_000;

    private enum Does
    {
        Echo,
        EchoLater,
        Fail,
        Throw,
        Nothing,
        TooLarge,
        UntilCancelled,
    }

    [TestCase(1, 1)]
    [TestCase(2, 8)]
    [TestCase(3, 64)]
    [TestCase(4, 8)]
    public async Task Requests_AtRandom_EndAsForetold(int seed, int concurrency)
    {
        var later = new ConcurrentQueue<TaskCompletionSource>();
        await using RequestBench bench = await RequestBench.StartAsync(
            context => HandleAsync(context, later),
            concurrency,
            options =>
            {
                options.RequestTimeout = TimeSpan.FromHours(1);
                options.Limits.RequestsPerPeer = 16;
                options.Limits.SendQueueBytes = 128 * 1024;
                options.Limits.MaxMessageBytes = MaxMessage;
            });
        var random = new Random(seed);
        var outcomes = new ConcurrentDictionary<string, int>();
        var asked = new List<Task>();

        for (int i = 0; i < Count; i++)
        {
            Does does = (Does)random.Next((int)Does.UntilCancelled + 1);
            int size = 5 + (random.Next(10) == 0 ? random.Next(MaxMessage - 5) : random.Next(500));
            byte[] payload = new byte[size];
            random.NextBytes(payload);
            payload[0] = (byte)does;
            bool cancels = does == Does.UntilCancelled || random.Next(3) == 0;
            asked.Add(AskAsync(bench, does, payload, cancels ? random.Next(200) : -1, random.Next(2) == 0, outcomes));
            for (int turns = random.Next(20); turns > 0; turns--)
                await Task.Yield();
            if (random.Next(2) == 0 && later.TryDequeue(out TaskCompletionSource? one))
                one.SetResult();
        }

        Task all = Task.WhenAll(asked);
        await Waiting.UntilAsync(
            () =>
            {
                if (later.TryDequeue(out TaskCompletionSource? one))
                    one.SetResult();
                return all.IsCompleted;
            },
            () => $"{asked.Count(task => !task.IsCompleted)} are not answered.");
        await all;
        await Waiting.UntilAsync(() =>
        {
            while (later.TryDequeue(out TaskCompletionSource? one))
                one.SetResult();
            return bench.ChannelOfB.Settings.Work.Count == 0 && bench.ChannelOfA.Outgoing.InFlight == 0;
        });

        await TestContext.Out.WriteLineAsync(string.Join(", ", outcomes.Select(entry => $"{entry.Key} {entry.Value}")));
        bench.ChannelOfA.Outgoing.Numbers.Should().BeLessThanOrEqualTo(16);
        bench.B.GetStatus().LimitRejections["requests_per_peer"].Should().Be(0);
        bench.A.GetStatus().PeersConnected.Should().Be(1);
    }

    private static async Task AskAsync(RequestBench bench, Does does, byte[] payload, int cancelAfter, bool writes, ConcurrentDictionary<string, int> outcomes)
    {
        using var cancel = new CancellationTokenSource();
        var buffer = new ArrayBufferWriter<byte>();
        Task<ReadOnlyMemory<byte>> asked = writes ? WriteAsync() : bench.AskAsync(payload, cancel.Token);
        if (cancelAfter >= 0)
        {
            for (int turns = cancelAfter; turns > 0; turns--)
                await Task.Yield();
            await cancel.CancelAsync();
        }

        string outcome;
        try
        {
            ReadOnlyMemory<byte> response = await asked;
            (does is Does.Echo or Does.EchoLater).Should().BeTrue();
            response.Span.SequenceEqual(payload).Should().BeTrue();
            outcome = "answered";
        }
        catch (P2pRemoteException e)
        {
            e.Code.Should().Be(does switch
            {
                Does.Fail => 64 + payload[1],
                Does.Throw => P2pErrorCode.HandlerFailed,
                Does.Nothing => P2pErrorCode.NoReply,
                Does.TooLarge => P2pErrorCode.TooLarge,
                _ => -1,
            });
            buffer.WrittenCount.Should().Be(0);
            outcome = "failed";
        }
        catch (OperationCanceledException e)
        {
            cancelAfter.Should().BeGreaterThanOrEqualTo(0);
            e.CancellationToken.Should().Be(cancel.Token);
            buffer.WrittenCount.Should().Be(0);
            outcome = "cancelled";
        }

        outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);

        async Task<ReadOnlyMemory<byte>> WriteAsync()
        {
            await bench.A.RequestAsync(bench.IdOfB, RequestBench.Protocol, payload, buffer, null, cancel.Token);
            return buffer.WrittenMemory;
        }
    }

    private static async ValueTask HandleAsync(P2pRequestContext context, ConcurrentQueue<TaskCompletionSource> later)
    {
        switch ((Does)context.Payload.Span[0])
        {
            case Does.Echo:
                await context.ReplyAsync(context.Payload);
                break;
            case Does.EchoLater:
                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                later.Enqueue(turn);
                await turn.Task;
                await context.ReplyAsync(context.Payload);
                break;
            case Does.Fail:
                throw new P2pRemoteException(64 + context.Payload.Span[1], "foretold");
            case Does.Throw:
                throw new InvalidDataException("foretold");
            case Does.TooLarge:
                await context.ReplyAsync(new byte[MaxMessage + 1]);
                break;
            case Does.UntilCancelled:
                var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await using (context.CancellationToken.Register(cancelled.SetResult))
                    await cancelled.Task;
                context.CancellationToken.ThrowIfCancellationRequested();
                break;
        }
    }
}
