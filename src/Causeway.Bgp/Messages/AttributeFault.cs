namespace Causeway.Bgp.Messages;

/// <summary>What can be wrong with a path attribute, or with the block of them.</summary>
public enum AttributeFaultKind : byte
{
    None = 0,

    /// <summary>Its length or its content is not what its specification says (RFC 7606 §7).</summary>
    Malformed,

    /// <summary>Its Optional and Transitive bits are not those of its type (RFC 7606 §3 (c)).</summary>
    WrongFlags,

    /// <summary>It stands there a second time (RFC 7606 §3 (g)).</summary>
    Repeated,

    /// <summary>A well-known attribute that nobody knows (RFC 4271 §6.3).</summary>
    NotRecognized,

    /// <summary>It is mandatory and not there (RFC 7606 §3 (d)).</summary>
    Missing,

    /// <summary>The block ends in the middle of an attribute (RFC 7606 §4).</summary>
    CutOff,

    /// <summary>A path with an AS_SET or AS_CONFED_SET (RFC 9774 §3).</summary>
    HoldsSet,
}

/// <summary>A fault of an UPDATE's attributes, in words by <see cref="ToString"/>.</summary>
public readonly record struct AttributeFault(AttributeFaultKind Kind, AttributeType Type)
{
    public override string ToString() =>
        Kind switch
        {
            AttributeFaultKind.None => "nothing is wrong",
            AttributeFaultKind.Malformed => $"{Name} is malformed",
            AttributeFaultKind.WrongFlags => $"{Name} has wrong flags",
            AttributeFaultKind.Repeated => $"{Name} appears more than once",
            AttributeFaultKind.NotRecognized => $"{Name} is well-known but unknown here",
            AttributeFaultKind.Missing => $"{Name} is missing",
            AttributeFaultKind.HoldsSet => $"{Name} holds an AS_SET or AS_CONFED_SET (RFC 9774)",
            _ => "the attribute block is cut off",
        };

    /// <summary>As the RFCs write it.</summary>
    private string Name =>
        Type switch
        {
            AttributeType.Origin => "ORIGIN",
            AttributeType.AsPath => "AS_PATH",
            AttributeType.NextHop => "NEXT_HOP",
            AttributeType.MultiExitDisc => "MULTI_EXIT_DISC",
            AttributeType.LocalPref => "LOCAL_PREF",
            AttributeType.AtomicAggregate => "ATOMIC_AGGREGATE",
            AttributeType.Aggregator => "AGGREGATOR",
            AttributeType.Communities => "COMMUNITIES",
            AttributeType.OriginatorId => "ORIGINATOR_ID",
            AttributeType.ClusterList => "CLUSTER_LIST",
            AttributeType.MpReach => "MP_REACH_NLRI",
            AttributeType.MpUnreach => "MP_UNREACH_NLRI",
            AttributeType.ExtendedCommunities => "EXTENDED COMMUNITIES",
            AttributeType.As4Path => "AS4_PATH",
            AttributeType.As4Aggregator => "AS4_AGGREGATOR",
            AttributeType.LargeCommunities => "LARGE_COMMUNITY",
            AttributeType.OnlyToCustomer => "OTC",
            _ => $"attribute {(byte)Type}",
        };
}
