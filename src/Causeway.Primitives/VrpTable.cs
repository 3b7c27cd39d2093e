namespace Causeway.Primitives;

/// <summary>
/// An immutable set of VRPs that answers route origin validation (RFC 6811 §2) in some tens of nanoseconds, without allocating. Safe for concurrent use;
/// replaced whole.
/// </summary>
public sealed class VrpTable
{
    public static readonly VrpTable Empty = Build([]);

    private readonly VrpFamilyTable<uint> _v4;
    private readonly VrpFamilyTable<UInt128> _v6;

    private VrpTable(VrpFamilyTable<uint> v4, VrpFamilyTable<UInt128> v6)
    {
        _v4 = v4;
        _v6 = v6;
    }

    /// <summary>Distinct VRPs in the table.</summary>
    public int Count => _v4.Count + _v6.Count;

    /// <summary>Bytes held by the table's arrays.</summary>
    public long SizeInBytes => _v4.SizeInBytes + _v6.SizeInBytes;

    /// <summary>Builds a table; duplicates count once, and a default <see cref="IpPrefix"/> is no prefix and is left out.</summary>
    public static VrpTable Build(IEnumerable<Vrp> vrps)
    {
        var v4 = new List<VrpNode<uint>>();
        var v6 = new List<VrpNode<UInt128>>();
        foreach (Vrp vrp in vrps)
        {
            if (vrp.Prefix.Family == IpFamily.V4)
                v4.Add(new VrpNode<uint>(vrp.Prefix.V4Bits, vrp.Prefix.Length, vrp.MaxLength, vrp.Asn.Value));
            else if (vrp.Prefix.Family == IpFamily.V6)
                v6.Add(new VrpNode<UInt128>(vrp.Prefix.Bits, vrp.Prefix.Length, vrp.MaxLength, vrp.Asn.Value));
        }
        return new VrpTable(new VrpFamilyTable<uint>(v4), new VrpFamilyTable<UInt128>(v6));
    }

    /// <summary>
    /// Validates a route. An origin of AS 0, or none (AS_SET at the end of the path), is never Valid (RFC 6811 §2, RFC 7607).
    /// </summary>
    public OriginValidity Validate(in IpPrefix prefix, Asn origin) =>
        prefix.Family switch
        {
            IpFamily.V4 => _v4.Validate(prefix.V4Bits, prefix.Length, origin.Value),
            IpFamily.V6 => _v6.Validate(prefix.Bits, prefix.Length, origin.Value),
            _ => OriginValidity.NotFound,
        };

    /// <summary>
    /// Announces a route that will be validated soon: nearly all of a validation is waiting for memory, and this fetches ahead what it will wait for. Some eight
    /// routes ahead is best.
    /// </summary>
    public void Prefetch(in IpPrefix prefix)
    {
        if (prefix.IsV4)
            _v4.Prefetch(prefix.V4Bits);
        else
            _v6.Prefetch(prefix.Bits);
    }

    /// <summary>Every VRP that covers a prefix, shortest first: the evidence of a verdict.</summary>
    public IReadOnlyList<Vrp> Covering(IpPrefix prefix)
    {
        var found = new List<Vrp>();
        if (prefix.IsV4)
            for (int at = _v4.Deepest(prefix.V4Bits, prefix.Length); at >= 0; at = _v4[at].Parent)
                found.Add(V4(_v4[at]));
        else if (prefix.Family == IpFamily.V6)
            for (int at = _v6.Deepest(prefix.Bits, prefix.Length); at >= 0; at = _v6[at].Parent)
                found.Add(V6(_v6[at]));
        found.Reverse();
        return found;
    }

    /// <summary>Where a VRP stands in <see cref="All"/>, or -1.</summary>
    public int IndexOf(in Vrp vrp)
    {
        if (vrp.Prefix.IsV4)
            return _v4.IndexOf(vrp.Prefix.V4Bits, vrp.Prefix.Length, vrp.MaxLength, vrp.Asn.Value);
        if (vrp.Prefix.Family != IpFamily.V6)
            return -1;
        int at = _v6.IndexOf(vrp.Prefix.Bits, vrp.Prefix.Length, vrp.MaxLength, vrp.Asn.Value);
        return at < 0 ? -1 : _v4.Count + at;
    }

    public bool Contains(in Vrp vrp) => IndexOf(vrp) >= 0;

    /// <summary>All VRPs in order: IPv4 first, by address, shorter first, then by maximum length and ASN. Two tables are compared by walking both once.</summary>
    public IEnumerable<Vrp> All
    {
        get
        {
            for (int i = 0; i < _v4.Count; i++)
                yield return V4(_v4[i]);
            for (int i = 0; i < _v6.Count; i++)
                yield return V6(_v6[i]);
        }
    }

    /// <summary>
    /// The VRPs that only one of two tables holds. A route can be of another validity in the one than in the other only where one of these covers it.
    /// </summary>
    public static VrpTable Difference(VrpTable one, VrpTable other)
    {
        var v4 = new List<VrpNode<uint>>();
        var v6 = new List<VrpNode<UInt128>>();
        if (!ReferenceEquals(one, other))
        {
            VrpFamilyTable<uint>.Difference(one._v4, other._v4, v4);
            VrpFamilyTable<UInt128>.Difference(one._v6, other._v6, v6);
        }
        return v4.Count + v6.Count == 0 ? Empty : new VrpTable(new VrpFamilyTable<uint>(v4), new VrpFamilyTable<UInt128>(v6));
    }

    private static Vrp V4(in VrpNode<uint> n) => new(IpPrefix.V4(n.Bits, n.Length), n.MaxLength, new Asn(n.Asn));

    private static Vrp V6(in VrpNode<UInt128> n) => new(IpPrefix.V6(n.Bits, n.Length), n.MaxLength, new Asn(n.Asn));
}
