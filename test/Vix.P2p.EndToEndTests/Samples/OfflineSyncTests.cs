using FluentAssertions;
using Microsoft.Data.Sqlite;
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
        string[] send = ["send", "alice", $"tcp://127.0.0.1:{port}"];
        for (int i = 1; i <= 3; i++)
        {
            await using ChildProcess sender = SampleProcess.StartIn(folder, "OfflineSync", [.. send, $"number {i}"]);
            await sender.WaitForOutputAsync($"written: number {i}", SampleProcess.Patience);
            await using ChildProcess receiver = SampleProcess.StartIn(folder, "OfflineSync", "receive", "bob", $"{port}");
            await receiver.WaitForOutputAsync($"received {i}: number {i}", SampleProcess.Patience);
            receiver.Kill();
            // It may have had its answer or not.
            sender.Kill();
            await sender.WaitForExitAsync(SampleProcess.Patience);
        }

        await using ChildProcess last = SampleProcess.StartIn(folder, "OfflineSync", "receive", "bob", $"{port}");
        await using ChildProcess rest = SampleProcess.StartIn(folder, "OfflineSync", [.. send, "a control character: \u0007", "number 4"]);
        (await rest.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, rest.Output);
        last.Kill();
        await last.WaitForExitAsync(SampleProcess.Patience);

        rest.Output.Should().Contain("not allowed").And.Contain("everything is delivered");
        Texts(folder, "bob", "inbox").Should().Equal("number 1", "number 2", "number 3", "number 4");
        Texts(folder, "alice", "outbox").Should().BeEmpty();
    }

    [Test]
    public async Task Send_KilledWithTheReceiverAway_DeliversWhenStartedAgain()
    {
        string folder = PackedPackages.NewFolder();
        int port = FreePort.Next();
        await using (ChildProcess sender = SampleProcess.StartIn(folder, "OfflineSync", "send", "alice", $"tcp://127.0.0.1:{port}", "one", "two"))
        {
            await sender.WaitForOutputAsync("not acknowledged", SampleProcess.Patience);
            sender.Kill();
        }

        await using ChildProcess receiver = SampleProcess.StartIn(folder, "OfflineSync", "receive", "bob", $"{port}");
        await using ChildProcess again = SampleProcess.StartIn(folder, "OfflineSync", "send", "alice", $"tcp://127.0.0.1:{port}");

        (await again.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, again.Output);
        await receiver.WaitForOutputAsync("received 2: two", SampleProcess.Patience);
    }

    private static List<string> Texts(string folder, string who, string table)
    {
        using SqliteConnection database = new($"Data Source={Path.Combine(folder, who, "sync.db")};Pooling=False");
        database.Open();
        using SqliteCommand command = database.CreateCommand();
        command.CommandText = $"SELECT text FROM {table} ORDER BY rowid";
        using SqliteDataReader reader = command.ExecuteReader();
        List<string> texts = [];
        while (reader.Read())
            texts.Add(reader.GetString(0));
        return texts;
    }
}
