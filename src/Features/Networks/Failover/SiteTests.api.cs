using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Networks;

/// <summary>A gateway with what its site tests need of it.</summary>
/// <param name="Links">All of its connections, with their circuits.</param>
internal sealed record TestableGateway(ResourceId Id, string Location, ImmutableArray<SiteTest> Tests, ImmutableArray<TestedLink> Links)
{
    public static TestableGateway Of(ExpressRouteGateway gateway) =>
        new(gateway.Id, gateway.Location, gateway.Tests, [.. gateway.Connections.Select(c => new TestedLink(gateway.IdOf(c), c.Circuit))]);

    public static async ValueTask<TestableGateway> OfAsync(
        VirtualNetworkGateway gateway,
        Tracked<Connection> connections,
        CancellationToken cancellation
    ) =>
        new(
            gateway.Id,
            gateway.Location,
            gateway.Tests,
            [
                .. await connections
                    .WithLabelAsync(Connection.GatewayLabel(gateway.Id), cancellation)
                    .Select(c => new TestedLink(c.Resource.Id, c.Resource.Circuit))
                    .ToListAsync(cancellation),
            ]
        );
}

/// <summary>
/// Site failover tests and the resiliency of a gateway, the same for those of networks and of hubs: <c>startSiteFailoverTest</c> and its family, and
/// <c>getResiliencyInformation</c>.
/// </summary>
internal sealed class SiteTests(Tracked<Circuit> circuits, IRouters routers, RouteTables tables, IStore store, TimeProvider clock)
{
    private static readonly TimeSpan ATestHoldsFor = TimeSpan.FromDays(90);
    private const string SingleSite = "SingleSiteFailover";
    private const string Starting = "Starting";

    /// <param name="find">The gateway that the path names; null when there is none.</param>
    /// <param name="send">Sends it a signal.</param>
    public void Map(
        ArmTypeRoutes routes,
        Func<ArmRequest, ValueTask<TestableGateway?>> find,
        Func<ArmRequest, Signal, Task<SendOutcome>> send
    )
    {
        routes
            .Post(
                "startSiteFailoverTest",
                r => WithAsync(r, find, g => StartAsync(r, g, send)),
                Asked("StartSiteFailoverTest", "Takes one peering location away from a gateway; ends with the test's id.") with
                {
                    Result = () => NetworksContract.Default.String,
                    Parameters = [new("peeringLocation", "The location.")],
                },
                changes: true
            )
            .Post(
                "stopSiteFailoverTest",
                r => WithAsync(r, find, g => StopAsync(r, g, send)),
                Asked("StopSiteFailoverTest", "Ends the site failover test of a gateway; ends with the test's id.") with
                {
                    Body = () => NetworksContract.Default.StopSiteTestBody,
                    Result = () => NetworksContract.Default.String,
                },
                changes: true
            )
            .Post(
                "getFailoverAllTestsDetails",
                r => WithAsync(r, find, g => AllAsync(r, g)),
                Asked("GetFailoverAllTestsDetails", "Lists the site failover tests of a gateway, newest first.") with
                {
                    Result = () => NetworksContract.Default.IReadOnlyListSiteTestBody,
                    Parameters =
                    [
                        new("type", "SingleSiteFailover, MultiSiteFailover (there are none) or All."),
                        new("fetchLatest", "true for the newest alone."),
                    ],
                }
            )
            .Post(
                "getFailoverSingleTestDetails",
                r => WithAsync(r, find, g => OneAsync(r, g)),
                Asked("GetFailoverSingleTestDetails", "Reads one site failover test of a gateway, with its routes.") with
                {
                    Result = () => NetworksContract.Default.IReadOnlyListSiteTestDetailsBody,
                    Parameters = [new("peeringLocation", "The location."), new("failoverTestId", "The test's testGuid.")],
                }
            )
            .Post(
                "getResiliencyInformation",
                r => WithAsync(r, find, g => ResiliencyAsync(r, g)),
                Asked("GetResiliencyInformation", "Says how well a gateway stands the loss of a link or a site, and what would help.") with
                {
                    Result = () => NetworksContract.Default.ResiliencyBody,
                    Parameters = [new("attemptRefresh", "Taken and not needed: it is computed whenever it is asked for.")],
                }
            );

        static ArmContract Asked(string name, string summary) => new(name, summary) { Statuses = [202], BeginsOperation = true };
    }

