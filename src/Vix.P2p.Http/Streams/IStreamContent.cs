using System.Buffers;

namespace Vix.P2p.Http.Streams;

/// <summary>What one stream sends. Its members are called one at a time.</summary>
/// <typeparam name="T">The node's items that it follows.</typeparam>
internal interface IStreamContent<T>
{
    string ContentType { get; }

    /// <summary>What is sent when nothing else was for a while.</summary>
    ReadOnlySpan<byte> KeepAlive { get; }

    /// <summary>How long until <see cref="WriteDue"/> has something to write; infinite where that will not be.</summary>
    TimeSpan DueIn { get; }

    /// <summary>The items, until the token is cancelled.</summary>
    IAsyncEnumerable<T> Watch(CancellationToken cancellationToken);

    /// <summary>Writes one item, or nothing.</summary>
    void Write(IBufferWriter<byte> output, T item);

    /// <summary>Whether there is surely none after this one at this moment.</summary>
    bool IsNewest(T item);

    /// <summary>Writes what is due by time. Called at the beginning, and before each batch goes out.</summary>
    void WriteDue(IBufferWriter<byte> output);

    /// <summary>Writes what is to be said when the items have ended.</summary>
    void WriteEnd(IBufferWriter<byte> output);
}
