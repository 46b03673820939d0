using Vix.P2p.Client.Hosting;
using Vix.P2p.Client.Requests;
using Vix.P2p.Client.Responses;
using Vix.P2p.Contracts;

namespace Vix.P2p.Client;

/// <summary>
/// Asks the HTTP control plane of a node. Safe for use by several threads at once. Each call throws
/// <see cref="P2pControlException"/> where the control plane says no or something else answers,
/// <see cref="HttpRequestException"/> where the network fails, <see cref="TaskCanceledException"/> with a
/// <see cref="TimeoutException"/> inside where the answer takes too long, and <see cref="OperationCanceledException"/>
/// where the caller cancels. Nothing is retried but the connection of <see cref="WatchAsync"/>.
/// </summary>
public sealed partial class P2pControlClient : IDisposable
{
    private readonly ControlSender _sender;
    private readonly HttpClient? _own;

    /// <summary>Asks a control plane through a client of the caller's, which stays the caller's.</summary>
    /// <param name="http">
    /// Sends the requests. Its own timeout counts too, for a stream until it begins; it should not follow redirects.
    /// </param>
    /// <param name="options">Where and how to ask; null for the base address of <paramref name="http"/> and the defaults.</param>
    /// <param name="time">The clock of timeouts and reconnects; null for the system's.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not valid; the message names it.</exception>
    public P2pControlClient(HttpClient http, P2pControlClientOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        options ??= new P2pControlClientOptions { BaseAddress = http.BaseAddress };
        ControlClientOptionsValidator.Check(options);
        _sender = new ControlSender(http, new ControlAddress(options.BaseAddress!), options, time ?? TimeProvider.System);
    }

    private P2pControlClient(HttpClient own, P2pControlClientOptions options)
        : this(own, options, time: null) =>
        _own = own;

    /// <summary>Makes a client that stands by itself, for a program without a container. Dispose it.</summary>
    /// <param name="options">Where and how to ask.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not valid; the message names it.</exception>
    public static P2pControlClient Create(P2pControlClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ControlClientOptionsValidator.Check(options);
        // The timeout is kept by the calls, which know a stream from an answer.
        return new P2pControlClient(new HttpClient(PrimaryHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan }, options);
    }

    /// <summary>Lists the routes of the control plane.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pIndexResponse> GetIndexAsync(CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pIndexResponse>(_sender.Address.Of(""), cancellationToken);

    /// <summary>Asks whether the control plane answers, whatever the node does.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pPingResponse> PingAsync(CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pPingResponse>(_sender.Address.Of("/ping"), cancellationToken);

    /// <summary>Tells how the node is, also while it is not running.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pStatusResponse> GetStatusAsync(CancellationToken cancellationToken = default) =>
        _sender.GetAsync<P2pStatusResponse>(_sender.Address.Of("/status"), cancellationToken);

    /// <summary>Tells whether the node lives: its listener is bound and its heartbeat runs. <c>Ok</c> is the answer.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pHealthResponse> GetLivenessAsync(CancellationToken cancellationToken = default) =>
        GetHealthAsync("/health/live", cancellationToken);

    /// <summary>Tells whether the node is ready: it lives and has the peers that it needs. <c>Ok</c> is the answer.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    public Task<P2pHealthResponse> GetReadinessAsync(CancellationToken cancellationToken = default) =>
        GetHealthAsync("/health/ready", cancellationToken);

    /// <summary>Ends the requests of a client that was made by <see cref="Create"/>; others have nothing to dispose.</summary>
    public void Dispose() => _own?.Dispose();

    private async Task<P2pHealthResponse> GetHealthAsync(string route, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = _sender.Request(HttpMethod.Get, _sender.Address.Of(route), "application/json");
        // "No" is an answer here, and comes as 503.
        return await _sender.SendAsync(request, TimeSpan.Zero, HealthAnswer.ReadAsync, cancellationToken, HealthAnswer.IsOne).ConfigureAwait(false);
    }
}
