using System.Collections;
using System.Globalization;
using System.Reflection;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Causeway.Server.Topology;

/// <summary>One thing that is wrong with a topology.</summary>
/// <param name="Line">Where it stands in the text, from 1; null for what stands nowhere in it, such as a key that is missing at the top.</param>
/// <param name="Text">What is wrong, and what would be right.</param>
public sealed record TopologyProblem(int? Line, string Text)
{
    public override string ToString() => Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"line {line}: {Text}") : Text;
}

/// <summary>A topology that cannot be used; the message is for the operator, and has a line for each problem.</summary>
public sealed class TopologyException : Exception
{
    public TopologyException(string message, Exception? inner = null)
        : base(message, inner) => Lines = [message];

    /// <param name="source">The file, or what else it was read from.</param>
    internal TopologyException(string source, IEnumerable<TopologyProblem> problems)
        : this(source, [.. problems.OrderBy(p => p.Line ?? int.MaxValue)]) { }

    private TopologyException(string source, TopologyProblem[] problems)
        : base(
            $"{source} cannot be used:{string.Concat(problems.Select(p => $"\n  - {p.ToString().Replace("\n", "\n    ", StringComparison.Ordinal)}"))}"
        ) => Lines = [.. problems.Select(p => $"{source}{(p.Line is null ? ": " : ", ")}{p}")];

    /// <summary>Every problem by itself, with the file and the line that it is at.</summary>
    public IReadOnlyList<string> Lines { get; }
}

/// <summary>An entry of a topology's document, or a key of it, as people call it.</summary>
/// <param name="Entry">Of the document.</param>
/// <param name="Name">For people: <c>pair 'ams-1' primary</c>.</param>
/// <param name="Key">The path of a key below it: <c>lans[1]</c>; empty for the entry itself.</param>
internal readonly record struct TopologyPlace(object Entry, string Name, string Key = "")
{
    /// <summary>A key below it.</summary>
    public TopologyPlace At(string key, string? name = null) => new(Entry, name ?? Name, Key.Length == 0 ? key : $"{Key}.{key}");

    public override string ToString() => Name;
}

/// <summary>Collects what is wrong with a topology, instead of stopping at the first; each with the line of the text that it is at.</summary>
internal sealed class TopologyProblems(TopologyDocument document, IEnumerable<TopologyProblem> known)
{
    /// <summary>Of the AS numbers that are <see cref="Causeway.Primitives.Asn.IsReserved"/>.</summary>
    public const string NoNetwork = "is no network's (0: RFC 7607; 23456: RFC 6793; 65535 and 4294967295: RFC 7300)";

    private readonly List<TopologyProblem> _all = [.. known];
    private TopologyLines? _lines;

    public IReadOnlyList<TopologyProblem> All => _all;

    /// <param name="key">Of the top, as it is written: <c>regions</c>, <c>ownPrefixes[2]</c>.</param>
    public void Add(string key, string what) => Add(new TopologyPlace(document, "", key), what);

    public void Add(TopologyPlace place, string key, string what) => Add(place.At(key), what);

    /// <summary>Where a key is not written, the line is that of what it would belong to.</summary>
    public void Add(TopologyPlace place, string what)
    {
        _lines ??= document.Yaml is { } yaml ? new TopologyLines(yaml, document) : null;
        _all.Add(new TopologyProblem(_lines?.Of(place), what));
    }

    /// <summary>Of names that may stand there once: each that stands there again.</summary>
    public void Unique(string what, IEnumerable<(string Name, TopologyPlace Place)> named)
    {
        foreach (var twice in named.GroupBy(n => n.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            Add(twice.Last().Place, $"{what}: the name '{twice.Key}' is used {twice.Count()} times.");
    }
}

/// <summary>The line of every value of a topology's text, by the entry that was made of it and the key. Read when something is wrong, and not before.</summary>
internal sealed class TopologyLines
{
    private readonly Dictionary<string, int> _lines = [];
    private readonly Dictionary<object, string> _paths = new(ReferenceEqualityComparer.Instance);

    public TopologyLines(string yaml, TopologyDocument document)
    {
        var text = new YamlStream();
        text.Load(new StringReader(yaml));
        Note(text.Documents[0].RootNode, "", null);
        Note(document, "");
    }

    /// <summary>Null for what stands nowhere.</summary>
    public int? Of(TopologyPlace place)
    {
        string path = Below(_paths.GetValueOrDefault(place.Entry, ""), place.Key);
        while (path.Length > 0)
        {
            if (_lines.TryGetValue(path, out int line))
                return line;
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }
        return null;
    }

    private static string Below(string path, string key) =>
        path.Length == 0 ? key
        : key.Length == 0 ? path
        : $"{path}.{key}";

    private void Note(YamlNode at, string path, YamlNode? key)
    {
        _lines[path] = (int)(at is YamlScalarNode || key is null ? at : key).Start.Line;
        if (at is YamlMappingNode map)
            foreach ((YamlNode name, YamlNode value) in map.Children)
                Note(value, Below(path, $"{name}"), name);
        else if (at is YamlSequenceNode items)
            for (int i = 0; i < items.Children.Count; i++)
                Note(items.Children[i], $"{path}[{i}]", null);
    }

    /// <summary>The path of every entry that the library has made.</summary>
    private void Note(object? entry, string path)
    {
        if (entry is null or string || entry.GetType().Assembly != typeof(TopologyDocument).Assembly)
            return;
        _paths.TryAdd(entry, path);
        foreach (PropertyInfo property in entry.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<YamlIgnoreAttribute>() is not null)
                continue;
            string below = Below(path, CamelCaseNamingConvention.Instance.Apply(property.Name));
            object? value = property.GetValue(entry);
            if (value is IList items)
                for (int i = 0; i < items.Count; i++)
                    Note(items[i], $"{below}[{i}]");
            else
                Note(value, below);
        }
    }
}
