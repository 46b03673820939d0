using System.Buffers;
using Vix.P2p.FunctionalTests.Nodes;

namespace Vix.P2p.FunctionalTests.Security;

/// <summary>The pool of a node's sockets, which says when so many blocks are out and how large they are.</summary>
internal sealed class BlockPool : ArrayPool<byte>
{
    private readonly Lock _gate = new();
    private readonly HashSet<byte[]> _out = [];
    private readonly List<(int Blocks, TaskCompletionSource Reached)> _waiting = [];
    private TaskCompletionSource? _empty;

    /// <summary>Bytes that are out.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _out.Sum(block => (long)block.Length);
        }
    }

    /// <summary>Completes when so many blocks are out at once.</summary>
    public Task ReachesAsync(int blocks)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_out.Count >= blocks)
                return Task.CompletedTask;
            _waiting.Add((blocks, reached));
        }

        return reached.Task.Soon();
    }

    /// <summary>Completes when no block is out.</summary>
    public Task EmptiesAsync()
    {
        lock (_gate)
        {
            if (_out.Count == 0)
                return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task.Soon();
        }
    }

    public override byte[] Rent(int minimumLength)
    {
        var block = Shared.Rent(minimumLength);
        lock (_gate)
        {
            _out.Add(block);
            foreach (var (_, reached) in _waiting.Where(waiting => _out.Count >= waiting.Blocks))
                reached.TrySetResult();
            _waiting.RemoveAll(waiting => waiting.Reached.Task.IsCompleted);
        }

        return block;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_gate)
        {
            _out.Remove(array);
            if (_out.Count == 0)
            {
                _empty?.TrySetResult();
                _empty = null;
            }
        }

        Shared.Return(array, clearArray);
    }
}
