using System.CommandLine;

namespace Vix.P2p.Cli.Commands;

/// <summary>A peer as users name it: its id, the key of its row, or its endpoint.</summary>
internal static class PeerTarget
{
    public static Argument<string> Argument(string description)
    {
        Argument<string> target = new("peer") { Description = description, HelpName = "PEER" };
        target.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && IsEndpoint(text) && !EndpointText.TryParse(text, out _))
                result.AddError($"'{text}' is neither an id, nor the key of a row, nor an endpoint.");
        });
        return target;
    }

    /// <summary>Takes it apart: one of both is null.</summary>
    public static (string? Id, string? Endpoint) Read(string text) =>
        IsEndpoint(text) && EndpointText.TryParse(text, out EndpointText? read) ? (null, read.Endpoint.ToString()) : (text, null);

    private static bool IsEndpoint(string text) => text.Contains(':', StringComparison.Ordinal);
}
