using System.CommandLine;
using System.Globalization;

namespace Vix.P2p.Cli;

/// <summary>Checks of options that say which values there are.</summary>
internal static class Validation
{
    /// <summary>Lets an option have a number of a range only.</summary>
    public static void Range(Option<int> option, int min, int max) => option.Validators.Add(result =>
    {
        // Where it is no number the parser has said so already.
        if (!result.Errors.Any() && result.GetValueOrDefault<int>() is var value && (value < min || value > max))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be {min} to {max}."));
    });

    /// <summary>The same for one that may be absent.</summary>
    public static void Range(Option<int?> option, int min, int max) => option.Validators.Add(result =>
    {
        if (!result.Errors.Any() && result.GetValueOrDefault<int?>() is { } value && (value < min || value > max))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {value}; it must be {min} to {max}."));
    });
}
