using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;

namespace Vix.P2p.EndToEndTests.Samples;

public sealed partial class CustomProtocolTests
{
    private const int Length = 24 * 1024 * 1024;

    [Test]
    public async Task Demo_WithACutInTheMiddle_Resumes()
    {
        await using ChildProcess demo = SampleProcess.Start("CustomProtocol");

        (await demo.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, demo.Output);
        Beginnings(demo).Should().HaveCount(2).And.BeInAscendingOrder().And.StartWith(0);
        demo.Output.Should().Contain("cut: ").And.Contain("100 %").And.Contain("arrived whole");
    }

    [Test]
    public async Task Send_WithTheReceiverKilled_GoesOnWhereItWas()
    {
        string folder = PackedPackages.NewFolder();
        byte[] content = RandomNumberGenerator.GetBytes(Length);
        await File.WriteAllBytesAsync(Path.Combine(folder, "a file.bin"), content);
        int port = FreePort.Next();
        await using ChildProcess receiver = SampleProcess.StartIn(folder, "CustomProtocol", "receive", "in", $"{port}");
        await receiver.WaitForOutputAsync("send to", SampleProcess.Patience);
        await using ChildProcess sender = SampleProcess.StartIn(folder, "CustomProtocol", "send", "a file.bin", $"tcp://127.0.0.1:{port}", "1");
        await sender.WaitForOutputAsync("20 %", SampleProcess.Patience);
        receiver.Kill();
        await sender.WaitForOutputAsync("cut: ", SampleProcess.Patience);
        await using ChildProcess again = SampleProcess.StartIn(folder, "CustomProtocol", "receive", "in", $"{port}");

        (await sender.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, sender.Output);
        Beginnings(again).Should().ContainSingle().Which.Should().BeGreaterThan(0);
        string arrived = Directory.EnumerateFiles(Path.Combine(folder, "in")).Should().ContainSingle().Subject;
        Path.GetFileName(arrived).Should().Be($"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}-a_file.bin");
        (await File.ReadAllBytesAsync(arrived)).Should().Equal(content);
    }

    [Test]
    public async Task Send_AFileThatIsThere_SendsNoneOfIt()
    {
        string folder = PackedPackages.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "note.txt"), "a note");
        int port = FreePort.Next();
        await using ChildProcess receiver = SampleProcess.StartIn(folder, "CustomProtocol", "receive", "in", $"{port}");
        await receiver.WaitForOutputAsync("send to", SampleProcess.Patience);
        for (int i = 0; i < 2; i++)
        {
            await using ChildProcess sender = SampleProcess.StartIn(folder, "CustomProtocol", "send", "note.txt", $"tcp://127.0.0.1:{port}");
            (await sender.WaitForExitAsync(SampleProcess.Patience)).Should().Be(0, sender.Output);
        }

        Beginnings(receiver).Should().Equal(0, 6);
        Directory.EnumerateFiles(Path.Combine(folder, "in")).Should().ContainSingle();
    }

    private static long[] Beginnings(ChildProcess process) =>
        [.. Beginning().Matches(process.Output).Select(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex("begins at byte ([0-9]+) of")]
    private static partial Regex Beginning();
}
