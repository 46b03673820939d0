using Microsoft.AspNetCore.Http;
using Vix.P2p.Http.Bodies;
using Vix.P2p.Http.Responses;

namespace Vix.P2p.Http.Control;

/// <summary>
/// The sibling of a pattern's routes. Routing by itself answers a wrong method or a wrong media type with an empty
/// body and before any filter; with a sibling that takes anything, the request comes here instead.
/// </summary>
internal sealed class OtherMethods
{
    private readonly HashSet<string> _methods;
    private readonly string _allow;
    private readonly ControlError _wrongMethod;

    public OtherMethods(IEnumerable<string> methods)
    {
        _methods = new HashSet<string>(methods, StringComparer.OrdinalIgnoreCase);
        _allow = string.Join(", ", _methods.Order(StringComparer.Ordinal));
        _wrongMethod = new ControlError(ErrorKind.MethodNotAllowed, "The route does not have that method.", $"Use {_allow}.");
    }

    public IResult Answer(HttpContext http)
    {
        if (_methods.Contains(http.Request.Method))
            return ErrorReply.Create(http, JsonMediaType.Wrong);
        http.Response.Headers.Allow = _allow;
        return ErrorReply.Create(http, _wrongMethod);
    }
}
