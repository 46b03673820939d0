using System.Text.Json.Serialization;

namespace Replication;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Change))]
[JsonSerializable(typeof(List<Change?>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class KvJson : JsonSerializerContext;
