using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows.Documents;

/// <summary>
/// What of the documents of one type the journal tells when it changes: what people set, and nothing that is not named.
///
/// Theory of operation. The journal is read by more people than the document: whoever has a link to a resource's diagnostics reads it too. So a type names the
/// paths that are told, and everything else, what nobody thought of included, is not. A path leads through members (<c>order.bandwidth</c>) and through
/// arrays by the member that tells their items apart (<c>peerings[type].vlan</c>); at its end, everything below is told, and an array of values is a set,
/// of which is told what came and what went. With <c>!</c> at its end it is told that it changed, and never what it is. The difference of two documents is
/// that of their told values; it is bounded, since the journal is kept for good.
/// </summary>
public sealed class ToldPaths
{
    /// <summary>So many differences of one change at most; how many more there are is said.</summary>
    public const int Most = 40;

    /// <summary>So many characters of a value at most.</summary>
    public const int Longest = 200;

    /// <summary>Stands for what is told to have changed only.</summary>
    public const string Secret = "(secret)";

    private readonly Node _root = new();

    /// <param name="paths">As described above.</param>
    public ToldPaths(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            Node node = _root;
            foreach (string step in path.TrimEnd('!').Split('.'))
            {
                int key = step.IndexOf('[', StringComparison.Ordinal);
                string name = key < 0 ? step : step[..key];
                if (!node.Children.TryGetValue(name, out Node? child))
                    node.Children.Add(name, child = new Node { Key = key < 0 ? null : step[(key + 1)..^1] });
                node = child;
            }
            (node.IsTold, node.IsSecret) = (true, path.EndsWith('!'));
        }
    }

    /// <summary>Nothing is told of this type.</summary>
    public bool IsEmpty => _root.Children.Count == 0;

    /// <param name="before">The document before; empty when there was none.</param>
    /// <param name="after">The document after; empty when there is none any more.</param>
    /// <returns>Where both have something at one path, before and after in one; all in the order of the named paths.</returns>
    public ImmutableArray<Difference> Between(ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        List<Value> had = Of(before);
        List<Value> has = Of(after);
        List<Value> gone = Without(had, has);
        List<Value> come = Without(has, had);
        ILookup<string, Value> goneAt = gone.ToLookup(v => v.Path);
        ILookup<string, Value> comeAt = come.ToLookup(v => v.Path);
        Difference[] all =
        [
            .. gone.Concat(come)
                .OrderBy(v => v.Rank)
                .Select(v => v.Path)
                .Distinct()
                .SelectMany(path =>
                    goneAt[path].Count() == 1 && comeAt[path].Count() == 1
                        ? [new Difference(path, goneAt[path].First().Shown, comeAt[path].First().Shown)]
                        : goneAt[path]
                            .Select(v => new Difference(path, v.Shown, null))
                            .Concat(comeAt[path].Select(v => new Difference(path, null, v.Shown)))
                ),
        ];
        return all.Length <= Most
            ? [.. all]
            : [.. all.Take(Most - 1), new Difference("…", null, string.Create(CultureInfo.InvariantCulture, $"+{all.Length - Most + 1}"))];
    }

    private static List<Value> Without(List<Value> values, List<Value> others)
    {
        HashSet<(string, string)> known = [.. others.Select(o => (o.Path, o.Text))];
        return [.. values.Where(v => !known.Contains((v.Path, v.Text)))];
    }

    private List<Value> Of(ReadOnlyMemory<byte> document)
    {
        var found = new List<Value>();
        if (document.IsEmpty)
            return found;
        using JsonDocument read = JsonDocument.Parse(document);
        Walk(read.RootElement, _root, "", found);
        return found;
    }

    private static void Walk(JsonElement element, Node node, string path, List<Value> found)
    {
        if (node.IsTold)
            Tell(element, node.IsSecret, path, found);
        if (element.ValueKind == JsonValueKind.Object)
            foreach ((string name, Node child) in node.Children)
                if (element.TryGetProperty(name, out JsonElement member))
                    Enter(member, child, path.Length == 0 ? name : $"{path}.{name}", found);
    }

    private static void Enter(JsonElement element, Node node, string path, List<Value> found)
    {
        if (node.Key is not { } key || element.ValueKind != JsonValueKind.Array)
            Walk(element, node, path, found);
        else
            foreach (JsonElement item in element.EnumerateArray())
                Walk(item, node, $"{path}[{(item.TryGetProperty(key, out JsonElement named) ? named.ToString() : "")}]", found);
    }

    private static void Tell(JsonElement element, bool isSecret, string path, List<Value> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                    Tell(member.Value, isSecret, $"{path}.{member.Name}", found);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    if (item.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                        Add(item.GetRawText());
                    else
                        Tell(item, isSecret, path, found);
                break;
            case JsonValueKind.True:
                Add("true");
                break;
            case JsonValueKind.False:
                Add("false");
                break;
            default:
                Add(element.ToString());
                break;
        }

        void Add(string text) => found.Add(new Value(path, text, isSecret ? Secret : Short(text), found.Count));
    }

    private static string Short(string text) => text.Length <= Longest ? text : $"{text[..(Longest - 1)]}…";

    /// <param name="Text">What is compared.</param>
    /// <param name="Rank">Its place among the told values.</param>
    private readonly record struct Value(string Path, string Text, string Shown, int Rank);

    private sealed class Node
    {
        public Dictionary<string, Node> Children { get; } = new(StringComparer.Ordinal);

        /// <summary>The member that tells the items of an array apart; null where no array is gone through.</summary>
        public string? Key { get; init; }
        public bool IsTold { get; set; }
        public bool IsSecret { get; set; }
    }
}
