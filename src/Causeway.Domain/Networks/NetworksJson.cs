using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Primitives;

namespace Causeway.Domain.Networks;

/// <summary>How network resources are written to their documents.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(PrefixConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(VirtualNetwork))]
[JsonSerializable(typeof(VirtualNetworkGateway))]
[JsonSerializable(typeof(Connection))]
[JsonSerializable(typeof(PublicIpAddress))]
internal sealed partial class NetworksJson : JsonSerializerContext;

internal sealed class PrefixConverter : JsonConverter<IpPrefix>
{
    public override IpPrefix Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        IpPrefix.Parse(reader.GetString() ?? throw new JsonException("A prefix is null."));

    public override void Write(Utf8JsonWriter writer, IpPrefix value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

internal sealed class ResourceIdConverter : JsonConverter<ResourceId>
{
    public override ResourceId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        ResourceId.Parse(reader.GetString() ?? throw new JsonException("A resource id is null."));

    public override void Write(Utf8JsonWriter writer, ResourceId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
