using System.Text.Json.Nodes;
using Causeway.Cli.Kit;

namespace Causeway.Lab.Registry;

/// <summary>Prints one answer in the form asked for; all forms hold the same.</summary>
internal static class RegistryOutput
{
    /// <summary>Objects of registries are written by anybody: none of their characters reaches the terminal as a command.</summary>
    /// <param name="query">What to take out of the answer, in JMESPath; null for all of it.</param>
    /// <param name="table">Writes it for people.</param>
    public static void Write(TextWriter output, OutputForm form, JsonNode answer, string? query, Action<TextWriter> table)
    {
        output = new PlainWriter(output);
        if (form == OutputForm.Table && query is null)
            table(output);
        else
            Answer.Write(output, form, answer, query);
    }

    /// <summary>Rows in columns as wide as their widest cell; the last column is not padded.</summary>
    public static void Columns(TextWriter output, IReadOnlyList<string> header, IReadOnlyCollection<string[]> rows)
    {
        int[] widths = [.. header.Select((h, i) => Math.Max(h.Length, rows.Select(r => r[i].Length).DefaultIfEmpty().Max()))];
        foreach (IReadOnlyList<string> row in rows.Prepend(header))
            output.WriteLine(string.Join("  ", row.Select((cell, i) => i + 1 < row.Count ? cell.PadRight(widths[i]) : cell)).TrimEnd());
    }
}
