namespace Vix.P2p.Messages;

/// <summary>What the name of a protocol must be: name and version with a slash between, as <c>chat/1</c>.</summary>
internal static class ProtocolName
{
    private const int Shortest = 3;
    private const int Longest = 64;

    /// <summary>The rule, for messages.</summary>
    public const string Rule = "3 to 64 printable ASCII characters without spaces, a name and a version with a slash between, such as chat/1";

    public static bool IsValid(string name)
    {
        // The version is what stands behind the last slash, so that a name may have some of its own.
        int slash = name.LastIndexOf('/');
        return name.Length is >= Shortest and <= Longest
            && slash > 0
            && slash < name.Length - 1
            && !name.AsSpan().ContainsAnyExceptInRange('!', '~');
    }
}
