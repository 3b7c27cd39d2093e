using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Domain.Topology;

namespace Causeway.Server.Check;

/// <summary>What came of looking whether a server would start.</summary>
/// <param name="Problems">Everything that stands in its way, one line each.</param>
/// <param name="Says">What it would start with.</param>
internal sealed record StartReport(IReadOnlyList<string> Problems, IReadOnlyList<string> Says)
{
    /// <summary>What it would say and start nevertheless.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The one asked for; null when it cannot be used.</summary>
    [JsonIgnore]
    public NetworkTopology? Topology { get; init; }

    [JsonPropertyOrder(-1)]
    public bool WouldStart => Problems.Count == 0;

    /// <returns>The exit code: 0 when it would start, 2 when not, as the start itself.</returns>
    public int Write(TextWriter output, TextWriter error, bool asJson)
    {
        if (asJson)
            output.WriteLine(JsonSerializer.Serialize(this, StartReportJson.Default.StartReport));
        else
        {
            foreach (string line in Says)
                output.WriteLine(line);
            foreach (string warning in Warnings)
                error.WriteLine($"causeway: warning: {OneLine(warning)}");
            foreach (string problem in Problems)
                error.WriteLine($"causeway: {OneLine(problem)}");
            output.WriteLine(
                WouldStart ? "It would start." : $"It would not start: {Problems.Count} {(Problems.Count == 1 ? "problem" : "problems")}."
            );
        }
        return WouldStart ? 0 : 2;
    }

    /// <summary>A list within a problem is told in its line.</summary>
    private static string OneLine(string text) =>
        text.Replace(":\n  ", ": ", StringComparison.Ordinal)
            .Replace("\n  ", ", ", StringComparison.Ordinal)
            .Replace("\n", ". ", StringComparison.Ordinal);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StartReport))]
internal sealed partial class StartReportJson : JsonSerializerContext;
