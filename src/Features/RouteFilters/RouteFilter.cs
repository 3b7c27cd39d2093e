using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Circuits;
using Causeway.Domain.Json;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.RouteFilters;

/// <summary>
/// Which services Microsoft peerings announce to their customers: those whose communities its one rule allows. It holds which peerings use it, so that it
/// cannot be deleted from under one (<see cref="AttachedFilter"/> says how the two are kept the same).
/// </summary>
public sealed record RouteFilter : ITracked<RouteFilter>
{
    public const string ResourceType = AttachedFilter.FilterType;

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>One at the most (azure: b.10).</summary>
    public ImmutableArray<RouteFilterRule> Rules { get; init; } = [];

    /// <summary>In order of the circuits' ids.</summary>
    public ImmutableArray<FilterUser> Users { get; init; } = [];

    /// <summary>What the peerings that use it may announce, ascending.</summary>
    [JsonIgnore]
    public ImmutableArray<uint> Communities => [.. Rules.SelectMany(r => r.Communities).Distinct().Order()];

    public RouteFilter With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => Users.IsEmpty ? "Free" : "InUse";

    public RouteFilterRule? FindRule(string name) => Rules.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A rule that allows communities. One that denied would have nothing to deny: what no rule allows is not announced.</summary>
/// <param name="Communities">As given, without repetitions.</param>
public sealed record RouteFilterRule(string Name, ImmutableArray<uint> Communities)
{
    /// <summary>Those that a subscription may not use: they are kept, and not announced while that is so.</summary>
    public IEnumerable<uint> ForbiddenTo(string subscription, NetworkTopology topology) =>
        Communities.Where(c =>
            topology.Services.Any(s => s.Community == c) && !topology.Services.Any(s => s.Community == c && s.IsFor(subscription))
        );
}

/// <summary>A circuit that uses the filter.</summary>
public sealed record FilterUser(ResourceId Circuit, ImmutableArray<FilterUse> Uses)
{
    /// <summary>Ids of its peerings that do so in a family.</summary>
    public IEnumerable<ResourceId> Peerings(IpFamily family) =>
        Uses.Where(u => u.Family == family).Select(u => Circuit.Child("peerings", u.Peering.ToString()));
}

/// <summary>A whole filter as wanted.</summary>
/// <param name="Rules">Null keeps the rules there are.</param>
public sealed record PutRouteFilter(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    ImmutableArray<RouteFilterRule>? Rules,
    Ticket Ticket
) : Signal(At), IPut;

/// <summary>A whole rule as wanted.</summary>
public sealed record PutRouteFilterRule(DateTimeOffset At, RouteFilterRule Rule, Ticket Ticket) : Signal(At);

public sealed record DeleteRouteFilterRule(DateTimeOffset At, string Rule, Ticket Ticket) : Signal(At);

/// <summary>How a filter stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(RouteFilter))]
internal sealed partial class RouteFiltersJson : JsonSerializerContext;
