using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Primitives;

namespace Causeway.Api.Circuits;

/// <summary>
/// From a body to what is wanted. Read-only members that clients send back (states, keys, ports, etags) are not read at all; every problem of the rest
/// is collected in the reader.
/// </summary>
internal static class CircuitReading
{
    private const int MostAuthorizations = 1000;
    private const string Filter = "routeFilter";

    /// <summary>The whole circuit. Ask the body's <see cref="BodyReader.Refusal"/> before using it.</summary>
    public static PutCircuit Circuit(ArmRequest request, BodyReader body, Circuit? present, CircuitDesk desk)
    {
        string? location = body.Location(present?.Location);
        ImmutableSortedDictionary<string, string>? tags = body.Tags();
        (CircuitTier? tier, CircuitFamily? family) = Sku(body.Object("sku", required: present is null));
        BodyReader properties = body.Object("properties", required: present is null);
        ResourceId? port = properties.Reference("expressRoutePort", DirectPort.ResourceType) ?? present?.Port?.Id;
        if (port is not null && properties.Has("serviceProviderProperties"))
            properties.Problem(
                "InvalidParameter",
                "serviceProviderProperties",
                "A circuit is ordered from a provider, or made on a port: leave serviceProviderProperties out beside expressRoutePort."
            );
        bool? limited = properties.Boolean("enableDirectPortRateLimit");
        if (limited == true && port is null)
            properties.Problem(
                "OperationNotAllowed",
                "enableDirectPortRateLimit",
                "Only circuits on ports of your own are limited on the port: leave enableDirectPortRateLimit out, or say false."
            );
        if (properties.HasSome("authorizationKey") && port is null)
            properties.Problem(
                "OperationNotAllowed",
                "authorizationKey",
                "A circuit redeems an authorization of a port, together with expressRoutePort: leave authorizationKey out here."
            );
        RequestedOrder? order = Order(properties.Object("serviceProviderProperties", required: present is null && port is null));
        // What is wrong with the order is told together with what is wrong with the body; of a body that is right the decision says it.
        if (present is null && order is not null && body.Refusal is not null)
            foreach (Refusal problem in order.ProblemsOf(request.Id, desk.Topology))
                body.Problem(problem);
        decimal? gbps = properties.Number("bandwidthInGbps", 0, 1000);
        return new PutCircuit(request.Now, present?.Id ?? request.Id, request.Ticket())
        {
            Location = location ?? "",
            Tags = tags,
            Tier = tier,
            Family = family,
            Order = order,
            // Azure CLI 2.45 sends the new bandwidth of a provider circuit so, and leaves the order out.
            Port = port,
            RateLimited = limited,
            BandwidthAlone = order is null && gbps > 0 ? new Bandwidth((int)(gbps.Value * 1000)) : null,
            AllowClassicOperations = properties.Boolean("allowClassicOperations"),
            GlobalReachEnabled = properties.Boolean("globalReachEnabled"),
            Peerings = Peerings(properties, desk),
            Reaches = Reaches(properties, present?.Id ?? request.Id),
            Authorizations = Authorizations(properties, desk),
            NewServiceKey = Guid.NewGuid(),
            NewResourceGuid = Guid.NewGuid(),
        };
    }

    /// <summary>Inline peerings; null when the array was not sent.</summary>
    public static ImmutableArray<WantedPeering>? Peerings(BodyReader properties, CircuitDesk desk)
    {
        if (properties.Objects("peerings", most: 10) is not { } items)
            return null;
        var peerings = new List<WantedPeering>();
        foreach (BodyReader item in items)
        {
            string? name = item.String("name", 80, required: true);
            PeeringType type = default;
            if (name is not null && !CircuitTypes.TryPeering(name, out type))
                item.Problem(
                    "InvalidParameter",
                    "name",
                    $"'{name}' is not a peering: use {string.Join(", ", Enum.GetNames<PeeringType>())}."
                );
            else if (name is not null && peerings.Any(p => p.Type == type))
                item.Problem("InvalidParameter", "name", $"{type} is listed twice: a circuit has one of each.");
            // Read while it was going, and sent back: it goes on going.
            else if (item.Object("properties").String("provisioningState") != "Deleting" && Peering(item, type, desk) is { } peering)
                peerings.Add(peering);
        }
        return [.. peerings];
    }

