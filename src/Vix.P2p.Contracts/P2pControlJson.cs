using System.Text.Json.Serialization.Metadata;

namespace Vix.P2p.Contracts;

/// <summary>The metadata by which the records of the control plane are serialised, without reflection.</summary>
public static class P2pControlJson
{
    /// <summary>The version of the API that these records describe; members are only ever added to it.</summary>
    public const int ApiVersion = 1;

    /// <summary>The metadata of one of the records. Keep it: it is looked up anew each time.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is not one of them.</exception>
    public static JsonTypeInfo<T> TypeInfo<T>() =>
        (JsonTypeInfo<T>?)P2pControlJsonContext.Default.GetTypeInfo(typeof(T))
        ?? throw new ArgumentException($"{typeof(T)} is not a record of the control plane.");
}
