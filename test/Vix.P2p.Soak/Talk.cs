namespace Vix.P2p.Soak;

/// <summary>What both sides say to a peer they are connected to.</summary>
internal sealed class Talk(IP2pNode node, Counters counters, Random random)
{
    /// <summary>Says one thing, whichever it is.</summary>
    /// <param name="peer">To whom.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task SayAsync(PeerId peer, CancellationToken stopping)
    {
        int what = random.Next(100);
        byte kind = random.Next(12) switch { 0 => SoakProtocol.Throw, 1 => SoakProtocol.Wait, 2 => SoakProtocol.Refuse, _ => SoakProtocol.Plain };
        byte[] payload = SoakProtocol.Payload(random, kind);
        if (what < 60)
            await node.SendAsync(peer, SoakProtocol.Name, payload, stopping);
        else if (what < 90)
            await AskAsync(peer, payload, stopping);
        else
            await StreamAsync(peer, payload, stopping);
    }

    private async Task AskAsync(PeerId peer, byte[] payload, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        // Who waits for too long gives up, and the handler there with it.
        if (payload[0] == SoakProtocol.Wait)
            patience.CancelAfter(random.Next(1, 3000));
        ReadOnlyMemory<byte> answer = await node.RequestAsync(peer, SoakProtocol.Name, payload, patience.Token);
        if (!answer.Span.SequenceEqual(payload))
            counters.Failed("a request", new InvalidDataException("The answer is another one."));
    }

    private async Task StreamAsync(PeerId peer, byte[] payload, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(random.Next(500, 5000));
        await using P2pStream stream = await node.OpenStreamAsync(peer, SoakProtocol.Name, patience.Token);
        Task writing = WriteAsync(stream, payload, patience.Token);
        long came = 0;
        try
        {
            byte[] buffer = new byte[2048];
            while (await stream.ReadAsync(buffer, patience.Token) is > 0 and int read)
                came += read;
        }
        finally
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (payload[0] == SoakProtocol.Plain && came != payload.Length)
            counters.Failed("a stream", new InvalidDataException($"{came} of {payload.Length} bytes came back."));
    }

    private static async Task WriteAsync(P2pStream stream, byte[] payload, CancellationToken stopping)
    {
        await stream.WriteAsync(payload, stopping);
        await stream.CompleteWritesAsync(stopping);
    }
}