    /// <summary>The inline joins of the private peering; null when none were sent.</summary>
    private static ImmutableArray<WantedReach>? Reaches(BodyReader properties, ResourceId circuit) =>
        properties.Objects("peerings", most: 10)?.FirstOrDefault(p => p.Is("name", nameof(PeeringType.AzurePrivatePeering))) is { } peering
            ? ReachDesk.ReadAll(peering, circuit)
            : null;

    /// <summary>One peering; null when something of it is missing or wrong.</summary>
    public static WantedPeering? Peering(BodyReader body, PeeringType type, CircuitDesk desk)
    {
        BodyReader properties = body.Object("properties", required: true);
        if (properties.Enum<PeeringType>("peeringType") is { } said && said != type)
            properties.Problem(
                "InvalidParameter",
                "peeringType",
                $"The peering is named {type}, but its peeringType is {said}: they are the same word."
            );
        Asn? asn = properties.Asn("peerASN", required: true);
        int? vlan = properties.Integer("vlanId", VlanId.Minimum, VlanId.Maximum, required: true);
        WantedFamily? v4 = Family(properties, IpFamily.V4);
        BodyReader ipv6 = properties.Object("ipv6PeeringConfig");
        WantedFamily? v6 = Family(ipv6, IpFamily.V6);
        KeyChange key = SharedKey(properties, desk);
        // What az leaves out of an IPv6 update stands, and the filter that it sends back has to be that one.
        ResourceId? keptFilter = null;
        if (v4 is not null || v6 is null || type != PeeringType.MicrosoftPeering)
            v4 = Filtered(properties, v4, type);
        else if (NamesFilter(properties))
            keptFilter = properties.Reference(Filter, AttachedFilter.FilterType);
        v6 = Filtered(ipv6, v6, type);
        if (type == PeeringType.AzurePrivatePeering)
            foreach (BodyReader family in (BodyReader[])[properties, ipv6])
                // az writes an empty one where there is none.
                if (family.Object("microsoftPeeringConfig").MemberNames.Any())
                    family.Problem(
                        "InvalidParameter",
                        "microsoftPeeringConfig",
                        "microsoftPeeringConfig belongs to MicrosoftPeering: leave it out here."
                    );
        if (type != PeeringType.AzurePrivatePeering)
        {
            v4 = v4 is null ? null : v4 with { Public = PublicReading.Config(properties, IpFamily.V4) };
            v6 = v6 is null ? null : v6 with { Public = PublicReading.Config(ipv6, IpFamily.V6) };
        }
        return asn is null || vlan is null
            ? null
            : new WantedPeering(type)
            {
                PeerAsn = asn.Value,
                Vlan = new VlanId(vlan.Value),
                V4 = v4,
                V6 = v6,
                KeepsV4 = v4 is null && v6 is not null,
                KeptFilter = keptFilter,
                Key = key,
            };
    }

    /// <summary>az writes an empty one where there is none.</summary>
    private static bool NamesFilter(BodyReader family) =>
        family.Has(Filter) && !(family.Object(Filter) is { IsPresent: true } given && !given.Has("id"));

    /// <summary>The family with its filter, which is yet to be looked at.</summary>
    private static WantedFamily? Filtered(BodyReader family, WantedFamily? wanted, PeeringType type)
    {
        if (!NamesFilter(family))
            return wanted;
        if (type != PeeringType.MicrosoftPeering)
            family.Problem("InvalidParameter", Filter, $"Route filters belong to MicrosoftPeering: leave {Filter} out here.");
        else if (family.Reference(Filter, AttachedFilter.FilterType) is { } filter)
        {
            if (wanted is null)
                family.Problem(
                    "InvalidParameter",
                    Filter,
                    "A route filter decides what is announced over a family of the peering, and this one is not configured: give its two subnets, or leave routeFilter out."
                );
            return wanted is null ? null : wanted with { Filter = new AttachedFilter(filter, []) };
        }
        return wanted;
    }

