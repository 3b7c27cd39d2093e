using System.Text.Json.Serialization;

namespace Causeway.Identity.Directory;

/// <summary>
/// Who and what a first start makes: one tenant, its subscriptions, its principals. Made once for all nodes (whoever stores it first), and never changed;
/// the subscriptions and principals are resources from then on, and have a life of their own.
/// </summary>
public sealed record Installation
{
    public required string TenantId { get; init; }

    public required string TenantName { get; init; }

    /// <summary>By name: customer, otherCustomer, provider.</summary>
    public required IReadOnlyDictionary<string, InitialSubscription> Subscriptions { get; init; }

    /// <summary>By name: customer, otherCustomer, provider, operator.</summary>
    public required IReadOnlyDictionary<string, Application> Principals { get; init; }
}

public sealed record InitialSubscription(string Id, string DisplayName);

/// <summary>A principal as the first start made it.</summary>
/// <param name="ProtectedSecret">Encrypted at rest.</param>
public sealed record Application(string Name, string ClientId, string ObjectId, string ProtectedSecret);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Installation))]
internal sealed partial class InstallationJson : JsonSerializerContext;
