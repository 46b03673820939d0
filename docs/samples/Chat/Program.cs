using Chat;
using Vix.P2p;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<ChatHistory>();
builder.Services.AddP2pNode().AddProtocol<ChatHandler>(ChatHandler.Protocol);

WebApplication app = builder.Build();
app.MapP2pControl();
app.MapGet("/", () => TypedResults.Content(ChatPage.Html, "text/html; charset=utf-8"));

// Who may read and speak: whoever may call POST /p2p/connect. A page of another site may do neither.
RouteGroupBuilder chat = app.MapGroup("").WithP2pProtected();
chat.MapGet("/messages", (ChatHistory history) => TypedResults.Json(history.Lines, ChatJson.Default.IReadOnlyListChatLine));
chat.MapPost("/say", async (string text, IP2pNode node, ChatHistory history) =>
{
    if (ChatText.Clean(text) is not { Length: > 0 } clean)
        return Results.BadRequest("There is nothing printable in it.");
    IReadOnlyList<P2pBroadcastResult> results = await node.BroadcastAsync(ChatHandler.Protocol, new ChatMessage(clean), ChatJson.Default.ChatMessage);
    history.Add(new ChatLine(node.GetStatus().NodeId, null, clean));
    return Results.Text($"queued for {results.Count(result => result.IsQueued)} of {results.Count} peers\n");
});

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(
    $"Chat of {app.Configuration["P2p:NodeId"]}: open {app.Urls.First()} or curl -X POST '{app.Urls.First()}/say?text=hello'"));
await app.RunAsync();
