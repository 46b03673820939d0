namespace Vix.P2p.Http.Tests.Support;

/// <summary>The moment that the examples in docs/control-api.md show; time passes, but the wall clock stands.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => SampleData.Day.AddMilliseconds(184_467);
}
