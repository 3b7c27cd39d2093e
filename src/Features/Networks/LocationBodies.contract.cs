using System.Text.Json;

namespace Causeway.Contracts.Networks;

/// <summary>What a subscription uses of a limit.</summary>
/// <param name="Unit"><c>Count</c>.</param>
/// <param name="Limit">2147483647 where there is none.</param>
public sealed record UsageBody(string Id, string Unit, long CurrentValue, long Limit, UsageNameBody Name);

public sealed record UsageNameBody(string Value, string LocalizedValue);

/// <summary>The answer of <c>usages</c>.</summary>
public sealed record UsagesBody(IReadOnlyList<UsageBody> Value);

/// <summary>A list of what this installation does not offer: empty.</summary>
public sealed record NoneOfferedBody(IReadOnlyList<JsonElement> Value);

/// <summary>The answer of <c>CheckIPAddressAvailability</c>.</summary>
/// <param name="AvailableIPAddresses">Some that are free, when the one that was asked for is not.</param>
public sealed record AddressAvailabilityBody(bool Available, IReadOnlyList<string>? AvailableIPAddresses);
