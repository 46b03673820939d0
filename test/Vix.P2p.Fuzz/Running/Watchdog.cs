namespace Vix.P2p.Fuzz.Running;

/// <summary>Sees that a run stands still at one input: a decoder that does not come to an end is a find like any other.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly FuzzRun _run;
    private readonly TimeSpan _patience;
    private readonly Action<byte[]> _bite;
    private readonly Timer _timer;
    private long _count = -1;
    private long _since;
    private bool _bitten;

    /// <param name="run">What is watched.</param>
    /// <param name="patience">How long one input may take.</param>
    /// <param name="bite">Given the input, once. The thread that takes it is still at it.</param>
    public Watchdog(FuzzRun run, TimeSpan patience, Action<byte[]> bite)
    {
        _run = run;
        _patience = patience;
        _bite = bite;
        _timer = new Timer(_ => Look(), null, Step, Step);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_timer)
        {
            long count = _run.Count;
            if (count != _count)
            {
                _count = count;
                _since = TimeProvider.System.GetTimestamp();
            }
            else if (!_bitten && TimeProvider.System.GetElapsedTime(_since) >= _patience)
            {
                _bitten = true;
                _bite(_run.Current);
            }
        }
    }
}
