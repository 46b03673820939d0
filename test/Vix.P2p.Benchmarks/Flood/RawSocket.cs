using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>
/// A TCP socket of the system's, of Linux, without anything around it: a flood must not take the cores that the
/// node is to be measured on.
/// </summary>
internal readonly partial struct RawSocket
{
    private const string Library = "libc";
    private const int Inet = 2;
    private const int StreamNonBlocking = 1 | 0x800;
    private const int SocketLevel = 1;
    private const int LingerOption = 13;
    private const int NoSignal = 0x4000;

    private readonly int _handle;

    private RawSocket(int handle) => _handle = handle;

    /// <summary>
    /// Connects from a source address and sends; false when the listener has no room for it, or there is no handle. Over
    /// loopback a connection is there when the call returns, or it has not been taken.
    /// </summary>
    public static bool TrySend(uint source, ushort port, ReadOnlySpan<byte> message, out RawSocket socket)
    {
        int handle = Open(Inet, StreamNonBlocking, 0);
        socket = new RawSocket(handle);
        if (handle < 0)
            return false;
        // A close is a reset then, and leaves no port waiting.
        ulong linger = 1;
        _ = SetOption(handle, SocketLevel, LingerOption, ref linger, sizeof(ulong));
        Address from = new(source, 0);
        Address to = new(0x7f000001, port);
        if (Bind(handle, ref from, Unsafe.SizeOf<Address>()) == 0)
        {
            _ = Connect(handle, ref to, Unsafe.SizeOf<Address>());
            if (Send(handle, in MemoryMarshal.GetReference(message), message.Length, NoSignal) == message.Length)
                return true;
        }

        socket.Dispose();
        return false;
    }

    public void Dispose() => _ = Close(_handle);

    [LibraryImport(Library, EntryPoint = "socket")]
    private static partial int Open(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "setsockopt")]
    private static partial int SetOption(int handle, int level, int option, ref ulong value, int length);

    [LibraryImport(Library, EntryPoint = "bind")]
    private static partial int Bind(int handle, ref Address address, int length);

    [LibraryImport(Library, EntryPoint = "connect")]
    private static partial int Connect(int handle, ref Address address, int length);

    [LibraryImport(Library, EntryPoint = "send")]
    private static partial nint Send(int handle, in byte bytes, nint length, int flags);

    [LibraryImport(Library, EntryPoint = "close")]
    private static partial int Close(int handle);

    // sockaddr_in
    [StructLayout(LayoutKind.Sequential)]
    private struct Address(uint address, ushort port)
    {
        public ushort Family = Inet;
        public ushort Port = BinaryPrimitives.ReverseEndianness(port);
        public uint Host = BinaryPrimitives.ReverseEndianness(address);
        public ulong Zero;
    }
}
