using System.Security.Cryptography;
using Vix.P2p.Simulation.Network;
using Vix.P2p.Simulation.Timing;

namespace Vix.P2p.Simulation.Nodes;

/// <summary>What a seed's world is made of: how many nodes, their settings, who is kept connected to whom, what is done to them.</summary>
internal sealed class WorldPlan
{
    private static readonly Fault[] Deeds =
    [
        Fault.Partition, Fault.CrashWithReset, Fault.CrashInSilence, Fault.Stop, Fault.WallClockJump, Fault.Suspend, Fault.BothDial,
        Fault.DialSelf, Fault.WrongId, Fault.Disconnect, Fault.Ban, Fault.Forget, Fault.Cut, Fault.HalfClose, Fault.StallOneWay,
        Fault.StallBothWays, Fault.Pause, Fault.SlowReader,
    ];

    private readonly SeededRandom _random;
    private readonly string? _networkKey;
    private readonly bool _isTight;
    private readonly bool _isHasty;
    private readonly int _takeovers;

    public WorldPlan(SeededRandom random)
    {
        _random = random;
        Machines = random.Between(3, random.Chance(0.2) ? 6 : 4);
        _networkKey = random.Chance(0.25) ? Convert.ToBase64String(SHA256.HashData(BitConverter.GetBytes(random.Next()))) : null;
        _isTight = random.Chance(0.3);
        _isHasty = random.Chance(0.4);
        _takeovers = random.Chance(0.2) ? 1 : 3;
        MaxPeers = random.Chance(0.2) ? random.Between(1, Machines - 1) : 256;
        double density = 0.3 + (0.6 * random.Unit());
        for (int from = 0; from < Machines; from++)
        {
            for (int to = 0; to < Machines; to++)
            {
                if (from != to && random.Chance(density) && Links.Count(link => link.From == from) < MaxPeers)
                    Links.Add((from, to, random.Chance(0.6)));
            }
        }

        Duration = random.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(random.Chance(0.2) ? 120 : 45));
        BetweenDeeds = random.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(6));
        BetweenWork = random.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(1.5));
        Hurry = random.Chance(0.5) ? 0 : random.Unit() * 0.7;
        do
            Chosen = [.. Deeds.Where(_ => random.Chance(0.4))];
        while (Chosen.Count == 0);
    }

    public int Machines { get; }

    public int MaxPeers { get; }

    /// <summary>Who is kept connected to whom, and whether by the id as well.</summary>
    public List<(int From, int To, bool ById)> Links { get; } = [];

    /// <summary>How long things are done to the nodes.</summary>
    public TimeSpan Duration { get; }

    public TimeSpan BetweenDeeds { get; }

    public TimeSpan BetweenWork { get; }

    /// <summary>The chance that an event comes before all is done that the one before it has set off, as on a busy machine.</summary>
    public double Hurry { get; }

    /// <summary>What is done in this world; each has a few, so that they meet in many ways.</summary>
    public IReadOnlyList<Fault> Chosen { get; }

    /// <summary>Whether each node has room for all others: only then can all links be back in the end.</summary>
    public bool HasRoom => MaxPeers >= Machines - 1;

    /// <summary>The settings of one machine, the same at each of its starts.</summary>
    public P2pNodeOptions OptionsOf(int machine, IReadOnlyList<PeerId> ids)
    {
        var options = new P2pNodeOptions
        {
            NodeId = $"n{machine}",
            ListenScheme = SimTransport.Name,
            ListenPort = SimTransport.Port,
            NetworkKey = _networkKey,
            MaxPeers = MaxPeers,
            Peers = [.. from link in Links where link.From == machine select link.ById ? $"{EndpointOf(link.To)}#{ids[link.To]}" : EndpointOf(link.To).ToString()],
        };
        options.Limits.HandshakeConcurrency = 2;
        options.Limits.Takeovers = _takeovers;
        if (_isHasty)
        {
            options.PingInterval = TimeSpan.FromSeconds(1);
            options.StaleAfter = TimeSpan.FromSeconds(3);
            options.CloseAfter = TimeSpan.FromSeconds(6);
            options.HandshakeTimeout = TimeSpan.FromSeconds(2);
            options.RequestTimeout = TimeSpan.FromSeconds(8);
            options.Limits.SendTimeout = TimeSpan.FromSeconds(4);
            options.Limits.FrameTimeout = TimeSpan.FromSeconds(4);
        }

        if (_isTight)
            Tighten(options);
        return options;
    }

    public static PeerEndpoint EndpointOf(int machine) => PeerEndpoint.Create(SimNetwork.AddressOf(machine).ToString(), SimTransport.Port, SimTransport.Name);

    private void Tighten(P2pNodeOptions options)
    {
        options.ClosedPeerRetention = _random.Pick([TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)]);
        options.DialPolicy.MaxConcurrentDials = _random.Between(1, 2);
        options.Limits.MaxMessageBytes = _random.Pick([4_096, 65_536]);
        options.Limits.SendQueueBytes = 65_536;
        options.Limits.SendQueueBytesTotal = 1024 * 1024;
        options.Limits.ReceiveQueueBytesTotal = 1024 * 1024;
        options.Limits.StreamWindowBytes = 16_384;
        options.Limits.RequestsPerPeer = _random.Between(1, 3);
        options.Limits.StreamsPerPeer = _random.Between(1, 2);
        options.Limits.PendingHandshakes = _random.Between(1, 3);
        options.Limits.PendingHandshakesPerAddress = _random.Between(1, 2);
        options.Limits.EphemeralKeysKept = _random.Between(0, 2);
        options.Limits.BackoffEntries = 16;
        options.Limits.Bans = 1;
        options.Limits.ClosedPeers = _random.Between(0, 1);
    }
}
