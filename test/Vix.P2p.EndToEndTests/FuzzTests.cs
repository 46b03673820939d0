using System.Globalization;
using System.Text.RegularExpressions;
using FluentAssertions;
using NUnit.Framework;
using Vix.P2p.EndToEndTests.Harness;
using Vix.P2p.Shared;

namespace Vix.P2p.EndToEndTests;

/// <summary>
/// A little of what ./build/fuzz.sh does at length: the corpora and finds of the tree, and some executions of a fixed seed.
/// And that the fuzzer finds what is to be found.
/// </summary>
public sealed partial class FuzzTests
{
    private const string Planted = "broken-on-purpose";

    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("vix-fuzz").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("frames", 1_000_000)]
    [TestCase("records", 30_000)]
    [TestCase("hello", 60_000)]
    [TestCase("ack", 20_000)]
    [TestCase("finish", 6_000)]
    [TestCase("transcript", 40_000)]
    [TestCase("sealed", 3_000)]
    [TestCase("introduction", 50_000)]
    [TestCase("body", 40_000)]
    [TestCase("query", 60_000)]
    [TestCase("http", 4_000)]
    public async Task Target_SomeExecutions_BreaksNothingAndComesToAllThereIs(string target, int executions)
    {
        (int code, string output) = await FuzzProcess.RunAsync("--target", target, "--executions", executions.ToString(CultureInfo.InvariantCulture), "--seed", "1");

        // The outcomes are in it: one that nothing came to is no success.
        code.Should().Be(0, output);
        Match row = Row().Match(output);
        row.Groups["target"].Value.Should().Be(target, output);
        int.Parse(row.Groups["executions"].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture).Should().Be(executions, output);
    }

    [Test]
    public async Task Targets_InTheTree_AreAllTestedHere()
    {
        (int code, string output) = await FuzzProcess.RunAsync("--target", "none");

        string[] targets = output.ReplaceLineEndings("\n").Split('\n').Single(line => line.StartsWith("targets: ", StringComparison.Ordinal))["targets: ".Length..].Split(", ");
        code.Should().Be(2);
        targets.Should().BeEquivalentTo(
            typeof(FuzzTests).GetMethod(nameof(Target_SomeExecutions_BreaksNothingAndComesToAllThereIs))!
                .GetCustomAttributes(typeof(TestCaseAttribute), inherit: false).Select(test => ((TestCaseAttribute)test).Arguments[0]));
        targets.Should().OnlyContain(target => File.Exists(Repository.Path("test", "Vix.P2p.Fuzz", "Corpus", target + ".txt")));
    }

    [Test]
    public async Task Target_BrokenOnPurpose_IsFoundKeptAndFailsAgain()
    {
        (int code, string output) = await FuzzProcess.RunAsync("--target", Planted, "--executions", "1000000", "--folder", _folder, "--save");
        string find = Path.Combine(_folder, "Finds", Planted + ".txt");
        code.Should().Be(1, output);
        File.ReadAllText(find).Should().StartWith("# ArgumentOutOfRangeException");

        // By hand, from the file; and in each run that follows.
        (code, output) = await FuzzProcess.RunAsync("--replay", find);
        code.Should().Be(1, output);
        output.Should().Contain("ArgumentOutOfRangeException");
        (code, output) = await FuzzProcess.RunAsync("--target", Planted, "--executions", "1", "--folder", _folder);
        code.Should().Be(1, output);
    }

    [Test]
    public async Task Target_EndlessOnPurpose_IsFoundAndKept()
    {
        (int code, string output) = await FuzzProcess.RunAsync("--target", "endless-on-purpose", "--executions", "1000000", "--patience", "2", "--folder", _folder, "--save");

        code.Should().Be(1, output);
        output.Should().Contain("it does not end within 2 s");
        File.ReadAllText(Path.Combine(_folder, "Finds", "endless-on-purpose.txt")).Should().StartWith("# it does not end");
    }

    [Test]
    public async Task Replay_CorpusOfATarget_BreaksNothing()
    {
        (int code, string output) = await FuzzProcess.RunAsync("--replay", Repository.Path("test", "Vix.P2p.Fuzz", "Corpus", "frames.txt"));

        code.Should().Be(0, output);
    }

    [TestCase("--executions")]
    [TestCase("--executions", "many")]
    [TestCase("--replay", "/nowhere/frames.txt")]
    [TestCase("--replay", "/nowhere/else.txt")]
    [TestCase("--what")]
    public async Task Arguments_ThatMeanNothing_AreRefused(params string[] arguments)
    {
        (int code, string output) = await FuzzProcess.RunAsync(arguments);

        code.Should().Be(2, output);
    }

    [GeneratedRegex(@"^(?<target>[a-z]+) +(?<executions>[0-9,]+) ", RegexOptions.Multiline)]
    private static partial Regex Row();
}
