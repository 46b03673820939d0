using System.Net;

namespace Vix.P2p.Simulation.Network;

/// <summary>One run of a machine, as the network sees it: from its start to its stop or crash.</summary>
internal sealed class SimHost(SimNetwork network, int machine, IPAddress address)
{
    public SimNetwork Network => network;

    public int Machine => machine;

    public IPAddress Address => address;

    /// <summary>Whether what it says is heard.</summary>
    public bool IsAlive { get; set; } = true;

    public SimListener? Listener { get; set; }
}
