using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Primitives;

namespace Causeway.Bgp.Configuration;

/// <summary>What makes a configuration impossible. All problems are found at once.</summary>
public static class ConfigurationRules
{
    public static IReadOnlyList<Refusal> Check(SpeakerConfiguration speaker)
    {
        var problems = new List<Refusal>();
        if (speaker.Asn.IsReserved)
            Add("asn", "InvalidAsn", $"AS {speaker.Asn} is reserved and identifies no network: give the speaker's own AS number.");
        if (speaker.RouterId.AddressFamily != AddressFamily.InterNetwork || speaker.RouterId.Equals(IPAddress.Any))
            Add("routerId", "InvalidRouterId", $"{speaker.RouterId} is no BGP identifier: give a non-zero IPv4 address (RFC 6286).");
        var names = new HashSet<(string, string)>();
        var instances = new HashSet<string>();
        var sessions = new Dictionary<(IPAddress, IPAddress), string>();
        foreach (InstanceConfiguration instance in speaker.Instances)
        {
            if (!instances.Add(instance.Name))
                Add("instances", "DuplicateInstance", $"Instance '{instance.Name}' is there twice: names must differ.");
            foreach (NeighborConfiguration neighbor in instance.Neighbors)
            {
                string where = $"instances/{instance.Name}/neighbors/{neighbor.Name}";
                if (!names.Add((instance.Name, neighbor.Name)))
                    Add(where, "DuplicateNeighbor", $"Neighbor '{neighbor.Name}' is there twice in '{instance.Name}': names must differ.");
                if (!sessions.TryAdd((neighbor.LocalAddress, neighbor.PeerAddress), neighbor.Name))
                    Add(
                        where,
                        "DuplicateSession",
                        $"{neighbor.LocalAddress} to {neighbor.PeerAddress} is already neighbor '{sessions[(neighbor.LocalAddress, neighbor.PeerAddress)]}'."
                    );
                Check(neighbor, where);
            }
        }
        return problems;

        void Add(string target, string code, string message) => problems.Add(Refusal.Invalid(code, message, target));

        void Check(NeighborConfiguration neighbor, string where)
        {
            if (neighbor.PeerAsn.IsReserved)
                Add(where, "InvalidPeerAsn", $"AS {neighbor.PeerAsn} is reserved: give the AS number of neighbor '{neighbor.Name}'.");
            if (neighbor.PeerAddress.AddressFamily != neighbor.LocalAddress.AddressFamily)
                Add(
                    where,
                    "AddressFamilyMismatch",
                    $"{neighbor.LocalAddress} cannot speak to {neighbor.PeerAddress}: both must be IPv4 or both IPv6."
                );
            if (neighbor.PeerPort is < 1 or > 65535)
                Add(where, "InvalidPort", $"Port {neighbor.PeerPort} of neighbor '{neighbor.Name}' is not between 1 and 65535.");
            double hold = neighbor.HoldTime.TotalSeconds;
            if (hold is < 0 or (> 0 and < 3) or > 65535)
                Add(where, "InvalidHoldTime", $"A hold time of {hold} s is not possible: use 0, or 3 to 65535 s (RFC 4271 §4.2).");
            if (neighbor.Families.Count == 0)
                Add(where, "NoFamily", $"Neighbor '{neighbor.Name}' has no address family: give IPv4, IPv6 or both.");
            if (
                neighbor.Families.Contains(IpFamily.V4)
                && neighbor.Export is not null
                && neighbor.NextHopV4 is null
                && neighbor.LocalAddress.AddressFamily == AddressFamily.InterNetworkV6
            )
                Add(
                    where,
                    "NextHopMissing",
                    $"Neighbor '{neighbor.Name}' is spoken to over IPv6: give an IPv4 next hop to announce IPv4 routes with."
                );
            if (neighbor.Md5Key is { } key && (key.Length == 0 || Encoding.UTF8.GetByteCount(key) > 80))
                Add(where, "InvalidMd5Key", $"The MD5 key of neighbor '{neighbor.Name}' must have 1 to 80 bytes (RFC 2385).");
            if (neighbor.TtlSecurityHops is < 1 or > 254)
                Add(
                    where,
                    "InvalidTtlSecurity",
                    $"TTL security of {neighbor.TtlSecurityHops} hops is not possible: use 1 to 254 (RFC 5082)."
                );
            if (neighbor.RoleRequired && neighbor.Role is null)
                Add(where, "RoleMissing", $"Neighbor '{neighbor.Name}' must state a role, but none is given for us: give ours (RFC 9234).");
            if (neighbor.Role is not null && neighbor.PeerAsn == (neighbor.LocalAsn ?? speaker.Asn))
                Add(
                    where,
                    "RoleOfInternalPeer",
                    $"Neighbor '{neighbor.Name}' is of our own AS: roles are for external sessions (RFC 9234 §4)."
                );
            if (neighbor.RouteServerClient && neighbor.PeerAsn == (neighbor.LocalAsn ?? speaker.Asn))
                Add(
                    where,
                    "RouteServerClientOfOwnAs",
                    $"Neighbor '{neighbor.Name}' is of our own AS: a route server's clients are of others (RFC 7947 §2.2)."
                );
            if (neighbor.RouteServerClient && neighbor.Role is not (null or BgpRole.RouteServer))
                Add(
                    where,
                    "RoleOfRouteServer",
                    $"Neighbor '{neighbor.Name}' is our route server's client, and we cannot be its {neighbor.Role}: give RouteServer, or no role (RFC 9234 §4)."
                );
            if (
                neighbor is { RouteServerClient: true, Export: { } export }
                && Policy.CompiledPolicy.ChangesOf(export) > Policy.CompiledPolicy.MaximumClientChanges
            )
                Add(
                    where,
                    "TooManyChanges",
                    $"The export policy of neighbor '{neighbor.Name}' changes routes in more than {Policy.CompiledPolicy.MaximumClientChanges} ways, which is the most for a route server's client."
                );
            if (neighbor.DelayOpen is { } delay && (delay <= TimeSpan.Zero || delay > TimeSpan.FromMinutes(4)))
                Add(
                    where,
                    "InvalidDelayOpen",
                    $"A delay of {delay.TotalSeconds} s before OPEN is not possible: use more than 0 and at most 240 s."
                );
            if (neighbor.Prepend is < 0 or > 255)
                Add(
                    where,
                    "InvalidPrepend",
                    $"Prepending {neighbor.Prepend} times to neighbor '{neighbor.Name}' is not possible: use 0 to 255."
                );
            if (neighbor.Keepalive is { } keepalive && keepalive < TimeSpan.FromSeconds(1))
                Add(
                    where,
                    "InvalidKeepalive",
                    $"A KEEPALIVE every {keepalive.TotalSeconds} s is not possible: use 1 s or more (RFC 4271 §4.4)."
                );
            if (neighbor.GracefulRestart is { RestartTime.TotalSeconds: not (>= 1 and <= 4095) })
                Add(
                    where,
                    "InvalidRestartTime",
                    $"A restart time of {neighbor.GracefulRestart.RestartTime.TotalSeconds} s is not possible: use 1 to 4095 s (RFC 4724 §3)."
                );
            MaxPrefix?[] limits = [neighbor.MaxPrefixV4, neighbor.MaxPrefixV6, neighbor.MaxAcceptedV4, neighbor.MaxAcceptedV6];
            foreach (MaxPrefix limit in limits.OfType<MaxPrefix>())
                if (limit.Limit < 0 || limit.WarningPercent is < 1 or > 100)
                    Add(
                        where,
                        "InvalidMaxPrefix",
                        $"Max-prefix of neighbor '{neighbor.Name}' needs a limit of at least 0 and a warning of 1 to 100 %."
                    );
        }
    }
}
