namespace Causeway.Bgp.Messages;

/// <summary>What RFC 7606 §7 says of one attribute: its flags, its lengths, and what a fault means. The table is the specification.</summary>
/// <param name="Flags">Required values of the Optional and Transitive bits.</param>
/// <param name="Unit">The length is a multiple of this; with <paramref name="Exact"/>, exactly this.</param>
/// <param name="OnFault">What a fault of length or content means.</param>
/// <param name="InternalOnly">Discarded from external neighbors.</param>
/// <param name="TwoOctetOnly">Discarded from neighbors whose AS numbers have four octets.</param>
internal sealed record AttributeRule(
    AttributeFlags Flags,
    int Unit,
    bool Exact,
    UpdateHandling OnFault,
    bool InternalOnly = false,
    bool TwoOctetOnly = false
)
{
    private const AttributeFlags WellKnown = AttributeFlags.Transitive;
    private const AttributeFlags OptionalTransitive = AttributeFlags.Optional | AttributeFlags.Transitive;
    private const UpdateHandling Withdraw = UpdateHandling.TreatAsWithdraw;
    private const UpdateHandling Discard = UpdateHandling.AttributeDiscard;

    private static readonly AttributeRule?[] Table = Build();

    public static AttributeRule? For(AttributeType type) => (byte)type < Table.Length ? Table[(byte)type] : null;

    public bool LengthFits(int length, bool fourOctetAsn)
    {
        int unit = ReferenceEquals(this, Table[(byte)AttributeType.Aggregator]) && !fourOctetAsn ? 6 : Unit;
        return Exact ? length == unit : length % unit == 0 && (length > 0 || MayBeEmpty);
    }

    /// <summary>Only an AS_PATH may be empty (RFC 7606 §4); ATOMIC_AGGREGATE is exactly so.</summary>
    private bool MayBeEmpty => ReferenceEquals(this, Table[(byte)AttributeType.AsPath]);

    private static AttributeRule?[] Build()
    {
        var table = new AttributeRule?[36];
        Set(AttributeType.Origin, new(WellKnown, 1, true, Withdraw)); // §7.1
        Set(AttributeType.AsPath, new(WellKnown, 2, false, Withdraw)); // §7.2
        Set(AttributeType.NextHop, new(WellKnown, 4, true, Withdraw)); // §7.3
        Set(AttributeType.MultiExitDisc, new(AttributeFlags.Optional, 4, true, Withdraw)); // §7.4
        Set(AttributeType.LocalPref, new(WellKnown, 4, true, Withdraw, InternalOnly: true)); // §7.5
        Set(AttributeType.AtomicAggregate, new(WellKnown, 0, true, Discard)); // §7.6
        Set(AttributeType.Aggregator, new(OptionalTransitive, 8, true, Discard)); // §7.7
        Set(AttributeType.Communities, new(OptionalTransitive, 4, false, Withdraw)); // §7.8
        Set(AttributeType.OriginatorId, new(AttributeFlags.Optional, 4, true, Withdraw, InternalOnly: true)); // §7.9
        Set(AttributeType.ClusterList, new(AttributeFlags.Optional, 4, false, Withdraw, InternalOnly: true)); // §7.10
        Set(AttributeType.ExtendedCommunities, new(OptionalTransitive, 8, false, Withdraw)); // §7.14
        Set(AttributeType.As4Path, new(OptionalTransitive, 2, false, Discard, TwoOctetOnly: true)); // RFC 6793 §6
        Set(AttributeType.As4Aggregator, new(OptionalTransitive, 8, true, Discard, TwoOctetOnly: true)); // RFC 6793 §6
        Set(AttributeType.LargeCommunities, new(OptionalTransitive, 12, false, Withdraw)); // RFC 8092 §6
        Set(AttributeType.OnlyToCustomer, new(OptionalTransitive, 4, true, Withdraw)); // RFC 9234 §5
        return table;

        void Set(AttributeType type, AttributeRule rule) => table[(byte)type] = rule;
    }
}
