using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Contracts;

namespace Causeway.Api.OpenApi;

/// <summary>
/// The schemas of a document, made from the contracts by which answers are written. Theory of operation: the exporter of System.Text.Json describes one type with
/// all that is in it; here every object inside becomes a reference to a schema of its own, which is made the same way. What is null is not written, so that no
/// schema says null unless its member is always written. A type that is sent and answered has no required members: what an answer always has need not be sent.
/// </summary>
internal sealed class SchemaSet
{
    private readonly SortedDictionary<string, (Type Type, JsonNode Schema)> _schemas = new(StringComparer.Ordinal);
    private readonly HashSet<Type> _sent = [];
    private readonly HashSet<Type> _answered = [];
    private readonly Dictionary<Type, (string Name, JsonTypeInfo Contract)> _named = [];

    /// <summary>Names what is sent, with all that is in it.</summary>
    public JsonObject Sent(JsonTypeInfo contract) => Use(contract, _sent);

    /// <summary>Names what is answered, with all that is in it.</summary>
    public JsonObject Answered(JsonTypeInfo contract) => Use(contract, _answered);

    /// <summary>A page of members.</summary>
    public JsonObject Page(JsonTypeInfo member)
    {
        string name = $"{NameOf(member.Type)}Page";
        JsonObject reference = Answered(member);
        _schemas[name] = (
            typeof(JsonObject),
            new JsonObject
            {
                ["type"] = "object",
                ["description"] = "A part of a list.",
                ["required"] = new JsonArray("value"),
                ["properties"] = new JsonObject
                {
                    ["value"] = new JsonObject { ["type"] = "array", ["items"] = reference },
                    ["nextLink"] = new JsonObject
                    {
                        ["type"] = "string",
                        ["description"] = "Where the list goes on; absent on its last page. To be followed as it stands.",
                    },
                },
            }
        );
        return Reference(name);
    }

