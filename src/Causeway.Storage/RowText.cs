using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Primitives;

namespace Causeway.Storage;

/// <summary>The small JSON texts inside rows: tags, and an operation's error.</summary>
internal static class RowText
{
    public static string? OfTags(ImmutableSortedDictionary<string, string> tags) =>
        tags.IsEmpty ? null : JsonSerializer.Serialize(new Dictionary<string, string>(tags), RowJson.Default.DictionaryStringString);

    public static ImmutableSortedDictionary<string, string> Tags(string? text) =>
        text is null
            ? ImmutableSortedDictionary<string, string>.Empty
            : JsonSerializer.Deserialize(text, RowJson.Default.DictionaryStringString)!.ToImmutableSortedDictionary();

    public static string? OfRefusal(Refusal? refusal) =>
        refusal is null ? null : JsonSerializer.Serialize(refusal, RowJson.Default.Refusal);

    public static Refusal? Refusal(string? text) => text is null ? null : JsonSerializer.Deserialize(text, RowJson.Default.Refusal);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(HashSet<string>))]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class RowJson : JsonSerializerContext;
