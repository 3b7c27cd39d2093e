using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Primitives;
using YamlDotNet.Serialization;

namespace Causeway.Cli.Kit;

/// <summary>A column of a table: the key of its heading, and its value.</summary>
internal sealed record Column<T>(string Key, Func<T, object?> Value)
{
    /// <summary>As text for people: lists joined by commas, instants to the second in UTC, nothing for what is absent.</summary>
    public string Text(T item) => PlainText.Escape(Said(item));

    private string Said(T item) =>
        Value(item) switch
        {
            null => "",
            string text => text,
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            decimal number => number.ToString("0.######", CultureInfo.InvariantCulture),
            IEnumerable<string> items => string.Join(", ", items),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            var other => other.ToString() ?? "",
        };
}

/// <summary>Writes what a verb found, in the form that was asked for.</summary>
internal static class Printer
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings().Build();

    /// <summary>A list: one row each; a block each where rows would not fit the terminal.</summary>
    public static void List<T>(CliCall call, IReadOnlyList<Document<T>> items, string nothing, IReadOnlyList<Column<T>> columns)
    {
        if (call.Form != OutputForm.Table)
        {
            Raw(call, new JsonArray([.. items.Select(i => i.Json.DeepClone())]));
            return;
        }
        if (items.Count == 0)
        {
            call.Out.WriteLine(call.Words[nothing]);
            return;
        }
        string[] titles = [.. columns.Select(c => Title(call, c))];
        string[][] rows = [.. items.Select(i => columns.Select(c => c.Text(i.Body)).ToArray())];
        int[] widths = [.. titles.Select((title, i) => Math.Max(title.Length, rows.Max(r => r[i].Length)))];
        if (widths.Sum() + 2 * (widths.Length - 1) > Width(call))
        {
            for (int i = 0; i < items.Count; i++)
            {
                if (i > 0)
                    call.Out.WriteLine();
                Facts(call, items[i].Body, columns);
            }
            return;
        }
        Row(titles);
        Row([.. widths.Select(w => new string('-', w))]);
        foreach (string[] row in rows)
            Row(row);

        void Row(string[] cells) => call.Out.WriteLine(string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>One thing: a line per fact, empty ones left out.</summary>
    public static void One<T>(CliCall call, Document<T> item, IReadOnlyList<Column<T>> facts)
    {
        if (call.Form != OutputForm.Table)
            Raw(call, item.Json);
        else
            Facts(call, item.Body, facts);
    }

    /// <summary>JSON or YAML as it is.</summary>
    public static void Raw(CliCall call, JsonNode node)
    {
        if (call.Form == OutputForm.Yaml)
            call.Out.Write(Yaml.Serialize(Plain(node)!));
        else
            call.Out.WriteLine(node.ToJsonString(Indented));
    }

    private static void Facts<T>(CliCall call, T item, IReadOnlyList<Column<T>> facts)
    {
        int width = facts.Max(f => Title(call, f).Length);
        foreach (Column<T> fact in facts)
            if (fact.Text(item) is { Length: > 0 } value)
                call.Out.WriteLine($"{Title(call, fact).PadRight(width)}  {value}");
    }

    private static string Title<T>(CliCall call, Column<T> column) => column.Key.Length == 0 ? "" : call.Words[$"column {column.Key}"];

    /// <summary>The terminal's; as wide as it takes in a pipe or a file.</summary>
    private static int Width(CliCall call) => call.IsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : int.MaxValue;

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
}
