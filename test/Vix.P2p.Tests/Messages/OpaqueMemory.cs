using System.Buffers;

namespace Vix.P2p.Tests.Messages;

/// <summary>Memory that does not show that it is an array.</summary>
internal sealed class OpaqueMemory(int length) : MemoryManager<byte>
{
    private readonly byte[] _array = new byte[length];

    public override Span<byte> GetSpan() => _array;

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin() => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
    }
}
