using System.Runtime.Versioning;

namespace Vix.P2p.Cli.Tests;

/// <summary>id, key and completion: what needs no node.</summary>
public sealed class ToolTests
{
    private string _folder = "";

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("vix-p2p-cli-").FullName;

    [TearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Id_OfANewFile_MakesItAndShowsTheSameIdAgain()
    {
        string file = Path.Combine(_folder, "node.pem");

        CliResult made = await CliRun.RunAsync(new CliRun(), "id", file);
        CliResult shown = await CliRun.RunAsync(new CliRun(), "id", file);
        CliResult json = await CliRun.RunAsync(new CliRun(), "id", file, "--json");

        made.Out.Should().MatchRegex("^[0-9a-f]{64}\n$");
        made.Error.Should().Be($"made {file}; whoever has it is this peer, so keep it to yourself.\n");
        shown.Should().Be(new CliResult(ExitCode.Ok, made.Out, ""));
        json.Out.Should().Be($$"""{"ok":true,"id":"{{made.Out.Trim()}}","path":"{{file.Replace("\\", "\\\\")}}","created":false}""" + "\n");
    }

    [Test]
    public async Task Id_OfAFileThatHoldsNoKey_SaysWhat()
    {
        string file = Path.Combine(_folder, "node.pem");
        await File.WriteAllTextAsync(file, "hello");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        CliResult result = await CliRun.RunAsync(new CliRun(), "id", file);

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().StartWith($"error: The identity file is '{file}', but it is not a PEM file, or a damaged one; ");
    }

    [Test]
    public async Task Id_InAFolderThatIsNotThere_SaysHowToMakeIt()
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "id", Path.Combine(_folder, "nowhere", "node.pem"));

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().Contain("its folder does not exist; make it: mkdir -p");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "File modes are of Unix.")]
    [UnsupportedOSPlatform("windows")]
    public async Task Key_OfANewFile_Holds32BytesForItsOwnerAlone()
    {
        string file = Path.Combine(_folder, "network.key");

        CliResult result = await CliRun.RunAsync(new CliRun(), "key", file);

        result.Code.Should().Be(ExitCode.Ok);
        Convert.FromBase64String((await File.ReadAllTextAsync(file)).Trim()).Should().HaveCount(32);
        File.GetUnixFileMode(file).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        result.Out.Should().NotContain((await File.ReadAllTextAsync(file)).Trim());
    }

    [Test]
    public async Task Key_OfAFileThatIsThere_LeavesItAlone()
    {
        string file = Path.Combine(_folder, "network.key");
        await File.WriteAllTextAsync(file, "a key that nodes use");

        CliResult result = await CliRun.RunAsync(new CliRun(), "key", file);

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().StartWith($"error: {file} is there already.\n");
        (await File.ReadAllTextAsync(file)).Should().Be("a key that nodes use");
    }

    [Test]
    public async Task Key_Twice_IsAnotherOne()
    {
        await CliRun.RunAsync(new CliRun(), "key", Path.Combine(_folder, "a"));
        await CliRun.RunAsync(new CliRun(), "key", Path.Combine(_folder, "b"));

        (await File.ReadAllTextAsync(Path.Combine(_folder, "a"))).Should().NotBe(await File.ReadAllTextAsync(Path.Combine(_folder, "b")));
    }

    [TestCase("vix-p2p pee", "peer", "peers")]
    [TestCase("vix-p2p persistent ", "add", "remove")]
    [TestCase("vix-p2p peers --direction ", "inbound", "outbound")]
    [TestCase("/opt/tools/vix-p2p peers --st", "--state")]
    [TestCase("vix-p2p completion ", "bash", "fish", "pwsh", "zsh")]
    [TestCase("vix-p2p run --log-level ", "Critical", "Debug", "Error", "Information", "None", "Trace", "Warning")]
    [TestCase("vix-p2p")]
    public async Task Complete_OfALine_OffersWhatMayComeNext(string line, params string[] offered)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "complete", "--position", $"{line.Length}", "--", line);

        result.Code.Should().Be(ExitCode.Ok);
        // At the beginning of a word its options are offered too.
        string[] all = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        all.Where(item => offered.Contains(item) || !line.EndsWith(' ')).Should().Equal(offered);
    }

    [Test]
    public async Task Complete_OfTheFirstWord_OffersEachCommandAndNotItself()
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "complete", "--position", "8", "--", "vix-p2p ");

        result.Lines.Should().Contain(["run", "status", "peers", "top", "completion"]).And.NotContain("complete");
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("pwsh")]
    public async Task Completion_OfAShell_AsksTheProgramAndSaysHowToUseIt(string shell)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "completion", shell);

        result.Code.Should().Be(ExitCode.Ok);
        result.Lines[0].Should().StartWith("# ").And.Contain($"vix-p2p completion {shell}");
        result.Out.Should().Contain("vix-p2p complete --position ");
    }
}
