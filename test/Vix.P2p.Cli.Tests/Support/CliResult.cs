namespace Vix.P2p.Cli.Tests.Support;

/// <summary>What one run of the program came to.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    public string[] Lines => Out.TrimEnd('\n').Split('\n');
}
