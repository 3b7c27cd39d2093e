using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Circuits;

/// <summary>
/// Failover tests of a circuit's links: <c>startCircuitLinkFailoverTest</c> and its family. What the routers say of the sessions goes into the signals, so that
/// the decision is made on it; what they say meanwhile is read when it is asked for.
/// </summary>
internal sealed class LinkTestEndpoints(Tracked<Circuit> circuits, LinkSessions sessions, RouteTables tables, IStore store) : IEndpoints
{
    private const string SingleSite = "SingleSiteFailover";

    /// <summary>The wire's names; the first of each is <see cref="LinkTestKind"/>'s by position.</summary>
    private static readonly string[] s_categories = ["BgpDisconnect", "ASPathPrepend"];

    private static readonly ArmParameter s_link = new("linkType", "Primary or Secondary.");
    private static readonly ArmParameter s_category = new("circuitTestCategory", "BgpDisconnect or ASPathPrepend.");

    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Arm(CircuitTypes.Circuit)
            .Post(
                "startCircuitLinkFailoverTest",
                StartAsync,
                new(
                    "StartCircuitLinkFailoverTest",
                    "Takes one link of a circuit out, until it is stopped or its time is over; ends with the test's id."
                )
                {
                    Result = () => CircuitsContract.Default.String,
                    Statuses = [202],
                    BeginsOperation = true,
                    Parameters = [s_link, s_category],
                },
                changes: true
            )
            .Post(
                "stopCircuitLinkFailoverTest",
                StopAsync,
                new("StopCircuitLinkFailoverTest", "Ends the failover test of a circuit's link; ends with the test's id.")
                {
                    Result = () => CircuitsContract.Default.String,
                    Body = () => CircuitsContract.Default.StopLinkTestBody,
                    Statuses = [202],
                    BeginsOperation = true,
                },
                changes: true
            )
            .Post(
                "getCircuitLinkFailoverAllTestsDetails",
                AllAsync,
                new("GetCircuitLinkFailoverAllTestsDetails", "Lists the failover tests of a circuit's links, newest first.")
                {
                    Result = () => CircuitsContract.Default.IReadOnlyListLinkTestBody,
                    Statuses = [202],
                    BeginsOperation = true,
                    Parameters =
                    [
                        new("failoverTestType", "SingleSiteFailover, MultiSiteFailover (a circuit has none) or All."),
                        new("fetchLatest", "true for the newest alone."),
                    ],
                }
            )
            .Post(
                "getCircuitLinkFailoverSingleTestDetails",
                OneAsync,
                new("GetCircuitLinkFailoverSingleTestDetails", "Reads one failover test of a circuit's link, with its routes.")
                {
                    Result = () => CircuitsContract.Default.IReadOnlyListLinkTestDetailsBody,
                    Statuses = [202],
                    BeginsOperation = true,
                    Parameters = [s_link, s_category, new("failoverTestId", "The test's testGuid.")],
                }
            );

    private async ValueTask<ArmResult> StartAsync(ArmRequest request)
    {
        (Side? link, LinkTestKind? kind, Refusal? no) = Named(
            request.Query("linkType"),
            request.Query("circuitTestCategory"),
            required: true
        );
        if (no is not null)
            return no;
        if (await circuits.ReadAsync(request.Id, request.Aborted) is not { Resource: var circuit })
            return await request.NotFoundAsync();
        IEnumerable<LinkTestRouteBody> alone = (await RoutesAsync(circuit, request.Aborted)).Where(r => IsAlone(r, link!.Value));
        return await SendAsync(
            request,
            circuit,
            new StartLinkTest(
                request.Now,
                Guid.NewGuid(),
                link!.Value,
                kind!.Value,
                await sessions.SeenAsync(circuit, request.Aborted),
                [.. alone.Select(r => IpPrefix.Parse(r.Route))],
                request.Ticket()
            )
        );
    }

