using System.Buffers;
using System.Buffers.Binary;
using Vix.P2p.Handshake;
using Vix.P2p.Records;
using Vix.P2p.Transport;

namespace Vix.P2p.Tests.Testing;

/// <summary>
/// The far end of a connection, which does nothing by itself: a test seals, sends, reads and breaks what it likes.
/// </summary>
internal sealed class RawEnd : IAsyncDisposable
{
    private readonly RecordSealer _sealer;
    private readonly RecordOpener _opener;
    private readonly List<byte> _stream = [];

    public RawEnd(IP2pTransportConnection transport, SessionKeys keys)
    {
        Transport = transport;
        _sealer = new RecordSealer(keys.Send);
        _opener = new RecordOpener(keys.Receive);
    }

    public IP2pTransportConnection Transport { get; }

    /// <summary>What a far end says of itself.</summary>
    public static byte[] Introduce(string name, string? instance = null, int port = 0, params string[] protocols) => new Introduction
    {
        NodeId = name,
        Instance = instance ?? new string('a', 32),
        ListenPort = port,
        Protocols = protocols,
    }.ToUtf8();

    /// <summary>Seals what is given as one record.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext)
    {
        byte[] record = new byte[plaintext.Length + RecordSealer.HeaderLength + RecordSealer.TagLength];
        _sealer.TrySeal(plaintext, record, out int written);
        return record[..written];
    }

    public static byte[] Frame(FrameKind kind, params byte[] body)
    {
        byte[] frame = new byte[FrameCodec.Size(body.Length)];
        FrameCodec.Write(kind, body, frame);
        return frame;
    }

    public static byte[] Token(ulong value)
    {
        byte[] token = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(token, value);
        return token;
    }

    /// <summary>Sends one frame in a record of its own.</summary>
    public Task SendAsync(FrameKind kind, params byte[] body) => SendBytesAsync(Seal(Frame(kind, body)));

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => await Transport.Output.WriteAsync(bytes).Soon();

    /// <summary>The next frame; null when the other side has ended the stream.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        while (true)
        {
            if (FrameCodec.TryReadHeader(_stream.ToArray(), out FrameHeader header) == FrameStatus.Ok
                && _stream.Count >= header.HeaderLength + header.BodyLength)
            {
                byte[] body = [.. _stream.Skip(header.HeaderLength).Take(header.BodyLength)];
                _stream.RemoveRange(0, header.HeaderLength + header.BodyLength);
                return new RawFrame(header.Kind, body);
            }

            if (!await ReadRecordAsync())
                return null;
        }
    }

    /// <summary>Reads one record into the stream of frames; false at the end, however it came.</summary>
    public async Task<bool> ReadRecordAsync()
    {
        try
        {
            while (true)
            {
                System.IO.Pipelines.ReadResult read = await Transport.Input.ReadAsync().Soon();
                byte[] bytes = read.Buffer.ToArray();
                if (bytes.Length >= 2 && bytes.Length >= 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes))
                {
                    int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
                    Transport.Input.AdvanceTo(read.Buffer.GetPosition(2 + length));
                    byte[] record = bytes[2..(2 + length)];
                    if (_opener.TryOpen(record, out int plaintext) != RecordStatus.Ok)
                        throw new InvalidOperationException("The node sent a record that does not open.");
                    _stream.AddRange(record[..plaintext]);
                    return true;
                }

                Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                    return false;
            }
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Ends this direction in good order.</summary>
    public async Task HalfCloseAsync() => await Transport.Output.CompleteAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        Transport.Abort();
        await Transport.DisposeAsync();
        _sealer.Dispose();
        _opener.Dispose();
    }
}
