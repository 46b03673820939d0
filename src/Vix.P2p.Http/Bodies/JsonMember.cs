using System.Text.Json;

namespace Vix.P2p.Http.Bodies;

/// <summary>One member of a body.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Type">The first token of the value.</param>
/// <param name="Text">A string unescaped, a number as it was written; null for any other value.</param>
internal readonly record struct JsonMember(string Name, JsonTokenType Type, string? Text);
