using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Causeway.Api.Kit;
using Causeway.Contracts;
using Causeway.Primitives;

namespace Causeway.Api.Resources;

/// <summary>A resource as it answered to GET.</summary>
/// <param name="Contract">What may be sent of it; null where nothing is known of that.</param>
internal sealed record StandingResource(ResourceId Id, string ApiVersion, JsonObject Answer, JsonTypeInfo? Contract);

/// <summary>
/// Makes a template of what stands: each resource with what may be sent of it, its name and its secrets as parameters, and what it refers to as expressions, so
/// that the same can be deployed somewhere else. Children that refer to other resources stand by themselves and come last: two networks that are peered with
/// each other would otherwise each have to be there before the other. What is not sent of children stays as it is, so that this changes nothing where it stands.
/// </summary>
internal sealed partial class GroupTemplate
{
    private readonly JsonObject _parameters = [];

    /// <summary>The parameters by what each is of: two names that differ only in what a parameter's may not hold are two parameters.</summary>
    private readonly Dictionary<string, string> _parameterOf = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is used before what uses it.</summary>
    private readonly IReadOnlyList<StandingResource> _resources;

    private readonly Dictionary<string, int> _places;
    private readonly IReadOnlySet<string> _options;
    private readonly bool _skipsAll;
    private readonly bool _skipsNames;

    /// <param name="resources">What is used before what uses it.</param>
    /// <param name="options">As <c>exportTemplate</c> takes them.</param>
    /// <param name="sentTo">What a PUT of a type takes; null where there is none.</param>
    public GroupTemplate(IReadOnlyList<StandingResource> resources, IReadOnlySet<string> options, Func<string, JsonTypeInfo?> sentTo)
    {
        _options = options;
        _skipsAll = options.Contains("SkipAllParameterization");
        _skipsNames = _skipsAll || options.Contains("SkipResourceNameParameterization");
        var apart = new List<StandingResource>();
        foreach (StandingResource resource in resources)
            TakeApart(resource, resource.Answer, resource.Contract, sentTo, apart);
        _resources = [.. resources, .. apart.OrderBy(r => r.Id.Names.Count)];
        _places = Places(_resources);
    }

    private static Dictionary<string, int> Places(IReadOnlyList<StandingResource> resources) =>
        resources.Select((resource, place) => KeyValuePair.Create(resource.Id.Text, place)).ToDictionary(StringComparer.OrdinalIgnoreCase);

    public JsonObject Make()
    {
        JsonArray all = [.. _resources.Select(Resource)];
        return new JsonObject
        {
            ["$schema"] = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            ["contentVersion"] = "1.0.0.0",
            ["parameters"] = _parameters,
            ["variables"] = new JsonObject(),
            ["resources"] = all,
        };
    }

    /// <summary>Takes lists of children out of an answer of which one refers to another resource, the innermost first.</summary>
    private static void TakeApart(
        StandingResource resource,
        JsonObject answer,
        JsonTypeInfo? contract,
        Func<string, JsonTypeInfo?> sentTo,
        List<StandingResource> apart
    )
    {
        foreach ((string name, JsonNode? value, JsonTypeInfo? type) in Sent(answer, contract).ToArray())
        {
            if (value is JsonObject inner)
                TakeApart(resource, inner, type, sentTo, apart);
            if (value is not JsonArray items)
                continue;
            JsonTypeInfo? itemType = ItemOf(type);
            foreach (JsonObject item in items.OfType<JsonObject>())
                TakeApart(resource, item, itemType, sentTo, apart);
            if (Children(items, sentTo) is not { } children || !items.Any(i => RefersElsewhere(resource.Id, i, itemType)))
                continue;
            answer.Remove(name);
            apart.AddRange(children.Select(c => new StandingResource(c.Id, resource.ApiVersion, c.Answer, c.Contract)));
        }
    }

    /// <summary>The items as resources that can be sent by themselves; null where they are none.</summary>
    private static List<(ResourceId Id, JsonObject Answer, JsonTypeInfo Contract)>? Children(
        JsonArray items,
        Func<string, JsonTypeInfo?> sentTo
    )
    {
        var children = new List<(ResourceId, JsonObject, JsonTypeInfo)>();
        foreach (JsonNode? item in items)
            if (
                item is JsonObject child
                && child.ContainsKey("properties")
                && ResourceId.TryParse($"{child["id"]}", out ResourceId? id)
                && sentTo(id.Type) is { } contract
            )
                children.Add((id, child, contract));
            else
                return null;
        return children;
    }

    private static bool RefersElsewhere(ResourceId from, JsonNode? value, JsonTypeInfo? type) =>
        value switch
        {
            JsonObject o => Sent(o, type).Any(m => RefersElsewhere(from, m.Value, m.Type)),
            JsonArray items => items.Any(i => RefersElsewhere(from, i, ItemOf(type))),
            JsonValue text when text.TryGetValue(out string? said) => ResourceId.TryParse(said, out ResourceId? id)
                && id is { Subscription: not null, Provider: not null }
                && !from.Contains(id),
            _ => false,
        };

    /// <summary>The members of an answer that may be sent, with what each takes.</summary>
    private static IEnumerable<(string Name, JsonNode? Value, JsonTypeInfo? Type)> Sent(JsonObject answer, JsonTypeInfo? contract)
    {
        foreach ((string name, JsonNode? value) in answer)
        {
            JsonPropertyInfo? member = contract is { Kind: JsonTypeInfoKind.Object }
                ? contract.Properties.FirstOrDefault(p => p.Name == name)
                : null;
            WireTraits traits = member is null ? WireTraits.None : ContractTraits.Of(contract!, member);
            if ((traits & (WireTraits.ReadOnly | WireTraits.Secret)) == 0 && name != "etag")
                yield return (name, value, member?.Options.GetTypeInfo(member.PropertyType));
        }
    }

