using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Vix.P2p.Cli;

/// <summary>Checks of options that say which values there are.</summary>
internal static class Validation
{
    private const int MaxName = 128;

    /// <summary>Lets an option have a whole number of a range only.</summary>
    public static void Range(Option<int> option, int min, int max) => option.CustomParser = result => Number(result, option.Name, min, max);

    /// <summary>The same for one that may be absent.</summary>
    public static void Range(Option<int?> option, int min, int max) => option.CustomParser = result => Number(result, option.Name, min, max);

    /// <summary>Lets an argument be an id or a key that can stand in a path.</summary>
    public static void NameOfRow(Argument<string> argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }] && (text.Trim('.').Length == 0 || text.Length > MaxName || text.AsSpan().ContainsAnyExceptInRange('!', '~')))
            result.AddError($"That is no {argument.Name}: it has 1 to {MaxName} visible ASCII characters.");
    });

    /// <summary>Lets an argument be a peer id.</summary>
    public static void PeerIds(Argument<string> argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }] && !PeerId.TryParse(text, out _))
            result.AddError($"'{text}' is no peer id: it has 64 lowercase hex digits. 'vix-p2p peers --long' shows them.");
    });

    private static int Number(ArgumentResult result, string name, int min, int max)
    {
        string text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < min || value > max)
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a whole number from {min} to {max}."));
        return value;
    }
}
