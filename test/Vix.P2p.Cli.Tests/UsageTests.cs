using System.CommandLine;

namespace Vix.P2p.Cli.Tests;

/// <summary>Command lines: what is understood, and what is said of what is not.</summary>
public sealed class UsageTests
{
    private static IEnumerable<TestCaseData> Commands => All(CliApp.CreateRoot(new CliRun().Context), "").Select(command => new TestCaseData(command.Path).SetArgDisplayNames(command.Path));

    [TestCase("pears", "error: Unrecognized command or argument 'pears'.\nDid you mean 'peers'?\n'vix-p2p --help' tells more.\n")]
    [TestCase("peers --limit 0", "error: --limit is '0'; it must be a whole number from 1 to 5000.\n'vix-p2p peers --help' tells more.\n")]
    [TestCase("peers --limit many", "error: --limit is 'many'; it must be a whole number from 1 to 5000.\n'vix-p2p peers --help' tells more.\n")]
    [TestCase("ban r1 --for 5", "error: '5' is no duration; write it like 500ms, 30s, 10m, 2h or 7d, from 1ms to 365d.\n'vix-p2p ban --help' tells more.\n")]
    [TestCase("ban r1 --for 366d", "error: '366d' is no duration; write it like 500ms, 30s, 10m, 2h or 7d, from 1ms to 365d.\n'vix-p2p ban --help' tells more.\n")]
    [TestCase("connect nowhere", "error: 'nowhere' is no endpoint; write host:port, tcp://host:port or tcp://host:port#<peer id>.\n'vix-p2p connect --help' tells more.\n")]
    [TestCase("connect 127.0.0.1:9001#abc", "error: '127.0.0.1:9001#abc' is no endpoint; write host:port, tcp://host:port or tcp://host:port#<peer id>.\n'vix-p2p connect --help' tells more.\n")]
    [TestCase("persistent add http://a/b", "error: 'http://a/b' is no endpoint; write host:port, tcp://host:port or tcp://host:port#<peer id>.\n'vix-p2p persistent add --help' tells more.\n")]
    [TestCase("unban r12", "error: 'r12' is no peer id: it has 64 lowercase hex digits. 'vix-p2p peers --long' shows them.\n'vix-p2p unban --help' tells more.\n")]
    [TestCase("peer ..", "error: That is no id: it has 1 to 128 visible ASCII characters.\n'vix-p2p peer --help' tells more.\n")]
    [TestCase("disconnect a:b", "error: 'a:b' is neither an id, nor the key of a row, nor an endpoint.\n'vix-p2p disconnect --help' tells more.\n")]
    [TestCase("run --listen 70000", "error: '70000' is nowhere to listen; write a port (0: any that is free), ADDRESS:PORT or [IPV6]:PORT, or none.\n'vix-p2p run --help' tells more.\n")]
    [TestCase("run --http ::1:80", "error: '::1:80' is nowhere to listen; write a port (0: any that is free), ADDRESS:PORT or [IPV6]:PORT, or none.\n'vix-p2p run --help' tells more.\n")]
    [TestCase("run --connect a b", "error: Unrecognized command or argument 'b'.\nerror: 'a' is no endpoint; write host:port, tcp://host:port or tcp://host:port#<peer id>.\n'vix-p2p run --help' tells more.\n")]
    [TestCase("status --url ftp://a", "error: --url is no http address.\nWrite it like http://127.0.0.1:5180 or https://node.example/p2p.\n")]
    [TestCase("status --api-key a --api-key-file b", "error: --api-key and --api-key-file are both given.\nGive one of them.\n")]
    [TestCase("status --api-key-file no-such-file/key", null)]
    [TestCase("status --timeout 0", "error: --timeout is '0'; it must be a whole number from 1 to 3600.\n'vix-p2p status --help' tells more.\n")]
    [TestCase("run --url http://a", "error: Unrecognized command or argument '--url'.\nerror: Unrecognized command or argument 'http://a'.\n'vix-p2p run --help' tells more.\n")]
    [TestCase("status @file", "error: Unrecognized command or argument '@file'.\n'vix-p2p status --help' tells more.\n")]
    public async Task Usage_ThatIsWrong_IsExplainedWithCode2(string line, string? error)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), line.Split(' '));

        result.Code.Should().Be(ExitCode.Usage);
        result.Out.Should().BeEmpty();
        if (error is null)
            result.Error.Should().StartWith("error: ");
        else
            result.Error.Should().Be(error);
    }

    [Test]
    public async Task Usage_OfNothing_ShowsTheHelpOnStandardError()
    {
        CliResult result = await CliRun.RunAsync(new CliRun());

        result.Code.Should().Be(ExitCode.Usage);
        result.Out.Should().BeEmpty();
        result.Error.Should().Contain("vix-p2p [command] [options]").And.Contain("run  ");
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Help_OfEachCommand_DescribesItAndAllItTakes(string path)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), [.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        result.Code.Should().Be(ExitCode.Ok);
        result.Error.Should().BeEmpty();
        result.Out.Should().Contain($"vix-p2p {path}".TrimEnd());
        Command command = All(CliApp.CreateRoot(new CliRun().Context), "").Single(known => known.Path == path).Command;
        command.Description.Should().EndWith(".");
        command.Options.Where(option => option is not System.CommandLine.Help.HelpOption and not VersionOption).Should().NotContain(option => !option.Description!.EndsWith('.'));
        command.Arguments.Should().NotContain(argument => !argument.Description!.EndsWith('.'));
    }

    [Test]
    public async Task Version_Always_IsThePackagesAlone()
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "--version");

        result.Code.Should().Be(ExitCode.Ok);
        result.Out.Should().MatchRegex(@"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?\n$");
    }

    [TestCase("localhost:5181", "http://localhost:5181/p2p/ping")]
    [TestCase("http://localhost:5181/", "http://localhost:5181/p2p/ping")]
    [TestCase("https://node.example/control", "https://node.example/control/ping")]
    [TestCase("https://node.example/control/", "https://node.example/control/ping")]
    [TestCase("http://[::1]:5181", "http://[::1]:5181/p2p/ping")]
    public async Task Url_InAnyForm_LeadsToThePrefix(string url, string asked)
    {
        Answers server = new(_ => Answers.Json("""{"ok":true,"pong":true,"module":"p2p_http"}"""));

        CliResult byOption = await CliRun.RunAsync(server.NewRun(), "ping", "--url", url);
        CliResult byVariable = await CliRun.RunAsync(server.NewRun().With(variables: new() { ["VIX_P2P_URL"] = url }), "ping");

        byOption.Code.Should().Be(ExitCode.Ok, byOption.Error);
        byVariable.Code.Should().Be(ExitCode.Ok, byVariable.Error);
        server.Requests.Select(request => request.RequestUri!.ToString()).Distinct().Should().Equal(asked);
    }

    [Test]
    public async Task Url_WithAPassword_IsRefusedAndNotRepeated()
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "status", "--url", "http://me:hunter2@node.example");

        result.Code.Should().Be(ExitCode.Usage);
        result.Error.Should().NotContain("hunter2").And.Contain("--api-key-file");
    }

    [TestCase("two words")]
    [TestCase("line\nbreak")]
    [TestCase("")]
    public async Task ApiKey_ThatCannotBeSent_IsRefusedAndNotRepeated(string key)
    {
        CliResult result = await CliRun.RunAsync(new CliRun(), "status", "--api-key", key);

        result.Code.Should().Be(ExitCode.Usage);
        result.Error.Should().StartWith("error: --api-key holds no key.");
        if (key.Length > 0)
            result.Error.Should().NotContain(key);
    }

    private static IEnumerable<(string Path, Command Command)> All(Command command, string path)
    {
        yield return (path, command);
        foreach (Command child in command.Subcommands.Where(child => !child.Hidden))
        {
            foreach ((string Path, Command Command) found in All(child, $"{path} {child.Name}".TrimStart()))
                yield return found;
        }
    }
}
