using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Causeway.Portal.Pages;

/// <summary>A table whole: for the page's script as JSON, for people as CSV.</summary>
internal static partial class TableForms
{
    /// <summary>What a value is quoted for: it parts cells and rows, here or in a spreadsheet of another country.</summary>
    private static readonly SearchValues<char> s_parting = SearchValues.Create(",;\t\"\r\n");

    /// <summary>Rows of cells; a cell is its text, and where it is more than that also its kind with its tone, and where it leads.</summary>
    public static byte[] Json(Table table)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (IReadOnlyList<Cell> row in table.Rows)
            {
                json.WriteStartArray();
                foreach (Cell cell in row)
                    if (cell is { Kind: CellKind.Text, Href: null })
                        json.WriteStringValue(cell.Text);
                    else
                    {
                        json.WriteStartArray();
                        json.WriteStringValue(cell.Text);
                        json.WriteStringValue(cell.Kind == CellKind.State ? $"badge {cell.Tone}" : cell.Kind.ToString().ToLowerInvariant());
                        if (cell.Href is { } href)
                            json.WriteStringValue(href);
                        json.WriteEndArray();
                    }
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        return stream.ToArray();
    }

    /// <summary>RFC 4180, with the mark by which spreadsheets know UTF-8. What they would take for a formula is text.</summary>
    public static byte[] Csv(Table table)
    {
        var text = new StringBuilder();
        // On a page every instant says that it is UTC; a spreadsheet takes that mark away.
        Line(table.Heads.Select((head, i) => table.Rows is [var first, ..] && first[i].Kind == CellKind.Time ? $"{head} (UTC)" : head));
        foreach (IReadOnlyList<Cell> row in table.Rows)
            Line(
                row.Select(c =>
                    c.Kind switch
                    {
                        CellKind.Number or CellKind.Amount => c.Filed ?? c.Text,
                        _ => Plain(c.Filed ?? c.Whole ?? c.Text),
                    }
                )
            );
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];

        void Line(IEnumerable<string> values) =>
            text.AppendJoin(
                    ',',
                    values.Select(v => v.AsSpan().ContainsAny(s_parting) ? $"\"{v.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : v)
                )
                .Append("\r\n");
    }

    /// <summary>Where a cell may begin: also after what some spreadsheets part cells by, whatever we part them by.</summary>
    private static string Plain(string text) => Formula().Replace(text, "$1'$2");

    [GeneratedRegex("(^|[;,\\t\\r\\n|])([=+\\-@\\t\\r])")]
    private static partial Regex Formula();
}
