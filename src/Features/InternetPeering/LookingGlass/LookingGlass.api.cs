using System.Globalization;
using System.Net;
using System.Text;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// <c>POST …/lookingGlass?command=BgpRoute|Ping|Traceroute&amp;sourceType=EdgeSite|AzureRegion&amp;sourceLocation=…&amp;destinationIP=…</c>. Routes are those that our
/// routers at the exchanges of the place hold now. No router driver here has a data plane to send a probe with: Ping and Traceroute say that, and the way
/// that a packet would take.
/// </summary>
internal sealed class LookingGlassEndpoints(Func<NetworkTopology> topology, IRouters routers) : IEndpoints
{
    private static readonly string[] s_commands = ["BgpRoute", "Ping", "Traceroute"];

    /// <summary>Sessions of one router that are written out.</summary>
    private const int MostPaths = 50;

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{PeeringCatalogue.LookingGlass.FullName}",
            new ArmEndpoint(PeeringCatalogue.LookingGlass, "POST", $"{PeeringCatalogue.LookingGlass.FullName}/action", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("Invoke", "Asks the routers of a place how they reach an address.")
                {
                    Answer = () => LookingGlassContract.Default.LookingGlassBody,
                    Parameters =
                    [
                        new("command", "Required: BgpRoute, Ping or Traceroute."),
                        new("sourceType", "Required: EdgeSite for a peering location, AzureRegion for those of a region."),
                        new("sourceLocation", "Required: its name."),
                        new("destinationIP", "Required: an address."),
                    ],
                },
            },
            InvokeAsync
        );

    private async ValueTask<ArmResult> InvokeAsync(ArmRequest request)
    {
        var problems = new List<Refusal>();
        string? command = OneOf("command", s_commands);
        string? type = OneOf("sourceType", ["EdgeSite", "AzureRegion"]);
        string? place = Given("sourceLocation", "the name of a peering location, or of a region");
        IPAddress? destination = null;
        if (Given("destinationIP", "an address, such as 192.0.2.1") is { } text && !IPAddress.TryParse(text, out destination))
            problems.Add(PeeringQueries.Wrong("destinationIP", text, "write an address, such as 192.0.2.1"));
        if (problems.Count > 0)
            return Refusal.Of(problems);
        PeeringSite[]? sites = At(type!, place!);
        if (sites is null)
            return PeeringQueries.Wrong(
                "sourceLocation",
                place!,
                type == "EdgeSite"
                    ? $"there are {string.Join(", ", topology().PeeringLocations.Select(l => l.Name))}"
                    : $"there are {string.Join(", ", topology().Regions.Select(r => r.DisplayName))}"
            );
        var output = new StringBuilder();
        if (command != "BgpRoute")
            output.Append(
                CultureInfo.InvariantCulture,
                $"{command} to {destination}: nothing was sent. Routers driven here carry routes, not packets. How they would send one:\n"
            );
        if (sites.Length == 0)
            output.Append(CultureInfo.InvariantCulture, $"No peers of ours are met at {place}.\n");
        foreach (PeeringSite site in sites)
        foreach (RouterDefinition router in site.Routers)
            await SayAsync(output, site, router, destination!, request.Now, request.Aborted);
        return ArmResult.Of(new LookingGlassBody(command!, output.ToString()), LookingGlassContract.Default.LookingGlassBody);

        string? Given(string name, string right)
        {
            if (request.Query(name) is { Length: > 0 } value)
                return value;
            problems.Add(PeeringQueries.Missing(name, right));
            return null;
        }

        string? OneOf(string name, string[] allowed)
        {
            string right = string.Join(" or ", allowed);
            if (Given(name, right) is not { } value)
                return null;
            if (allowed.FirstOrDefault(a => a.Equals(value, StringComparison.OrdinalIgnoreCase)) is { } known)
                return known;
            problems.Add(PeeringQueries.Wrong(name, value, $"write {right}"));
            return null;
        }
    }

    /// <summary>Where peers are met at a place; null for a place that there is not.</summary>
    private PeeringSite[]? At(string sourceType, string place)
    {
        NetworkTopology now = topology();
        string[]? locations =
            sourceType == "EdgeSite" ? (now.FindLocation(place) is { } l ? [l.Name] : null)
            : now.FindRegion(place) is { } region ? [.. now.PeeringLocations.Where(p => p.Region == region.Name).Select(p => p.Name)]
            : null;
        return locations is null
            ? null
            : [.. now.PeeringSites.Where(x => locations.Contains(x.Location, StringComparer.OrdinalIgnoreCase))];
    }

    private async Task SayAsync(
        StringBuilder output,
        PeeringSite site,
        RouterDefinition router,
        IPAddress destination,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        output.Append(CultureInfo.InvariantCulture, $"{router.Name} at {site.Name}, {now:yyyy-MM-ddTHH:mm:ssZ}\n");
        string instance = site.Instance;
        if (
            routers.Reader(router.Name) is not { } reader
            || await routers.InstanceAsync(router.Name, instance, cancellation) is not { IsNow: true, Value: var seen }
        )
        {
            output.Append("  cannot be asked now: no node drives it, or another one does\n");
            return;
        }
        foreach (IpPrefix own in PeeringsOnRouters.OurNetworks(topology()).Where(p => p.Contains(destination)))
            output.Append(CultureInfo.InvariantCulture, $"  {own} is a network of our own\n");
        for (int length = destination.GetAddressBytes().Length * 8; length > 0; length--)
        {
            IpPrefix prefix = IpPrefix.Of(destination, length);
            int paths = 0;
            foreach (SessionReport session in seen.Sessions.Where(s => s.Accepted is null or > 0))
                if (paths < MostPaths && await ExactAsync(reader, instance, session.Name, prefix, cancellation) is { } route)
                {
                    if (paths++ == 0)
                        output.Append(CultureInfo.InvariantCulture, $"  {prefix}\n");
                    output.Append(
                        CultureInfo.InvariantCulture,
                        $"    via {route.NextHop}, AS path {route.AsPath}, from {session.Theirs} (AS{session.PeerAsn}){(route.Since is { } since ? $" since {since:yyyy-MM-ddTHH:mm:ssZ}" : "")}\n"
                    );
                }
            if (paths > 0)
                return;
        }
        output.Append("  no route of a peer\n");
    }

    /// <summary>The accepted route of exactly this prefix.</summary>
    private static async Task<RouteReport?> ExactAsync(
        IRouterReader reader,
        string instance,
        string session,
        IpPrefix prefix,
        CancellationToken cancellation
    )
    {
        var question = new RouteQuestion(instance, session, Stage: RouteStage.Accepted, Prefix: prefix, Limit: 1) { IsExact = true };
        await foreach (RouteReport route in reader.RoutesAsync(question, cancellation))
            return route;
        return null;
    }
}
