using System.Text.Json.Serialization;

namespace OfflineSync;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Entry))]
internal sealed partial class SyncJson : JsonSerializerContext;
