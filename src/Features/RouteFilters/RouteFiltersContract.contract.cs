using System.Text.Json.Serialization;

namespace Causeway.Contracts.RouteFilters;

/// <summary>The wire form of route filters, and of the services that they let through.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RouteFilterBody))]
[JsonSerializable(typeof(RouteFilterRuleBody))]
[JsonSerializable(typeof(ServiceCommunityBody))]
public sealed partial class RouteFiltersContract : JsonSerializerContext;