    private static (CircuitTier?, CircuitFamily?) Sku(BodyReader sku)
    {
        CircuitTier? tier = sku.Enum<CircuitTier>("tier");
        CircuitFamily? family = sku.Enum<CircuitFamily>("family");
        // Tier and family count; the name is often the one before a change.
        string[] name = sku.String("name", 80)?.Split('_') ?? [];
        if (tier is null && !sku.Has("tier") && name.Length == 2 && Enum.TryParse(name[0], true, out CircuitTier t) && Enum.IsDefined(t))
            tier = t;
        if (
            family is null
            && !sku.Has("family")
            && name.Length == 2
            && Enum.TryParse(name[1], true, out CircuitFamily f)
            && Enum.IsDefined(f)
        )
            family = f;
        return (tier, family);
    }

    private static RequestedOrder? Order(BodyReader order)
    {
        if (!order.IsPresent)
            return null;
        string? provider = order.String("serviceProviderName", 200, required: true);
        string? location = order.String("peeringLocation", 200, required: true);
        int? mbps = order.Integer("bandwidthInMbps", 1, 1_000_000, required: true);
        return provider is null || location is null || mbps is null
            ? null
            : new RequestedOrder(provider, location, new Bandwidth(mbps.Value));
    }

    private static WantedFamily? Family(BodyReader reader, IpFamily family)
    {
        int length = family == IpFamily.V4 ? 30 : 126;
        const string Primary = "primaryPeerAddressPrefix";
        const string Secondary = "secondaryPeerAddressPrefix";
        IpPrefix? primary = reader.Prefix(Primary, family, length);
        IpPrefix? secondary = reader.Prefix(Secondary, family, length);
        string? state = reader.OneOf("state", ["Enabled", "Disabled"]);
        if (reader.Has(Primary) != reader.Has(Secondary))
        {
            string missing = reader.Has(Primary) ? Secondary : Primary;
            reader.Problem(
                "ExpressRoutePrivatePeeringConfigIncomplete",
                missing,
                $"'{missing}' is missing: a peering lands on two routers, each with a /{length} of its own."
            );
        }
        return primary is null || secondary is null
            ? null
            : new WantedFamily(primary.Value, secondary.Value, state is null ? null : state == "Enabled");
    }

    /// <summary>Not sent (or null) leaves the stored key alone, since nobody gets it back to send it again; an empty one removes it.</summary>
    private static KeyChange SharedKey(BodyReader properties, CircuitDesk desk)
    {
        if (properties.String("sharedKey", 256, lines: true) is not { } key)
            return KeyChange.Keep;
        if (key.Length == 0)
            return new KeyChange.Remove();
        string target = properties.Path.Length == 0 ? "sharedKey" : $"{properties.Path}.sharedKey";
        if (PeeringRules.CheckKey(key, target) is { } problem)
        {
            properties.Problem(problem);
            return KeyChange.Keep;
        }
        return desk.SharedKey(key);
    }

    private static ImmutableArray<WantedAuthorization>? Authorizations(BodyReader properties, CircuitDesk desk)
    {
        if (properties.Objects("authorizations", MostAuthorizations) is not { } items)
            return null;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var authorizations = new List<WantedAuthorization>();
        foreach (BodyReader item in items)
        {
            if (item.String("name", 80, required: true) is not { } name)
                continue;
            if (!CircuitTypes.Authorization.Name.IsMatch(name))
                item.Problem("InvalidResourceName", "name", $"'{name}' is not a name: use {CircuitTypes.Authorization.NameInWords}.");
            else if (!names.Add(name))
                item.Problem("InvalidParameter", "name", $"'{name}' is listed twice.");
            else
                authorizations.Add(new WantedAuthorization(name, desk.NewAuthorizationKey()));
        }
        return [.. authorizations];
    }
}
