using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Samples;

public sealed class OfflineSyncTests
{
    [Test]
    public async Task Demo_WithBothSidesKilled_HasEachMessageOnce()
    {
        await using ChildProcess demo = SampleProcess.Start("OfflineSync", $"{FreePort.Next()}");

        (await demo.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, demo.Output);
        demo.Output.Should().Contain("The receiver was killed").And.Contain("The sender was killed").And.Contain("messages are there, each once and in order.");
    }

    [Test]
    public async Task Send_WithTheReceiverKilledAfterEachMessage_DeliversAllOnce()
    {
        string folder = PackedPackages.NewFolder();
        int port = FreePort.Next();
        await using ChildProcess sender = SampleProcess.StartIn(folder, "OfflineSync", "send", "alice", $"tcp://127.0.0.1:{port}");
        for (int i = 1; i <= 3; i++)
        {
            sender.WriteLine($"number {i}");
            await sender.WaitForOutputAsync($"written: number {i}", SampleProcess.Patience);
            await using ChildProcess receiver = SampleProcess.StartIn(folder, "OfflineSync", "receive", "bob", $"{port}");
            await receiver.WaitForOutputAsync($"received up to {i}: number {i}", SampleProcess.Patience);
            receiver.Kill();
        }

        await using ChildProcess last = SampleProcess.StartIn(folder, "OfflineSync", "receive", "bob", $"{port}");
        sender.WriteLine("a control character: \u0007");
        sender.CloseInput();
        (await sender.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, sender.Output);
        last.Kill();
        await last.WaitForExitAsync(SampleProcess.Patience);

        sender.Output.Should().Contain("not allowed").And.Contain("everything is delivered");
        string[] inbox = await File.ReadAllLinesAsync(Path.Combine(folder, "bob", "inbox.jsonl"));
        inbox.Should().HaveCount(3);
        inbox.Select((line, i) => line.Contains($"\"number {i + 1}\"", StringComparison.Ordinal)).Should().NotContain(false);
        (await File.ReadAllLinesAsync(Path.Combine(folder, "alice", "outbox.jsonl"))).Should().ContainSingle("what is delivered has left the outbox, but for the last id");
    }

    [Test]
    public async Task Send_WithALineThatWasCutByADeath_GoesOnBehindTheLastWholeOne()
    {
        string folder = PackedPackages.NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "alice"));
        await File.WriteAllTextAsync(Path.Combine(folder, "alice", "outbox.jsonl"), """
            {"Id":41,"Text":"whole"}
            {"Id":42,"Text":"hal
            """.ReplaceLineEndings("\n"));
        int port = FreePort.Next();
        await using ChildProcess receiver = SampleProcess.StartIn(folder, "OfflineSync", "receive", "bob", $"{port}");
        await using ChildProcess sender = SampleProcess.StartIn(folder, "OfflineSync", "send", "alice", $"tcp://127.0.0.1:{port}");
        sender.WriteLine("next");
        sender.CloseInput();

        (await sender.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, sender.Output);
        await receiver.WaitForOutputAsync("received up to 42: next", SampleProcess.Patience);
    }
}
