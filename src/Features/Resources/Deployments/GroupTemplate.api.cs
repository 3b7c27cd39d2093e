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
/// that the same can be deployed somewhere else.
/// </summary>
/// <param name="resources">What is used before what uses it.</param>
/// <param name="options">As <c>exportTemplate</c> takes them.</param>
internal sealed partial class GroupTemplate(IReadOnlyList<StandingResource> resources, IReadOnlySet<string> options)
{
    private readonly JsonObject _parameters = [];

    /// <summary>The parameters by what each is of: two names that differ only in what a parameter's may not hold are two parameters.</summary>
    private readonly Dictionary<string, string> _parameterOf = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, int> _places = resources
        .Select((resource, place) => KeyValuePair.Create(resource.Id.Text, place))
        .ToDictionary(StringComparer.OrdinalIgnoreCase);
    private readonly bool _skipsAll = options.Contains("SkipAllParameterization");
    private readonly bool _skipsNames = options.Contains("SkipAllParameterization") || options.Contains("SkipResourceNameParameterization");

    public JsonObject Make()
    {
        JsonArray all = [.. resources.Select(Resource)];
        return new JsonObject
        {
            ["$schema"] = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            ["contentVersion"] = "1.0.0.0",
            ["parameters"] = _parameters,
            ["variables"] = new JsonObject(),
            ["resources"] = all,
        };
    }

    private JsonNode Resource(StandingResource resource)
    {
        var made = new JsonObject
        {
            ["type"] = resource.Id.Type,
            ["apiVersion"] = resource.ApiVersion,
            ["name"] = _skipsNames ? resource.Id.Name : $"[{Name(resource.Id)}]",
        };
        HashSet<string> needed = [];
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
        foreach ((string name, JsonNode? value) in answer)
        {
            JsonPropertyInfo? member = contract?.Properties.FirstOrDefault(p => p.Name == name);
            WireTraits traits = member is null ? WireTraits.None : ContractTraits.Of(contract!, member);
            if ((traits & (WireTraits.ReadOnly | WireTraits.Secret)) == 0 && name != "etag" && !(isChild && name == "id"))
                kept[name] = Settable(from, within, value, member is null ? null : member.Options.GetTypeInfo(member.PropertyType), needed);
        }
        foreach (JsonPropertyInfo member in _skipsAll || contract is null ? [] : contract.Properties)
            if ((ContractTraits.Of(contract!, member) & (WireTraits.ReadOnly | WireTraits.Secret)) == WireTraits.Secret)
                kept[member.Name] = JsonValue.Create($"[parameters('{Parameter(from, within + member.Name, isSecret: true)}')]");
        return kept;
    }

    private JsonNode? Settable(ResourceId from, string within, JsonNode? value, JsonTypeInfo? type, HashSet<string> needed) =>
        value switch
        {
            JsonObject o => Settable(from, within, o, type?.Kind == JsonTypeInfoKind.Object ? type : null, needed),
            JsonArray items => new JsonArray([
                .. items.Select(i =>
                    Settable(
                        from,
                        within,
                        i,
                        type is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } e } ? type.Options.GetTypeInfo(e) : null,
                        needed
                    )
                ),
            ]),
            JsonValue text when text.TryGetValue(out string? said) => JsonValue.Create(Text(from, said, needed)),
            _ => value?.DeepClone(),
        };

    /// <summary>An expression in the place of an id that the template itself makes; what only looks like an expression is written as text.</summary>
    private string Text(ResourceId from, string said, HashSet<string> needed)
    {
        if (said.StartsWith('[') && said.EndsWith(']'))
            return $"[{said}";
        if (!_places.TryGetValue(Above(said), out int place))
            return said;
        ResourceId target = resources[place].Id;
        string expression = Id(target);
        // What uses another comes after it; where two refer to each other, the first cannot wait for the second.
        if (place < _places[from.Text])
            needed.Add($"[{expression}]");
        string rest = said[target.Text.Length..].Replace("'", "''", StringComparison.Ordinal);
        return rest.Length == 0 ? $"[{expression}]" : $"[concat({expression}, '{rest}')]";
    }

    /// <summary>The id of the resource of a group that an id is of or lies below: its first eight segments.</summary>
    private static string Above(string id)
    {
        int end = id.StartsWith('/') ? 0 : -1;
        for (int segment = 0; segment < 8 && end >= 0; segment++)
            end = id.IndexOf('/', end + 1);
        return end < 0 ? id : id[..end];
    }

    private string Id(ResourceId id) => $"resourceId('{id.Type}', {Name(id)})";

    private string Name(ResourceId id) => _skipsNames ? $"'{id.Name}'" : $"parameters('{Parameter(id, "name", isSecret: false)}')";

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
            ["defaultValue"] = !isSecret && options.Contains("IncludeParameterDefaultValue") ? id.Name : null,
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
