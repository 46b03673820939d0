using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;
using Vix.P2p.Soak.Measuring;

namespace Vix.P2p.EndToEndTests;

/// <summary>The soak itself: that it runs, that it judges. What it says of the node takes an hour (docs/soak.md).</summary>
public sealed class SoakTests
{
    private static readonly string Program = Repository.Path("test", "Vix.P2p.Soak", "bin", SampleProcess.Configuration, "net10.0", "Vix.P2p.Soak.dll");

    [Test]
    [Platform(Exclude = "Win", Reason = "The handles of a process there are not its own doing alone.")]
    public async Task Soak_OfAFewPeers_LeavesNothingBehind()
    {
        string folder = PackedPackages.NewFolder();
        await using ChildProcess soak = ChildProcess.Start("dotnet", folder, [Program, "--joins", "60", "--peers", "20", "--seed", "5", "--out", folder]);

        int code = await soak.WaitForExitAsync(TimeSpan.FromMinutes(4));

        code.Should().Be(0, soak.Output);
        soak.Output.Should().Contain("seed 5, 20 peers, 60 joins").And.Contain("all have left").And.MatchRegex(@"the hub handled \d+ messages, \d+ requests, \d+ streams");
        File.ReadLines(Path.Combine(folder, "samples.csv")).First().Should().StartWith("seconds,live_mb,").And.Contain(",tasks,").And.Contain(",handles,");
    }

    [TestCase("--minutes")]
    [TestCase("--minutes", "0")]
    [TestCase("--peers", "many")]
    [TestCase("--speed", "3")]
    public async Task Soak_WithWhatItDoesNotKnow_SaysHowItIsUsed(params string[] arguments)
    {
        await using ChildProcess soak = ChildProcess.Start("dotnet", PackedPackages.NewFolder(), [Program, .. arguments]);

        int code = await soak.WaitForExitAsync(SampleProcess.Patience);

        code.Should().Be(2);
        soak.Output.Should().Contain("[--minutes N | --joins N]");
    }

    [Test]
    public void Slope_OfALine_IsItsOwn()
    {
        Slope slope = Slope.Of([.. Enumerable.Range(0, 20).Select(i => (i / 10.0, 3 + (2.5 * i / 10.0)))])!;

        slope.PerHour.Should().BeApproximately(2.5, 1e-9);
        slope.Error.Should().BeApproximately(0, 1e-6);
    }

    // Noise of 1 around growth of 0 or 4 an hour; an hour of samples each half minute tells the two apart.
    [TestCase(0, "does not grow")]
    [TestCase(4, "grows")]
    public void Slope_OfNoise_ShowsTheGrowthBehindIt(double growth, string verdict)
    {
        var random = new Random(11);

        Slope slope = Slope.Of([.. Enumerable.Range(0, 120).Select(i => (i / 120.0, 10 + (growth * i / 120.0) + random.NextDouble()))])!;

        slope.PerHour.Should().BeApproximately(growth, 3 * slope.Error);
        slope.Judge(1).Should().Be(verdict);
    }

    [Test]
    public void Slope_WhereNeighboursAreAlike_IsLessSure()
    {
        double[] noise = [.. Enumerable.Range(0, 96).Select(i => i % 2 == 0 ? 1.0 : -1.0)];
        double[] runs = [.. Enumerable.Range(0, 96).Select(i => i % 32 < 16 ? 1.0 : -1.0)];

        Slope single = Slope.Of([.. noise.Select((y, i) => (i / 96.0, y))])!;
        Slope alike = Slope.Of([.. runs.Select((y, i) => (i / 96.0, y))])!;

        alike.Error.Should().BeGreaterThan(2 * single.Error);
        alike.Judge(1).Should().Be("cannot be told");
    }

    [Test]
    public void Slope_OfAFewSamples_SaysNothing() => Slope.Of([(0, 1), (1, 2), (2, 3)]).Should().BeNull();
}
