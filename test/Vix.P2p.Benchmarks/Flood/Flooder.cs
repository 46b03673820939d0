using System.Diagnostics;

namespace Vix.P2p.Benchmarks.Flood;

/// <summary>
/// Opens connections at a rate, sends a Hello on each and reads nothing; the newest stay open. One thread, bytes made
/// before.
/// </summary>
internal sealed class Flooder(ushort port, FloodKind kind, int rate)
{
    // At 5,000 a second a connection stays for a fifth of a second, many times as long as a node has room for it.
    private const int Open = 1024;
    private const uint FirstSource = 0x7f010000;
    private const uint Sources = 0x10000;
    private const double MostBehind = 0.1;

    private readonly HelloPool _hellos = new(kind == FloodKind.NetworkKey);
    private readonly RawSocket[] _open = new RawSocket[Open];

    public FloodSent Run(TimeSpan time)
    {
        long sent = 0;
        long refused = 0;
        double credit = 0;
        TimeSpan last = TimeSpan.Zero;
        TimeSpan now;
        long start = Stopwatch.GetTimestamp();
        while ((now = Stopwatch.GetElapsedTime(start)) < time)
        {
            // What a busy machine made it miss is not sent later in a burst.
            credit = Math.Min(credit + (now - last).TotalSeconds * rate, MostBehind * rate);
            last = now;
            for (; credit >= 1; credit--)
            {
                long number = sent + refused;
                uint source = kind == FloodKind.OneAddress ? FirstSource : FirstSource + (uint)(number % Sources);
                if (!RawSocket.TrySend(source, port, _hellos.Next(), out RawSocket socket))
                {
                    refused++;
                    continue;
                }

                if (sent >= Open)
                    _open[sent % Open].Dispose();
                _open[sent % Open] = socket;
                sent++;
            }

            Thread.Sleep(1);
        }

        return new FloodSent(sent / now.TotalSeconds, refused / now.TotalSeconds, Environment.CpuUsage.TotalTime / now);
    }
}
