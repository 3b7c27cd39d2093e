using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>Where peers can meet us, and what they hear there: from the topology's exchanges, facilities and services.</summary>
internal sealed class PeeringLocationEndpoints(Func<NetworkTopology> topology) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        PeeringLocationsContract json = PeeringLocationsContract.Default;
        routes
            .Arm(PeeringCatalogue.Locations, ArmLevel.Subscription)
            .ListInSubscription(
                ListAsync,
                () => json.PeeringLocationBody,
                new ArmParameter("kind", "Required: Direct or Exchange."),
                new ArmParameter("directPeeringType", "Only facilities for this kind of direct peering, such as Edge or Cdn.")
            );
        routes
            .Arm(PeeringCatalogue.CdnPrefixes, ArmLevel.Subscription)
            .ListInSubscription(
                PrefixesAsync,
                () => json.CdnPeeringPrefixBody,
                new ArmParameter("peeringLocation", "Required: the name of a peering location.")
            );
    }

    private ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        if (PeeringQueries.Kind(request, out bool isDirect, out DirectPeeringType? type) is { } no)
            return new(no);
        NetworkTopology now = topology();
        List<PeeringLocationBody> locations = [];
        foreach (PeeringLocation location in now.PeeringLocations.OrderBy(l => l.Name, StringComparer.OrdinalIgnoreCase))
        {
            DirectLocationBody? direct = isDirect ? Direct(now, location, type) : null;
            ExchangeLocationBody? exchange = isDirect ? null : AtExchanges(now, location);
            if (direct is not null || exchange is not null)
                locations.Add(
                    new PeeringLocationBody(
                        isDirect ? "Direct" : "Exchange",
                        new(
                            direct,
                            exchange,
                            location.Name,
                            location.Country,
                            now.FindRegion(location.Region)?.DisplayName ?? location.Region
                        ),
                        location.Name,
                        PeeringCatalogue.IdOf(request, PeeringCatalogue.Locations, location.Name),
                        PeeringCatalogue.Locations.FullName
                    )
                );
        }
        return request.ListAsync(locations, null, _ => request.Id, l => l, PeeringLocationsContract.Default.PeeringLocationBody);
    }

    private static DirectLocationBody? Direct(NetworkTopology topology, PeeringLocation location, DirectPeeringType? type)
    {
        Facility[] facilities = [.. topology.Facilities.Where(f => Is(f.Location, location) && (type is not { } t || f.Types.Contains(t)))];
        return facilities.Length == 0
            ? null
            : new DirectLocationBody(
                [
                    .. from facility in facilities
                    from offered in facility.Types
                    where type is not { } t || offered == t
                    select new DirectFacilityBody(
                        facility.Address,
                        $"{offered}",
                        facility.PeeringDbFacId,
                        $"https://www.peeringdb.com/fac/{facility.PeeringDbFacId}"
                    ),
                ],
                [
                    .. facilities
                        .SelectMany(f => f.Bandwidths)
                        .Distinct()
                        .OrderBy(b => b.Mbps)
                        .Select(b => new PeeringBandwidthBody(b.ToString(), b.Mbps)),
                ]
            );
    }

    private static ExchangeLocationBody? AtExchanges(NetworkTopology topology, PeeringLocation location)
    {
        ExchangeFacilityBody[] facilities =
        [
            .. topology
                .Exchanges.Where(x => Is(x.Location, location))
                .Select(x => new ExchangeFacilityBody(
                    x.Name,
                    x.Bandwidth.Mbps,
                    Ours(x, IpFamily.V4),
                    Ours(x, IpFamily.V6),
                    x.Lan(IpFamily.V4)?.ToString(),
                    x.Lan(IpFamily.V6)?.ToString(),
                    x.PeeringDbIxId,
                    $"https://www.peeringdb.com/ix/{x.PeeringDbIxId}"
                )),
        ];
        return facilities.Length == 0 ? null : new ExchangeLocationBody(facilities);

        static string? Ours(Exchange exchange, IpFamily family) =>
            string.Join(',', exchange.Addresses(family)) is { Length: > 0 } addresses ? addresses : null;
    }

    /// <summary>Services that are for everybody, as each peer at an exchange of the location hears them; nobody is met elsewhere.</summary>
    private ValueTask<ArmResult> PrefixesAsync(ArmRequest request)
    {
        if (request.Query("peeringLocation") is not { Length: > 0 } name)
            return new(PeeringQueries.Missing("peeringLocation", "the name of a peering location, such as Amsterdam"));
        NetworkTopology now = topology();
        PeeringLocation? location = now.FindLocation(name);
        string? region = location is null ? null : now.FindRegion(location.Region)?.DisplayName;
        if (location is null)
            return new(new ArmResult.Ok(ArmBody.Null)); // recorded
        CdnPeeringPrefixBody[] prefixes = !now.Exchanges.Any(x => Is(x.Location, location))
            ? []
            :
            [
                .. from service in now.Services
                where service.Subscriptions.IsEmpty
                from prefix in service.Prefixes
                orderby prefix, service.Name
                let key = $"{service.Name}-{prefix}".Replace('/', '_').Replace(' ', '-')
                select new CdnPeeringPrefixBody(
                    new CdnPeeringPrefixProperties(
                        $"{prefix}",
                        service.Region,
                        service.Name,
                        service.Region == region,
                        AnnouncedService.Text(service.Community)
                    ),
                    key,
                    $"{request.Id.Text}/providers/{PeeringCatalogue.CdnPrefixes.FullName}/{key}",
                    PeeringCatalogue.CdnPrefixes.FullName
                ),
            ];
        return request.ListAsync(prefixes, null, _ => request.Id, p => p, PeeringLocationsContract.Default.CdnPeeringPrefixBody);
    }

    private static bool Is(string name, PeeringLocation location) => name.Equals(location.Name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Query parameters that several lists have.</summary>
internal static class PeeringQueries
{
    /// <summary>Reads <c>kind</c>, which is required, and <c>directPeeringType</c>, which is not; answers what is wrong with them.</summary>
    public static Refusal? Kind(ArmRequest request, out bool isDirect, out DirectPeeringType? type)
    {
        type = null;
        string? kind = request.Query("kind");
        isDirect = string.Equals(kind, "Direct", StringComparison.OrdinalIgnoreCase);
        if (string.IsNullOrEmpty(kind))
            return Missing("kind", "Direct or Exchange");
        if (!isDirect && !kind.Equals("Exchange", StringComparison.OrdinalIgnoreCase))
            return Wrong("kind", kind, "write Direct or Exchange");
        if (request.Query("directPeeringType") is { Length: > 0 } text)
        {
            foreach (DirectPeeringType known in Enum.GetValues<DirectPeeringType>())
                if ($"{known}".Equals(text, StringComparison.OrdinalIgnoreCase))
                    type = known;
            if (type is null)
                return Wrong("directPeeringType", text, $"write one of {string.Join(", ", Enum.GetNames<DirectPeeringType>())}");
        }
        return null;
    }

    public static Refusal Missing(string parameter, string right) =>
        Refusal.Invalid("MissingQueryParameter", $"The query parameter '{parameter}' is required: {right}.", parameter);

    public static Refusal Wrong(string parameter, string given, string right) =>
        Refusal.Invalid(
            "InvalidQueryParameterValue",
            $"'{parameter}' is '{(given.Length > 60 ? given[..60] + "…" : given)}': {right}.",
            parameter
        );
}
