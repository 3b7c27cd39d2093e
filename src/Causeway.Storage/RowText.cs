using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage;

/// <summary>The small JSON texts inside rows: tags, an operation's error, and what a change made other than it was.</summary>
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

    public static string? OfDifferences(ImmutableArray<Difference> differences) =>
        differences.IsEmpty ? null : JsonSerializer.Serialize(differences, RowJson.Default.ImmutableArrayDifference);

    public static ImmutableArray<Difference> Differences(string? text) =>
        text is null ? [] : JsonSerializer.Deserialize(text, RowJson.Default.ImmutableArrayDifference);

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
[JsonSerializable(typeof(ImmutableArray<Difference>))]
internal sealed partial class RowJson : JsonSerializerContext;
