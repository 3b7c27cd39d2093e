namespace Causeway.Primitives;

/// <summary>An immutable set of VRPs that answers route origin validation (RFC 6811 §2). Safe for concurrent use; swapped whole.</summary>
public sealed class VrpTable
{
    public static readonly VrpTable Empty = Build([]);

    private readonly Dictionary<IpPrefix, Vrp[]> _byPrefix;

    private VrpTable(Dictionary<IpPrefix, Vrp[]> byPrefix) => _byPrefix = byPrefix;

    /// <summary>Distinct VRPs in the table.</summary>
    public int Count => _byPrefix.Values.Sum(v => v.Length);

    public static VrpTable Build(IEnumerable<Vrp> vrps) =>
        new(vrps.Distinct().GroupBy(v => v.Prefix).ToDictionary(g => g.Key, g => g.ToArray()));

    /// <summary>
    /// Validates a route. An origin of AS 0, or none (AS_SET at the end of the path), is never Valid (RFC 6811 §2, RFC 7607).
    /// </summary>
    public OriginValidity Validate(in IpPrefix prefix, Asn origin)
    {
        bool covered = false;
        for (int length = prefix.Length; length >= 0; length--)
        {
            if (!_byPrefix.TryGetValue(IpPrefix.FromBits(prefix.Family, prefix.Bits, length), out Vrp[]? vrps))
                continue;
            covered = true;
            foreach (Vrp vrp in vrps)
                if (vrp.Asn == origin && origin.Value != 0 && prefix.Length <= vrp.MaxLength)
                    return OriginValidity.Valid;
        }
        return covered ? OriginValidity.Invalid : OriginValidity.NotFound;
    }

    /// <summary>Every VRP that covers a prefix, shortest first: the evidence of a verdict.</summary>
    public IReadOnlyList<Vrp> Covering(IpPrefix prefix)
    {
        var found = new List<Vrp>();
        for (int length = 0; length <= prefix.Length; length++)
            if (_byPrefix.TryGetValue(IpPrefix.FromBits(prefix.Family, prefix.Bits, length), out Vrp[]? vrps))
                found.AddRange(vrps);
        return found;
    }
}
