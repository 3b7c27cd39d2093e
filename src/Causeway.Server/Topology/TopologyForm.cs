using System.Collections;
using System.Globalization;
using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Causeway.Server.Topology;

/// <summary>
/// Holds a text against the form of <see cref="TopologyDocument"/>: keys that there are not, and values that are none of their kind, each with its line. The
/// library stops at the first of them, and calls it by a type of this program.
/// </summary>
internal sealed class TopologyForm
{
    private readonly List<TopologyProblem> _problems = [];
    private bool _hasGaps;

    /// <exception cref="YamlDotNet.Core.YamlException">It is not YAML.</exception>
    /// <param name="hasGaps">Keys or items without a value, for which <see cref="Fill"/> has to be called.</param>
    public static List<TopologyProblem> Problems(string yaml, out bool hasGaps)
    {
        var form = new TopologyForm();
        var text = new YamlStream();
        text.Load(new StringReader(yaml));
        if (text.Documents.Count > 0)
            form.Check(text.Documents[0].RootNode, typeof(TopologyDocument), "");
        hasGaps = form._hasGaps;
        return form._problems;
    }

    /// <summary>A key without a value is as one that is left out; an item without one is told of, and goes.</summary>
    public static void Fill(object entry)
    {
        object otherwise = Activator.CreateInstance(entry.GetType())!;
        foreach (PropertyInfo property in entry.GetType().GetProperties().Where(p => p.GetCustomAttribute<YamlIgnoreAttribute>() is null))
        {
            if (property.GetValue(entry) is null)
                property.SetValue(entry, property.GetValue(otherwise));
            object? value = property.GetValue(entry);
            if (value is IList items and not Array)
            {
                // The reader of the registries tells of empty items itself, by their keys.
                for (int i = items.Count - 1; i >= 0 && entry is not RegistriesEntry; i--)
                    if (items[i] is null)
                        items.RemoveAt(i);
                foreach (object? item in items)
                    Below(item);
            }
            else
                Below(value);
        }

        static void Below(object? value)
        {
            if (value is not null && value.GetType().Assembly == typeof(TopologyDocument).Assembly)
                Fill(value);
        }
    }

    private static bool IsEmpty(YamlNode node) => node is YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain };

    private void Check(YamlNode node, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        string named = path.Length == 0 ? "the topology" : $"'{path}'";
        Type? of = type.IsGenericType ? type.GetGenericArguments()[^1] : null;
        if (node is YamlScalarNode { Value: null or "" or "~" or "null" })
            _hasGaps = true; // Nothing is given.
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
                    Check(value, of!, $"{path}.{key}");
            else
                Problem("has to be a mapping of names to values");
        }
        else if (of is not null)
        {
            if (node is YamlSequenceNode items)
                foreach (YamlNode item in items.Children)
                    if (IsEmpty(item) && !path.StartsWith("registries.", StringComparison.Ordinal))
                    {
                        _hasGaps = true;
                        _problems.Add(new((int)item.Start.Line, $"{named} has an item without a value: write one, or take the line out."));
                    }
                    else
                        Check(item, of, path);
            else
                Problem("has to be a list");
        }
        else if (node is not YamlMappingNode members)
            Problem("has to be a mapping of keys to values");
        else
        {
            Dictionary<string, Type> keys = type.GetProperties()
                .Where(p => p.GetCustomAttribute<YamlIgnoreAttribute>() is null)
                .ToDictionary(p => CamelCaseNamingConvention.Instance.Apply(p.Name), p => p.PropertyType);
            foreach ((YamlNode key, YamlNode value) in members.Children)
                if (keys.TryGetValue(key.ToString(), out Type? expected))
                    Check(value, expected, path.Length == 0 ? $"{key}" : $"{path}.{key}");
                else
                    _problems.Add(new((int)key.Start.Line, $"{named} has no '{key}'; its keys are {string.Join(", ", keys.Keys)}."));
        }

        void Problem(string what) =>
            _problems.Add(new((int)node.Start.Line, $"{named}{(node is YamlScalarNode given ? $" is '{given.Value}' and" : "")} {what}."));
    }
}
