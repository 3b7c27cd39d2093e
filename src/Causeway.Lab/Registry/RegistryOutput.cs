using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using YamlDotNet.Serialization;

namespace Causeway.Lab.Registry;

/// <summary>How an answer is printed.</summary>
internal enum OutputFormat
{
    Table,
    Json,
    Yaml,
}

/// <summary>Prints one answer in the form asked for; the three forms hold the same.</summary>
internal static class RegistryOutput
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Objects of registries are written by anybody: none of their characters reaches the terminal as a command.</summary>
    public static void Write(TextWriter output, OutputFormat format, JsonNode answer, Action<TextWriter> table)
    {
        output = new PlainWriter(output);
        switch (format)
        {
            case OutputFormat.Json:
                output.WriteLine(answer.ToJsonString(Indented));
                break;
            case OutputFormat.Yaml:
                output.Write(new SerializerBuilder().Build().Serialize(Plain(answer)!));
                break;
            default:
                table(output);
                break;
        }
    }

    /// <summary>Rows in columns as wide as their widest cell; the last column is not padded.</summary>
    public static void Columns(TextWriter output, IReadOnlyList<string> header, IReadOnlyCollection<string[]> rows)
    {
        int[] widths = [.. header.Select((h, i) => Math.Max(h.Length, rows.Select(r => r[i].Length).DefaultIfEmpty().Max()))];
        foreach (IReadOnlyList<string> row in rows.Prepend(header))
            output.WriteLine(string.Join("  ", row.Select((cell, i) => i + 1 < row.Count ? cell.PadRight(widths[i]) : cell)).TrimEnd());
    }

    private static object? Plain(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.ToDictionary(p => p.Key, p => Plain(p.Value)),
            JsonArray a => a.Select(Plain).ToList(),
            JsonValue v when v.TryGetValue(out bool b) => b,
            JsonValue v when v.TryGetValue(out long n) => n,
            JsonValue v => v.ToString(),
            _ => null,
        };
}
