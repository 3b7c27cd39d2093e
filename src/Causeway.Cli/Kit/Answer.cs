using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Primitives;
using DevLab.JmesPath;
using YamlDotNet.Serialization;

namespace Causeway.Cli.Kit;

/// <summary>An answer in the forms that programs read, and what a JMESPath expression (jmespath.org) takes out of it; both as az has them.</summary>
public static class Answer
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Looks whether an expression is one, before anything is asked or changed for it.</summary>
    /// <exception cref="QueryException">It is none.</exception>
    public static void Check(string query) => Try(query, path => path.Parse(query));

    /// <param name="query">What to take out of it first; null for all of it.</param>
    /// <exception cref="QueryException">The expression is none, or cannot be applied to this answer.</exception>
    public static void Write(TextWriter output, OutputForm form, JsonNode? answer, string? query = null)
    {
        if (query is not null)
            answer = JsonNode.Parse(Try(query, path => path.Transform(answer?.ToJsonString() ?? "null", query)));
        switch (form)
        {
            case OutputForm.Json:
                output.WriteLine(answer?.ToJsonString(Indented) ?? "null");
                break;
            case OutputForm.Yaml:
                output.Write(new SerializerBuilder().WithQuotingNecessaryStrings().Build().Serialize(Plain(answer)));
                break;
            case OutputForm.Tsv:
                foreach (JsonNode? row in Rows(answer))
                    output.WriteLine(string.Join('\t', Cells(row)));
                break;
            case OutputForm.Csv:
                WriteCsvOf(output, Rows(answer));
                break;
            default:
                WriteTable(output, Rows(answer));
                break;
        }
    }

    /// <summary>RFC 4180, with a heading and line feeds only; spreadsheets and databases take it.</summary>
    public static void WriteCsv(TextWriter output, IReadOnlyList<string> heading, IEnumerable<IEnumerable<string>> rows)
    {
        foreach (IEnumerable<string> row in rows.Prepend(heading))
            output.WriteLine(string.Join(',', row.Select(Quoted)));

        static string Quoted(string cell) =>
            cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
    }

    private static void WriteCsvOf(TextWriter output, JsonNode?[] rows)
    {
        if (rows.Length > 0 && rows.All(row => row is JsonObject))
        {
            string[] names = [.. rows.SelectMany(row => row!.AsObject().Select(m => m.Key)).Distinct()];
            WriteCsv(output, names, rows.Select(row => names.Select(name => Cell(row![name]))));
        }
        else if (rows.Select(row => Cells(row).ToArray()).ToArray() is { Length: > 0 } cells)
            WriteCsv(output, [.. Enumerable.Range(1, cells.Max(c => c.Length)).Select(n => $"Column{n}")], cells);
    }

    /// <summary>Rows in columns as wide as their widest cell.</summary>
    public static void WriteColumns(TextWriter output, IReadOnlyList<string> heading, IReadOnlyCollection<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. heading.Select((title, i) => rows.Select(row => row[i].Length).Append(title.Length).Max())];
        foreach (IReadOnlyList<string> row in (IReadOnlyList<string>[])[heading, [.. widths.Select(w => new string('-', w))], .. rows])
            output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>Objects by their members, lists by their places, anything else as a result.</summary>
    private static void WriteTable(TextWriter output, JsonNode?[] rows)
    {
        if (rows.Length == 0)
            return;
        if (rows.All(row => row is JsonObject))
        {
            string[] names = [.. rows.SelectMany(row => row!.AsObject().Select(m => m.Key)).Distinct()];
            WriteColumns(
                output,
                [.. names.Select(PlainText.Escape)],
                [.. rows.Select(row => (string[])[.. names.Select(name => Cell(row![name]))])]
            );
        }
        else if (rows.All(row => row is JsonArray))
        {
            int width = rows.Max(row => row!.AsArray().Count);
            WriteColumns(
                output,
                [.. Enumerable.Range(1, width).Select(n => $"Column{n}")],
                [.. rows.Select(row => (string[])[.. row!.AsArray().Select(Cell), .. Enumerable.Repeat("", width - row!.AsArray().Count)])]
            );
        }
        else
            WriteColumns(output, ["Result"], [.. rows.Select(row => (string[])[Cell(row)])]);
    }

    private static JsonNode?[] Rows(JsonNode? answer) =>
        answer switch
        {
            null => [],
            JsonArray items => [.. items],
            _ => [answer],
        };

    private static IEnumerable<string> Cells(JsonNode? row) =>
        row switch
        {
            JsonObject members => members.Select(m => Cell(m.Value)),
            JsonArray items => items.Select(Cell),
            _ => [Cell(row)],
        };

    /// <summary>A text as it is, with what would end a cell or a line shown and not done; what has an inside, as JSON on one line.</summary>
    private static string Cell(JsonNode? value) =>
        value switch
        {
            null => "",
            JsonValue text when text.TryGetValue(out string? plain) => PlainText.Escape(plain),
            _ => PlainText.Escape(value.ToJsonString()),
        };

    private static object? Plain(JsonNode? node) =>
        node switch
        {
            null => null,
            JsonObject members => members.ToDictionary(m => m.Key, m => Plain(m.Value)),
            JsonArray items => items.Select(Plain).ToList(),
            JsonValue value when value.TryGetValue(out bool truth) => truth,
            JsonValue value when value.TryGetValue(out long whole) => whole,
            JsonValue value when value.TryGetValue(out decimal number) => number,
            _ => node.ToString(),
        };

    private static T Try<T>(string query, Func<JmesPath, T> act)
    {
        try
        {
            return act(new JmesPath());
        }
#pragma warning disable CA1031 // It throws Exception itself, and nothing narrower.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new QueryException(query, e);
        }
    }
}

/// <summary>What was given as <c>--query</c> is no JMESPath expression, or cannot be applied to the answer.</summary>
public sealed class QueryException(string query, Exception inner) : Exception($"--query '{query}': {inner.Message}", inner);
