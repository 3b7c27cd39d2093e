using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using YamlDotNet.Serialization;

namespace Causeway.Cli;

/// <summary>A column of a table: a title, and where its value stands in the JSON.</summary>
internal sealed record Column(string Title, Func<JsonNode, string> Value)
{
    /// <param name="path">Members separated by dots, such as <c>properties.serviceKey</c>.</param>
    public static Column Of(string title, string path) => new(title, item => Json.Text(item, path));

    /// <summary>An instant, to the second, UTC.</summary>
    public static Column When(string title, string path) =>
        new(
            title,
            item =>
                DateTimeOffset.TryParse(
                    Json.Text(item, path),
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.AssumeUniversal,
                    out DateTimeOffset instant
                )
                    ? instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                    : ""
        );
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

    /// <summary>A list: one row each.</summary>
    public static void List(CliCall call, IReadOnlyList<JsonNode> items, string nothing, params ReadOnlySpan<Column> columns)
    {
        if (call.Form != OutputForm.Table)
        {
            Raw(call, new JsonArray([.. items.Select(i => i.DeepClone())]));
            return;
        }
        if (items.Count == 0)
        {
            call.Out.WriteLine(nothing);
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        foreach (Column column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column.Title)).NoWrap());
        foreach (JsonNode item in items)
        {
            var cells = new List<string>(columns.Length);
            foreach (Column column in columns)
                cells.Add(Markup.Escape(column.Value(item)));
            table.AddRow([.. cells]);
        }
        Console(call).Write(table);
    }

    /// <summary>One thing: a line per fact, empty ones left out.</summary>
    public static void One(CliCall call, JsonNode item, params ReadOnlySpan<Column> facts)
    {
        if (call.Form != OutputForm.Table)
        {
            Raw(call, item);
            return;
        }
        int width = 0;
        foreach (Column fact in facts)
            width = Math.Max(width, fact.Title.Length);
        foreach (Column fact in facts)
            if (fact.Value(item) is { Length: > 0 } value)
                call.Out.WriteLine($"{fact.Title.PadRight(width)}  {value}");
    }

    /// <summary>JSON or YAML as it is.</summary>
    public static void Raw(CliCall call, JsonNode node)
    {
        if (call.Form == OutputForm.Yaml)
            call.Out.Write(Yaml.Serialize(Plain(node)!));
        else
            call.Out.WriteLine(node.ToJsonString(Indented));
    }

    /// <summary>A console on the verb's output; as wide as it takes when it is not a terminal.</summary>
    private static IAnsiConsole Console(CliCall call)
    {
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(call.Out),
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
            }
        );
        console.Profile.Width = int.MaxValue / 4;
        return console;
    }

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

/// <summary>Reading JSON trees by path.</summary>
internal static class Json
{
    public static JsonNode? At(JsonNode? node, string path)
    {
        foreach (string member in path.Split('.'))
            node = (node as JsonObject)?[member];
        return node;
    }

    /// <summary>As text for people: lists joined by commas, nothing for what is absent.</summary>
    public static string Text(JsonNode? node, string path) =>
        At(node, path) switch
        {
            null => "",
            JsonArray items => string.Join(", ", items.Select(i => i?.ToString() ?? "")),
            JsonValue value when value.TryGetValue(out decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture),
            JsonNode other => other.ToString(),
        };

    /// <summary>The last segment of a resource id.</summary>
    public static string NameOf(string id) => id[(id.LastIndexOf('/') + 1)..];

    public static JsonObject Reference(string id) => new() { ["id"] = id };
}