    private async ValueTask<ArmResult> StopAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        string? linkType = body.String("linkType"),
            category = body.String("circuitTestCategory");
        bool? successful = body.Boolean("wasSimulationSuccessful"),
            verified = body.Boolean("isVerified");
        if (body.Refusal is { } bad)
            return bad;
        (Side? link, LinkTestKind? kind, Refusal? no) = Named(linkType, category, required: false);
        if (no is not null)
            return no;
        if (await circuits.ReadAsync(request.Id, request.Aborted) is not { Resource: var circuit })
            return await request.NotFoundAsync();
        return await SendAsync(
            request,
            circuit,
            new StopLinkTest(
                request.Now,
                link,
                kind,
                successful,
                verified ?? false,
                await sessions.SeenAsync(circuit, request.Aborted),
                request.Ticket()
            )
        );
    }

    private async ValueTask<ArmResult> SendAsync(ArmRequest request, Circuit circuit, Signal signal)
    {
        SendOutcome outcome = await circuits.SendAsync(circuit.Id, signal, request.Context());
        return outcome is SendOutcome.Delivered
            ? new ArmResult.Accepted(new ArmOperation(request.RequestId, circuit.Location))
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> AllAsync(ArmRequest request)
    {
        if (await circuits.ReadAsync(request.Id, request.Aborted) is not { Resource: var circuit })
            return await request.NotFoundAsync();
        string type = request.Query("failoverTestType") ?? "All";
        if (!Same(type, "All") && !Same(type, SingleSite) && !Same(type, "MultiSiteFailover"))
            return Refusal.Invalid(
                "InvalidParameter",
                $"'{type}' is no type of failover tests: SingleSiteFailover, MultiSiteFailover or All.",
                "failoverTestType"
            );
        ImmutableArray<LinkSession> now = circuit.Test is null ? [] : await sessions.SeenAsync(circuit, request.Aborted);
        IEnumerable<LinkTest> tests = Same(type, "MultiSiteFailover") ? [] : circuit.Tests.Reverse();
        if (Same(request.Query("fetchLatest") ?? "", "true"))
            tests = tests.Take(1);
        return await request.LaterAsync<IReadOnlyList<LinkTestBody>>(
            store,
            [.. tests.Select(t => Body(circuit, t, now))],
            CircuitsContract.Default.IReadOnlyListLinkTestBody,
            circuit.Location
        );
    }

    private async ValueTask<ArmResult> OneAsync(ArmRequest request)
    {
        (Side? link, LinkTestKind? kind, Refusal? no) = Named(
            request.Query("linkType"),
            request.Query("circuitTestCategory"),
            required: true
        );
        if (no is not null)
            return no;
        if (!Guid.TryParse(request.Query("failoverTestId"), out Guid id))
            return Refusal.Invalid(
                "InvalidParameter",
                "'failoverTestId' has to be the testGuid of a test: getCircuitLinkFailoverAllTestsDetails lists them.",
                "failoverTestId"
            );
        if (await circuits.ReadAsync(request.Id, request.Aborted) is not { Resource: var circuit })
            return await request.NotFoundAsync();
        if (circuit.Tests.FirstOrDefault(t => t.Id == id && t.Link == link && t.Kind == kind) is not { } test)
            return Refusal.NotFound(
                "FailoverTestNotFound",
                $"The circuit has no {s_categories[(int)kind!]} test {id:D} of its {link} link: getCircuitLinkFailoverAllTestsDetails lists those it has."
            );
        bool runs = test.Ended is null;
        LinkTestRouteBody[] routes = runs ? [.. await RoutesAsync(circuit, request.Aborted)] : [];
        var details = new LinkTestDetailsBody(
            test.Started,
            test.Ended?.At,
            test.StatusAt(circuit.On(test.Link).Applied),
            test.Ended?.Successful,
            $"{test.Link}",
            s_categories[(int)test.Kind],
            test.Ended?.Verified,
            runs ? new(null, [.. routes.Where(r => r.PrimaryASPath is not null && r.SecondaryASPath is not null)]) : null,
            new(
                [.. test.Alone.Select(p => new LinkTestRouteBody($"{p}", null, null, null))],
                runs ? [.. routes.Where(r => r.PrimaryASPath is null || r.SecondaryASPath is null)] : null
            ),
            Sessions(runs ? await sessions.SeenAsync(circuit, request.Aborted) : test.Ended!.Seen)
        );
        return await request.LaterAsync<IReadOnlyList<LinkTestDetailsBody>>(
            store,
            [details],
            CircuitsContract.Default.IReadOnlyListLinkTestDetailsBody,
            circuit.Location
        );
    }

    private static LinkTestBody Body(Circuit circuit, LinkTest test, ImmutableArray<LinkSession> now) =>
        new(
            test.StatusAt(circuit.On(test.Link).Applied),
            test.Started,
            test.Ended?.At,
            test.Id,
            SingleSite,
            [.. test.Issues],
            test.Ended?.Successful,
            s_categories[(int)test.Kind],
            $"{test.Link}",
            Sessions(test.Ended?.Seen ?? now)
        );

    private static IReadOnlyList<LinkSessionBody> Sessions(ImmutableArray<LinkSession> seen) =>
        [
            .. seen.Select(s => new LinkSessionBody(
                s.Family == IpFamily.V4 ? "IPv4" : "IPv6",
                $"{s.Link}",
                s.IsUp ? "Connected" : "Disconnected",
                s.At
            )),
        ];

    /// <summary>The customer's routes of private peering with the paths that each link has for them.</summary>
    private async ValueTask<IReadOnlyList<LinkTestRouteBody>> RoutesAsync(Circuit circuit, CancellationToken cancellation)
    {
        if (!circuit.IsOnRouters || circuit.FindPeering(PeeringType.AzurePrivatePeering) is not { State.IsWanted: true })
            return [];
        Dictionary<string, RouteEntry> primary = Best(await tables.LearnedAsync(circuit, Side.Primary, cancellation)),
            secondary = Best(await tables.LearnedAsync(circuit, Side.Secondary, cancellation));
        return
        [
            .. primary
                .Keys.Union(secondary.Keys)
                .OrderBy(p => IpPrefix.Parse(p))
                .Select(p => new LinkTestRouteBody(
                    p,
                    (primary.GetValueOrDefault(p) ?? secondary[p]).NextHop,
                    primary.GetValueOrDefault(p)?.Path,
                    secondary.GetValueOrDefault(p)?.Path
                )),
        ];

        static Dictionary<string, RouteEntry> Best(IReadOnlyList<RouteEntry> routes) =>
            routes.GroupBy(r => r.Network).ToDictionary(g => g.Key, g => g.First());
    }

    private static bool IsAlone(LinkTestRouteBody route, Side link) =>
        link == Side.Primary ? route.SecondaryASPath is null : route.PrimaryASPath is null;

    private static (Side? Link, LinkTestKind? Kind, Refusal? No) Named(string? linkType, string? category, bool required)
    {
        Side? link =
            Same(linkType ?? "", nameof(Side.Primary)) ? Side.Primary
            : Same(linkType ?? "", nameof(Side.Secondary)) ? Side.Secondary
            : null;
        int kind = Array.FindIndex(s_categories, c => Same(c, category ?? ""));
        var problems = new List<Refusal>();
        if (link is null && (required || !string.IsNullOrEmpty(linkType)))
            problems.Add(Refusal.Invalid("InvalidParameter", $"'{linkType}' is no link: Primary or Secondary.", "linkType"));
        if (kind < 0 && (required || !string.IsNullOrEmpty(category)))
            problems.Add(
                Refusal.Invalid("InvalidParameter", $"'{category}' is no test: BgpDisconnect or ASPathPrepend.", "circuitTestCategory")
            );
        return (link, kind < 0 ? null : (LinkTestKind)kind, problems.Count == 0 ? null : Refusal.Of(problems));
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
