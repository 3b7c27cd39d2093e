using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Contracts.Networks;

/// <summary>What a subscription uses of a limit.</summary>
/// <param name="Unit"><c>Count</c>.</param>
/// <param name="Limit">2147483647 where there is none.</param>
public sealed record UsageBody(string Id, string Unit, long CurrentValue, long Limit, UsageNameBody Name);

public sealed record UsageNameBody(string Value, string LocalizedValue);

/// <summary>The answer of <c>usages</c>.</summary>
public sealed record UsagesBody(IReadOnlyList<UsageBody> Value);

/// <summary>Whether an address of a network can be had.</summary>
/// <param name="AvailableIPAddresses">Some that can, where this one cannot.</param>
/// <param name="IsPlatformReserved">It is one of those of a subnet that nobody gets: the first four and the last.</param>
public sealed record AddressAvailabilityBody(
    bool Available,
    [property: JsonPropertyName("availableIPAddresses")] IReadOnlyList<string> AvailableIPAddresses,
    bool IsPlatformReserved
);

/// <summary>How full a subnet is.</summary>
public sealed record SubnetUsageBody(string Id, string Unit, double CurrentValue, double Limit, UsageNameBody Name);

/// <summary>The answer of a network's <c>usages</c>.</summary>
public sealed record SubnetUsagesBody(IReadOnlyList<SubnetUsageBody> Value);

/// <summary>A list of what this installation does not offer: empty.</summary>
public sealed record NoneOfferedBody(IReadOnlyList<JsonElement> Value);
