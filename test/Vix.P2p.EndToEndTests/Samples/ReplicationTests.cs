using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Samples;

public sealed class ReplicationTests
{
    [Test]
    public async Task Demo_Always_Converges()
    {
        await using ChildProcess demo = SampleProcess.Start("Replication");

        (await demo.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, demo.Output);
        string[] lines = demo.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(5, demo.Output);
        lines[0].Should().MatchRegex("^alice - bob - carol  colour=(red|green|blue)$");
        lines[1].Should().MatchRegex("^alice - bob +colour=(red|green|blue) shape=round size=large$");
        lines[2].Should().Be("              carol  size=small");
        lines[3].Should().MatchRegex("^alice - bob - carol  shape=round size=(large|small)$", "the deletion of the colour was the last word on it");
        lines[4].Should().Be("All converged.");
    }

    [Test]
    public async Task Processes_OneKilledAndBack_Converge()
    {
        (int alicePort, int bobPort) = (FreePort.Next(), FreePort.Next());
        await using ChildProcess alice = SampleProcess.Start("Replication", "alice", $"{alicePort}");
        await using (ChildProcess bob = SampleProcess.Start("Replication", "bob", $"{bobPort}", $"tcp://127.0.0.1:{alicePort}"))
        {
            bob.WriteLine("set colour red");
            await ListsAsync(alice, "alice: colour=red");
            alice.WriteLine("set colour dark blue");
            await ListsAsync(bob, "bob: colour=dark blue");
            bob.Kill();
        }

        alice.WriteLine("set size large");
        await using ChildProcess again = SampleProcess.Start("Replication", "bob", $"{bobPort}", $"tcp://127.0.0.1:{alicePort}");
        await ListsAsync(again, "bob: colour=dark blue size=large");
        again.WriteLine("delete colour");
        await ListsAsync(alice, "alice: size=large");

        alice.WriteLine("set not-a-key! x");
        await alice.WaitForOutputAsync("not allowed", SampleProcess.Patience);
        alice.CloseInput();
        (await alice.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, alice.Output);
    }

    private static Task ListsAsync(ChildProcess process, string line) => Poll.UntilAsync(
        () =>
        {
            process.WriteLine("list");
            return Task.FromResult(process.Output);
        },
        output => output.Split(Environment.NewLine).Contains(line),
        SampleProcess.Patience,
        $"it lists {line}");
}
