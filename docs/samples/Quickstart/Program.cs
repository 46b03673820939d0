using Microsoft.Extensions.Options;
using Quickstart;
using Vix.P2p;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddP2pNode();                   // the node of the section "P2p" in appsettings.json
builder.Services.AddHostedService<Neighbour>();  // a second node in this process, so that there is a peer to see

WebApplication app = builder.Build();
app.MapP2pControl();                             // GET /p2p/status, GET /p2p/peers, POST /p2p/connect ...
app.Lifetime.ApplicationStarted.Register(() => WhatNext.Print(app));

try
{
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is P2pStartException or OptionsValidationException or IOException)
{
    return WhatNext.Explain(e); // a port in use, a bad option, an identity that cannot be read
}
