using System.Globalization;
using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using static Causeway.Domain.Findings.FindingLevel;

namespace Causeway.Domain.Circuits;

/// <summary>What is known of one router about a peering of a circuit.</summary>
public sealed record SideSeen(Seen<InstanceReport>? Instance, Seen<RouterHead>? Head)
{
    public static readonly SideSeen Nothing = new(null, null);
}

/// <summary>What is known of both routers of a circuit.</summary>
public sealed record CircuitSeen(SideSeen Primary, SideSeen Secondary)
{
    public static readonly CircuitSeen Nothing = new(SideSeen.Nothing, SideSeen.Nothing);

    /// <summary>What was read longer ago than this is no verdict on what is so now.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);

    public SideSeen On(Side side) => side == Side.Primary ? Primary : Secondary;

    /// <summary>Why the routers have not followed yet, when they were tried in vain.</summary>
    public string? Problem => Primary.Head?.Value.Problem ?? Secondary.Head?.Value.Problem;
}

/// <summary>Whether a circuit can be used, why not, who acts next. Computed from what is stored and what routers said; stored nowhere.</summary>
public sealed record Explanation(IReadOnlyList<Finding> Findings)
{
    /// <summary>The worst finding first met on the road: what to do now.</summary>
    public Finding Decisive =>
        Findings.FirstOrDefault(f => f.Level == Blocking) ?? Findings.FirstOrDefault(f => f.Level == Warning) ?? Findings[^1];

    public bool Usable => Findings.All(f => f.Level != Blocking);

    /// <param name="seen">What is known of the circuit's routers, and of its private peering on them.</param>
    /// <param name="others">The same of its other peerings.</param>
    public static Explanation Of(
        Circuit circuit,
        NetworkTopology topology,
        CircuitSeen seen,
        DateTimeOffset now,
        IReadOnlyDictionary<PeeringType, CircuitSeen>? others = null
    )
    {
        var findings = new List<Finding>();
        if (circuit.DeletingSince is { } deleting)
        {
            findings.Add(CircuitFindings.Deleting.Found(Blocking, null, deleting));
            return new Explanation(findings);
        }
        findings.Add(CircuitFindings.Enabled.Found(Ok));
        findings.Add(ProviderSideOf(circuit));
        Peering? peering = circuit.FindPeering(PeeringType.AzurePrivatePeering);
        Peering[] open = [.. circuit.Peerings.Where(p => p.Type != PeeringType.AzurePrivatePeering)];
        // Who has another routing domain may do without this one.
        if (peering is not null || open.Length == 0)
            findings.Add(PeeringOf(circuit, peering, topology, seen.Problem));
        findings.AddRange(RoutersOf(circuit, seen));
        if (circuit.IsOnRouters && peering is { State: PeeringState.Configured })
            findings.AddRange([.. SessionsOf(circuit, peering, seen, now), .. JoinsOf(circuit, seen)]);
        List<Finding>[] domains = [.. open.Select(other => DomainOf(other, others?.GetValueOrDefault(other.Type) ?? CircuitSeen.Nothing))];
        // With private peering the circuit can be used, or with any domain that works, whatever another lacks.
        bool works = peering is not null || domains.Any(d => d.TrueForAll(f => f.Level != Blocking));
        findings.AddRange(domains.SelectMany(d => d).Select(f => works && f.Level == Blocking ? f with { Level = Warning } : f));
        if (peering is not null || open.Length == 0)
            findings.Add(LinksOf(circuit));
        if (
            findings.Any(f => f.ActsNext == "provider")
            && topology.FindProvider(circuit.Order.ServiceProvider) is { Contact: { } contact } provider
        )
            findings.Add(CircuitFindings.ProviderContact.Found(Info, null, null, ("provider", provider.Name), ("contact", contact)));
        return new Explanation(findings);

        List<Finding> DomainOf(Peering other, CircuitSeen known) =>
            [
                .. PublicFindings.Of(circuit, other, known.Problem ?? seen.Problem, now, Blocking),
                .. circuit.IsOnRouters && other is { State: PeeringState.Configured } ? SessionsOf(circuit, other, known, now) : [],
            ];
    }

