namespace Vix.P2p;

/// <summary>A node could not start; the message names the setting, its value and the cause.</summary>
public sealed class P2pStartException : Exception
{
    /// <summary>Makes the exception of a failed start.</summary>
    /// <param name="setting">The full path of the setting, such as <c>P2p:ListenPort</c>.</param>
    /// <param name="message">The setting, its value and the cause.</param>
    /// <param name="innerException">What the system said.</param>
    public P2pStartException(string setting, string message, Exception? innerException = null)
        : base(message, innerException) => Setting = setting;

    /// <summary>The full path of the setting, such as <c>P2p:ListenPort</c>.</summary>
    public string Setting { get; }
}
