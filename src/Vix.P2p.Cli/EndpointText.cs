using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;

namespace Vix.P2p.Cli;

/// <summary>An endpoint as users write it: host:port or tcp://host:port, and the peer id that must answer there.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="ExpectedId">The id; null for whoever answers.</param>
internal sealed record EndpointText(PeerEndpoint Endpoint, string? ExpectedId)
{
    private const string Form = "host:port, tcp://host:port or tcp://host:port#<peer id>";

    /// <summary>The form in which a node's settings have it.</summary>
    public override string ToString() => ExpectedId is null ? Endpoint.ToString() : $"{Endpoint}#{ExpectedId}";

    /// <summary>An argument that takes one.</summary>
    public static Argument<EndpointText> Argument(string description) => new("endpoint")
    {
        Description = description,
        HelpName = "ENDPOINT",
        CustomParser = static result => Parse(result, result.Tokens[0].Value)!,
    };

    /// <summary>Reads one, or tells the parser why it is none.</summary>
    public static EndpointText? Parse(SymbolResult result, string text)
    {
        if (TryParse(text, out EndpointText? read))
            return read;
        result.AddError($"'{text}' is no endpoint; write {Form}.");
        return null;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out EndpointText? read)
    {
        read = null;
        int hash = text.IndexOf('#', StringComparison.Ordinal);
        string? id = hash < 0 ? null : text[(hash + 1)..];
        string address = hash < 0 ? text : text[..hash];
        if (id is not null && !PeerId.TryParse(id, out _))
            return false;
        if (!PeerEndpoint.TryParse(address.Contains("://", StringComparison.Ordinal) ? address : $"tcp://{address}", out PeerEndpoint? endpoint))
            return false;
        read = new EndpointText(endpoint, id);
        return true;
    }
}
