using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Vix.P2p.Benchmarks.Links;
using Vix.P2p.Records;

namespace Vix.P2p.Benchmarks.Messages;

/// <summary>
/// The bare limit: messages copied into records of 64 KiB, AES-256-GCM in place, one socket call a record, opened and
/// walked on the other side by a thread of its own. No API, no queue, no credit, no pool, no heartbeat.
/// </summary>
internal sealed class BareFlow : IFlow
{
    private readonly int _size;
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly Tally _tally;
    private readonly byte[] _message;
    private readonly byte[] _record;
    private readonly BareRecords _seals;
    private readonly BareRecords _opens;
    private readonly Task _reading;

    private BareFlow(int size, Socket client, Socket server)
    {
        _size = size;
        _client = client;
        _server = server;
        _tally = new Tally(size);
        _message = new byte[size];
        _record = new byte[BareRecords.Overhead + MessageFrames.Room(size)];
        byte[] key = RandomNumberGenerator.GetBytes(RecordCipher.KeyLength);
        _seals = new BareRecords(key);
        _opens = new BareRecords(key);
        _reading = Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning);
    }

    public static async Task<BareFlow> StartAsync(int size)
    {
        (Socket client, Socket server) = await Loopback.ConnectAsync();
        return new BareFlow(size, client, server);
    }

    public async Task<long> RunAsync(TimeSpan time)
    {
        _tally.Begin();
        await Task.Factory.StartNew(() => Write(time), TaskCreationOptions.LongRunning);
        return await _tally.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Shutdown(SocketShutdown.Both);
        await _reading;
        _client.Dispose();
        _server.Dispose();
        _seals.Dispose();
        _opens.Dispose();
    }

    private void Write(TimeSpan time)
    {
        int room = MessageFrames.Room(_size);
        MessageClock clock = new(_size, time);
        bool last;
        do
        {
            int at = BareRecords.Header;
            do
            {
                last = clock.Stamp(_message);
                MessageFrames.Write(_message, _record.AsSpan(at));
                at += MessageFrames.Prefix + _size;
            }
            while (!last && BareRecords.Header + room - at >= MessageFrames.Prefix + _size);
            int length = _seals.Seal(_record, at);
            for (int sent = 0; sent < length;)
                sent += _client.Send(_record.AsSpan(sent, length - sent), SocketFlags.None);
        }
        while (!last);
    }

    private void Read()
    {
        byte[] buffer = new byte[2 * (BareRecords.Overhead + MessageFrames.Room(_size))];
        int length = 0;
        while (_server.Receive(buffer.AsSpan(length), SocketFlags.None) is > 0 and int read)
        {
            length += read;
            int at = 0;
            while (length - at >= BareRecords.Header)
            {
                int total = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
                if (length - at < total)
                    break;
                MessageFrames.Walk(_opens.Open(buffer.AsSpan(at, total)), _tally);
                at += total;
            }

            buffer.AsSpan(at, length - at).CopyTo(buffer);
            length -= at;
        }
    }
}
