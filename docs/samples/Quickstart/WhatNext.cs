namespace Quickstart;

/// <summary>What the sample says on the console.</summary>
internal static class WhatNext
{
    public static void Print(WebApplication app)
    {
        string url = app.Urls.First();
        Console.WriteLine($$"""

            The node is running and has one peer, a neighbour in the same process. Look at it in a browser,

                {{url}}/p2p/ui/

            or with curl:

                curl {{url}}/p2p/status
                curl {{url}}/p2p/peers

            A second process, in another terminal:

                dotnet run --project docs/samples/Quickstart -- --urls http://localhost:5181 --P2p:ListenPort 9002 --P2p:NodeId second

            Connect this one to it, and look again:

                curl -X POST {{url}}/p2p/connect -H 'content-type: application/json' -d '{"host":"127.0.0.1","port":9002,"scheme":"tcp"}'
                curl {{url}}/p2p/peers

            Ctrl+C ends it.

            """);
    }

    public static int Explain(Exception cause)
    {
        Console.Error.WriteLine($"""

            Quickstart could not start: {cause.Message}

            If a port is in use, pick others:

                dotnet run --project docs/samples/Quickstart -- --urls http://localhost:5190 --P2p:ListenPort 9011

            """);
        return 1;
    }
}
