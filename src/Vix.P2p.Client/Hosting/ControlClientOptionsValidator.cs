using Microsoft.Extensions.Options;

namespace Vix.P2p.Client.Hosting;

/// <summary>Says what is wrong with the options of a client, by the name of the setting.</summary>
internal sealed class ControlClientOptionsValidator(string client) : IValidateOptions<P2pControlClientOptions>
{
    private const long LeastResponseBytes = 1024;

    public ValidateOptionsResult Validate(string? name, P2pControlClientOptions options)
    {
        if (name != client)
            return ValidateOptionsResult.Skip;
        string[] failures = [.. Failures(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Refuses options that are not valid.</summary>
    /// <exception cref="OptionsValidationException">They are not.</exception>
    public static void Check(P2pControlClientOptions options)
    {
        string[] failures = [.. Failures(options)];
        if (failures.Length > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(P2pControlClientOptions), failures);
    }

    // The key itself is in no message.
    private static IEnumerable<string> Failures(P2pControlClientOptions options)
    {
        const string of = nameof(P2pControlClientOptions);
        if (options.BaseAddress is not { } address)
            yield return $"{of}.{nameof(options.BaseAddress)} must be set: the address of the control plane with its prefix, such as http://localhost:5180/p2p.";
        else if (!IsBase(address))
            yield return $"{of}.{nameof(options.BaseAddress)} must be an absolute http or https address without a user, a query or a fragment, such as http://localhost:5180/p2p.";
        if (options.ApiKey is { } key && !IsKey(key))
            yield return $"{of}.{nameof(options.ApiKey)} must be printable ASCII without spaces, or null.";
        if (options.Timeout != Timeout.InfiniteTimeSpan && (options.Timeout < TimeSpan.FromMilliseconds(1) || options.Timeout.TotalMilliseconds > int.MaxValue))
            yield return $"{of}.{nameof(options.Timeout)} is {options.Timeout} and must be 00:00:00.001 to 24.00:00:00, or infinite.";
        if (options.UnixSocketPath is { Length: 0 })
            yield return $"{of}.{nameof(options.UnixSocketPath)} must be a path, or null.";
        if (options.MaxResponseBytes < LeastResponseBytes)
            yield return $"{of}.{nameof(options.MaxResponseBytes)} is {options.MaxResponseBytes} and must be at least {LeastResponseBytes}.";
    }

    private static bool IsBase(Uri address) =>
        address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;

    private static bool IsKey(string key) => key.Length > 0 && key.All(letter => letter is > ' ' and <= '~');
}
