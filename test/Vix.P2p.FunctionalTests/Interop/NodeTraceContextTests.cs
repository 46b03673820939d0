using System.Diagnostics;
using System.Text.RegularExpressions;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Vix.P2p.FunctionalTests.Nodes;
using Vix.P2p.Hosting;
using Make = Vix.P2p.FunctionalTests.Interop.ReferencePeerFrames;

namespace Vix.P2p.FunctionalTests.Interop;

/// <summary>Trace contexts between the node and the reference peer, as docs/protocol.md has them.</summary>
[TestFixture]
public sealed partial class NodeTraceContextTests
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string ParentId = "00f067aa0ba902b7";

    private static readonly ReferencePeerOptions Speaker = new() { Protocols = ["kv/1"] };

    [Test]
    public void Example_OfTheReferencePeer_IsThePage()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "protocol.md"));

        Example().Match(page).Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal)
            .Should().Be(Convert.ToHexStringLower(Make.TraceContext(300, TraceId, ParentId, 1).Encode()));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Request_OfTheNode_CarriesItsTrace(bool nodeDials)
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker, nodeDials);
        using var outer = new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start();
        outer.ActivityTraceFlags = ActivityTraceFlags.Recorded;

        foreach (var (bytes, _) in Payload.All())
        {
            var asking = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", bytes).AsTask();
            var request = await pair.Talk.ReceiveAsync("kv/1");
            // Taken away, so that the next request of that number must say it again.
            pair.Talk.Read(() => pair.Talk.Traces.Remove(request.Request!.Value, out var trace) ? trace : null).Should().Be(outer.Id);
            await pair.Talk.RespondAsync(request, bytes);
            (await asking.Soon()).ToArray().Should().Equal(bytes);
        }
    }

    [Test]
    public async Task Request_OfANodeThatCarriesNone_CarriesNone()
    {
        await using var pair = await NodeTalk.OpenAsync(Echo, Speaker, configure: options => options.TraceContext = false);
        using var outer = new Activity("outer").SetIdFormat(ActivityIdFormat.W3C).Start();

        var asking = pair.Node.Node.RequestAsync(pair.PeerId, "kv/1", new byte[] { 1 }).AsTask();
        await pair.Talk.RespondAsync(await pair.Talk.ReceiveAsync("kv/1"), [1]);
        await asking.Soon();

        pair.Talk.Read(() => pair.Talk.Traces.Count).Should().Be(0);
    }

    [Test]
    public async Task Request_OfThePeer_IsHandledInItsTrace()
    {
        Activity? handled = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Vix.P2p",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var pair = await NodeTalk.OpenAsync(
            builder => builder.AddProtocol("kv/1", protocol => protocol.OnRequest(context =>
            {
                handled = Activity.Current;
                return context.ReplyAsync(context.Payload);
            })),
            Speaker);
        pair.Talk.NextRequest = 300;
        // One byte a record, so that the frame crosses as many edges as it can.
        pair.Talk.RecordSize = 1;

        await pair.Talk.SendAsync(Make.TraceContext(300, TraceId, ParentId, 1));
        var answer = await pair.Talk.RequestAsync("kv/1", [1, 2, 3]);

        answer.Response.Should().Equal(1, 2, 3);
        handled!.ParentId.Should().Be($"00-{TraceId}-{ParentId}-01");
        handled.HasRemoteParent.Should().BeTrue();
    }

    private static void Echo(IP2pNodeBuilder builder) => builder.AddProtocol("kv/1", protocol => protocol.OnRequest(context => context.ReplyAsync(context.Payload)));

    [GeneratedRegex("^    (?<hex>80 1b  [0-9a-f ]+)$", RegexOptions.Multiline)]
    private static partial Regex Example();
}
