using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;

namespace Causeway.Arm;

/// <summary>
/// The names of the members that bodies of some resource types may have, from the published descriptions of the provider: what is none of them is a typing error, and is
/// refused as the provider refuses it. Read from text, a line for each type (<c>Microsoft.Network/virtualNetworks = VirtualNetwork 2024-01-01</c>: what its body is, and the
/// last api-version that the descriptions know), and a line for each kind of object (<c>Subnet: id name properties:SubnetPropertiesFormat</c>: a member whose value is of a
/// described kind names it; below one that does not, everything may stand).
/// </summary>
public sealed class KnownMembers
{
    /// <summary>The first version of the descriptions; what earlier ones took was not always described.</summary>
    public const string Since = "2018-02-01";

    /// <summary>More are not worth reading.</summary>
    private const int Most = 20;

    private const string Anything = "*";

    /// <summary>Of every resource, whether its description has them or not: clients send back what they read.</summary>
    private static readonly FrozenSet<string> s_ofEvery = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "apiVersion",
        "etag",
        "extendedLocation",
        "id",
        "identity",
        "kind",
        "location",
        "name",
        "properties",
        "provisioningState",
        "resourceGuid",
        "sku",
        "systemData",
        "tags",
        "type",
        "zones"
    );

    private readonly FrozenDictionary<string, (string Kind, string Until)> _types;
    private readonly FrozenDictionary<string, FrozenDictionary<string, string?>> _kinds;

    private KnownMembers(
        IEnumerable<KeyValuePair<string, (string, string)>> types,
        IEnumerable<KeyValuePair<string, FrozenDictionary<string, string?>>> kinds
    )
    {
        _types = types.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _kinds = kinds.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <exception cref="FormatException">It is not of this form.</exception>
    public static KnownMembers Parse(string text)
    {
        var types = new Dictionary<string, (string, string)>();
        var kinds = new Dictionary<string, FrozenDictionary<string, string?>>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            switch (line.Split(' '))
            {
                case ["#", ..]:
                    break;
                case [var type, "=", var kind, var until]:
                    types[type] = (kind, until);
                    break;
                case [[.., ':'] kind, .. var members]:
                    kinds[kind[..^1]] = members
                        .Select(m => m.Split(':'))
                        .ToFrozenDictionary(m => m[0], m => m.ElementAtOrDefault(1), StringComparer.OrdinalIgnoreCase);
                    break;
                default:
                    throw new FormatException($"'{Text.Excerpt(line)}' is neither a type nor a kind of object.");
            }
        return new(types, kinds);
    }

    /// <summary>Every kind that a member or a type names and that no line describes; none in a text that is whole.</summary>
    public IEnumerable<string> Undescribed =>
        _types
            .Values.Select(t => t.Kind)
            .Concat(_kinds.Values.SelectMany(k => k.Values).OfType<string>())
            .Where(k => !_kinds.ContainsKey(k));

    /// <summary>What is wrong with a body; null when each of its members is known, or nothing is known of its type in that version.</summary>
    /// <param name="endpoint">What it was sent to; members of our own contracts are known as well.</param>
    public Refusal? Unknown(ArmEndpoint endpoint, string apiVersion, JsonElement body)
    {
        if (
            !_types.TryGetValue(endpoint.Type.FullName, out (string Kind, string Until) type)
            || string.CompareOrdinal(apiVersion, Since) < 0
            || string.CompareOrdinal(apiVersion, type.Until) > 0
        )
            return null;
        var found = new List<Refusal>();
        Walk(body, type.Kind, "", endpoint.Contract, found);
        return found.Count == 0
            ? null
            : Refusal.Invalid("InvalidRequestFormat", "Cannot parse the request.", found[0].Target) with
            {
                Details = found,
            };
    }

    private void Walk(JsonElement value, string kind, string path, ArmContract? contract, List<Refusal> found)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            int i = 0;
            foreach (JsonElement item in value.EnumerateArray())
                Walk(item, kind, $"{path}[{i++}]", contract, found);
            return;
        }
        if (value.ValueKind != JsonValueKind.Object)
            return;
        FrozenDictionary<string, string?> known = _kinds[kind];
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (found.Count >= Most)
                return;
            if (NameOf(member) is not { } name)
                continue;
            string at = path.Length == 0 ? name : $"{path}.{name}";
            if (known.TryGetValue(name, out string? inner))
            {
                if (inner is not null)
                    Walk(member.Value, inner, at, contract, found);
            }
            else if (!known.ContainsKey(Anything) && !s_ofEvery.Contains(name) && !IsOurs(contract, at))
                found.Add(
                    Refusal.Invalid(
                        "InvalidJson",
                        $"Could not find member '{Text.Excerpt(name)}' on object of type '{kind}'. Path '{Text.Excerpt(at)}'.",
                        at
                    )
                );
        }
    }

    /// <summary>Null where an escape such as \ud800 stands alone in it: JSON by its grammar, but not text, which the reader says.</summary>
    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the contract of the endpoint has a member there, in what it takes or in what it answers.</summary>
    private static bool IsOurs(ArmContract? contract, string path) =>
        Has(contract?.Body?.Invoke(), path.Split('.')) || Has(contract?.Answer?.Invoke(), path.Split('.'));

    private static bool Has(JsonTypeInfo? type, ReadOnlySpan<string> path)
    {
        foreach (string step in path)
        {
            if (type?.ElementType is { } element)
                type = type.Options.GetTypeInfo(element);
            string name = step.Split('[')[0];
            JsonPropertyInfo? member = type?.Properties.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (member is null)
                return false;
            if (!type!.Options.TryGetTypeInfo(member.PropertyType, out type))
                return step == path[^1];
        }
        return true;
    }
}
