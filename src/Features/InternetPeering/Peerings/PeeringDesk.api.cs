using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Identity.Secrets;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// Looks before anything is asked for: which exchange is meant, whether the peer's address can be the peer's there, what PeeringDB has of it. It finds facts and says
/// what is missing in words; the peering decides.
/// </summary>
internal sealed class PeeringDesk(
    Engine engine,
    PeerAsnWorkflow asns,
    Func<NetworkTopology> topology,
    PeeringWorkflow workflow,
    HeldBackPeerWorkflow heldBack,
    INetworkDirectory directory,
    IPeerFilters filters,
    PeeringPolicy policy,
    ISecretProtector secrets
)
{
    public NetworkTopology Topology => topology();

    public INetworkDirectory Directory => directory;

    /// <summary>The peer's ASN that a body names, if the caller may use it.</summary>
    public async ValueTask<(PeerAsn? Asn, Refusal? No)> PeerAsnAsync(ArmRequest request, ResourceId id, string target)
    {
        const string Action = "Microsoft.Peering/peerAsns/read";
        // The Peering API has judged already for which network its caller speaks.
        if (request.Call is not InnerCall { IsPermitted: true } && !await request.MayAsync(Action, id))
            return (null, Referenced.Forbidden(request, Action, id));
        return await engine.ReadAsync(asns, id, request.Aborted) is { Resource: var asn }
            ? (asn, null)
            : (null, Referenced.NotFound(id, request.Id, target));
    }

    /// <summary>Of a session: there is nothing that needs more.</summary>
    public const int MostPrefixes = 2_000_000;

    /// <summary>The MD5 key that a session is to have, as its body says.</summary>
    public PeerKey Key(BodyReader session)
    {
        string? key = session.String("md5AuthenticationKey", 80);
        if (key?.Any(c => c is < '!' or > '~') == true)
            session.Problem(
                "InvalidMd5Key",
                "md5AuthenticationKey",
                "The key may hold printable ASCII characters without spaces, at most 80 of them: both sides have to type the same."
            );
        return key is null ? PeerKey.Keep
            : key.Length == 0 ? new PeerKey.Remove()
            : new PeerKey.Set(secrets.Protect(key, SecretPurposes.BgpKey), secrets.Fingerprint(key, SecretPurposes.BgpKey));
    }

    /// <summary>The exchange that a facility id means at a location; else a problem of the body.</summary>
    public Exchange? ExchangeOf(BodyReader connection, int facility, string? location)
    {
        Exchange? exchange = Topology.Exchanges.FirstOrDefault(x => x.PeeringDbIxId == facility);
        if (exchange is null)
            connection.Problem(
                "PeeringFacilityNotFound",
                "peeringDBFacilityId",
                $"{facility} is no exchange where we are: there are {Listed(Topology.Exchanges)}. GET …/peeringLocations?kind=Exchange lists them."
            );
        else if (location is not null && !exchange.Location.Equals(location, StringComparison.OrdinalIgnoreCase))
        {
            connection.Problem(
                "PeeringFacilityNotFound",
                "peeringDBFacilityId",
                $"{facility} is {exchange.Name} at {exchange.Location}, not at {location}: a peering is at one location."
            );
            return null;
        }
        return exchange;

        static string Listed(IEnumerable<Exchange> exchanges) =>
            string.Join(", ", exchanges.Select(x => $"{x.PeeringDbIxId} ({x.Name} at {x.Location})")) is { Length: > 0 } some
                ? some
                : "none";
    }

    /// <summary>A peer's address as it may be used at an exchange; else a problem of the body.</summary>
    public static IPAddress? Address(BodyReader session, string member, IpFamily family, Exchange? exchange)
    {
        if (session.String(member, 64) is not { Length: > 0 } text)
            return null;
        if (
            !IPAddress.TryParse(text, out IPAddress? address)
            || address.AddressFamily != (family == IpFamily.V4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6)
            // What else is read as one, as 192.0.2.010 is read in octal, is not what was meant.
            || (family == IpFamily.V4 && text != address.ToString())
        )
        {
            session.Problem(
                "InvalidPeerAddress",
                member,
                $"'{text}' is not an {(family == IpFamily.V4 ? "IPv4" : "IPv6")} address: write your router's own address in the LAN, without a length."
            );
            return null;
        }
        if (exchange is null)
            return address;
        if (exchange.Lan(family) is not { } lan)
            session.Problem("InvalidPeerAddress", member, $"{exchange.Name} has no LAN of {family}: leave '{member}' out.");
        else if (!lan.Contains(address))
            session.Problem(
                "InvalidPeerAddress",
                member,
                $"{address} is not in {lan}, the LAN of {exchange.Name}: write your router's address there."
            );
        else if (family == IpFamily.V4 && lan.Length < 31 && (address.Equals(lan.Address) || address.Equals(Last(lan))))
            session.Problem(
                "InvalidPeerAddress",
                member,
                $"{address} is the network's or the broadcast address of {lan}: write your router's address there."
            );
        else if (exchange.Addresses(family).Contains(address))
            session.Problem("InvalidPeerAddress", member, $"{address} is ours at {exchange.Name}: write your router's address there.");
        else if (exchange.RouteServers.Any(s => s.Addresses.Contains(address)))
            session.Problem(
                "InvalidPeerAddress",
                member,
                $"{address} is a route server of {exchange.Name}: a peering with it is the exchange's to ask for."
            );
        else
            return address;
        return null;

        static IPAddress Last(IpPrefix lan) => lan.AddressAt((uint)((1UL << (32 - lan.Length)) - 1));
    }

    /// <summary>What keeps a connection from being asked for, in words.</summary>
    /// <param name="exchange">Null for a cable, whose addresses PeeringDB does not have.</param>
    public IEnumerable<string> Missing(Asn asn, Exchange? exchange, IReadOnlyCollection<string> addresses) =>
        Check(asn, exchange, addresses).Where(p => p.Blocks).SelectMany(p => p.Missing);

    /// <summary>What the policy asks for, of a peer: in order, each with what is missing in words. What cannot be seen is nobody's fault.</summary>
    /// <inheritdoc cref="Missing"/>
    public IEnumerable<PolicyPoint> Check(Asn asn, Exchange? exchange, IReadOnlyCollection<string> addresses)
    {
        PublishedPolicy published = Topology.PeeringPolicy;
        bool told = false;
        foreach (ApprovalCondition condition in published.Asks)
        {
            bool? met = IsMet(asn, exchange, addresses, condition, out string[] missing);
            // A record that is not there lacks everything else as well, which is not to be said of it: once something that blocks has been.
            if (met == false && condition != ApprovalCondition.Registered && directory.Find(asn) is null && told)
                missing = [];
            bool blocks = published.Blocks.Contains(condition);
            told |= blocks && missing.Length > 0;
            yield return new PolicyPoint(condition, blocks, met, missing);
        }
    }

    /// <summary>Whether a condition is met; null when that cannot be seen.</summary>
    /// <param name="missing">What is to be done where it is not, in words.</param>
    private bool? IsMet(
        Asn asn,
        Exchange? exchange,
        IReadOnlyCollection<string> addresses,
        ApprovalCondition condition,
        out string[] missing
    )
    {
        missing = [];
        if (condition == ApprovalCondition.Registered)
        {
            if (filters.FilterOf(asn, directory.Find(asn)?.AsSet, policy.MostProven) is not { } filter)
                return null;
            if (filter.IsTooLarge)
                missing =
                [
                    $"{filter.AsSet} holds more than any peer is believed to announce, and proves nothing: name the as-set of your own customers",
                ];
            else if (filter.V4.Length + filter.V6.Length == 0)
                missing = [$"nothing is registered for {filter.AsSet}: register route objects, or sign ROAs"];
            return missing.Length == 0;
        }
        if (directory.State != SourceState.Loaded)
            return null;
        if (directory.Find(asn) is not { } record)
        {
            missing = [$"AS{asn} has no record in PeeringDB: make one at https://www.peeringdb.com"];
            return false;
        }
        switch (condition)
        {
            case ApprovalCondition.Present when exchange is null:
                return null;
            case ApprovalCondition.Present:
                NetworkPort[] there = [.. record.Ports.Where(p => p.Exchange == exchange.PeeringDbIxId)];
                missing =
                [
                    .. addresses
                        .Where(a => !there.Any(p => Is(p.V4, a) || Is(p.V6, a)))
                        .Select(a =>
                            there.Length == 0
                                ? $"PeeringDB does not have AS{asn} at {exchange.Name} (ix {exchange.PeeringDbIxId}): add your port there to your record"
                                : $"PeeringDB has AS{asn} at {exchange.Name} with {string.Join(", ", there.SelectMany(p => new[] { p.V4, p.V6 }).OfType<string>())}, not with {a}: mend your record, or the address"
                        ),
                ];
                break;
            case ApprovalCondition.Noc when record.HasNoc is null:
                return null;
            case ApprovalCondition.Noc when record.HasNoc == false:
                missing = [$"AS{asn}'s record in PeeringDB names no NOC contact: add one that we can reach at any hour"];
                break;
            case ApprovalCondition.AsSet when record.AsSet is null:
                missing = [$"AS{asn}'s record in PeeringDB names no as-set: only what AS{asn} originates itself can be proven"];
                break;
        }
        return missing.Length == 0;

        static bool Is(string? text, string address) =>
            IPAddress.TryParse(text, out IPAddress? port) && port.Equals(IPAddress.Parse(address));
    }

    /// <summary>The session from before that has exactly these addresses; null when there is none.</summary>
    public static LegacySession? LegacyOf(Exchange exchange, Asn asn, IReadOnlyCollection<string> addresses) =>
        exchange.Legacy.FirstOrDefault(l => l.Asn == asn && l.Addresses.Select(a => a.ToString()).ToHashSet().SetEquals(addresses));

    /// <summary>Why addresses cannot be had that a session from before has.</summary>
    public static Refusal? LegacyOfAnother(Exchange exchange, Asn asn, IReadOnlyCollection<string> addresses) =>
        LegacyOf(exchange, asn, addresses) is null
        && exchange.Legacy.FirstOrDefault(l => l.Addresses.Any(a => addresses.Contains(a.ToString()))) is { } other
            ? Refusal.Conflict(
                "PeerAddressInUse",
                other.Asn == asn
                    ? $"AS{asn} has a session from before with {string.Join(" and ", other.Addresses)}: ask for one connection with exactly these addresses, and it is converted."
                    : $"{string.Join(" and ", other.Addresses)} at {exchange.Name} is the address of another network's session from before: give the address that the exchange gave to you.",
                "properties.exchange.connections"
            )
            : null;

    /// <summary>The rule by which nobody has to look at a request; null when somebody has.</summary>
    public async ValueTask<string?> ApprovedByAsync(
        Asn asn,
        string site,
        IReadOnlyCollection<string> addresses,
        CancellationToken cancellation
    )
    {
        ImmutableArray<ApprovalCondition> when = Topology.RulesOf(site).ApproveWhen;
        if (when.IsEmpty)
            return null;
        Exchange? exchange = Topology.FindExchange(site);
        NetworkRecord? record = directory.State == SourceState.Loaded ? directory.Find(asn) : null;
        foreach (ApprovalCondition condition in when)
            if (
                !(
                    condition switch
                    {
                        ApprovalCondition.Record => record is not null,
                        ApprovalCondition.Present => record is not null
                            && IsMet(asn, exchange, addresses, ApprovalCondition.Present, out _) != false,
                        // Contacts are shown to members of PeeringDB only: not to see one is not that there is none.
                        ApprovalCondition.Noc => record is { HasNoc: not false },
                        ApprovalCondition.AsSet => record is { AsSet: not null },
                        ApprovalCondition.Known => await IsKnownAsync(asn, cancellation),
                        ApprovalCondition.Registered => filters.FilterOf(asn, record?.AsSet, policy.MostProven)
                            is { IsTooLarge: false } filter
                            && filter.V4.Length + filter.V6.Length > 0,
                        _ => false,
                    }
                )
            )
                return null;
        // Whom the operator has sent away does not come back by a rule.
        if (await IsHeldBackAsync(asn, cancellation))
            return null;
        return $"of AS{asn} at {site} all is so that the rule asks for: {string.Join(", ", when.Select(Said))}";
    }

    /// <summary>What has to be so, in words.</summary>
    public static string Said(ApprovalCondition condition) =>
        condition switch
        {
            ApprovalCondition.Record => "a record in PeeringDB",
            ApprovalCondition.Present => "PeeringDB has it there with that address",
            ApprovalCondition.Noc => "a NOC contact",
            ApprovalCondition.AsSet => "an as-set",
            ApprovalCondition.Known => "another connection of it is Active",
            _ => "its routes are registered",
        };

    /// <summary>Another connection with the ASN is Active already.</summary>
    private ValueTask<bool> IsKnownAsync(Asn asn, CancellationToken cancellation) =>
        AnyAsync(asn, p => p.Connections.Any(c => c.State is ConnectionState.Active), cancellation);

    /// <summary>Whether no rule approves anything of an ASN, whoever asks with it.</summary>
    public async ValueTask<bool> IsHeldBackAsync(Asn asn, CancellationToken cancellation) =>
        await engine.ReadAsync(heldBack, HeldBackPeer.IdOf(asn), cancellation) is not null
        || await AnyAsync(asn, p => p.IsHeldBack, cancellation);

    /// <summary>Whether something holds of one of an ASN's peerings.</summary>
    private async ValueTask<bool> AnyAsync(Asn asn, Func<Peering, bool> holds, CancellationToken cancellation)
    {
        await foreach (
            StoredResource row in engine.Store.AllAsync(
                new ResourceQuery { Type = Peering.ResourceType, Label = Peering.PeerLabel(asn) },
                cancellation
            )
        )
            if (workflow.TryRead(row, out Versioned<Peering>? read) && holds(read.Resource))
                return true;
        return false;
    }
}

/// <summary>A point of the policy, of one peer.</summary>
/// <param name="IsMet">Null when it cannot be seen.</param>
/// <param name="Missing">What is to be done, in words.</param>
internal sealed record PolicyPoint(ApprovalCondition Condition, bool Blocks, bool? IsMet, IReadOnlyList<string> Missing);
