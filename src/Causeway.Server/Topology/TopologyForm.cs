using System.Globalization;
using System.Reflection;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization.NamingConventions;

namespace Causeway.Server.Topology;

/// <summary>
/// Holds a text against the form of <see cref="TopologyDocument"/>: keys that there are not, and values that are none of their kind, each with its line. The
/// library stops at the first of them, and calls it by a type of this program.
/// </summary>
internal static class TopologyForm
{
    /// <exception cref="YamlDotNet.Core.YamlException">It is not YAML.</exception>
    public static List<string> Problems(string yaml)
    {
        var problems = new List<string>();
        var text = new YamlStream();
        text.Load(new StringReader(yaml));
        if (text.Documents.Count > 0)
            Check(text.Documents[0].RootNode, typeof(TopologyDocument), "", problems);
        return problems;
    }

    /// <summary>The line of every value below one key of the top, by its path.</summary>
    public static IReadOnlyDictionary<string, int> Lines(string yaml, string below)
    {
        var text = new YamlStream();
        text.Load(new StringReader(yaml));
        var lines = new Dictionary<string, int>();
        if (text.Documents[0].RootNode is YamlMappingNode top && top.Children.TryGetValue(new YamlScalarNode(below), out YamlNode? node))
            Note(node, below);
        return lines;

        void Note(YamlNode at, string path)
        {
            lines[path] = (int)at.Start.Line;
            if (at is YamlMappingNode map)
                foreach ((YamlNode key, YamlNode value) in map.Children)
                    Note(value, $"{path}.{key}");
            else if (at is YamlSequenceNode items)
                for (int i = 0; i < items.Children.Count; i++)
                    Note(items.Children[i], $"{path}[{i}]");
        }
    }

    private static void Check(YamlNode node, Type type, string path, List<string> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        string named = path.Length == 0 ? "the topology" : $"'{path}'";
        Type? of = type.IsGenericType ? type.GetGenericArguments()[^1] : null;
        if (node is YamlScalarNode scalar && scalar.Value is null or "" or "~" or "null")
            return; // Nothing is given.
        else if (type == typeof(int) || type == typeof(uint) || type == typeof(decimal))
        {
            string value = (node as YamlScalarNode)?.Value ?? "";
            bool good =
                type == typeof(decimal) ? decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out _)
                : type == typeof(int) ? int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                : uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (!good)
                Problem(type == typeof(decimal) ? "has to be a number" : "has to be a whole number");
        }
        else if (type == typeof(string))
        {
            if (node is not YamlScalarNode)
                Problem("has to be a text");
        }
        else if (typeof(System.Collections.IDictionary).IsAssignableFrom(type))
        {
            if (node is YamlMappingNode map)
                foreach ((YamlNode key, YamlNode value) in map.Children)
                    Check(value, of!, $"{path}.{key}", problems);
            else
                Problem("has to be a mapping of names to values");
        }
        else if (of is not null)
        {
            if (node is YamlSequenceNode items)
                foreach (YamlNode item in items.Children)
                    Check(item, of, path, problems);
            else
                Problem("has to be a list");
        }
        else if (node is not YamlMappingNode members)
            Problem("has to be a mapping of keys to values");
        else
        {
            Dictionary<string, Type> keys = type.GetProperties()
                .Where(p => p.GetCustomAttribute<YamlDotNet.Serialization.YamlIgnoreAttribute>() is null)
                .ToDictionary(p => CamelCaseNamingConvention.Instance.Apply(p.Name), p => p.PropertyType);
            foreach ((YamlNode key, YamlNode value) in members.Children)
                if (keys.TryGetValue(key.ToString(), out Type? expected))
                    Check(value, expected, path.Length == 0 ? $"{key}" : $"{path}.{key}", problems);
                else
                    problems.Add($"line {key.Start.Line}: {named} has no '{key}'; its keys are {string.Join(", ", keys.Keys)}.");
        }

        void Problem(string what) =>
            problems.Add($"line {node.Start.Line}: {named}{(node is YamlScalarNode given ? $" is '{given.Value}' and" : "")} {what}.");
    }
}
