using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>
/// What the circuits on a router pair have taken of its ports: each port carries every circuit of the pair, and may be sold so many times over. It moves in the
/// commits of the circuits themselves (<see cref="CircuitWorkflow"/>), so that two that land at once cannot both have the rest.
/// </summary>
/// <param name="Pair">Name of the pair.</param>
/// <param name="Mbps">Sum of the bandwidths of the circuits on it.</param>
/// <param name="Circuits">How many they are.</param>
public sealed record PortLoad(string Pair, long Mbps, int Circuits) : IResource
{
    public const string ResourceType = "Causeway.Operations/portLoads";

    public static ResourceId IdOf(string pair) =>
        ResourceId.Parse($"/providers/{ResourceType}/{Uri.EscapeDataString(pair.ToLowerInvariant())}");

    [JsonIgnore]
    public ResourceId Id => IdOf(Pair);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => Circuits == 0 ? "Empty" : "Used";

    /// <summary>What a pair's ports may be sold for, Mbps.</summary>
    public static long CapacityOf(RouterPair pair) => (long)pair.PortBandwidth.Mbps * pair.OverprovisionFactor;
}

/// <summary>A circuit lands on the pair, leaves it, or has another bandwidth there.</summary>
/// <param name="Mbps">By how much the load changes; negative gives back.</param>
public sealed record ChangePortLoad(DateTimeOffset At, string Pair, long Mbps, int Circuits) : Signal(At);

/// <summary>What was there before loads were kept.</summary>
public sealed record CountPortLoad(DateTimeOffset At, string Pair, long Mbps, int Circuits) : Signal(At);

/// <summary>The account of a pair's ports. Taking is bounded by what the topology says now; giving back never is.</summary>
public sealed class PortLoadWorkflow(Func<NetworkTopology> topology) : Workflow<PortLoad>
{
    public override string Type => PortLoad.ResourceType;

    protected override JsonTypeInfo<PortLoad> Json => PortLoadJson.Default.PortLoad;

    public override Decision<PortLoad> Decide(PortLoad? current, Signal signal) =>
        (current, signal) switch
        {
            (null, CountPortLoad count) => new Decision<PortLoad>.Move(new(count.Pair, count.Mbps, count.Circuits), "counted"),
            ({ }, CountPortLoad) => new Decision<PortLoad>.Stay("it is kept already"),
            (_, ChangePortLoad change) => Change(current ?? new PortLoad(change.Pair, 0, 0), change),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    private Decision<PortLoad> Change(PortLoad load, ChangePortLoad change)
    {
        PortLoad next = load with { Mbps = load.Mbps + change.Mbps, Circuits = load.Circuits + change.Circuits };
        if (change.Mbps > 0 && topology().FindPair(load.Pair) is { } pair && next.Mbps > PortLoad.CapacityOf(pair))
            return new Decision<PortLoad>.Refuse(Full(pair, change.Mbps));
        return new Decision<PortLoad>.Move(next, $"{next.Circuits} circuits with {next.Mbps} Mbps");
    }

    /// <summary>Said to the customer or the provider: which pair it is, and what others have there, stands in the operator's list of capacity.</summary>
    private Refusal Full(RouterPair pair, long asked) =>
        Refusal.Conflict(
            "InsufficientPortCapacity",
            $"The ports towards providers at {topology().PeeringLocations.First(l => l.Pairs.Contains(pair)).Name} have too little left for {asked} Mbps more. The operator acts next: ask for more capacity there."
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PortLoad))]
internal sealed partial class PortLoadJson : JsonSerializerContext;
