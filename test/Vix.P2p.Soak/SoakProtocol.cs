namespace Vix.P2p.Soak;

/// <summary>What crowd and node say to each other: the first byte of a payload says what is to be done with it.</summary>
internal static class SoakProtocol
{
    public const string Name = "soak/1";
    public const string NetworkName = "soak";

    /// <summary>The usual: a message is counted, a request answered with itself, a stream sent back.</summary>
    public const byte Plain = 0;

    /// <summary>The handler throws.</summary>
    public const byte Throw = 1;

    /// <summary>The handler waits, longer than most who ask.</summary>
    public const byte Wait = 2;

    /// <summary>A request is refused, a stream aborted.</summary>
    public const byte Refuse = 3;

    /// <summary>Whoever gets it sends as much as the queue takes.</summary>
    public const byte Flood = 4;

    /// <summary>A payload of some length, mostly a short one.</summary>
    public static byte[] Payload(Random random, byte kind) =>
        random.Next(50) == 0 ? LargePayload(random, kind) : Fill(random, kind, 1 + (int)Math.Pow(2, random.NextDouble() * 15));

    /// <summary>One that goes over several records, so that an end can come in its midst.</summary>
    public static byte[] LargePayload(Random random, byte kind) => Fill(random, kind, random.Next(100_000, 500_000));

    /// <summary>Whether it is one that peers and networks bring about: a soak has thousands of them.</summary>
    public static bool IsExpected(Exception e) => e is P2pSendException or P2pRemoteException or P2pStreamException or P2pConnectException or OperationCanceledException;

    private static byte[] Fill(Random random, byte kind, int length)
    {
        byte[] payload = new byte[length];
        random.NextBytes(payload);
        payload[0] = kind;
        return payload;
    }
}
