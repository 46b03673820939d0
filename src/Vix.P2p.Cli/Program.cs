using System.Runtime.InteropServices;
using System.Text;
using Spectre.Console;
using Vix.P2p.Cli.Output;

namespace Vix.P2p.Cli;

/// <summary>The process: its streams, its signals, its exit code.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using CancellationTokenSource stop = new();
        bool terminated = false;
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        int code = await CliApp.RunAsync(arguments, CreateContext(), stop.Token).ConfigureAwait(false);
        return code == ExitCode.Interrupted && terminated ? ExitCode.Terminated : code;

        void OnSignal(PosixSignalContext signal)
        {
            // The second one ends the process as if nobody listened to it.
            if (stop.IsCancellationRequested)
                return;
            signal.Cancel = true;
            terminated = signal.Signal == PosixSignal.SIGTERM;
            stop.Cancel();
        }
    }

    private static CliContext CreateContext()
    {
        bool ansi = !OperatingSystem.IsWindows() || AnsiConsole.Profile.Capabilities.Ansi;
        return new CliContext
        {
            Out = StandardOutput.Open(),
            Error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true },
            OutTerminal = Terminal.Of(Console.IsOutputRedirected, ansi, Environment.GetEnvironmentVariable),
            ErrorTerminal = Terminal.Of(Console.IsErrorRedirected, ansi, Environment.GetEnvironmentVariable),
            ReadKey = Console.IsInputRedirected ? null : Keyboard.ReadAsync,
        };
    }
}
