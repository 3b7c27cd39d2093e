using System.Collections.Immutable;
using Causeway.Bgp.Policy;
using Causeway.Domain.Routers;
using Causeway.Primitives;

namespace Causeway.Routers.Embedded;

/// <summary>
/// What a session lets through. Everything that is not named is refused (RFC 8212). The order of the import terms is the order of the reasons a
/// person sees: the first that fits is the one given.
/// </summary>
public static class SessionPolicies
{
    /// <summary>
    /// Prefixes that are never a destination (RFC 6890). RFC 1918 and unique-local space are not among them: on private peering they are what
    /// customers announce.
    /// </summary>
    public static readonly ImmutableArray<IpPrefix> Bogons =
    [
        IpPrefix.Parse("0.0.0.0/8"),
        IpPrefix.Parse("127.0.0.0/8"),
        IpPrefix.Parse("169.254.0.0/16"),
        IpPrefix.Parse("224.0.0.0/4"),
        IpPrefix.Parse("240.0.0.0/4"),
        IpPrefix.Parse("::/8"),
        IpPrefix.Parse("100::/64"),
        IpPrefix.Parse("fe80::/10"),
        IpPrefix.Parse("fec0::/10"),
        IpPrefix.Parse("ff00::/8"),
    ];

    public static RoutePolicy Import(SessionIntent session)
    {
        IpPrefix everything = IpPrefix.FromBits(session.Family, 0, 0);
        var terms = ImmutableArray.CreateBuilder<PolicyTerm>();
        // First, since the next term may already accept: whatever the route is, traffic for it must go to this customer (RFC 4271 §6.3).
        terms.Add(
            new PolicyTerm
            {
                NextHopBeyond = new SharedSubnet(session.Subnet, session.CustomerAddress, session.OurAddress),
                Accept = false,
                Reason = RefuseReason.NextHopOutsideLan,
            }
        );
        terms.Add(
            new PolicyTerm
            {
                Prefixes = [PrefixMatch.Exact(everything)],
                FirstAsn = session.AcceptDefaultRoute ? session.PeerAsn : null,
                Accept = session.AcceptDefaultRoute,
                Reason = RefuseReason.DefaultRoute,
            }
        );
        terms.Add(Refuse(RefuseReason.Bogon, [.. Bogons.Where(b => b.Family == session.Family)]));
        terms.Add(Refuse(RefuseReason.OwnNetwork, [.. session.Refuse.Where(p => p.Family == session.Family)]));
        terms.Add(new PolicyTerm { FirstAsn = session.PeerAsn, Accept = true });
        terms.Add(new PolicyTerm { Accept = false, Reason = RefuseReason.FirstAsnMismatch });
        return new RoutePolicy(terms.ToImmutable());
    }

    /// <summary>Exactly the linked networks, nothing learned: a circuit is not a transit network.</summary>
    public static RoutePolicy Export(InstanceIntent instance, IpFamily family) =>
        new([new PolicyTerm { Prefixes = [.. instance.Announce.Where(p => p.Family == family).Select(PrefixMatch.Exact)], Accept = true }]);

    private static PolicyTerm Refuse(RefuseReason reason, ImmutableArray<IpPrefix> prefixes) =>
        new()
        {
            Prefixes = [.. prefixes.Select(PrefixMatch.OrLonger)],
            Accept = false,
            Reason = reason,
        };
}
