using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Filters;

/// <summary>In which language a filter is written.</summary>
public enum FilterFormat
{
    /// <summary>Entries as bgpq4 -j writes them, per family, with what the filter was made of.</summary>
    Json,

    /// <summary>FRR's <c>ip prefix-list</c> and <c>ipv6 prefix-list</c>.</summary>
    Frr,

    /// <summary>BIRD 2 prefix sets, one constant per family: NAME_V4 and NAME_V6.</summary>
    Bird,

    /// <summary>GoBGP defined-sets in TOML, one prefix-set per family: NAME-v4 and NAME-v6.</summary>
    GoBgp,
}

/// <summary>Writes a filter as text. A filter without entries is written so that it accepts nothing, never left out: to a router no filter means everything.</summary>
public static class FilterText
{
    public static string Render(PrefixFilter filter, FilterFormat format)
    {
        var text = new StringBuilder();
        switch (format)
        {
            case FilterFormat.Json:
                return Json(filter);
            case FilterFormat.Frr:
                foreach ((IpFamily family, IReadOnlyList<PrefixSpan> entries) in Lists(filter))
                    Frr(text, filter, family, entries);
                break;
            case FilterFormat.Bird:
                foreach ((IpFamily family, IReadOnlyList<PrefixSpan> entries) in Lists(filter))
                    Bird(text, filter, family, entries);
                break;
            case FilterFormat.GoBgp:
                foreach ((IpFamily family, IReadOnlyList<PrefixSpan> entries) in Lists(filter))
                    GoBgp(text, filter, family, entries);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such filter format.");
        }
        return text.ToString();
    }

    private static IEnumerable<(IpFamily Family, IReadOnlyList<PrefixSpan> Entries)> Lists(PrefixFilter filter)
    {
        if (filter.Family is null or IpFamily.V4)
            yield return (IpFamily.V4, filter.V4);
        if (filter.Family is null or IpFamily.V6)
            yield return (IpFamily.V6, filter.V6);
    }

    private static void Frr(StringBuilder text, PrefixFilter filter, IpFamily family, IReadOnlyList<PrefixSpan> entries)
    {
        string keyword = family == IpFamily.V4 ? "ip" : "ipv6";
        text.Append(CultureInfo.InvariantCulture, $"no {keyword} prefix-list {filter.Name}\n");
        int sequence = 0;
        foreach (PrefixSpan entry in entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"{keyword} prefix-list {filter.Name} seq {sequence += 5} permit {entry.Prefix}");
            // FRR wants ge above the prefix length.
            if (entry.Low > entry.Prefix.Length)
                text.Append(CultureInfo.InvariantCulture, $" ge {entry.Low}");
            if (!entry.IsExact)
                text.Append(CultureInfo.InvariantCulture, $" le {entry.High}");
            text.Append('\n');
        }
        if (entries.Count == 0)
            text.Append(
                CultureInfo.InvariantCulture,
                $"{keyword} prefix-list {filter.Name} seq 5 deny {(family == IpFamily.V4 ? "0.0.0.0/0 le 32" : "::/0 le 128")}\n"
            );
    }

    private static void Bird(StringBuilder text, PrefixFilter filter, IpFamily family, IReadOnlyList<PrefixSpan> entries)
    {
        text.Append(CultureInfo.InvariantCulture, $"define {filter.Name.Replace('-', '_')}_{(family == IpFamily.V4 ? "V4" : "V6")} = [\n");
        if (entries.Count == 0)
            // BIRD has no empty prefix set; this one holds a route that BGP cannot carry.
            text.Append("    # nothing is registered\n    ").Append(family == IpFamily.V4 ? "0.0.0.0/32" : "::/128").Append('\n');
        for (int i = 0; i < entries.Count; i++)
        {
            PrefixSpan entry = entries[i];
            text.Append("    ").Append(entry.Prefix);
            if (!entry.IsExact)
                text.Append(CultureInfo.InvariantCulture, $"{{{entry.Low},{entry.High}}}");
            text.Append(i + 1 < entries.Count ? ",\n" : "\n");
        }
        text.Append("];\n");
    }

    private static void GoBgp(StringBuilder text, PrefixFilter filter, IpFamily family, IReadOnlyList<PrefixSpan> entries)
    {
        text.Append("[[defined-sets.prefix-sets]]\n");
        text.Append(CultureInfo.InvariantCulture, $"  prefix-set-name = \"{filter.Name}-{(family == IpFamily.V4 ? "v4" : "v6")}\"\n");
        foreach (PrefixSpan entry in entries)
        {
            text.Append("  [[defined-sets.prefix-sets.prefix-list]]\n");
            text.Append(CultureInfo.InvariantCulture, $"    ip-prefix = \"{entry.Prefix}\"\n");
            if (!entry.IsExact)
                text.Append(CultureInfo.InvariantCulture, $"    masklength-range = \"{entry.Low}..{entry.High}\"\n");
        }
    }

    private static string Json(PrefixFilter filter)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("name", filter.Name);
            Strings(json, "objects", filter.Objects);
            json.WriteNumber("asns", filter.Asns.Count);
            foreach ((IpFamily family, IReadOnlyList<PrefixSpan> entries) in Lists(filter))
                Entries(json, family == IpFamily.V4 ? "ipv4" : "ipv6", entries);
            Strings(json, "missing", filter.Missing);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length) + "\n";
    }

    private static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Entries(Utf8JsonWriter json, string name, IReadOnlyList<PrefixSpan> entries)
    {
        json.WriteStartArray(name);
        foreach (PrefixSpan entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("prefix", entry.Prefix.ToString());
            json.WriteBoolean("exact", entry.IsExact);
            if (!entry.IsExact)
            {
                if (entry.Low > entry.Prefix.Length)
                    json.WriteNumber("greater-equal", entry.Low);
                json.WriteNumber("less-equal", entry.High);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
