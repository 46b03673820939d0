using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Vix.P2p.Http.Description;

/// <summary>
/// Adds to an operation of the host's OpenAPI document what no metadata of ASP.NET can say: its id, its query
/// parameters and examples. What the host has set already stays.
/// </summary>
internal static class OperationTransformer
{
    public static Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.OperationId ??= OperationId.Create(context.Description.HttpMethod ?? "", context.Description.RelativePath ?? "");
        foreach (object item in context.Description.ActionDescriptor.EndpointMetadata)
        {
            switch (item)
            {
                case QueryParameter parameter:
                    (operation.Parameters ??= []).Add(ToParameter(parameter));
                    break;
                case HeaderParameter header:
                    (operation.Parameters ??= []).Add(ToParameter(header));
                    break;
                case BodyExample example:
                    Show(operation, example);
                    break;
            }
        }

        return Task.CompletedTask;
    }

    private static void Show(OpenApiOperation operation, BodyExample example)
    {
        IDictionary<string, OpenApiMediaType>? content = example.Status is { } status
            ? operation.Responses?.GetValueOrDefault(status.ToString(CultureInfo.InvariantCulture))?.Content
            : operation.RequestBody?.Content;
        foreach ((string contentType, OpenApiMediaType body) in content ?? new Dictionary<string, OpenApiMediaType>())
        {
            if (example.ContentType is not null && example.ContentType != contentType)
                continue;
            body.Example ??= BodyExamples.Get(example.Name);
            // Of several bodies of one status ASP.NET knows the type of one alone.
            if (body.Example.GetValueKind() == JsonValueKind.String)
                body.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
        }
    }

    private static OpenApiParameter ToParameter(HeaderParameter header) => new()
    {
        Name = header.Name,
        In = ParameterLocation.Header,
        Description = header.Summary,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter ToParameter(QueryParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Summary,
        Required = parameter.Required,
        Example = parameter.Example?.DeepClone(),
        // A list is written as state=Connected,Stale and not as one parameter a value.
        Explode = parameter.Kind != QueryKind.Words,
        Schema = parameter.Kind == QueryKind.Words ? new OpenApiSchema { Type = JsonSchemaType.Array, UniqueItems = true, MinItems = 1, Items = Single(parameter) } : Single(parameter),
    };

    private static OpenApiSchema Single(QueryParameter parameter) => new()
    {
        Type = parameter.Kind switch
        {
            QueryKind.Integer => JsonSchemaType.Integer,
            QueryKind.Boolean => JsonSchemaType.Boolean,
            _ => JsonSchemaType.String,
        },
        Format = parameter.Kind == QueryKind.Integer ? "int64" : null,
        Minimum = parameter.Minimum?.ToString(CultureInfo.InvariantCulture),
        Maximum = parameter.Maximum?.ToString(CultureInfo.InvariantCulture),
        MaxLength = parameter.MaxLength,
        Default = parameter.Default?.DeepClone(),
        Enum = parameter.Values is { } values ? [.. values.Select(value => (JsonNode)JsonValue.Create(value)!)] : null,
    };
}