    private static async ValueTask<ArmResult> WithAsync(
        ArmRequest request,
        Func<ArmRequest, ValueTask<TestableGateway?>> find,
        Func<TestableGateway, ValueTask<ArmResult>> answer
    ) => await find(request) is { } gateway ? await answer(gateway) : await request.NotFoundAsync();

    private async ValueTask<ArmResult> StartAsync(
        ArmRequest request,
        TestableGateway gateway,
        Func<ArmRequest, Signal, Task<SendOutcome>> send
    )
    {
        if (request.Query("peeringLocation") is not { Length: > 0 } location)
            return Refusal.Invalid(
                "InvalidParameter",
                "Name the location to be taken away: ?peeringLocation=Amsterdam.",
                "peeringLocation"
            );
        List<Site> sites = await SitesAsync(gateway, request.Aborted);
        Site[] tested = [.. sites.Where(s => Same(s.Location, location))];
        string[] others = [.. sites.Except(tested).Select(s => s.Location).Distinct(StringComparer.OrdinalIgnoreCase)];
        var carrying = new List<string>();
        foreach (Site site in sites.Except(tested))
            if (await CarriesAsync(site, request.Aborted))
                carrying.Add(site.Location);
        var id = Guid.NewGuid();
        return await SentAsync(
            request,
            gateway,
            id,
            send,
            new StartSiteTest(
                request.Now,
                id,
                tested.FirstOrDefault()?.Location ?? location,
                [.. tested.Select(s => s.Link)],
                [.. others],
                [.. carrying]
            )
        );
    }

    private async ValueTask<ArmResult> StopAsync(
        ArmRequest request,
        TestableGateway gateway,
        Func<ArmRequest, Signal, Task<SendOutcome>> send
    )
    {
        BodyReader body = await request.BodyAsync();
        string? location = body.String("peeringLocation");
        bool? successful = body.Boolean("wasSimulationSuccessful");
        var verified = new List<string>();
        foreach (BodyReader details in body.Objects("details", most: 100) ?? [])
            if (details.String("failoverConnectionName") is { } name && details.Boolean("isVerified") == true)
                verified.Add(name);
        if (body.Refusal is { } no)
            return no;
        SiteTest? running = gateway.Tests.LastOrDefault();
        if (successful == true && running is { Ended: null } && StatusOf(running, await SitesAsync(gateway, request.Aborted)) == Starting)
            return Refusal.Conflict(
                "FailoverTestNotRunning",
                $"The test of {running.PeeringLocation} is still {Starting}: the routers have not taken the location away yet, so that nothing is validated. Wait until getFailoverAllTestsDetails says Running, or stop it without wasSimulationSuccessful."
            );
        return await SentAsync(
            request,
            gateway,
            running?.Id ?? Guid.Empty,
            send,
            new StopSiteTest(request.Now, location, successful, [.. verified])
        );
    }

