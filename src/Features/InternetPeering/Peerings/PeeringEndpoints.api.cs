using System.Collections.Immutable;
using System.Globalization;
using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Api.Observations;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.InternetPeering;
using Causeway.Contracts.Resources;
using Causeway.Domain.Findings;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Routers;
using Causeway.Domain.Support;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;
using RouteDirection = Causeway.Domain.Routers.RouteDirection;

namespace Causeway.Api.InternetPeering;

/// <summary>What is done with a peering by hand, and what may be asked of it: <c>…/peerings/{p}/approve</c>, <c>…/checks</c> and the others.</summary>
internal sealed class PeeringEndpoints(
    Tracked<Peering> peerings,
    PeeringWire wire,
    PeeringSessions sessions,
    LegacySessions legacy,
    SessionHistories histories,
    PeeringDesk desk,
    IRouters routers,
    IPeerFilters filters,
    Explaining explaining,
    Asymmetries asymmetries,
    Func<NetworkTopology> topology,
    TimeProvider time
) : IEndpoints
{
    private const int LongestReason = 1000;
    private const string OperatorAction = "Microsoft.Causeway/operator/peerings";

    /// <summary>Of one session, in one answer.</summary>
    private const int MostRoutes = 100_000;

    /// <summary>Verbs that say something and have to say it.</summary>
    private static readonly PeeringVerb[] s_withReason = [PeeringVerb.Reject, PeeringVerb.Ask, PeeringVerb.Suspend, PeeringVerb.Answer];

    public void Map(IEndpointRouteBuilder routes)
    {
        InternetPeeringContract json = InternetPeeringContract.Default;
        Operators(PeeringVerb.Approve, "Approves connections that were asked for: the peer configures its side next.");
        Operators(PeeringVerb.Reject, "Does not approve connections, and says why.");
        Operators(PeeringVerb.Ask, "Asks the peer something.");
        Operators(PeeringVerb.Suspend, "Puts connections back under DENY ALL, and says why.");
        Operators(PeeringVerb.Resume, "Has suspended connections looked at, and open again when their checks pass.");
        Operators(PeeringVerb.Deprovision, "Takes connections off our routers, with graceful shutdown.");
        ArmTypeRoutes mapped = routes.Arm(InternetPeeringTypes.Peering);
        Peers(PeeringVerb.NotifyReady, "Says that the peer's side is configured.");
        Peers(PeeringVerb.Retry, "Has failed connections tried again; rejected ones are reviewed again.");
        Peers(PeeringVerb.RequestDeprovision, "Asks the operator to take the peering off our routers.");
        Peers(PeeringVerb.Answer, "Answers what the operator asked.");
        mapped
            .GetBelow(
                "checks",
                r => OneAsync(r, ChecksAsync),
                new("ListChecks", "Lists what was checked of each connection, and who acts next.")
                {
                    Answer = () => json.ListBodyConnectionChecksBody,
                    IsOurs = true,
                }
            )
            .GetBelow(
                "sessions",
                r => OneAsync(r, SessionsAsync),
                new("ListSessions", "Lists the BGP sessions of a peering as our routers see them.")
                {
                    Answer = () => json.ListBodyPeeringSessionBody,
                    IsOurs = true,
                }
            )
            .GetBelow("history", r => OneAsync(r, HistoryAsync), SessionHistories.Contract)
            .GetBelow(
                "messages",
                r => OneAsync(r, MessagesAsync),
                new("ListMessages", "Lists everything that was said between the operator and the peer.")
                {
                    Answer = () => json.ListBodyPeeringMessageBody,
                    IsOurs = true,
                }
            )
            .GetBelow(
                "letterOfAuthorization",
                r => OneAsync(r, LetterAsync),
                new("GetLetterOfAuthorization", "Gives the letter by which the cables of a direct peering may be run, as a PDF.")
                {
                    Answer = () => json.LetterOfAuthorizationBody,
                    IsOurs = true,
                }
            )
            .GetBelow(
                "receivedRoutes",
                r => OneAsync(r, ReceivedAsync),
                new("ListReceivedRoutes", "Lists the routes that are accepted of a peer.")
                {
                    Answer = () => json.ReceivedRouteBody,
                    IsPage = true,
                    Parameters =
                    [
                        new("prefix", "Only this prefix and those inside it."),
                        new("asPath", "Only routes whose path has these ASNs, in this order and beside each other."),
                        new("originAsValidationState", "Only routes that are Valid, Invalid or Unknown by registration."),
                        new("rpkiValidationState", "Only routes that are Valid, Invalid or Unknown by ROAs."),
                    ],
                }
            )
            .GetBelow(
                "rpUnbilledPrefixes",
                r => OneAsync(r, UnbilledAsync),
                new("ListUnbilledPrefixes", "Lists the prefixes that are accepted of a peer.")
                {
                    Answer = () => PeeringServiceContract.Default.UnbilledPrefixBody,
                    IsPage = true,
                    Parameters = [new("consolidate", "true to write neighbours and what lies inside others as one.")],
                }
            )
            .GetBelow(
                "refusedRoutes",
                r => OneAsync(r, RefusedAsync),
                new("ListRefusedRoutes", "Lists the routes that were heard and are not accepted, with the reasons.")
                {
                    Answer = () => json.RefusedPeerRouteBody,
                    IsPage = true,
                    IsOurs = true,
                    Parameters = [new("prefix", "Only this prefix and those inside it.")],
                }
            )
            .GetBelow(
                "announcedRoutes",
                r => OneAsync(r, AnnouncedAsync),
                new(
                    "ListAnnouncedRoutes",
                    "Lists the routes that a peer is told over its sessions: our own, or at a route server those of the other members."
                )
                {
                    Answer = () => json.AnnouncedRouteBody,
                    IsPage = true,
                    IsOurs = true,
                    Parameters = [new("prefix", "Only this prefix and those inside it.")],
                }
            )
            .GetBelow(
                "explain",
                r => OneAsync(r, ExplainAsync),
                new("GetExplain", "Says whether a peering can be used, what stands in the way, and who acts next.")
                {
                    Answer = () => CircuitsContract.Default.ExplainBody,
                    IsOurs = true,
                }
            );

        void Operators(PeeringVerb verb, string summary) =>
            routes.MapArm(
                $"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{InternetPeeringTypes.Peering.FullName}/{{name0}}/{Name(verb)}",
                new ArmEndpoint(InternetPeeringTypes.Peering, "POST", $"{OperatorAction}/{Name(verb)}/action", ArmTarget.Resource)
                {
                    Contract = Contract(verb, summary),
                },
                request => ActAsync(request, verb)
            );

        void Peers(PeeringVerb verb, string summary) =>
            mapped.Post(Name(verb), request => ActAsync(request, verb), Contract(verb, summary));

        ArmContract Contract(PeeringVerb verb, string summary) =>
            new($"{verb}", summary)
            {
                Body = () => json.ConnectionActionBody,
                IsBodyOptional = !s_withReason.Contains(verb),
                Answer = () => json.InternetPeeringBody,
                IsOurs = true,
            };
    }

    private static string Name(PeeringVerb verb) => char.ToLowerInvariant($"{verb}"[0]) + $"{verb}"[1..];

    private async ValueTask<ArmResult> ActAsync(ArmRequest request, PeeringVerb verb)
    {
        BodyReader body = s_withReason.Contains(verb) ? await request.BodyAsync() : await request.OptionalBodyAsync();
        string? reason = body.String("reason", LongestReason, required: s_withReason.Contains(verb), lines: true);
        IReadOnlyList<string>? identifiers = body.Strings("connectionIdentifiers", Peering.MostConnections, 64);
        bool opensFirst = verb == PeeringVerb.Approve && (body.Boolean("opensFirst") ?? false);
        if (body.Refusal is { } no)
            return no;
        bool byOperator = verb switch
        {
            PeeringVerb.NotifyReady or PeeringVerb.RequestDeprovision or PeeringVerb.Answer => false,
            PeeringVerb.Retry => await request.MayAsync($"{OperatorAction}/retry/action", request.Id),
            _ => true,
        };
        SendOutcome outcome = await peerings.SendAsync(
            request.Id,
            new ActOnConnections(request.Now, verb, [.. identifiers ?? []], byOperator, reason, opensFirst)
            {
                FromBefore =
                    verb == PeeringVerb.Approve && await peerings.ReadAsync(request.Id, request.Aborted) is { Resource: var asked }
                        ? await legacy.RunningAsync(asked, request.Aborted)
                        : [],
            },
            request.Context()
        );
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<Peering> after }, ..] }
            ? new ArmResult.Ok(await wire.WriteAsync(request, after, Moment.Read))
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> OneAsync(ArmRequest request, Func<ArmRequest, Peering, ValueTask<ArmResult>> answer) =>
        await peerings.ReadAsync(request.Id, request.Aborted) is { Resource: var peering }
            ? await answer(request, peering)
            : await request.NotFoundAsync();

    private ValueTask<ArmResult> LetterAsync(ArmRequest request, Peering peering) =>
        new(
            peering.Connections.Any(LetterOfAuthorization.Covers)
                ? ArmResult.Of(
                    new LetterOfAuthorizationBody(
                        Convert.ToBase64String(
                            LetterOfAuthorization.Pdf(
                                peering,
                                desk.Directory.Find(peering.PeerAsn) is { } record
                                    ? $"{record.Name} (AS{peering.PeerAsn})"
                                    : $"AS{peering.PeerAsn}",
                                desk.Topology,
                                request.Now
                            )
                        )
                    ),
                    InternetPeeringContract.Default.LetterOfAuthorizationBody
                )
                : Refusal.Conflict(
                    "NothingAuthorized",
                    peering.IsDirect
                        ? $"No cable of '{peering.Id.Name}' is approved: there is a letter for those that are."
                        : $"'{peering.Id.Name}' is a peering at exchanges, where you have your port already: letters are for cables of direct peerings."
                )
        );

    private ValueTask<ArmResult> ChecksAsync(ArmRequest request, Peering peering) =>
        new(
            ArmResult.Of(
                new ListBody<ConnectionChecksBody>([
                    .. peering.Connections.Select(c => new ConnectionChecksBody(
                        c.Identifier,
                        c.State.WireName,
                        c.State.Since,
                        PeeringFindings.Next(peering, c, desk.Topology).Says,
                        [
                            .. c.Checks.Select(r => new CheckBody(
                                r.Name,
                                $"{r.Outcome}",
                                r.Reason.Length == 0 ? null : r.Reason,
                                r.Says,
                                r.At,
                                r.Family is { } family ? FamilyName(family) : null
                            )),
                        ]
                    )
                    {
                        IsOpen = c.Families.Any(f => PeeringsOnRouters.IsOpen(c, f.Peer)),
                        ErrorMessage = (c.State as ConnectionState.ProvisioningFailed)?.Error,
                    }),
                ]),
                InternetPeeringContract.Default.ListBodyConnectionChecksBody
            )
        );

    private async ValueTask<ArmResult> HistoryAsync(ArmRequest request, Peering peering)
    {
        var asked = new List<AskedSession>();
        foreach (Connection connection in peering.Connections)
            if (connection.PlaceIn(topology()) is { } place)
                asked.AddRange(
                    (await sessions.OfAsync(peering, connection, request.Aborted)).Select(s => new AskedSession(
                        connection.Identifier,
                        s.Router,
                        place.Instance,
                        s.Name,
                        FamilyName(s.Family),
                        s.Theirs
                    ))
                );
        return await histories.ReadAsync(request, asked);
    }

    private async ValueTask<ArmResult> SessionsAsync(ArmRequest request, Peering peering)
    {
        var bodies = new List<PeeringSessionBody>();
        DateTimeOffset now = time.GetUtcNow();
        foreach (Connection connection in peering.Connections)
        foreach (KnownSession s in await sessions.OfAsync(peering, connection, request.Aborted))
            bodies.Add(
                new PeeringSessionBody(
                    connection.Identifier,
                    s.Router,
                    FamilyName(s.Family),
                    s.Theirs,
                    s.Ours,
                    peering.PeerAsn.Value,
                    s.Report is { } r ? $"{r.Mode}" : null,
                    s.Report?.State ?? "Unknown",
                    s.Report?.Since,
                    s.Report?.Received,
                    s.Report?.Accepted,
                    s.Report?.Announced,
                    s.Report?.LastProblem,
                    s.At,
                    s.At is { } at ? Math.Round(Math.Max(0, (now - at).TotalSeconds), 3) : null
                )
            );
        return ArmResult.Of(new ListBody<PeeringSessionBody>(bodies), InternetPeeringContract.Default.ListBodyPeeringSessionBody);
    }

    private static ValueTask<ArmResult> MessagesAsync(ArmRequest request, Peering peering) =>
        new(
            ArmResult.Of(
                new ListBody<PeeringMessageBody>([
                    .. peering.Messages.Select(m => new PeeringMessageBody(
                        m.At,
                        m.By,
                        m.Code,
                        m.Text,
                        m.Connections.IsDefaultOrEmpty ? null : [.. m.Connections]
                    )),
                ]),
                InternetPeeringContract.Default.ListBodyPeeringMessageBody
            )
        );

    private async ValueTask<ArmResult> ReceivedAsync(ArmRequest request, Peering peering)
    {
        if (!request.IsSince("2020-04-01"))
            return ArmErrors.InvalidResourceType(request.Type.Namespace, request.ApiVersion);
        if (Within(request, out IpPrefix? within) is { } no)
            return no;
        if (NotHere(peering) is { } elsewhere)
            return elsewhere;
        string? path = request.Query("asPath"),
            origin = request.Query("originAsValidationState"),
            rpki = request.Query("rpkiValidationState");
        if ((Unlike("originAsValidationState", origin) ?? Unlike("rpkiValidationState", rpki)) is { } wrong)
            return wrong;
        var bodies = new List<ReceivedRouteBody>();
        await foreach ((string _, RouteReport route) in RoutesAsync(peering, RouteStage.Accepted, within, request.Aborted))
        {
            OriginValidity validity = OriginOf(route) is { } asn ? filters.ValidityOf(route.Prefix, asn) : OriginValidity.NotFound;
            // What is accepted is in the filter: registered, or made valid by a ROA.
            var body = new ReceivedRouteBody(
                route.Prefix.ToString(),
                route.NextHop,
                route.AsPath,
                "Valid",
                validity == OriginValidity.NotFound ? "Unknown" : $"{validity}",
                "None",
                route.Since?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)
            );
            if (
                (string.IsNullOrEmpty(path) || $" {body.AsPath} ".Contains($" {path.Trim()} ", StringComparison.Ordinal))
                && (string.IsNullOrEmpty(origin) || body.OriginAsValidationState.Equals(origin, StringComparison.OrdinalIgnoreCase))
                && (string.IsNullOrEmpty(rpki) || body.RpkiValidationState.Equals(rpki, StringComparison.OrdinalIgnoreCase))
            )
                bodies.Add(body);
        }
        return await PageAsync(
            request,
            // The same route over the sessions of several routers is one, as old as the oldest; in this order, pages fit together.
            [
                .. bodies
                    .OrderBy(b => IpPrefix.Parse(b.Prefix))
                    .ThenBy(b => b.ReceivedTimestamp, StringComparer.Ordinal)
                    .DistinctBy(b => b with { ReceivedTimestamp = null }),
            ],
            b => ArmBody.Of(b, InternetPeeringContract.Default.ReceivedRouteBody)
        );

        static ArmResult.Refused? Unlike(string name, string? value) =>
            string.IsNullOrEmpty(value) || s_validity.Contains(value, StringComparer.OrdinalIgnoreCase)
                ? null
                : new ArmResult.Refused(
                    Refusal.Invalid(
                        "InvalidParameter",
                        $"'{value}' is no {name}: write {string.Join(", ", s_validity)}, or leave it out.",
                        name
                    )
                );
    }

    private static readonly string[] s_validity = ["Valid", "Invalid", "Unknown"];

    private async ValueTask<ArmResult> UnbilledAsync(ArmRequest request, Peering peering)
    {
        if (!request.IsSince("2022-10-01"))
            return ArmErrors.InvalidResourceType(request.Type.Namespace, request.ApiVersion);
        bool isConsolidated = false;
        if (request.Query("consolidate") is { Length: > 0 } text && !bool.TryParse(text, out isConsolidated))
            return PeeringQueries.Wrong("consolidate", text, "write true or false");
        var prefixes = new SortedSet<IpPrefix>();
        await foreach ((string _, RouteReport route) in RoutesAsync(peering, RouteStage.Accepted, null, request.Aborted))
            prefixes.Add(route.Prefix);
        string region = desk.Topology.FindLocation(peering.PeeringLocation) is { } location
            ? desk.Topology.FindRegion(location.Region)?.DisplayName ?? location.Region
            : "";
        return await PageAsync(
            request,
            [.. isConsolidated ? Prefixes.Consolidated(prefixes) : (IEnumerable<IpPrefix>)prefixes],
            p =>
                ArmBody.Of(new UnbilledPrefixBody($"{p}", region, peering.PeerAsn.Value), PeeringServiceContract.Default.UnbilledPrefixBody)
        );
    }

    private async ValueTask<ArmResult> AnnouncedAsync(ArmRequest request, Peering peering)
    {
        if (Within(request, out IpPrefix? within) is { } no)
            return no;
        if (NotHere(peering) is { } elsewhere)
            return elsewhere;
        var bodies = new List<AnnouncedRouteBody>();
        await foreach (
            (string router, RouteReport route) in RoutesAsync(
                peering,
                RouteStage.Accepted,
                within,
                request.Aborted,
                RouteDirection.Announced
            )
        )
            bodies.Add(
                new AnnouncedRouteBody(
                    route.Prefix.ToString(),
                    route.NextHop,
                    route.AsPath,
                    [.. route.Communities.Select(c => $"{c >> 16}:{c & 0xFFFF}"), .. route.LargeCommunities],
                    router,
                    route.Session
                )
            );
        return await PageAsync(request, bodies, b => ArmBody.Of(b, InternetPeeringContract.Default.AnnouncedRouteBody));
    }

    /// <summary>The prefix that a question is about, if it is about one.</summary>
    private static Refusal? Within(ArmRequest request, out IpPrefix? within)
    {
        within = null;
        if (request.Query("prefix") is not { Length: > 0 } text)
            return null;
        if (!IpPrefix.TryParse(text, out IpPrefix parsed))
            return Refusal.Invalid("InvalidQueryParameterValue", "'prefix' is not a prefix: write 192.0.2.0/24.", "prefix");
        within = parsed;
        return null;
    }

    private async ValueTask<ArmResult> RefusedAsync(ArmRequest request, Peering peering)
    {
        if (Within(request, out IpPrefix? within) is { } no)
            return no;
        if (NotHere(peering) is { } elsewhere)
            return elsewhere;
        var bodies = new List<RefusedPeerRouteBody>();
        await foreach ((string router, RouteReport route) in RoutesAsync(peering, RouteStage.Refused, within, request.Aborted))
            bodies.Add(
                new RefusedPeerRouteBody(
                    route.Prefix.ToString(),
                    route.NextHop,
                    route.AsPath,
                    (int)route.Refused,
                    $"{route.Refused}",
                    router,
                    route.Session
                )
            );
        return await PageAsync(request, bodies, b => ArmBody.Of(b, InternetPeeringContract.Default.RefusedPeerRouteBody));
    }

    /// <summary>Routes are in the routers' own tables, which only the node that drives them can read: an empty answer of another one would be a lie.</summary>
    private Refusal? NotHere(Peering peering) =>
        peering
            .Connections.Where(c => c.State.HasSession)
            .Select(c => c.PlaceIn(desk.Topology))
            .OfType<MeetingPlace>()
            .SelectMany(x => x.Routers)
            .FirstOrDefault(r => routers.Reader(r.Router.Name) is null)
            is { } router
            ? new Refusal(
                RefusalKind.Unavailable,
                "RouterNotAvailable",
                $"This node does not drive router {router.Router.Name}, and cannot read its tables: ask the node that does ('causeway operator status' names it), or again later."
            )
            : null;

    /// <summary>A page of what was read from the routers for this answer.</summary>
    private static ValueTask<ArmResult> PageAsync<T>(ArmRequest request, List<T> all, Func<T, ArmBody> body)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return new(no);
        int from = int.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out int place) ? place : 0;
        T[] some = [.. all.Skip(from).Take(page.Most)];
        return request.ListAsync(
            some,
            from + some.Length < all.Count ? (from + some.Length).ToString(CultureInfo.InvariantCulture) : null,
            _ => request.Id,
            item => new ValueTask<ArmBody>(body(item))
        );
    }

    /// <summary>Routes of all sessions of a peering, from the routers that this node drives.</summary>
    private async IAsyncEnumerable<(string Router, RouteReport Route)> RoutesAsync(
        Peering peering,
        RouteStage stage,
        IpPrefix? within,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation,
        RouteDirection direction = RouteDirection.Received
    )
    {
        foreach (Connection connection in peering.Connections)
            if (connection.State.HasSession && connection.PlaceIn(desk.Topology) is { } place)
                foreach (ExchangeRouter router in place.Routers)
                foreach ((IpFamily family, PeerFamily peer) in connection.Families)
                    if (router.Address(family) is not null && routers.Reader(router.Router.Name) is { } reader)
                        await foreach (
                            RouteReport route in reader.RoutesAsync(
                                new RouteQuestion(
                                    place.Instance,
                                    Connection.SessionOf(peering.PeerAsn, peer),
                                    direction,
                                    stage,
                                    Prefix: within,
                                    Limit: MostRoutes
                                ),
                                cancellation
                            )
                        )
                            yield return (router.Router.Name, route);
    }

    private static Asn? OriginOf(RouteReport route) =>
        route.AsPath.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var last] && Asn.TryParse(last, out Asn asn) ? asn : null;

    private async ValueTask<ArmResult> ExplainAsync(ArmRequest request, Peering peering)
    {
        var known = new Dictionary<string, IReadOnlyList<KnownSession>>();
        foreach (Connection connection in peering.Connections)
            known[connection.Identifier] = await sessions.OfAsync(peering, connection, request.Aborted);
        PeeringExplanation explained = PeeringFindings.Explain(
            peering,
            desk.Topology,
            identifier => [.. known[identifier].Select(k => (k.Router, k.Report))]
        );
        return ArmResult.Of(
            new ExplainBody(
                explained.Usable,
                explained.Summary,
                explained.ActsNext,
                explained.Since,
                [
                    .. explained
                        .Findings.Concat(BothWays(peering))
                        .Concat(explained.ActsNext is null ? [] : explaining.Usually(Peering.ResourceType, peering.StateName))
                        .Concat((await explaining.OpenTicketsAsync(peering.Id, request.Aborted)).Select(TicketFindings.Of))
                        .Select(Explaining.Body),
                ],
                await explaining.LatestAsync(peering.Id, request.Aborted)
            ),
            CircuitsContract.Default.ExplainBody
        );
    }

    /// <summary>What comes over a circuit as well as over one of the peering's sessions.</summary>
    private IEnumerable<Finding> BothWays(Peering peering) =>
        asymmetries
            .Now.Where(a => a["internetPath"].Split(' ')[0] == $"AS{peering.PeerAsn}" && peering.Connections.Any(c => c.IsAt(a["seenAt"])))
            .Select(a => a.Found);

    private static string FamilyName(IpFamily family) => family == IpFamily.V4 ? "IPv4" : "IPv6";
}
