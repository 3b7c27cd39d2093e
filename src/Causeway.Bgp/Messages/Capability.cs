using System.Collections.Immutable;
using Causeway.Bgp.Configuration;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>A capability of OPEN (RFC 5492). The family is closed; what is not known here stays as <see cref="Unknown"/>.</summary>
public abstract record Capability
{
    private Capability() { }

    /// <summary>RFC 4760 §8. Only the unicast SAFI (1) is ours; other pairs come as they are.</summary>
    public sealed record MultiProtocol(ushort Afi, byte Safi) : Capability
    {
        public static MultiProtocol Unicast(IpFamily family) => new((ushort)family, 1);

        public override string ToString() => $"multiprotocol {Family(Afi, Safi)}";
    }

    /// <summary>RFC 2918.</summary>
    public sealed record RouteRefresh : Capability
    {
        public override string ToString() => "route-refresh";
    }

    /// <summary>RFC 8654: messages up to 65,535 octets.</summary>
    public sealed record ExtendedMessage : Capability
    {
        public override string ToString() => "extended-message";
    }

    /// <summary>RFC 9234 §4.1. The octet is kept raw, so that an unknown role is seen as such.</summary>
    public sealed record Role(byte Value) : Capability
    {
        public override string ToString() => $"role {(BgpRole)Value}";
    }

    /// <summary>RFC 4724 §3. <paramref name="Time"/> in seconds, 0–4095.</summary>
    public sealed record GracefulRestart(
        bool Restarted,
        bool Notification,
        ushort Time,
        ImmutableArray<GracefulRestart.FamilyState> Families
    ) : Capability
    {
        /// <param name="Forwarding">Forwarding state was kept over the restart.</param>
        public readonly record struct FamilyState(ushort Afi, byte Safi, bool Forwarding);

        public bool Equals(GracefulRestart? other) =>
            other is not null
            && (Restarted, Notification, Time) == (other.Restarted, other.Notification, other.Time)
            && Families.AsSpan().SequenceEqual(other.Families.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Restarted, Time, Families.Length);

        public override string ToString() => $"graceful-restart {Time} s";
    }

    /// <summary>RFC 6793.</summary>
    public sealed record FourOctetAsn(Asn Asn) : Capability
    {
        public override string ToString() => "4-octet-asn";
    }

    /// <summary>RFC 7911 §4.</summary>
    public sealed record AddPath(ImmutableArray<AddPath.FamilyMode> Families) : Capability
    {
        /// <param name="Mode">1 receive, 2 send, 3 both.</param>
        public readonly record struct FamilyMode(ushort Afi, byte Safi, byte Mode);

        public bool Equals(AddPath? other) => other is not null && Families.AsSpan().SequenceEqual(other.Families.AsSpan());

        public override int GetHashCode() => Families.Length;

        public override string ToString() => "add-path";
    }

    /// <summary>RFC 7313.</summary>
    public sealed record EnhancedRouteRefresh : Capability
    {
        public override string ToString() => "enhanced-route-refresh";
    }

    /// <summary>Any other, or one of the above whose length is wrong (RFC 5492 §5: ignored).</summary>
    public sealed record Unknown(byte Code, ImmutableArray<byte> Data) : Capability
    {
        public bool Equals(Unknown? other) => other is not null && Code == other.Code && Data.AsSpan().SequenceEqual(other.Data.AsSpan());

        public override int GetHashCode() => HashCode.Combine(Code, Data.Length);

        public override string ToString() => $"capability {Code}";
    }

    private static string Family(ushort afi, byte safi) =>
        (afi, safi) switch
        {
            (1, 1) => "ipv4-unicast",
            (2, 1) => "ipv6-unicast",
            _ => $"afi {afi} safi {safi}",
        };
}
