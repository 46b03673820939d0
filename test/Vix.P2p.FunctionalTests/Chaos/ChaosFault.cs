namespace Vix.P2p.FunctionalTests.Chaos;

/// <summary>One fault: what happens, where, and that it has happened.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Way">To which way.</param>
/// <param name="InHandshake">Whether it comes to the next connection from its first byte on, or to the one that is established.</param>
/// <param name="Unit">The units that pass first, of the connection or from where it is.</param>
/// <param name="Spot">Where in the unit after those.</param>
/// <param name="Amount">Milliseconds of a delay, bytes to be sliced.</param>
/// <param name="Quiet">Whether the nodes say nothing but heartbeats until it comes.</param>
internal sealed record ChaosFault(int Number, ChaosKind Kind, ChaosWay Way, bool InHandshake, int Unit, ChaosSpot Spot, int Amount, bool Quiet)
{
    private readonly TaskCompletionSource _struck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it has come.</summary>
    public Task Struck => _struck.Task;

    /// <summary>Completes when it has passed; one that ends its connection does so when it comes.</summary>
    public Task Over => _over.Task;

    /// <summary>Whether the connection is to live on.</summary>
    public bool IsSoft => Kind is ChaosKind.Delay or ChaosKind.Slices;

    public void Strike()
    {
        if (!IsSoft)
            _over.TrySetResult();
        _struck.TrySetResult();
    }

    public void Pass() => _over.TrySetResult();

    /// <summary>The fault of a number; the same for the same dice.</summary>
    public static ChaosFault Draw(int number, Random dice)
    {
        // Those that a node finds out by silence cost it CloseAfter each, so they come less often.
        var kind = dice.Next(100) switch
        {
            < 16 => ChaosKind.Delay,
            < 32 => ChaosKind.Slices,
            < 39 => ChaosKind.Stall,
            < 44 => ChaosKind.Clog,
            < 61 => ChaosKind.Reset,
            < 65 => ChaosKind.ResetSender,
            < 69 => ChaosKind.ResetReceiver,
            < 85 => ChaosKind.HalfClose,
            _ => ChaosKind.Cut,
        };
        var way = (ChaosWay)dice.Next(2);
        var inHandshake = dice.Next(100) < 45;
        // Hello, Finish and the first record of one side; Ack and Ready of the other.
        var unit = inHandshake ? dice.Next(way == ChaosWay.FromDialler ? 3 : 2) : dice.Next(100) < 60 ? dice.Next(3) : dice.Next(30);
        var spot = (ChaosSpot)dice.Next(5);
        var amount = kind == ChaosKind.Delay ? 1 + dice.Next(60) : 1 << dice.Next(4, 12);
        var quiet = !inHandshake && dice.Next(16) == 0;
        return new ChaosFault(number, kind, way, inHandshake, quiet ? 0 : unit, spot, amount, quiet);
    }

    public override string ToString() =>
        $"fault {Number}: {Kind} {Way}, {(InHandshake ? "handshake" : Quiet ? "quiet link" : "link")} unit {Unit} {Spot}, amount {Amount}";
}
