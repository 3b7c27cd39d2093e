using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Registries.Rpki;

/// <summary>The state of the sources beside the snapshot, small enough to be written whenever it changes.</summary>
internal static class RpkiStatusFile
{
    private static string PathOf(string snapshot) => snapshot + ".status.json";

    /// <param name="snapshot">The snapshot's path; the status stands beside it.</param>
    /// <param name="status">What to keep.</param>
    /// <param name="kept">What was kept last.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void SaveIfChanged(string snapshot, IReadOnlyList<SourceStatus> status, ref string kept)
    {
        string json = JsonSerializer.Serialize(status, RpkiStatusJson.Default.IReadOnlyListSourceStatus);
        if (json == kept)
            return;
        string partial = PathOf(snapshot) + ".partial";
        File.WriteAllText(partial, json);
        File.Move(partial, PathOf(snapshot), overwrite: true);
        kept = json;
    }

    /// <summary>What was kept; null when nothing was, or it cannot be read.</summary>
    public static IReadOnlyList<SourceStatus>? TryLoad(string snapshot)
    {
        try
        {
            string path = PathOf(snapshot);
            return File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllText(path), RpkiStatusJson.Default.IReadOnlyListSourceStatus)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(IReadOnlyList<SourceStatus>))]
internal sealed partial class RpkiStatusJson : JsonSerializerContext;
