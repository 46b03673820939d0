namespace Vix.P2p.Cli.Control;

/// <summary>The address of a control plane, as users write it.</summary>
internal static class ServerAddress
{
    public const string Variable = "VIX_P2P_URL";

    /// <summary>Where <c>run</c> has it.</summary>
    public const string Default = "http://127.0.0.1:5180";

    private const string Prefix = "/p2p";

    public static Uri Read(string? option, Func<string, string?> variable)
    {
        if (option is not null)
            return Parse(option, "--url");
        return variable(Variable) is { Length: > 0 } text ? Parse(text, Variable) : Parse(Default, "--url");
    }

    private static Uri Parse(string text, string source)
    {
        // "localhost:5180" would be an address of the scheme "localhost".
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            throw new CliException(ExitCode.Usage, $"{source} is no http address.", $"Write it like {Default} or https://node.example/p2p.");
        // Not repeated in the message: what stands there may be a password.
        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
            throw new CliException(ExitCode.Usage, $"{source} has a user, a query or a fragment.", $"Write it like {Default}; a key is given by --api-key-file or {KeySource.Variable}.");
        string path = address.AbsolutePath.TrimEnd('/');
        return new UriBuilder(address) { Path = path.Length == 0 ? Prefix : path }.Uri;
    }
}
