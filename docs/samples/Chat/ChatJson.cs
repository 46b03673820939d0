using System.Text.Json.Serialization;

namespace Chat;

// Without the two a message {"Text":null}, or {}, would come as a null where none is expected.
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatMessage))]
[JsonSerializable(typeof(IReadOnlyList<ChatLine>))]
internal sealed partial class ChatJson : JsonSerializerContext;
