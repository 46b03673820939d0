using System.Buffers;

namespace Vix.P2p.Tests.Testing;

/// <summary>
/// A pool that knows what is out, refuses a second return, and spoils what comes back, so that a use after return
/// shows as wrong bytes.
/// </summary>
internal sealed class CountingPool : ArrayPool<byte>
{
    private readonly Lock _gate = new();
    private readonly HashSet<byte[]> _out = [];

    /// <summary>The arrays that are out.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _out.Count;
        }
    }

    /// <summary>The bytes that are out.</summary>
    public int Bytes
    {
        get
        {
            lock (_gate)
                return _out.Sum(array => array.Length);
        }
    }

    /// <summary>The largest array that was ever out.</summary>
    public int Largest { get; private set; }

    /// <summary>How often an array was asked for.</summary>
    public int Rents { get; private set; }

    /// <summary>Runs while an array is coming back, so that a test can act in just that moment.</summary>
    public Action? Returning { get; set; }

    public override byte[] Rent(int minimumLength)
    {
        // As the shared pool rounds.
        byte[] array = new byte[Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)minimumLength))];
        lock (_gate)
        {
            _out.Add(array);
            Largest = Math.Max(Largest, array.Length);
            Rents++;
        }

        return array;
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        Returning?.Invoke();
        lock (_gate)
        {
            if (!_out.Remove(array))
                throw new InvalidOperationException("An array came back twice, or was never out.");
        }

        array.AsSpan().Fill(0xDD);
    }

    public void ForgetLargest()
    {
        lock (_gate)
            Largest = 0;
    }
}
