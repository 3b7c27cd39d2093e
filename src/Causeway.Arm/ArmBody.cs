using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Causeway.Arm;

/// <summary>A JSON body, written straight into the response.</summary>
public abstract class ArmBody
{
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>Written by hand: what the conventions themselves write (pages, errors).</summary>
    internal static ArmBody Json<T>(T value, Action<Utf8JsonWriter, T> write) => new Written<T>(value, write);

    /// <summary>By a source-generated contract.</summary>
    public static ArmBody Of<T>(T value, JsonTypeInfo<T> contract) => new Contracted<T>(value, contract);

    /// <summary>Finished UTF-8 JSON.</summary>
    public static ArmBody Raw(ReadOnlyMemory<byte> utf8) => new Finished(utf8);

    /// <summary>The four bytes <c>null</c>, as diagnostics answer while they run.</summary>
    public static ArmBody Null { get; } = new Finished("null"u8.ToArray());

    private sealed class Written<T>(T value, Action<Utf8JsonWriter, T> write) : ArmBody
    {
        public override void WriteTo(Utf8JsonWriter writer) => write(writer, value);
    }

    private sealed class Contracted<T>(T value, JsonTypeInfo<T> contract) : ArmBody
    {
        public override void WriteTo(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, value, contract);
    }

    private sealed class Finished(ReadOnlyMemory<byte> utf8) : ArmBody
    {
        public override void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(utf8.Span, skipInputValidation: true);
    }
}
