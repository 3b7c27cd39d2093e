using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Topology;

/// <summary>
/// Something that a topology had and a new one has no more, or has otherwise, and that resources may stand on. While one does, the new topology is refused.
/// </summary>
/// <param name="Type">The type of the resources that may stand on it.</param>
/// <param name="Label">The label of those that do.</param>
/// <param name="What">What goes, for people: <c>pair 'ams-1'</c>.</param>
/// <param name="Instead">What to do first.</param>
public sealed record TopologyUse(string Type, string Label, string What, string Instead)
{
    /// <summary>Those that stand on it.</summary>
    public ResourceQuery Users => new() { Type = Type, Label = Label };

    /// <summary>None may be there.</summary>
    public Quota Quota => new(Users, 1) { CountsItself = false };

    /// <summary>The refusal when somebody came onto it between the look and the commit.</summary>
    internal static Refusal InUse(Quota quota) =>
        Refusal.Conflict(
            "TopologyInUse",
            $"Resources stand on what the new topology takes away ({quota.Of.Label}): plan it again to see which."
        );

    /// <summary>The refusal: what goes, then each resource in a line of its own, then what to do first.</summary>
    /// <param name="resources">Ids of some of them.</param>
    /// <param name="more">How many there are beside these.</param>
    public Refusal InUse(IReadOnlyList<string> resources, long more) =>
        Refusal.Conflict(
            "TopologyInUse",
            $"{What}, and resources stand on it:{string.Concat(resources.Select(r => $"\n  {r}"))}{(more > 0 ? $"\n  and {more} more" : "")}\n{Instead}"
        );
}

/// <summary>What one type of resource stands on in a topology. One implementation per type; nothing of the topology knows any type.</summary>
public interface IOnTopology
{
    /// <summary>What a new topology takes away that resources of the type may stand on. Pure.</summary>
    ImmutableArray<TopologyUse> Pulled(NetworkTopology before, NetworkTopology after);
}
