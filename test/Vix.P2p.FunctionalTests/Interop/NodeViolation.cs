using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>What a node does with a peer that breaks a rule, and that it does not with one that goes to its edge.</summary>
internal static class NodeViolation
{
    public const int MaxMessage = 1_024;
    public const int StreamWindow = 16 * 1_024;

    /// <summary>The peer does that, and is told ProtocolError; the node says the same at home.</summary>
    public static async Task ShouldCloseAsync(Func<NodeTalk, Task> violate)
    {
        await using var pair = await OpenAsync();

        await violate(pair);

        (await pair.Talk.WaitForCloseAsync().Soon()).Should().Be(4);
        await pair.Node.EventAsync(PeerEventKind.PeerDisconnected, P2pReason.ProtocolError);
    }

    /// <summary>The peer does that, and the node goes on as if nothing had been.</summary>
    public static async Task ShouldGoOnAsync(Func<NodeTalk, Task> act)
    {
        await using var pair = await OpenAsync();

        await act(pair);

        var pongs = pair.Talk.Pongs;
        await pair.Talk.SendAsync(new ReferencePeerFrame(ReferencePeerFrame.Ping, new byte[8]));
        await pair.Talk.UntilAsync(() => pair.Talk.Pongs > pongs, "a Pong").Soon();
        pair.Node.Connected.Should().ContainSingle();
    }

    private static Task<NodeTalk> OpenAsync() => NodeTalk.OpenAsync(
        Blocking,
        new ReferencePeerOptions { Protocols = ["chat/1"], MaxMessage = MaxMessage, StreamWindow = StreamWindow },
        configure: options =>
        {
            options.Limits.MaxMessageBytes = MaxMessage;
            options.Limits.StreamWindowBytes = StreamWindow;
        });

    // Nothing is dealt with, so no credit comes back and every number stays in use.
    private static void Blocking(IP2pNodeBuilder builder) => builder.AddProtocol("chat/1", protocol => protocol
        .OnMessage(context => UntilCancelledAsync(context.CancellationToken))
        .OnRequest(context => UntilCancelledAsync(context.CancellationToken))
        .OnStream(context => UntilCancelledAsync(context.CancellationToken)));

    private static async ValueTask UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}
