using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vix.P2p;

/// <summary>
/// Messages, requests and answers as JSON, by the metadata of a source-generated context
/// (<c>[JsonSerializable(typeof(T))]</c>): nothing here needs reflection.
/// </summary>
public static class P2pJsonExtensions
{
    /// <summary>Sends a value as a one-way message, as <see cref="IP2pNode.SendAsync"/> does.</summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="value">The value; written before the call returns.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="cancellationToken">Ends the waiting; the message is then not sent.</param>
    /// <exception cref="P2pSendException">It was not queued; its reason says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ValueTask SendAsync<T>(this IP2pNode node, PeerId peer, string protocol, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.SendAsync(peer, protocol, JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken);
    }

    /// <summary>Sends a value to many peers, as <see cref="IP2pNode.BroadcastAsync"/> does; it is written once.</summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="value">The value; written before the call returns.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="peers">To whom, each once; null for all that are connected and speak the protocol.</param>
    /// <param name="wait">How long to wait for peers whose send queue is full, at most 1 day; zero, the default, is not at all.</param>
    /// <param name="cancellationToken">Ends the waiting; those still waited for are refused.</param>
    /// <returns>One result a peer.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled before anything was sent.</exception>
    public static Task<IReadOnlyList<P2pBroadcastResult>> BroadcastAsync<T>(this IP2pNode node, string protocol, T value, JsonTypeInfo<T> type, IEnumerable<PeerId>? peers = null, TimeSpan wait = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.BroadcastAsync(protocol, JsonSerializer.SerializeToUtf8Bytes(value, type), peers, wait, cancellationToken);
    }

    /// <summary>Sends a value as a request and completes with its response, as <see cref="IP2pNode.RequestAsync(PeerId, string, ReadOnlyMemory{byte}, IBufferWriter{byte}, TimeSpan?, CancellationToken)"/> does.</summary>
    /// <typeparam name="TRequest">What is asked.</typeparam>
    /// <typeparam name="TResponse">What is answered.</typeparam>
    /// <param name="node">The node.</param>
    /// <param name="peer">A connected peer.</param>
    /// <param name="protocol">The protocol's name and version.</param>
    /// <param name="request">The request; written before the call returns.</param>
    /// <param name="requestType">How it is written.</param>
    /// <param name="responseType">How the response is read.</param>
    /// <param name="timeout">How long to wait, 1 ms to 1 day; null for <see cref="P2pNodeOptions.RequestTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the waiting, and tells the other side's handler so.</param>
    /// <returns>The response; null where the other side has answered so.</returns>
    /// <exception cref="P2pRemoteException">The other side answered with an error.</exception>
    /// <exception cref="P2pSendException">There was no answer; its reason says why.</exception>
    /// <exception cref="JsonException">The answer is not a <typeparamref name="TResponse"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async ValueTask<TResponse?> RequestAsync<TRequest, TResponse>(
        this IP2pNode node,
        PeerId peer,
        string protocol,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(responseType);
        var response = new ArrayBufferWriter<byte>();
        await node.RequestAsync(peer, protocol, JsonSerializer.SerializeToUtf8Bytes(request, requestType), response, timeout, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(response.WrittenSpan, responseType);
    }

    /// <summary>Reads the message as JSON.</summary>
    /// <typeparam name="T">What it must be.</typeparam>
    /// <param name="context">The message.</param>
    /// <param name="type">How it is read.</param>
    /// <exception cref="P2pRemoteException">
    /// It is not a <typeparamref name="T"/>, or is null: <see cref="P2pErrorCode.BadRequest"/>. A handler lets it
    /// through: it is counted, and logged at Debug only, since it is the peer's fault.
    /// </exception>
    public static T Read<T>(this P2pMessageContext context, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Read(context.Protocol, context.Payload.Span, type);
    }

    /// <summary>Reads the request as JSON.</summary>
    /// <typeparam name="T">What it must be.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="type">How it is read.</param>
    /// <exception cref="P2pRemoteException">
    /// It is not a <typeparamref name="T"/>, or is null: <see cref="P2pErrorCode.BadRequest"/>. A handler lets it
    /// through: it is the answer.
    /// </exception>
    public static T Read<T>(this P2pRequestContext context, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Read(context.Protocol, context.Payload.Span, type);
    }

    /// <summary>Answers with a value, as <see cref="P2pRequestContext.ReplyAsync"/> does.</summary>
    /// <typeparam name="T">What is answered.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="value">The value; written before the call returns.</param>
    /// <param name="type">How it is written.</param>
    /// <exception cref="InvalidOperationException">It was answered already.</exception>
    /// <exception cref="P2pSendException">The answer is too large for the peer, or the connection has ended.</exception>
    public static ValueTask ReplyAsync<T>(this P2pRequestContext context, T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.ReplyAsync(JsonSerializer.SerializeToUtf8Bytes(value, type));
    }

    /// <summary>Takes one-way messages of JSON. One that is not a <typeparamref name="T"/> is dropped, counted and logged at Debug.</summary>
    /// <typeparam name="T">What a message must be.</typeparam>
    /// <param name="builder">The protocol's builder.</param>
    /// <param name="type">How it is read.</param>
    /// <param name="handler">Takes a message, never null. What it throws is logged and counted, and ends nothing else.</param>
    public static P2pProtocolBuilder OnMessage<T>(this P2pProtocolBuilder builder, JsonTypeInfo<T> type, Func<P2pMessageContext, T, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(handler);
        return builder.OnMessage(context => handler(context, context.Read(type)));
    }

    /// <summary>
    /// Answers requests of JSON with JSON. One that is not a <typeparamref name="TRequest"/> is answered with
    /// <see cref="P2pErrorCode.BadRequest"/>.
    /// </summary>
    /// <typeparam name="TRequest">What a request must be.</typeparam>
    /// <typeparam name="TResponse">What it is answered with.</typeparam>
    /// <param name="builder">The protocol's builder.</param>
    /// <param name="requestType">How a request is read.</param>
    /// <param name="responseType">How the answer is written.</param>
    /// <param name="handler">Answers a request, which is never null, or throws <see cref="P2pRemoteException"/>.</param>
    public static P2pProtocolBuilder OnRequest<TRequest, TResponse>(
        this P2pProtocolBuilder builder,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        Func<P2pRequestContext, TRequest, ValueTask<TResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(requestType);
        ArgumentNullException.ThrowIfNull(responseType);
        ArgumentNullException.ThrowIfNull(handler);
        return builder.OnRequest(async context =>
        {
            TResponse response = await handler(context, context.Read(requestType)).ConfigureAwait(false);
            await context.ReplyAsync(response, responseType).ConfigureAwait(false);
        });
    }

    // What the serializer says of it may name this node's own types, so it stays here as the inner exception.
    private static T Read<T>(string protocol, ReadOnlySpan<byte> payload, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type) is { } value
                ? value
                : throw new P2pRemoteException(P2pErrorCode.BadRequest, $"The payload is null, which {protocol} does not take.");
        }
        catch (JsonException e)
        {
            throw new P2pRemoteException(P2pErrorCode.BadRequest, $"The payload is not what {protocol} takes.", e);
        }
    }
}
