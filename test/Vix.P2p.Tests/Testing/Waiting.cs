namespace Vix.P2p.Tests.Testing;

/// <summary>The guard of every wait: a test that hangs fails by itself and says where.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Guard = TimeSpan.FromSeconds(30);

    public static Task Soon(this Task task) => task.WaitAsync(Guard);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Guard);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Guard);

    public static Task Soon(this ValueTask task) => task.AsTask().WaitAsync(Guard);
}
