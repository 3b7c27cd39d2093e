using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;

namespace Causeway.Api.Tests.Documents;

/// <summary>
/// Documents made from what a type says of its JSON: every member filled, every alternative of a polymorphic member in one of them. They are the shape of a
/// type, written so that they can be read.
/// </summary>
internal static class SampleDocument
{
    /// <summary>As many as it takes to show each alternative.</summary>
    public static IReadOnlyList<JsonNode> Of(JsonTypeInfo type)
    {
        var samples = new List<JsonNode>();
        int alternatives = 1;
        for (int i = 0; i < alternatives; i++)
            samples.Add(Value(type, i, ref alternatives, depth: 0));
        return samples;
    }

    private static JsonNode Value(JsonTypeInfo type, int which, ref int alternatives, int depth)
    {
        if (depth > 12)
            throw new InvalidOperationException($"{type.Type} holds itself.");
        if (type.PolymorphismOptions is { DerivedTypes: { Count: > 0 } derived } options)
        {
            alternatives = Math.Max(alternatives, derived.Count);
            JsonDerivedType chosen = derived[which % derived.Count];
            var made = new JsonObject { [options.TypeDiscriminatorPropertyName] = (string)chosen.TypeDiscriminator! };
            Fill(made, type.Options.GetTypeInfo(chosen.DerivedType), which, ref alternatives, depth);
            return made;
        }
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
            {
                var made = new JsonObject();
                Fill(made, type, which, ref alternatives, depth);
                return made;
            }
            case JsonTypeInfoKind.Enumerable:
                return new JsonArray(Value(type.Options.GetTypeInfo(type.ElementType!), which, ref alternatives, depth + 1));
            case JsonTypeInfoKind.Dictionary:
                return new JsonObject { ["key"] = Value(type.Options.GetTypeInfo(type.ElementType!), which, ref alternatives, depth + 1) };
            default:
                return Leaf(type.Type, type.Options, which, ref alternatives);
        }
    }

    private static void Fill(JsonObject into, JsonTypeInfo type, int which, ref int alternatives, int depth)
    {
        foreach (JsonPropertyInfo member in type.Properties)
            if (member.Get is not null) // what is not written is not in a document
                into[member.Name] = Value(type.Options.GetTypeInfo(member.PropertyType), which, ref alternatives, depth + 1);
    }

    private static JsonNode Leaf(Type type, JsonSerializerOptions options, int which, ref int alternatives)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            Array values = Enum.GetValues(type);
            alternatives = Math.Max(alternatives, values.Length);
            return JsonSerializer.SerializeToNode(values.GetValue(which % values.Length), options.GetTypeInfo(type))!;
        }
        object value = type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 7,
            _ when type == typeof(uint) => 7U,
            _ when type == typeof(long) => 7L,
            _ when type == typeof(double) => 1.5,
            _ when type == typeof(decimal) => 1.5m,
            _ when type == typeof(Guid) => Guid.Parse("11111111-2222-3333-4444-555555555555"),
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(90),
            _ when type == typeof(byte[]) => new byte[] { 1, 2, 3 },
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([1, 2, 3]),
            _ when type == typeof(Asn) => new Asn(64512),
            _ when type == typeof(VlanId) => new VlanId(100),
            _ when type == typeof(Bandwidth) => new Bandwidth(1000),
            _ when type == typeof(IpPrefix) => IpPrefix.Parse("10.0.0.0/30"),
            _ when type == typeof(ResourceId) => ResourceId.Of(
                "11111111-2222-3333-4444-555555555555",
                "group",
                "Microsoft.Network",
                "things",
                "name"
            ),
            _ => throw new InvalidOperationException($"A sample of {type} is not known: add one here."),
        };
        return JsonSerializer.SerializeToNode(value, options.GetTypeInfo(type))!;
    }
}
