using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Primitives;

namespace Causeway.Cli.Kit;

/// <summary>A column of a table: the key of its heading, and its value.</summary>
internal sealed record Column<T>(string Key, Func<T, object?> Value)
{
    /// <summary>The heading itself, where it is a name of the wire, which is not translated.</summary>
    public string? Heading { get; init; }

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
    /// <summary>A list: one row each; a block each where rows would not fit the terminal.</summary>
    public static void List<T>(CliCall call, IReadOnlyList<Document<T>> items, string nothing, IReadOnlyList<Column<T>> columns)
    {
        if (call is { Form: OutputForm.Csv, Query: null })
        {
            Answer.WriteCsv(call.Out, [.. columns.Select(c => c.Key)], items.Select(i => columns.Select(c => c.Text(i.Body))));
            return;
        }
        if (call is { Form: OutputForm.Tsv, Query: null })
        {
            foreach (Document<T> item in items)
                call.Out.WriteLine(string.Join('\t', columns.Select(c => c.Text(item.Body))));
            return;
        }
        if (!call.ForPeople)
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
        Answer.WriteColumns(call.Out, titles, rows);
    }

    /// <summary>One thing: a line per fact, empty ones left out.</summary>
    public static void One<T>(CliCall call, Document<T> item, IReadOnlyList<Column<T>> facts)
    {
        if (call is { Form: OutputForm.Csv, Query: null })
            List(call, [item], "", facts);
        else if (call is { Form: OutputForm.Tsv, Query: null })
            call.Out.WriteLine(string.Join('\t', facts.Select(f => f.Text(item.Body))));
        else if (!call.ForPeople)
            Raw(call, item.Json);
        else
            Facts(call, item.Body, facts);
    }

    /// <summary>The answer itself, or what --query takes out of it.</summary>
    public static void Raw(CliCall call, JsonNode? node) => Answer.Write(call.Out, call.Form, node, call.Query);

    private static void Facts<T>(CliCall call, T item, IReadOnlyList<Column<T>> facts)
    {
        int width = facts.Max(f => Title(call, f).Length);
        foreach (Column<T> fact in facts)
            if (fact.Text(item) is { Length: > 0 } value)
                call.Out.WriteLine($"{Title(call, fact).PadRight(width)}  {value}");
    }

    private static string Title<T>(CliCall call, Column<T> column) => column.Heading ?? call.Words[$"column {column.Key}"];

    /// <summary>The terminal's; as wide as it takes in a pipe or a file.</summary>
    private static int Width(CliCall call) => call.IsTerminal && Console.WindowWidth > 0 ? Console.WindowWidth : int.MaxValue;
}
