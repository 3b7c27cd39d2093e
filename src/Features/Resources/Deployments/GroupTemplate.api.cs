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
        foreach ((string name, JsonNode? value) in Settable(resource.Id, resource.Answer, resource.Contract, needed))
            if (name is not ("id" or "name" or "type"))
                made[name] = value?.DeepClone();
        if (needed.Count > 0)
            made["dependsOn"] = new JsonArray([.. needed.Order(StringComparer.Ordinal).Select(n => JsonValue.Create(n))]);
        return made;
    }

    /// <summary>Without what only the server says, and with parameters for what is secret.</summary>
    private JsonObject Settable(ResourceId from, JsonObject answer, JsonTypeInfo? contract, HashSet<string> needed)
    {
        var kept = new JsonObject();
        bool isChild = answer.ContainsKey("id") && answer.ContainsKey("properties");
        foreach ((string name, JsonNode? value) in answer)
        {
            JsonPropertyInfo? member = contract?.Properties.FirstOrDefault(p => p.Name == name);
            WireTraits traits = member is null ? WireTraits.None : ContractTraits.Of(contract!, member);
            if (traits.HasFlag(WireTraits.ReadOnly) || name == "etag" || (isChild && name == "id"))
                continue;
            kept[name] = traits.HasFlag(WireTraits.Secret)
                ? JsonValue.Create($"[parameters('{Parameter(from, name, isSecret: true)}')]")
                : Settable(from, value, member is null ? null : member.Options.GetTypeInfo(member.PropertyType), needed);
        }
        return kept;
    }

    private JsonNode? Settable(ResourceId from, JsonNode? value, JsonTypeInfo? type, HashSet<string> needed) =>
        value switch
        {
            JsonObject o => Settable(from, o, type?.Kind == JsonTypeInfoKind.Object ? type : null, needed),
            JsonArray items => new JsonArray([
                .. items.Select(i =>
                    Settable(
                        from,
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
        if (resources.FirstOrDefault(r => IsIn(r.Id, said)) is not { } target)
            return said;
        string expression = Id(target.Id);
        // What uses another comes after it; where two refer to each other, the first cannot wait for the second.
        if (resources.TakeWhile(r => r.Id != from).Contains(target))
            needed.Add($"[{expression}]");
        string rest = said[target.Id.Text.Length..].Replace("'", "''", StringComparison.Ordinal);
        return rest.Length == 0 ? $"[{expression}]" : $"[concat({expression}, '{rest}')]";
    }

    private static bool IsIn(ResourceId resource, string id) =>
        id.StartsWith(resource.Text, StringComparison.OrdinalIgnoreCase)
        && (id.Length == resource.Text.Length || id[resource.Text.Length] == '/');

    private string Id(ResourceId id) => $"resourceId('{id.Type}', {Name(id)})";

    private string Name(ResourceId id) => _skipsNames ? $"'{id.Name}'" : $"parameters('{Parameter(id, "name", isSecret: false)}')";

    private string Parameter(ResourceId id, string member, bool isSecret)
    {
        string name = $"{id.Type[(id.Type.LastIndexOf('/') + 1)..]}_{NotInNames().Replace(id.Name, "_")}_{member}";
        if (!_parameters.ContainsKey(name))
            _parameters[name] = new JsonObject
            {
                ["defaultValue"] = !isSecret && options.Contains("IncludeParameterDefaultValue") ? id.Name : null,
                ["type"] = isSecret ? "SecureString" : "String",
            };
        return name;
    }

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotInNames();
}
