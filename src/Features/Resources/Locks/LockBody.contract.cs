using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Contracts.Resources;

/// <summary><c>Microsoft.Authorization/locks</c>: what is at a scope may not be deleted, or not be changed either.</summary>
public sealed record LockBody
{
    public required LockProperties Properties { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
    public string? Name { get; init; }
}

/// <summary>What a lock keeps from happening.</summary>
public sealed record LockProperties
{
    /// <summary><c>CanNotDelete</c> or <c>ReadOnly</c>.</summary>
    public required string Level { get; init; }

    /// <summary>Up to 512 characters for people.</summary>
    public string? Notes { get; init; }

    /// <summary>Kept and shown as given: <c>owners</c>, applications that the lock belongs to.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Kept { get; set; }
}