    private static JsonTypeInfo? ItemOf(JsonTypeInfo? type) =>
        type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } ? type.Options.GetTypeInfo(element) : null;

    private JsonNode Resource(StandingResource resource)
    {
        var made = new JsonObject
        {
            ["type"] = resource.Id.Type,
            ["apiVersion"] = resource.ApiVersion,
            ["name"] = _skipsNames ? string.Join('/', resource.Id.Names) : $"[{Name(resource.Id)}]",
        };
        HashSet<string> needed = [];
        if (resource.Id.Parent is { } parent && Standing(parent.Text) is { } above)
            needed.Add($"[{Id(_resources[above].Id)}]");
        foreach ((string name, JsonNode? value) in Settable(resource.Id, "", resource.Answer, resource.Contract, needed))
            if (name is not ("id" or "name" or "type"))
                made[name] = value?.DeepClone();
        if (needed.Count > 0)
            made["dependsOn"] = new JsonArray([.. needed.Order(StringComparer.Ordinal).Select(n => JsonValue.Create(n))]);
        return made;
    }

    /// <summary>Without what only the server says, and with parameters for what is secret, which no answer shows.</summary>
    /// <param name="within">The children of the resource that it stands in, for the names of parameters.</param>
    private JsonObject Settable(ResourceId from, string within, JsonObject answer, JsonTypeInfo? contract, HashSet<string> needed)
    {
        var kept = new JsonObject();
        bool isChild = answer.ContainsKey("id") && answer.ContainsKey("properties");
        if (isChild && answer["id"] is { } id && $"{id}" != from.Text)
            within += $"{answer["name"]}_";
        foreach ((string name, JsonNode? value, JsonTypeInfo? type) in Sent(answer, contract))
            if (!(isChild && name == "id"))
                kept[name] = Settable(from, within, value, type, needed);
        foreach (JsonPropertyInfo member in _skipsAll || contract is null ? [] : contract.Properties)
            if ((ContractTraits.Of(contract!, member) & (WireTraits.ReadOnly | WireTraits.Secret)) == WireTraits.Secret)
                kept[member.Name] = JsonValue.Create($"[parameters('{Parameter(from, within + member.Name, isSecret: true)}')]");
        return kept;
    }

    private JsonNode? Settable(ResourceId from, string within, JsonNode? value, JsonTypeInfo? type, HashSet<string> needed) =>
        value switch
        {
            JsonObject o => Settable(from, within, o, type?.Kind == JsonTypeInfoKind.Object ? type : null, needed),
            JsonArray items => new JsonArray([.. items.Select(i => Settable(from, within, i, ItemOf(type), needed))]),
            JsonValue text when text.TryGetValue(out string? said) => JsonValue.Create(Text(from, said, needed)),
            _ => value?.DeepClone(),
        };

    /// <summary>An expression in the place of an id that the template itself makes; what only looks like an expression is written as text.</summary>
    private string Text(ResourceId from, string said, HashSet<string> needed)
    {
        if (said.StartsWith('[') && said.EndsWith(']'))
            return $"[{said}";
        if (Standing(said) is not { } place)
            return said;
        ResourceId target = _resources[place].Id;
        string expression = Id(target);
        // What uses another comes after it; where two refer to each other, the first cannot wait for the second.
        if (place < _places[from.Text])
            needed.Add($"[{expression}]");
        string rest = said[target.Text.Length..].Replace("'", "''", StringComparison.Ordinal);
        return rest.Length == 0 ? $"[{expression}]" : $"[concat({expression}, '{rest}')]";
    }

    /// <summary>The place of the resource that an id is of or lies below; null for none of these.</summary>
    private int? Standing(string said)
    {
        if (!said.StartsWith('/'))
            return null;
        for (string id = said; id.Length > 0; id = id[..id.LastIndexOf('/')])
            if (_places.TryGetValue(id, out int place))
                return place;
        return null;
    }

    private string Id(ResourceId id) => $"resourceId('{id.Type}', {TopName(id)}{string.Concat(id.Names.Skip(1).Select(n => $", '{n}'"))})";

    private string Name(ResourceId id) =>
        id.Names.Count == 1 ? TopName(id) : $"concat({TopName(id)}, '{string.Concat(id.Names.Skip(1).Select(n => $"/{n}"))}')";

    /// <summary>The name of the resource that is no child.</summary>
    private string TopName(ResourceId id)
    {
        ResourceId top = id;
        while (top.Names.Count > 1 && top.Parent is { } parent)
            top = parent;
        return _skipsNames ? $"'{top.Name}'" : $"parameters('{Parameter(top, "name", isSecret: false)}')";
    }

    private string Parameter(ResourceId id, string member, bool isSecret)
    {
        if (_parameterOf.TryGetValue($"{id.Text}/{member}", out string? name))
            return name;
        string plain = $"{id.Type[(id.Type.LastIndexOf('/') + 1)..]}_{NotInNames().Replace($"{id.Name}_{member}", "_")}";
        name = plain;
        for (int n = 1; _parameters.ContainsKey(name); n++)
            name = $"{plain}_{n}";
        var parameter = new JsonObject
        {
            ["defaultValue"] = !isSecret && _options.Contains("IncludeParameterDefaultValue") ? id.Name : null,
            ["type"] = isSecret ? "SecureString" : "String",
        };
        // Whether there is a secret nobody is told: who gives none leaves it out.
        if (isSecret)
            parameter["nullable"] = true;
        _parameters[name] = parameter;
        return _parameterOf[$"{id.Text}/{member}"] = name;
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInNames();
}
