using Microsoft.Extensions.DependencyInjection;

namespace Vix.P2p.Messages;

/// <summary>Lets a class that the container makes, in the scope of each exchange, handle a protocol.</summary>
internal static class ServiceHandler<THandler>
    where THandler : class
{
    /// <summary>Registers the class for each kind of exchange that it handles; false when it handles none.</summary>
    public static bool TryRegister(P2pProtocolBuilder protocol)
    {
        if (typeof(THandler).IsAssignableTo(typeof(IP2pMessageHandler)))
            protocol.OnMessage(static context => Resolve<IP2pMessageHandler>(context).HandleAsync(context));
        if (typeof(THandler).IsAssignableTo(typeof(IP2pRequestHandler)))
            protocol.OnRequest(static context => Resolve<IP2pRequestHandler>(context).HandleAsync(context));
        if (typeof(THandler).IsAssignableTo(typeof(IP2pStreamHandler)))
            protocol.OnStream(static context => Resolve<IP2pStreamHandler>(context).HandleAsync(context));
        protocol.UseHandler(typeof(THandler));
        return protocol.Registration.HasHandler;
    }

    private static T Resolve<T>(P2pContext context)
        where T : class => (T)(object)context.Services.GetRequiredService<THandler>();
}
