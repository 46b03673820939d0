using System.Net;
using System.Net.Sockets;
using Vix.P2p.Cli.Output;
using Vix.P2p.Client;

namespace Vix.P2p.Cli.Control;

/// <summary>What went wrong between this program and a control plane, in words that say what to do.</summary>
internal static class ControlErrors
{
    private const string OtherAddress = "--url or VIX_P2P_URL names another address.";

    /// <summary>Whether asking again later may help: nobody answers, or a connection was lost.</summary>
    public static bool IsUnreachable(Exception e) => e is HttpRequestException or IOException or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>The failure as its user sees it; null for one that is no matter of the control plane.</summary>
    public static CliException? Explain(Exception e, Uri address) => e switch
    {
        P2pControlException answer => Explain(answer, address),
        TaskCanceledException { InnerException: TimeoutException } => new CliException(ExitCode.Unreachable, $"{address} does not answer in time.", "--timeout waits longer.", e),
        HttpRequestException request => new CliException(ExitCode.Unreachable, Cause(request, address), Remedy(request), e),
        IOException => new CliException(ExitCode.Unreachable, $"The connection to {address} was lost.", "Is the node still running?", e),
        _ => null,
    };

    private static CliException Explain(P2pControlException e, Uri address)
    {
        string message = $"{SafeText.Of(e.Code)}: {SafeText.Of(e.Detail)}";
        string? hint = e.Hint is null ? null : SafeText.Of(e.Hint);
        return e.Code switch
        {
            P2pControlErrorCode.Unauthorized => new CliException(ExitCode.Refused, message, "Give the key of the control plane by --api-key-file FILE or VIX_P2P_API_KEY.", e),
            P2pControlErrorCode.EndpointDenied => new CliException(ExitCode.NotConnected, message, hint, e),
            P2pControlErrorCode.HttpError or P2pControlErrorCode.InvalidResponse or P2pControlErrorCode.Redirected or P2pControlErrorCode.NotFound =>
                new CliException(CodeOf(e.Status), message, $"Is {address} a control plane? {OtherAddress}", e),
            _ => new CliException(CodeOf(e.Status), message, hint, e),
        };
    }

    private static int CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCode.Refused,
        HttpStatusCode.BadRequest => ExitCode.Usage,
        _ => ExitCode.Failed,
    };

    private static string Cause(HttpRequestException e, Uri address) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => $"The name {address.Host} is not known.",
        HttpRequestError.SecureConnectionError => $"There is no secure connection to {address}: its certificate is not trusted, or it speaks no TLS.",
        HttpRequestError.ConnectionError when e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"Nobody listens at {address}.",
        HttpRequestError.ConnectionError => $"{address} cannot be reached.",
        _ => $"The connection to {address} was lost.",
    };

    private static string Remedy(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError => $"Is the node running? 'vix-p2p run' starts one; {OtherAddress}",
        HttpRequestError.NameResolutionError => OtherAddress,
        HttpRequestError.SecureConnectionError => "Does the address begin with http:// or https:// as it should?",
        _ => "Is the node still running?",
    };
}
