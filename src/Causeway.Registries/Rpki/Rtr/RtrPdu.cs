using Causeway.Primitives;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>Error codes of RFC 8210 §12, and of its revision (draft-ietf-sidrops-8210bis).</summary>
public enum RtrError : ushort
{
    CorruptData = 0,
    InternalError = 1,
    NoDataAvailable = 2,
    InvalidRequest = 3,
    UnsupportedVersion = 4,
    UnsupportedPduType = 5,
    WithdrawalOfUnknown = 6,
    DuplicateAnnouncement = 7,
    UnexpectedVersion = 8,

    /// <summary>An ASPA that is announced without providers (8210bis).</summary>
    AspaProviderList = 9,
}

/// <summary>The intervals an End of Data carries in version 1, in seconds (RFC 8210 §6).</summary>
public readonly record struct RtrIntervals(uint Refresh, uint Retry, uint Expire)
{
    /// <summary>RFC 8210 §6 recommends these; version 0 has none on the wire and uses them too.</summary>
    public static readonly RtrIntervals Default = new(3600, 600, 7200);

    /// <summary>Brought into the permitted ranges, with expire larger than both others (RFC 8210 §6).</summary>
    public RtrIntervals Bounded()
    {
        uint refresh = Math.Clamp(Refresh, 1, 86_400),
            retry = Math.Clamp(Retry, 1, 7_200);
        return new RtrIntervals(refresh, retry, Math.Clamp(Math.Max(Expire, Math.Max(refresh, retry) + 1), 600, 172_800));
    }
}

/// <summary>A PDU of the RPKI-to-router protocol, version 0 (RFC 6810), 1 (RFC 8210) or 2 (draft-ietf-sidrops-8210bis).</summary>
public abstract record RtrPdu
{
    private RtrPdu(byte version) => Version = version;

    public byte Version { get; }

    /// <summary>Type 0: the cache has something new.</summary>
    public sealed record SerialNotify(byte Version, ushort Session, uint Serial) : RtrPdu(Version);

    /// <summary>Type 1: what changed since this serial?</summary>
    public sealed record SerialQuery(byte Version, ushort Session, uint Serial) : RtrPdu(Version);

    /// <summary>Type 2: everything, please.</summary>
    public sealed record ResetQuery(byte Version) : RtrPdu(Version);

    /// <summary>Type 3: records follow.</summary>
    public sealed record CacheResponse(byte Version, ushort Session) : RtrPdu(Version);

    /// <summary>Types 4 and 6: one VRP announced or withdrawn.</summary>
    public sealed record Prefix(byte Version, bool Announce, Vrp Vrp) : RtrPdu(Version);

    /// <summary>Type 7: that was all.</summary>
    public sealed record EndOfData(byte Version, ushort Session, uint Serial, RtrIntervals Intervals) : RtrPdu(Version);

    /// <summary>Type 8: that serial is unknown here; reset.</summary>
    public sealed record CacheReset(byte Version) : RtrPdu(Version);

    /// <summary>Type 9: a BGPsec key. Read past; nothing here uses it.</summary>
    public sealed record RouterKey(byte Version) : RtrPdu(Version);

    /// <summary>Type 11, from version 2 on: the providers of a customer announced, in place of those before, or withdrawn.</summary>
    /// <param name="Providers">In order, each once. A withdrawal names those that go, or none.</param>
    /// <param name="Afi">0 for IPv4 and 1 for IPv6 as the drafts up to the tenth had it; null of those after it, which make no difference.</param>
    public sealed record Aspa(byte Version, bool Announce, Asn Customer, EquatableArray<Asn> Providers, byte? Afi = null) : RtrPdu(Version);

    /// <summary>Type 10. Never sent in answer to itself.</summary>
    public sealed record ErrorReport(byte Version, RtrError Code, ReadOnlyMemory<byte> Erroneous, string Text) : RtrPdu(Version)
    {
        public bool Equals(ErrorReport? other) =>
            other is not null
            && (Version, Code, Text) == (other.Version, other.Code, other.Text)
            && Erroneous.Span.SequenceEqual(other.Erroneous.Span);

        public override int GetHashCode() => HashCode.Combine(Version, Code, Text);
    }
}
