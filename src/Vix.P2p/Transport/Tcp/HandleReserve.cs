using System.Globalization;
using System.Net.Sockets;

namespace Vix.P2p.Transport.Tcp;

/// <summary>
/// The handles of the process that no connection of a node may have, accepted or dialled. The runtime needs some to go
/// on: a thread of the pool takes three for a moment while it starts, and where it cannot start the whole process ends, as
/// out of memory. What else the process opens is not kept from them.
/// </summary>
internal sealed class HandleReserve
{
    private readonly long _limit;

    /// <summary>The reserve of a process that may have <paramref name="limit"/> handles.</summary>
    public HandleReserve(long limit) => _limit = limit;

    /// <summary>
    /// The reserve of this process, by the limit it has now; none where the system does not tell it (<c>/proc</c> of
    /// Linux), or knows no such limit.
    /// </summary>
    public static HandleReserve OfThisProcess()
    {
        try
        {
            return new HandleReserve(ParseLimit(File.ReadAllText("/proc/self/limits")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HandleReserve(long.MaxValue);
        }
    }

    /// <summary>The soft limit of open files in the text of <c>/proc/self/limits</c> (proc_pid_limits(5)).</summary>
    public static long ParseLimit(string limits)
    {
        const string Name = "Max open files";
        int start = limits.IndexOf(Name, StringComparison.Ordinal);
        if (start < 0)
            return long.MaxValue;
        ReadOnlySpan<char> value = limits.AsSpan(start + Name.Length).TrimStart(' ');
        int end = value.IndexOfAny(' ', '\n');
        return long.TryParse(end < 0 ? value : value[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : long.MaxValue;
    }

    /// <summary>Refuses a new socket with a number of the reserve; the socket stays the caller's.</summary>
    /// <exception cref="P2pTransportException">The others are used up.</exception>
    public void Guard(Socket socket)
    {
        // The system gives the lowest number that is free (POSIX, open), so one of the last means that all others are taken.
        if (socket.Handle >= _limit - P2pLimits.HandleReserve)
            throw new P2pTransportException(
                P2pReason.Overload, $"All but the last {P2pLimits.HandleReserve} of the {_limit} handles that this process may have are taken; raise the limit of open files (ulimit -n, LimitNOFILE).");
    }
}
