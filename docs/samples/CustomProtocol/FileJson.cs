using System.Text.Json.Serialization;

namespace CustomProtocol;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FileOffer))]
internal sealed partial class FileJson : JsonSerializerContext;
