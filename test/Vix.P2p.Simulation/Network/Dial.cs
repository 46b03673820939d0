using System.Net;
using Vix.P2p.Transport;

namespace Vix.P2p.Simulation.Network;

/// <summary>A dial under way.</summary>
internal sealed record Dial(SimHost From, IPEndPoint To)
{
    public TaskCompletionSource<IP2pTransportConnection> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The dialler's end, once the other side has one.</summary>
    public LinkEnd? Own { get; set; }
}
