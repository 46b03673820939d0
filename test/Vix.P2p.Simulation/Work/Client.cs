using System.Buffers;
using Vix.P2p.Simulation.Checks;
using Vix.P2p.Simulation.Nodes;
using Vix.P2p.Simulation.Running;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Work;

/// <summary>The program that uses the nodes of a world: it sends, asks and opens streams, and looks at what becomes of it.</summary>
internal sealed class Client(World world, SeededRandom random)
{
    // A request's deadline is kept in whole milliseconds; beyond that nothing is late but what a busy machine lets wait.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(60);

    private static readonly int[] AnswerCodes = [P2pErrorCode.Busy, P2pErrorCode.ShuttingDown, P2pErrorCode.TooLarge];

    /// <summary>Does one thing of many.</summary>
    public void Work(SimNode from, Machine to)
    {
        string protocol = random.Chance(0.6) ? Handlers.Ordered : Handlers.Wide;
        double choice = random.Unit();
        if (choice < 0.25)
        {
            for (int left = random.Between(1, 8); left > 0; left--)
                _ = SendAsync(from, to, protocol, Length());
        }
        else if (choice < 0.40)
            TrySend(from, to, protocol, Length());
        else if (choice < 0.75)
        {
            for (int left = random.Between(1, 4); left > 0; left--)
                _ = RequestAsync(from, to, protocol);
        }
        else if (choice < 0.85)
            _ = StreamAsync(from, to);
        else if (choice < 0.92)
            _ = BroadcastAsync(from, protocol);
        else
            _ = FlushAsync(from, to);
    }

    private int Length() => random.Chance(0.9) ? random.Between(Payload.Least, 600) : random.Between(Payload.Least, 40_000);

    private void TrySend(SimNode from, Machine to, string protocol, int length)
    {
        from.Node.TrySend(to.Id, protocol, world.Ledger.NewMessage(from, to, protocol, length), out P2pReason reason);
        world.Tally.Count("send", reason.ToCode());
    }

    private async Task SendAsync(SimNode from, Machine to, string protocol, int length)
    {
        Job job = world.Jobs.Begin($"a message of {from.Name} to n{to.Index}", null);
        MayCancel(job);
        try
        {
            await from.Node.SendAsync(to.Id, protocol, world.Ledger.NewMessage(from, to, protocol, length), job.Token);
            world.Tally.Count("send", "none");
        }
        catch (Exception e)
        {
            world.Tally.Count("send", Expected(job, e));
        }

        world.Jobs.End(job);
    }

