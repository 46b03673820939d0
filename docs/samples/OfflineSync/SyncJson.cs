using System.Text.Json.Serialization;

namespace OfflineSync;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(List<Entry?>))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(Received))]
internal sealed partial class SyncJson : JsonSerializerContext;
