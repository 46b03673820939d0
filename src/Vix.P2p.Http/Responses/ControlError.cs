namespace Vix.P2p.Http.Responses;

/// <summary>What is wrong with a request, in the node's words; holds no text of an exception.</summary>
/// <param name="Kind">The code.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Hint">What to send, or what to set, instead.</param>
/// <param name="Field">The member or parameter it is about; null when it is none.</param>
internal sealed record ControlError(ErrorKind Kind, string Detail, string Hint, string? Field = null);
