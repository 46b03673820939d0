using Microsoft.Extensions.Logging;

namespace Vix.P2p.Tests.Documents;

// Its text is an example of docs/messaging.md, where a plain call is clearer than a generated one.
#pragma warning disable CA1848, CA1873
#region handler class
public sealed class GreetingHandler(ILogger<GreetingHandler> logger) : IP2pMessageHandler
{
    public ValueTask HandleAsync(P2pMessageContext context)
    {
        Greeting greeting = context.Read(GreetingJson.Default.Greeting);
        logger.LogInformation("{Peer} says {Text}", context.Peer.Id, greeting.Text);
        return ValueTask.CompletedTask;
    }
}
#endregion
