using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Primitives;

namespace Causeway.Domain.Json;

/// <summary>
/// How primitives stand in stored documents: AS numbers, VLANs and rates as numbers, prefixes and ids as text. Name these in the
/// <see cref="JsonSourceGenerationOptionsAttribute.Converters"/> of a feature's serializer context.
/// </summary>
public sealed class AsnConverter : JsonConverter<Asn>
{
    public override Asn Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetUInt32());

    public override void Write(Utf8JsonWriter writer, Asn value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <inheritdoc cref="AsnConverter"/>
public sealed class VlanIdConverter : JsonConverter<VlanId>
{
    public override VlanId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, VlanId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <inheritdoc cref="AsnConverter"/>
public sealed class BandwidthConverter : JsonConverter<Bandwidth>
{
    public override Bandwidth Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt32());

    public override void Write(Utf8JsonWriter writer, Bandwidth value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Mbps);
}

/// <inheritdoc cref="AsnConverter"/>
public sealed class IpPrefixConverter : JsonConverter<IpPrefix>
{
    public override IpPrefix Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        IpPrefix.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out IpPrefix prefix)
            ? prefix
            : throw new JsonException($"'{reader.GetString()}' is not a prefix.");

    public override void Write(Utf8JsonWriter writer, IpPrefix value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <inheritdoc cref="AsnConverter"/>
public sealed class ResourceIdConverter : JsonConverter<ResourceId>
{
    public override ResourceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ResourceId.TryParse(reader.GetString(), out ResourceId? id)
            ? id
            : throw new JsonException($"'{reader.GetString()}' is not a resource id.");

    public override void Write(Utf8JsonWriter writer, ResourceId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}
