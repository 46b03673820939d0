using System.Diagnostics;
using System.Globalization;
using Vix.P2p.Benchmarks.Measuring;

namespace Vix.P2p.Benchmarks.Memory;

/// <summary>The connections of a hub, whose other ends are in another process.</summary>
internal sealed class IdleEnds : IAsyncDisposable
{
    private const int MostWaits = 500;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(10);

    private readonly IIdleHub _hub;
    private readonly Process _dialler;
    private readonly bool _settle;
    private int _expected;

    /// <param name="settle">Whether to wait until connections are idle.</param>
    public IdleEnds(IIdleHub hub, IdleKind kind, int port, bool settle)
    {
        _hub = hub;
        _settle = settle;
        _dialler = BenchProcess.Start(IdleProcess.Argument, IdleProcess.DiallerRole, kind.ToString(), Text(port));
    }

    /// <summary>Opens more until there are so many.</summary>
    public async Task OpenAsync(int total)
    {
        await _dialler.StandardInput.WriteLineAsync(Text(total - _expected));
        _expected = total;
        string answer = await BenchProcess.ReadLineAsync(_dialler);
        // The dialling side is through a moment before this one has written it down.
        for (int waited = 0; _hub.Connected != total && waited < MostWaits; waited++)
            await Task.Delay(Wait);
        if (answer != IdleProcess.Opened || _hub.Connected != total)
            throw new InvalidOperationException($"{_hub.Connected} of {total} connections are there: {answer}");
        if (_settle)
            await Task.Delay(_hub.Settle);
    }

    public async ValueTask DisposeAsync()
    {
        _dialler.StandardInput.Close();
        await _dialler.WaitForExitAsync();
        _dialler.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
