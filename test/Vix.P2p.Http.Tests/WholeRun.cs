namespace Vix.P2p.Http.Tests;

/// <summary>What holds for all tests together.</summary>
[SetUpFixture]
public sealed class WholeRun
{
    [OneTimeTearDown]
    public void Secrets_InAllLogsAndBodies_WereNeverSeen() =>
        SecretWatch.Seen.Should().BeEmpty("{0} texts were looked through", SecretWatch.Looked);
}
