using Vix.P2p;

namespace Chat;

/// <summary>Takes what peers say. Made by the container for each message, as a controller is.</summary>
internal sealed class ChatHandler(ChatHistory history) : IP2pMessageHandler
{
    public const string Protocol = "chat/1";

    public ValueTask HandleAsync(P2pMessageContext context)
    {
        // Who says it is taken from the connection, which has proved it, and never from the message.
        string text = ChatText.Clean(context.Read(ChatJson.Default.ChatMessage).Text);
        if (text.Length > 0)
            history.Add(new ChatLine(context.Peer.NodeId, context.Peer.Id.ToString(), text));
        return ValueTask.CompletedTask;
    }
}