    /// <summary>The same of one peering alone: whether that one can be used.</summary>
    /// <param name="seen">What is known of it on the circuit's routers.</param>
    public static Explanation OfPeering(Circuit circuit, Peering peering, NetworkTopology topology, CircuitSeen seen, DateTimeOffset now)
    {
        var findings = new List<Finding>();
        if (circuit.DeletingSince is { } deleting)
        {
            findings.Add(CircuitFindings.Deleting.Found(Blocking, null, deleting));
            return new Explanation(findings);
        }
        findings.Add(ProviderSideOf(circuit));
        if (peering.Type == PeeringType.AzurePrivatePeering)
            findings.Add(PeeringOf(circuit, peering, topology, seen.Problem));
        else
            findings.AddRange(PublicFindings.Of(circuit, peering, seen.Problem, now, Blocking));
        findings.AddRange(RoutersOf(circuit, seen));
        if (circuit.IsOnRouters && peering is { State: PeeringState.Configured })
            findings.AddRange(SessionsOf(circuit, peering, seen, now));
        if (peering.Type == PeeringType.AzurePrivatePeering)
            findings.AddRange(JoinsOf(circuit, seen));
        return new Explanation(findings);
    }

    private static Finding ProviderSideOf(Circuit c)
    {
        string provider = c.Order.ServiceProvider;
        return c.Provider switch
        {
            { } p when c.Port is { } port => CircuitFindings.OnPort.Found(
                Ok,
                null,
                p.Since,
                ("port", port.Id.Name),
                ("location", c.Order.PeeringLocation)
            ),
            ProviderSide.Provisioned p => CircuitFindings.Provisioned.Found(
                Ok,
                null,
                p.Since,
                ("provider", provider),
                ("location", c.Order.PeeringLocation)
            ),
            ProviderSide.Provisioning p => CircuitFindings.Provisioning.Found(Blocking, "provider", p.Since, ("provider", provider)),
            ProviderSide.Deprovisioning p when c.Links.Length > 0 => CircuitFindings.DeprovisioningLinked.Found(
                Blocking,
                "customer",
                p.Since,
                ("provider", provider)
            ),
            ProviderSide.Deprovisioning p => CircuitFindings.Deprovisioning.Found(Blocking, "provider", p.Since, ("provider", provider)),
            { } p => CircuitFindings.NotProvisioned.Found(
                Blocking,
                "provider",
                p.Since,
                ("provider", provider),
                ("serviceKey", c.ServiceKey.ToString("D"))
            ),
        };
    }

    private static Finding PeeringOf(Circuit c, Peering? peering, NetworkTopology topology, string? problem)
    {
        string provider = c.Order.ServiceProvider;
        return peering?.State switch
        {
            null when c.Provider is not ProviderSide.Provisioned => CircuitFindings.NoPeeringYet.Found(Info),
            null when topology.FindProvider(provider) is { Layer: ProviderLayer.Layer3 } => CircuitFindings.NoPeeringOfProvider.Found(
                Blocking,
                "provider",
                c.Provider.Since,
                ("provider", provider)
            ),
            null => CircuitFindings.NoPeeringOfCustomer.Found(
                Blocking,
                "customer",
                c.Provider.Since,
                ("peering", nameof(PeeringType.AzurePrivatePeering))
            ),
            PeeringState.Waiting s => CircuitFindings.PeeringWaits.Found(Info, null, s.Since),
            PeeringState.Configuring s when problem is null => CircuitFindings.PeeringConfiguring.Found(Blocking, null, s.Since),
            PeeringState.Configuring s => CircuitFindings.PeeringTriedInVain.Found(Blocking, "operator", s.Since, ("problem", problem)),
            PeeringState.Conflicting s => CircuitFindings.PeeringConflicts.Found(Blocking, "customer", s.Since, ("problem", s.Problem)),
            PeeringState.Removing s => CircuitFindings.PeeringRemoving.Found(Blocking, null, s.Since),
            PeeringState.Failed s => CircuitFindings.PeeringFailed.Found(Blocking, "operator", s.Since, ("problem", s.Problem)),
            { } s when peering.Families.All(f => !f.Configured.Enabled) => CircuitFindings.PeeringDisabled.Found(
                Blocking,
                "customer",
                s.Since
            ),
            { } s => CircuitFindings.PeeringConfigured.Found(Ok, null, s.Since),
        };
    }

