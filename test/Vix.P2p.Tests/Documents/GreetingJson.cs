using System.Text.Json.Serialization;

namespace Vix.P2p.Tests.Documents;

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Greeting))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(int))]
internal sealed partial class GreetingJson : JsonSerializerContext;
