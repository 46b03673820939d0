using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli.Tests;

/// <summary>How things are written: to terminals, pipes, and to those who do not read on.</summary>
public sealed class OutputTests
{
    [TestCase(null, "abc", true, true, true)]
    [TestCase("NO_COLOR", "1", true, true, false)]
    [TestCase("NO_COLOR", "", true, true, true)]
    [TestCase("TERM", "dumb", true, false, false)]
    public void Terminal_OfItsVariables_IsWhatTheyAskFor(string? name, string value, bool isTerminal, bool ansi, bool colour)
    {
        Terminal terminal = Terminal.Of(redirected: false, ansi: true, variable => variable == name ? value : null);

        (terminal.IsTerminal, terminal.Ansi, terminal.Colour).Should().Be((isTerminal, ansi, colour));
    }

    [Test]
    public void Terminal_ThatIsRedirected_IsNone()
    {
        Terminal.Of(redirected: true, ansi: true, _ => null).Should().BeSameAs(Terminal.None);
    }

    [Test]
    public async Task Command_OnATerminal_IsColouredByStateAndOnlyThere()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        Terminal coloured = new(IsTerminal: true, Ansi: true, Colour: true) { Width = static () => 200 };

        CliResult terminal = await CliRun.RunAsync(host.NewRun().With(output: coloured), "peers");
        CliResult plain = await CliRun.RunAsync(host.NewRun().With(output: coloured with { Colour = false }), "peers");
        CliResult pipe = await host.RunAsync("peers");

        terminal.Out.Should().Contain("\e[").And.Contain("Connected");
        plain.Out.Should().NotContain("\e");
        pipe.Out.Should().NotContain("\e");
    }

    [TestCase(200, "WHY")]
    [TestCase(100, "WHY")]
    [TestCase(80, "WHY")]
    [TestCase(60, "ENDPOINT")]
    [TestCase(40, "NODE")]
    public async Task Peers_OnANarrowTerminal_LeavesOutWhatMattersLeast(int width, string last)
    {
        await using ControlHost host = await ControlHost.StartAsync();
        Terminal narrow = new(IsTerminal: true, Ansi: true, Colour: false) { Width = () => width };

        CliResult result = await CliRun.RunAsync(host.NewRun().With(output: narrow), "peers");

        result.Lines.Should().OnlyContain(line => line.Length <= width);
        result.Lines[0].Should().Contain("KEY").And.Contain("STATE").And.Contain(last);
    }

    [TestCase(32)]
    [TestCase(104)]
    public async Task Command_WhoseReaderHasGone_EndsQuietly(int error)
    {
        await using ControlHost host = await ControlHost.StartAsync();
        await using StreamWriter writer = new(new OutputStream(new BrokenStream(error))) { AutoFlush = true };

        foreach (string command in (string[])["status", "peers --json", "events", "top", "peers --watch"])
            (await CliRun.RunAsync(host.NewRun().With(writer: writer), command.Split(' '))).Should().Be(new CliResult(ExitCode.Ok, "", ""), command);
    }

    [Test]
    public async Task Command_OnAFullDisk_SaysSo()
    {
        await using ControlHost host = await ControlHost.StartAsync();
        await using StreamWriter writer = new(new OutputStream(new BrokenStream(28))) { AutoFlush = true };

        CliResult result = await CliRun.RunAsync(host.NewRun().With(writer: writer), "status");

        result.Code.Should().Be(ExitCode.Failed);
        result.Error.Should().Be("error: The output cannot be written: No space left.\n");
    }

    [TestCase(-1L, "-")]
    [TestCase(0L, "0 ms")]
    [TestCase(999L, "999 ms")]
    [TestCase(1_000L, "1.0 s")]
    [TestCase(59_999L, "59.9 s")]
    [TestCase(60_000L, "1 min")]
    [TestCase(61_000L, "1 min 1 s")]
    [TestCase(3_600_000L, "1 h")]
    [TestCase(86_399_999L, "23 h 59 min")]
    [TestCase(90_000_000L, "1 d 1 h")]
    [TestCase(long.MaxValue, "106751991167 d 7 h")]
    [TestCase(long.MinValue, "-")]
    public void Duration_OfAnyNumber_IsShort(long milliseconds, string text)
    {
        Units.Duration(milliseconds).Should().Be(text);
    }

    [TestCase(0, "0 B")]
    [TestCase(1_023, "1023 B")]
    [TestCase(1_024, "1.0 KiB")]
    [TestCase(1_572_864, "1.5 MiB")]
    [TestCase(9.3e18, "8.1 EiB")]
    public void Bytes_OfAnyNumber_AreShort(double bytes, string text)
    {
        Units.Bytes(bytes).Should().Be(text);
    }

    [TestCase("plain text [with] markup", "plain text [with] markup")]
    [TestCase("\e[31mred\a", "\ufffd[31mred\ufffd")]
    [TestCase("a\r\nb\tc", "a\ufffd\ufffdb\ufffdc")]
    [TestCase("\u202eevil\u2066\u200b\ufeff", "\ufffdevil\ufffd\ufffd\ufffd")]
    [TestCase("Größe 東京 😀", "Größe 東京 😀")]
    [TestCase("\U000e0041tag", "\ufffdtag")]
    [TestCase(null, "")]
    public void SafeText_OfAnything_HasNothingThatATerminalActsOn(string? text, string shown)
    {
        SafeText.Of(text).Should().Be(shown);
    }

    [Test]
    public void SafeText_WithHalfACharacter_HasNone()
    {
        SafeText.Of("\ud800x").Should().Be("\ufffdx"); // an attribute would not keep it
    }

    [Test]
    public void SafeText_ThatIsTooLong_IsCutBetweenCharacters()
    {
        SafeText.Of(new string('a', 9) + "😀😀", 12).Should().Be("aaaaaaaaa😀…");
    }

    [Test]
    public void SafeJson_OfAnyBody_MeansTheSame()
    {
        SafeText.Json("{\"a\":\"\u009b\u202e\u007f😀\U000e0041\",\r\n\t\"b\":1}").Should().Be("{\"a\":\"\\u009b\\u202e\\u007f😀\\udb40\\udc41\", \n \"b\":1}");
    }

    [TestCase("500ms", 500)]
    [TestCase("30s", 30_000)]
    [TestCase("1.5h", 5_400_000)]
    [TestCase("365d", 31_536_000_000)]
    public void DurationText_InEachUnit_IsRead(string text, long milliseconds)
    {
        DurationText.TryParse(text, out TimeSpan duration).Should().BeTrue();
        duration.TotalMilliseconds.Should().Be(milliseconds);
    }

    [TestCase("")]
    [TestCase("5")]
    [TestCase("s")]
    [TestCase("-1s")]
    [TestCase("1e3s")]
    [TestCase("0s")]
    [TestCase("0.1ms")]
    [TestCase("366d")]
    [TestCase("99999999999999999999d")]
    [TestCase("1 s")]
    [TestCase("NaNs")]
    public void DurationText_ThatIsNone_IsRefused(string text)
    {
        DurationText.TryParse(text, out _).Should().BeFalse();
    }

    private sealed class BrokenStream : MemoryStream
    {
        private readonly int _error;

        public BrokenStream(int error) => _error = error;

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left.", _error);
    }
}