    /// <summary>All that were named.</summary>
    public JsonObject ToJson()
    {
        foreach ((Type type, (string name, JsonTypeInfo contract)) in _named)
            _schemas[name] = (type, Schema(contract));
        return new JsonObject(_schemas.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value.Schema)));
    }

    /// <summary>Whether an answer carries an etag, which preconditions are about.</summary>
    public static bool HasETag(JsonTypeInfo? contract) => contract?.Properties.Any(p => p.Name == "etag") == true;

    /// <summary>The name of a type's schema: that of the contract, without what only tells it from the domain's.</summary>
    public static string NameOf(string type) => type.EndsWith("Body", StringComparison.Ordinal) ? type[..^"Body".Length] : type;

    private static string NameOf(Type type) =>
        type.IsGenericType ? $"{NameOf(type.GenericTypeArguments[0])}{NameOf(type.Name[..type.Name.IndexOf('`')])}" : NameOf(type.Name);

    private static JsonObject Reference(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private JsonObject Use(JsonTypeInfo contract, HashSet<Type> how)
    {
        if (contract.Kind != JsonTypeInfoKind.Object)
        {
            foreach (JsonTypeInfo inner in Objects(contract))
                Use(inner, how);
            return contract.Type == typeof(JsonElement) ? [] : (JsonObject)Schema(contract);
        }
        string name = NameOf(contract.Type);
        if (_named.FirstOrDefault(n => n.Value.Name == name && n.Key != contract.Type).Key is { } other)
            throw new InvalidOperationException($"{contract.Type} and {other} would both be the schema {name}.");
        _named[contract.Type] = (name, contract);
        if (how.Add(contract.Type))
            foreach (JsonTypeInfo inner in contract.Properties.SelectMany(p => Objects(contract.Options.GetTypeInfo(p.PropertyType))))
                Use(inner, how);
        return Reference(name);
    }

    /// <summary>The objects that a member is, or holds.</summary>
    private static IEnumerable<JsonTypeInfo> Objects(JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Object ? [type]
        : type.ElementType is { } element ? Objects(type.Options.GetTypeInfo(element))
        : [];

    private JsonNode Schema(JsonTypeInfo contract) =>
        contract.GetJsonSchemaAsNode(
            new JsonSchemaExporterOptions
            {
                TreatNullObliviousAsNonNullable = true,
                TransformSchemaNode = (at, schema) => Transform(contract, at, schema),
            }
        );

    private JsonObject Transform(JsonTypeInfo root, JsonSchemaExporterContext at, JsonNode schema)
    {
        bool isRoot = at.Path.Length == 0;
        JsonObject node =
            !isRoot && at.TypeInfo.Kind == JsonTypeInfoKind.Object ? Reference(NameOf(at.TypeInfo.Type))
            : isRoot && at.TypeInfo.Kind == JsonTypeInfoKind.Object ? Object(at.TypeInfo, (JsonObject)schema)
            : Scalar(at.TypeInfo.Type) is { } scalar ? scalar
            : schema as JsonObject ?? [];
        if (at.PropertyInfo is not { } member || at.Path[^1] != member.Name)
        {
            Denull(node);
            return node;
        }
        var property = member.AttributeProvider as MemberInfo;
        if (property?.GetCustomAttribute<JsonIgnoreAttribute>()?.Condition == JsonIgnoreCondition.Never)
        {
            if (member.IsGetNullable && node["type"] is JsonValue only)
                node["type"] = new JsonArray(only.DeepClone(), "null");
        }
        else
            Denull(node);
        if (property is not null && ContractComments.Of(property) is { } description)
            node["description"] = description;
        WireTraits traits = ContractTraits.Of(root, member);
        if (traits.HasFlag(WireTraits.ReadOnly))
            node["readOnly"] = true;
        if (traits.HasFlag(WireTraits.WriteOnly))
            node["writeOnly"] = true;
        if (traits.HasFlag(WireTraits.Secret))
        {
            node["format"] = "password";
            node["x-ms-secret"] = true;
        }
        if (traits.HasFlag(WireTraits.Ours))
            node["x-causeway"] = true;
        return node;
    }

    private JsonObject Object(JsonTypeInfo type, JsonObject schema)
    {
        schema.Remove("required");
        schema["type"] = "object";
        JsonNode? properties = schema["properties"];
        schema.Remove("properties");
        if (ContractComments.Of(type.Type) is { } description)
            schema["description"] = description;
        // What is worked out of others stands on no wire.
        string[] required = [.. type.Properties.Where(p => IsAlwaysThere(p)).Select(p => p.Name).Where(p => properties?[p] is not null)];
        if (required.Length > 0 && !(_sent.Contains(type.Type) && _answered.Contains(type.Type)))
            schema["required"] = new JsonArray([.. required.Select(r => JsonValue.Create(r))]);
        if (properties is not null)
            schema["properties"] = properties;
        return schema;
    }

    private static bool IsAlwaysThere(JsonPropertyInfo member) =>
        !member.IsGetNullable && Nullable.GetUnderlyingType(member.PropertyType) is null;

    /// <summary>Forms that have a name in OpenAPI's registry.</summary>
    private static JsonObject? Scalar(Type type)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        (string Type, string? Format)? form =
            value == typeof(int) ? ("integer", "int32")
            : value == typeof(long) ? ("integer", "int64")
            : value == typeof(double) || value == typeof(decimal) ? ("number", "double")
            : value == typeof(bool) ? ("boolean", null)
            : value == typeof(Guid) ? ("string", "uuid")
            : value == typeof(DateTimeOffset) ? ("string", "date-time")
            : value == typeof(string) ? ("string", null)
            : null;
        if (form is not { } known)
            return null;
        var node = new JsonObject { ["type"] = known.Type };
        if (known.Format is not null)
            node["format"] = known.Format;
        return node;
    }

    private static void Denull(JsonObject node)
    {
        if (node["type"] is JsonArray { Count: 2 } both && both.Any(t => (string?)t == "null"))
            node["type"] = both.Select(t => (string?)t).Single(t => t != "null");
    }
}