    private async ValueTask<ArmResult> SentAsync(
        ArmRequest request,
        TestableGateway gateway,
        Guid test,
        Func<ArmRequest, Signal, Task<SendOutcome>> send,
        Signal signal
    )
    {
        SendOutcome outcome = await send(request, signal);
        return outcome is SendOutcome.Delivered
            ? await request.LaterAsync(store, $"{test:D}", NetworksContract.Default.String, gateway.Location)
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> AllAsync(ArmRequest request, TestableGateway gateway)
    {
        string type = request.Query("type") ?? "All";
        if (!Same(type, "All") && !Same(type, SingleSite) && !Same(type, "MultiSiteFailover"))
            return Refusal.Invalid(
                "InvalidParameter",
                $"'{type}' is no type of failover tests: SingleSiteFailover, MultiSiteFailover or All.",
                "type"
            );
        IEnumerable<SiteTest> tests = Same(type, "MultiSiteFailover") ? [] : gateway.Tests.Reverse();
        if (Same(request.Query("fetchLatest") ?? "", "true"))
            tests = tests.Take(1);
        List<Site> sites = await SitesAsync(gateway, request.Aborted);
        return await request.LaterAsync<IReadOnlyList<SiteTestBody>>(
            store,
            [.. tests.Select(t => Body(t, sites))],
            NetworksContract.Default.IReadOnlyListSiteTestBody,
            gateway.Location
        );
    }

    private static SiteTestBody Body(SiteTest test, List<Site> sites) =>
        new(
            test.PeeringLocation,
            [.. test.Links.Select(l => new TestedCircuitBody(l.Circuit.Text, l.Circuit.Name, l.Connection.Name))],
            StatusOf(test, sites),
            test.Started,
            test.Ended?.At,
            [
                .. test.Links.Select(l => new TestedConnectionBody(
                    l.Connection.Text,
                    l.Connection.Name,
                    test.Ended is null ? "Disconnected" : "Connected",
                    test.Ended?.At ?? test.Started
                )),
            ],
            test.Id,
            SingleSite,
            test.Ended switch
            {
                { OthersLost: true, At: var at } =>
                [
                    $"It ended at {at:yyyy-MM-dd HH:mm} UTC because no other site carried the gateway's network any more: it proves nothing.",
                ],
                { ByItself: true, At: var at } => [$"Nobody stopped it: it ended by itself at {at:yyyy-MM-dd HH:mm} UTC."],
                _ => [],
            }
        );

    /// <summary>It runs when the routers of every circuit have followed.</summary>
    private static string StatusOf(SiteTest test, List<Site> sites) =>
        test.Ended is { } end
            ? end.OthersLost
                ? "Invalid"
                : end.ByItself
                    ? "Expired"
                    : "Completed"
            : sites
                .Where(s => test.Links.Contains(s.Link))
                .All(s => s.Circuit.FindLink(s.Link.Connection) is not { } link || s.Circuit.Applied >= link.Generation)
                ? "Running"
                : Starting;

    private async ValueTask<ArmResult> OneAsync(ArmRequest request, TestableGateway gateway)
    {
        if (!Guid.TryParse(request.Query("failoverTestId"), out Guid id))
            return Refusal.Invalid(
                "InvalidParameter",
                "'failoverTestId' has to be the testGuid of a test: getFailoverAllTestsDetails lists them.",
                "failoverTestId"
            );
        string? location = request.Query("peeringLocation");
        if (gateway.Tests.FirstOrDefault(t => t.Id == id && (location is null || Same(t.PeeringLocation, location))) is not { } test)
            return Refusal.NotFound(
                "FailoverTestNotFound",
                $"The gateway has no test {id:D} of {location}: getFailoverAllTestsDetails lists those it has."
            );
        List<Site> sites = await SitesAsync(gateway, request.Aborted);
        Dictionary<string, string[]> routes = await RoutesAsync(sites, request.Aborted);
        var details = new SiteTestDetailsBody(
            test.PeeringLocation,
            StatusOf(test, sites),
            test.Started,
            test.Ended?.At,
            [
                .. routes
                    .Where(r => r.Value.Length > 1)
                    .GroupBy(r => string.Join('|', r.Value))
                    .Select(g => new SiteRoutesBody(g.First().Value, [.. g.Select(r => r.Key)])),
            ],
            [.. routes.Where(r => r.Value is [var only] && Same(only, test.PeeringLocation)).Select(r => r.Key)],
            test.Ended?.Successful,
            [
                .. sites
                    .Where(s => !test.Links.Contains(s.Link))
                    .Select(s => new FailoverConnectionBody(
                        s.Link.Connection.Name,
                        s.Location,
                        test.Ended?.Verified.Contains(s.Link.Connection.Name, StringComparer.OrdinalIgnoreCase) == true
                    )),
            ]
        );
        return await request.LaterAsync<IReadOnlyList<SiteTestDetailsBody>>(
            store,
            [details],
            NetworksContract.Default.IReadOnlyListSiteTestDetailsBody,
            gateway.Location
        );
    }

    /// <summary>
    /// Of 100: 40 for circuits at two locations, 20 for sessions on both links of each circuit, 20 for routes that come at two locations, 20 for a successful test
    /// of the last 90 days. What is missing of each is a recommendation that says so.
    /// </summary>
    private async ValueTask<ArmResult> ResiliencyAsync(ArmRequest request, TestableGateway gateway)
    {
        List<Site> sites = await SitesAsync(gateway, request.Aborted);
        string[] locations = [.. sites.Select(s => s.Location).Distinct(StringComparer.OrdinalIgnoreCase)];
        Dictionary<string, string[]> routes = await RoutesAsync(sites, request.Aborted);
        string[] alone = [.. routes.Where(r => r.Value.Length == 1).Select(r => r.Key)];
        var down = new List<string>();
        int links = 0;
        foreach (Site site in sites)
        foreach (Side side in Sides.Both)
        {
            links++;
            if (await IsUpAsync(site.Circuit, side, request.Aborted) is not true)
                down.Add($"{site.Circuit.Id.Name} {side.ToString().ToLowerInvariant()}");
        }
        SiteTest? tested = gateway.Tests.LastOrDefault(t => t.Ended is { Successful: true } end && request.Now - end.At <= ATestHoldsFor);
        Part[] parts =
        [
            new(
                "Site redundancy",
                40,
                locations.Length >= 2 ? 40 : 0,
                locations.Length >= 2
                    ? null
                    : new(
                        locations.Length == 0 ? "No circuit is connected" : "All circuits are at one peering location",
                        "1",
                        locations.Length == 0
                            ? "The gateway reaches nothing: it has no connection."
                            : $"The loss of {locations[0]} would cut the gateway off.",
                        "High",
                        "Connect the gateway to a circuit at another peering location."
                    )
            ),
            new(
                "Link redundancy",
                20,
                links == 0 ? 0 : 20 * (links - down.Count) / links,
                down.Count == 0 && links > 0
                    ? null
                    : new(
                        "A link carries no session",
                        "2",
                        links == 0
                            ? "There is no circuit that could have links."
                            : $"No private session is established on: {string.Join(", ", down)}.",
                        "High",
                        "Bring the session up; 'explain' of the circuit says what it waits for."
                    )
            ),
            new(
                "Route redundancy",
                20,
                routes.Count == 0 ? 0 : 20 * (routes.Count - alone.Length) / routes.Count,
                alone.Length == 0 && routes.Count > 0
                    ? null
                    : new(
                        "Routes come at one location alone",
                        "3",
                        routes.Count == 0
                            ? "No route is learned from any circuit."
                            : string.Create(
                                CultureInfo.InvariantCulture,
                                $"{alone.Length} of {routes.Count} routes come at one location alone, {alone[0]} among them."
                            ),
                        "Medium",
                        "Announce the same prefixes at every peering location."
                    )
            ),
            new(
                "Disaster recovery",
                20,
                tested is null ? 0 : 20,
                tested is not null
                    ? null
                    : new(
                        "Site failover not validated",
                        "4",
                        "No site failover test was stopped as successful in the last 90 days.",
                        "Medium",
                        "Run startSiteFailoverTest, look, and stop it with wasSimulationSuccessful."
                    )
            ),
        ];
        int[] missing = [.. parts.Select(p => p.Most - p.Score).Where(m => m > 0)];
        var body = new ResiliencyBody(
            Text(parts.Sum(p => p.Score)),
            Text(missing.DefaultIfEmpty(0).Min()),
            Text(missing.Sum()),
            request.Now,
            request.Now,
            [.. parts.Select(p => new ResiliencyComponentBody(p.Name, Text(p.Score), Text(p.Most), p.Recommendation is { } r ? [r] : []))]
        );
        return await request.LaterAsync(store, body, NetworksContract.Default.ResiliencyBody, gateway.Location);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private sealed record Part(string Name, int Most, int Score, ResiliencyRecommendationBody? Recommendation);

    /// <summary>Whether a session of private peering is established on a link, as a router says that was read just now; null when none could be.</summary>
    private async ValueTask<bool?> IsUpAsync(Circuit circuit, Side side, CancellationToken cancellation)
    {
        if (!circuit.IsOnRouters || circuit.FindPeering(PeeringType.AzurePrivatePeering) is not { State.IsWanted: true })
            return false;
        CircuitSeen seen = await CircuitDiagnostics.SeenAsync(routers, circuit, PeeringType.AzurePrivatePeering, cancellation);
        return seen.On(side).Instance is { } read && (read.IsNow || clock.GetUtcNow() - read.At <= CircuitSeen.Fresh)
            ? read.Value.Sessions.Any(s => CircuitsOnRouters.IsCustomers(s.Name) && s.IsEstablished)
            : null;
    }

    /// <summary>Whether the gateway's network is announced over a site: its link is in place, held back by no test, and a session is established on one side at least.</summary>
    private async ValueTask<bool> CarriesAsync(Site site, CancellationToken cancellation) =>
        site.Circuit.FindLink(site.Link.Connection) is { Held: false } link
        && site.Circuit.Applied >= link.Generation
        && (
            await IsUpAsync(site.Circuit, Side.Primary, cancellation) is true
            || await IsUpAsync(site.Circuit, Side.Secondary, cancellation) is true
        );

    /// <summary>Whether no site is left that carries the gateway's network while one is tested. A router that cannot be read just now says nothing.</summary>
    public async ValueTask<bool> IsAloneAsync(TestableGateway gateway, SiteTest test, CancellationToken cancellation)
    {
        foreach (Site site in await SitesAsync(gateway, cancellation))
            if (
                !test.Links.Contains(site.Link)
                && site.Circuit.FindLink(site.Link.Connection) is { Held: false }
                && (
                    await IsUpAsync(site.Circuit, Side.Primary, cancellation) is not false
                    || await IsUpAsync(site.Circuit, Side.Secondary, cancellation) is not false
                )
            )
                return false;
        return true;
    }

    private sealed record Site(TestedLink Link, Circuit Circuit, string Location);

    private async ValueTask<List<Site>> SitesAsync(TestableGateway gateway, CancellationToken cancellation)
    {
        var sites = new List<Site>();
        foreach (TestedLink link in gateway.Links)
            if ((await circuits.ReadAsync(link.Circuit, cancellation))?.Resource is { } circuit)
                sites.Add(new Site(link, circuit, circuit.Order.PeeringLocation));
        return sites;
    }

    /// <summary>The customers' routes, each with the locations that it comes at: not those that another circuit brings by Global Reach, which go with its location.</summary>
    private async Task<Dictionary<string, string[]>> RoutesAsync(List<Site> sites, CancellationToken cancellation)
    {
        var found = new List<(string Route, string Location)>();
        foreach (Site site in sites)
            if (site.Circuit.IsOnRouters)
                foreach (Side side in Sides.Both)
                    found.AddRange(
                        (await tables.LearnedAsync(site.Circuit, side, cancellation))
                            .Where(r => IsOwn(site.Circuit, side, r.NextHop))
                            .Select(r => (r.Network, site.Location))
                    );
        return found
            .GroupBy(f => f.Route)
            .OrderBy(g => IpPrefix.Parse(g.Key))
            .ToDictionary(g => g.Key, g => g.Select(f => f.Location).Distinct(StringComparer.OrdinalIgnoreCase).Order().ToArray());
    }

    /// <summary>Whether a route came over the circuit's own session: no other next hop is accepted there.</summary>
    private static bool IsOwn(Circuit circuit, Side side, string nextHop) =>
        IPAddress.TryParse(nextHop, out IPAddress? hop)
        && circuit.FindPeering(PeeringType.AzurePrivatePeering)?.Families.Any(f => f.Configured.On(side).Contains(hop)) == true;

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
