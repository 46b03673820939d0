namespace Vix.P2p.Client.Requests;

/// <summary>The address of a control plane: makes those of its routes.</summary>
internal sealed class ControlAddress
{
    private readonly string _root;

    public ControlAddress(Uri address) => _root = address.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>A route below the prefix; empty for the prefix itself.</summary>
    public Uri Of(string route) => new(_root + route);

    /// <summary>A route that ends in what a caller names.</summary>
    /// <exception cref="ArgumentException">The name would lead to another route.</exception>
    public Uri Of(string route, string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        // Dots are not escaped, and these two would be taken out of the path together with what is before them.
        return name is "." or ".."
            ? throw new ArgumentException($"'{name}' names nothing.", parameter)
            : new Uri($"{_root}{route}/{Uri.EscapeDataString(name)}");
    }
}
