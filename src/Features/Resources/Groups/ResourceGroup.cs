using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>A resource group: a name that resources share, and their common end.</summary>
/// <param name="Key">The id as text.</param>
/// <param name="Deletion">Set while it and everything in it is being deleted.</param>
public sealed record ResourceGroup(
    string Key,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    GroupDeletion? Deletion = null
) : IResource
{
    public const string ResourceType = "Microsoft.Resources/resourceGroups";

    /// <summary>The kind of the effect that empties a group and ends it.</summary>
    public const string DeleteEffect = "delete-resource-group";

    /// <summary>The name of <see cref="StateName"/> while it is being deleted.</summary>
    public const string Deleting = "Deleting";

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    [JsonIgnore]
    public string StateName => Deletion is null ? "Succeeded" : Deleting;
}

/// <param name="Operation">What the one who asked for it polls.</param>
/// <param name="Actor">In whose name the contents are deleted.</param>
public sealed record GroupDeletion(Guid Operation, string Actor, string? CorrelationId, DateTimeOffset Since);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ResourceGroup))]
internal sealed partial class ResourceGroupJson : JsonSerializerContext;