    private async Task RequestAsync(SimNode from, Machine to, string protocol)
    {
        long token = world.Ledger.NewToken();
        var kind = (RequestKind)random.Between(0, (int)RequestKind.SayNothing);
        TimeSpan timeout = random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(20));
        byte[] request = Payload.Request(token, kind, random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(5)), Length(), Length());
        Job job = world.Jobs.Begin($"request {token} of {from.Name} to n{to.Index}", timeout + Slack);
        MayCancel(job);
        var response = new ArrayBufferWriter<byte>();
        try
        {
            await from.Node.RequestAsync(to.Id, protocol, request, response, timeout, job.Token);
            world.Tally.Count("request", "answered");
            long expected = world.Sabotage == Sabotage.Answer ? token + 1 : token;
            if (kind > RequestKind.AnswerLaterWhateverComes || !response.WrittenSpan.SequenceEqual(Payload.Answer(expected, response.WrittenCount)))
                world.Break($"{job.Name} got an answer that is not its own");
        }
        catch (P2pRemoteException e)
        {
            world.Tally.Count("request", $"code {e.Code}");
            if (!IsExpected(e.Code, kind) || response.WrittenCount > 0)
                world.Break($"{job.Name} failed with code {e.Code}, and was to {kind}");
        }
        catch (Exception e)
        {
            world.Tally.Count("request", Expected(job, e));
            if (response.WrittenCount > 0)
                world.Break($"{job.Name} failed and has an answer");
        }

        if (world.Sabotage != Sabotage.Hang || token != 3)
            world.Jobs.End(job);
    }

    // What a node answers by itself, beside what the handler was asked to do. A stop cancels handlers, which then fail.
    private static bool IsExpected(int code, RequestKind kind) => AnswerCodes.Contains(code) || kind switch
    {
        RequestKind.Fail => code == P2pErrorCode.HandlerFailed,
        RequestKind.Refuse => code == Handlers.Refusal,
        RequestKind.SayNothing => code == P2pErrorCode.NoReply,
        RequestKind.AnswerLater => code is P2pErrorCode.HandlerFailed or P2pErrorCode.Cancelled,
        _ => false,
    };

    private async Task StreamAsync(SimNode from, Machine to)
    {
        Job job = world.Jobs.Begin($"a stream of {from.Name} to n{to.Index}", null);
        MayCancel(job);
        byte[] sent = new byte[random.Between(0, 60_000)];
        Payload.Fill(sent, sent.Length);
        int piece = random.Between(100, 20_000);
        byte[] echo = new byte[sent.Length + 1];
        int came = 0;
        try
        {
            await using P2pStream stream = await from.Node.OpenStreamAsync(to.Id, Handlers.Streams, job.Token);
            Task writing = WriteAsync(stream, sent, piece, job.Token);
            try
            {
                while (await stream.ReadAsync(echo.AsMemory(came), job.Token) is > 0 and var read)
                    came += read;
            }
            finally
            {
                await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                job.IsEnding = true;
            }

            await writing;

            world.Tally.Count("stream", "echoed");
            if (came != sent.Length)
                world.Break($"{job.Name} ended in good order after {came} bytes of {sent.Length}");
        }
        catch (Exception e)
        {
            world.Tally.Count("stream", e is P2pStreamException aborted ? aborted.Reason.ToCode() : Expected(job, e));
        }

        if (!echo.AsSpan(0, came).SequenceEqual(sent.AsSpan(0, Math.Min(came, sent.Length))))
            world.Break($"{job.Name} echoes what was not sent");
        world.Jobs.End(job);
    }

    private static async Task WriteAsync(P2pStream stream, byte[] bytes, int piece, CancellationToken cancellationToken)
    {
        for (int at = 0; at < bytes.Length; at += piece)
            await stream.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), cancellationToken);
        await stream.CompleteWritesAsync(cancellationToken);
    }

    private async Task BroadcastAsync(SimNode from, string protocol)
    {
        // Given in an order of our own: that of the connected ones hangs on hash codes, which differ from run to run.
        Machine[] to = [.. world.Machines.Where(machine => machine != from.Machine)];
        Job job = world.Jobs.Begin($"a broadcast of {from.Name}", null);
        MayCancel(job);
        try
        {
            // A number that each of them could have in turn, as no message before it has a higher one.
            byte[] message = world.Ledger.NewBroadcast(from, to, protocol, Length());
            foreach (P2pBroadcastResult result in await from.Node.BroadcastAsync(protocol, message, to.Select(machine => machine.Id), random.Chance(0.5) ? TimeSpan.Zero : TimeSpan.FromSeconds(3), job.Token))
                world.Tally.Count("broadcast", result.Reason.ToCode());
        }
        catch (Exception e)
        {
            world.Tally.Count("broadcast", Expected(job, e));
        }

        world.Jobs.End(job);
    }

    private async Task FlushAsync(SimNode from, Machine to)
    {
        Job job = world.Jobs.Begin($"a flush of {from.Name} to n{to.Index}", null);
        MayCancel(job);
        try
        {
            await from.Node.FlushAsync(to.Id, job.Token);
            world.Tally.Count("flush", "flushed");
        }
        catch (Exception e)
        {
            world.Tally.Count("flush", Expected(job, e));
        }

        world.Jobs.End(job);
    }

    private void MayCancel(Job job)
    {
        if (random.Chance(0.1))
            world.Jobs.CancelAfter(job, random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)));
    }

    // Every end that the documentation knows; any other breaks the run.
    private string Expected(Job job, Exception exception)
    {
        switch (exception)
        {
            case P2pSendException sending:
                return sending.Reason.ToCode();
            case OperationCanceledException when job.IsCancelled:
                return "cancelled";
            default:
                world.Break($"{job.Name} ended with {exception}");
                return "unexpected";
        }
    }
}
