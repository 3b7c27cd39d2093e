using System.Collections.Immutable;

namespace Causeway.Domain.Topology;

/// <summary>The policy by which this network peers, as its peers can read it, and what of it is checked before a peering is asked for.</summary>
/// <param name="Text">Markdown.</param>
/// <param name="Blocks">What has to be so of a request; else it is refused, with what is missing in words.</param>
/// <param name="Advises">What should be so: said to the peer and to whoever reviews, and in nobody's way.</param>
public sealed record PublishedPolicy(string Text, ImmutableArray<ApprovalCondition> Blocks, ImmutableArray<ApprovalCondition> Advises)
{
    /// <summary>The whole text of the file that it was read from, what is checked included; null when it stands in the topology itself.</summary>
    public string? File { get; init; }

    public static readonly PublishedPolicy Default = new(
        "",
        [ApprovalCondition.Record, ApprovalCondition.Present, ApprovalCondition.Noc],
        [ApprovalCondition.AsSet, ApprovalCondition.Registered]
    );

    /// <summary>What a policy can ask for. That a peer is known already is a reason to approve, and nothing to ask of a new one.</summary>
    public static readonly ImmutableArray<ApprovalCondition> Checked =
    [
        ApprovalCondition.Record,
        ApprovalCondition.Present,
        ApprovalCondition.Noc,
        ApprovalCondition.AsSet,
        ApprovalCondition.Registered,
    ];

    /// <summary>All that it asks for, in the order in which people read it.</summary>
    public IEnumerable<ApprovalCondition> Asks => Checked.Where(c => Blocks.Contains(c) || Advises.Contains(c));
}
