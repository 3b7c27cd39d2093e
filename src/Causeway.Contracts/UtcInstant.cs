using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Contracts;

/// <summary>An instant written in UTC with <c>Z</c>, as bills have it; read in any offset.</summary>
public sealed class UtcInstant : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.Parse(reader.GetString() ?? throw new JsonException("an instant is missing"), CultureInfo.InvariantCulture);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
