namespace Vix.P2p.FunctionalTests.Nodes;

/// <summary>How long a test waits for what must come; a wait that ends by it is a failure.</summary>
internal static class Guard
{
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Time);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Time);
}