    /// <summary>A router that does not follow, and rows that could not be compiled: the operator's matter, whatever the sessions do.</summary>
    private static IEnumerable<Finding> RoutersOf(Circuit c, CircuitSeen seen)
    {
        if (c.Edge is not { } edge)
            yield break;
        foreach (Side side in Sides.Both)
        {
            string router = edge.RouterOf(side);
            if (seen.On(side).Head is not { Value: var head })
                continue;
            if (head.Problem is { } problem)
                yield return CircuitFindings.RouterAway.Found(
                    Warning,
                    "operator",
                    head.ProblemSince,
                    ("router", router),
                    ("problem", problem)
                );
            if (head.Faults.FirstOrDefault(f => f.Resource.Equals(c.Id.Text, StringComparison.OrdinalIgnoreCase)) is { } fault)
                yield return CircuitFindings.CannotBeCompiled.Found(Warning, "operator", null, ("router", router), ("problem", fault.Says));
        }
    }

    private static IEnumerable<Finding> SessionsOf(Circuit c, Peering of, CircuitSeen seen, DateTimeOffset now)
    {
        foreach (Side side in Sides.Both)
            if (c.Test is { } test && test.Link == side)
                yield return CircuitFindings.LinkTested.Found(
                    Info,
                    null,
                    test.Started,
                    ("side", side.ToString().ToLowerInvariant()),
                    ("until", test.Until.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))
                );
            else if (c.Port?.IsUp(side) == false)
                yield return CircuitFindings.LinkDisabled.Found(
                    Sides.Both.All(s => c.Port?.IsUp(s) == false) ? Blocking : Warning,
                    "customer",
                    null,
                    ("side", side.ToString().ToLowerInvariant()),
                    ("port", c.Port.Id.Name)
                );
        string peering = of.Type.ToString();
        var sessions = (
            from family in of.Families
            where CircuitsOnRouters.IsUp(of, family.Configured)
            from side in Sides.Both
            where c.IsLinkUp(side)
            let instance = seen.On(side).Instance
            let name = CircuitsOnRouters.SessionOf(family.Family)
            select (
                Side: side.ToString().ToLowerInvariant(),
                Router: c.Edge!.RouterOf(side),
                Neighbor: family.Configured.CustomerAddress(side).ToString(),
                Seen: instance is null ? null : instance.Value.Sessions.FirstOrDefault(s => s.Name == name),
                Age: instance is null ? TimeSpan.MaxValue
                : instance.IsNow ? TimeSpan.Zero
                : now - instance.At
            )
        ).ToList();
        bool anyUp = sessions.Any(s => s.Seen is { IsEstablished: true } && s.Age <= CircuitSeen.Fresh);
        FindingLevel unlessUp = anyUp ? Warning : Blocking;
        foreach ((string side, string router, string neighbor, SessionReport? session, TimeSpan age) in sessions)
        {
            if (session is null)
                yield return CircuitFindings.SessionUnknown.Found(
                    unlessUp,
                    "operator",
                    null,
                    ("side", side),
                    ("peering", peering),
                    ("neighbor", neighbor),
                    ("router", router)
                );
            else if (age > CircuitSeen.Fresh)
                yield return CircuitFindings.SessionStale.Found(
                    unlessUp,
                    "operator",
                    session.Since,
                    ("side", side),
                    ("peering", peering),
                    ("neighbor", neighbor),
                    ("state", session.State),
                    ("router", router),
                    ("seconds", Math.Round(age.TotalSeconds).ToString(CultureInfo.InvariantCulture))
                );
            else if (session.Code == SessionReport.NoLink)
                yield return CircuitFindings.NoLink.Found(
                    unlessUp,
                    "operator",
                    session.Since,
                    ("side", side),
                    ("peering", peering),
                    ("neighbor", neighbor),
                    ("router", router)
                );
            else if (!session.IsEstablished)
                yield return DownOf(side, peering, neighbor, session, unlessUp);
            else
                foreach (Finding finding in RoutesOf(side, peering, neighbor, session))
                    yield return finding;
        }
    }

    /// <summary>
    /// The circuits that it is joined with: a join is up while a session between the routers of either side is; what is not known of it is not said.
    /// </summary>
    private static IEnumerable<Finding> JoinsOf(Circuit c, CircuitSeen seen) =>
        from reach in c.Reaches
        where reach.Stands && c.IsOnRouters
        from family in reach.Families
        let sessions = (
            from side in Sides.Both
            let instance = seen.On(side).Instance
            where instance is not null
            select instance.Value.Sessions.FirstOrDefault(s => s.Name == reach.SessionOf(family.Family))
        )
            .OfType<SessionReport>()
            .ToArray()
        where sessions.Length > 0
        let facts = ((string, string)[])[("join", reach.Name), ("other", reach.Peer.Name), ("subnet", family.Subnet.ToString())]
        select sessions.Any(s => s.IsEstablished) ? CircuitFindings.Joined.Found(Ok, null, null, facts)
        : sessions.All(s => s.Code == SessionReport.NoLink) ? CircuitFindings.JoinNoLink.Found(Warning, "operator", null, facts)
        : CircuitFindings.JoinDown.Found(Warning, "operator", null, [.. facts, ("state", sessions[0].State)]);

    private static Finding DownOf(string side, string peering, string neighbor, SessionReport session, FindingLevel level) =>
        session.LastProblem is { } problem
            ? CircuitFindings.SessionDownAfter.Found(
                level,
                "customer",
                session.Since,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor),
                ("asn", $"{session.PeerAsn}"),
                ("state", session.State),
                ("problem", problem)
            )
            : CircuitFindings.SessionDown.Found(
                level,
                "customer",
                session.Since,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor),
                ("asn", $"{session.PeerAsn}"),
                ("state", session.State)
            );

    private static IEnumerable<Finding> RoutesOf(string side, string peering, string neighbor, SessionReport session)
    {
        if (session.Accepted > 0)
            yield return CircuitFindings.SessionEstablished.Found(
                Ok,
                null,
                session.Since,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor),
                ("accepted", $"{session.Accepted}"),
                ("announced", $"{session.Announced}")
            );
        else if (session.Received == 0 && session.EndOfRib == false)
            yield return CircuitFindings.RoutesComing.Found(
                Info,
                null,
                session.Since,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor)
            );
        else if (session.Received == 0)
            yield return CircuitFindings.NoRoutes.Found(
                Warning,
                "customer",
                session.Since,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor)
            );
        else
            yield return CircuitFindings.NoRoutesTaken.Found(
                Warning,
                "customer",
                session.Since,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor),
                ("received", $"{session.Received}")
            );
        if (session.Refused.Count > 0)
            yield return CircuitFindings.RoutesRefused.Found(
                Warning,
                "customer",
                null,
                ("side", side),
                ("peering", peering),
                ("neighbor", neighbor),
                ("routes", session.Refused.Sum(r => r.Routes).ToString(CultureInfo.InvariantCulture)),
                ("reasons", string.Join(", ", session.Refused.Select(r => $"{r.Routes} {r.Name} ({r.Reason})")))
            );
    }

    private static Finding LinksOf(Circuit c) =>
        c.Links.Length switch
        {
            0 => CircuitFindings.NoNetworks.Found(c.Provider is ProviderSide.Provisioned ? Warning : Info, "customer"),
            1 => CircuitFindings.OneNetwork.Found(Ok, null, c.Links[0].Since),
            var many => CircuitFindings.Networks.Found(Ok, null, c.Links.Max(l => l.Since), ("count", $"{many}")),
        };
}
