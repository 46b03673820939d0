using System.Text.Json.Serialization;

namespace Vix.P2p.Tests.Messages;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Note))]
[JsonSerializable(typeof(int))]
internal sealed partial class NoteContext : JsonSerializerContext;
