using System.Globalization;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

public enum FindingLevel
{
    Ok,
    Info,
    Warning,
    Blocking,
}

/// <summary>Something that was looked at on the road from order to traffic.</summary>
/// <param name="Code">Stable, for scripts and translations.</param>
/// <param name="ActsNext">Who has to do something about it: customer, provider, operator; null when nobody has to.</param>
/// <param name="Message">In English; other languages say it from the code and <see cref="Values"/>.</param>
public sealed record Finding(string Code, FindingLevel Level, string Message, string? ActsNext = null, DateTimeOffset? Since = null)
{
    /// <summary>What the message names, in its order: providers, addresses, states, numbers.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>What is known of one router about a circuit's private peering.</summary>
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
        Findings.FirstOrDefault(f => f.Level == FindingLevel.Blocking)
        ?? Findings.FirstOrDefault(f => f.Level == FindingLevel.Warning)
        ?? Findings[^1];

    public bool Usable => Findings.All(f => f.Level != FindingLevel.Blocking);

    /// <param name="seen">What is known of the circuit's routers.</param>
    public static Explanation Of(Circuit circuit, NetworkTopology topology, CircuitSeen seen, DateTimeOffset now)
    {
        var findings = new List<Finding>();
        if (circuit.DeletingSince is { } deleting)
        {
            findings.Add(new("Deleting", FindingLevel.Blocking, "The circuit is being deleted.", null, deleting));
            return new Explanation(findings);
        }
        findings.Add(new("Enabled", FindingLevel.Ok, "The circuit is Enabled on our side."));
        findings.Add(ProviderSideOf(circuit));
        Peering? peering = circuit.FindPeering(PeeringType.AzurePrivatePeering);
        findings.Add(PeeringOf(circuit, peering, topology, seen.Problem));
        findings.AddRange(RoutersOf(circuit, seen));
        if (circuit.IsOnRouters && peering is { State: PeeringState.Configured })
            findings.AddRange(SessionsOf(circuit, peering, seen, now));
        findings.Add(LinksOf(circuit));
        return new Explanation(findings);
    }

    private static Finding ProviderSideOf(Circuit c) =>
        c.Provider switch
        {
            ProviderSide.Provisioned p => new(
                "Provisioned",
                FindingLevel.Ok,
                $"{c.Order.ServiceProvider} has provisioned its side at {c.Order.PeeringLocation}.",
                null,
                p.Since
            )
            {
                Values = [c.Order.ServiceProvider, c.Order.PeeringLocation],
            },
            ProviderSide.Provisioning p => new(
                "Provisioning",
                FindingLevel.Blocking,
                $"{c.Order.ServiceProvider} is provisioning its side.",
                "provider",
                p.Since
            )
            {
                Values = [c.Order.ServiceProvider],
            },
            ProviderSide.Deprovisioning p when c.Links.Length > 0 => new(
                "DeprovisioningLinked",
                FindingLevel.Blocking,
                $"{c.Order.ServiceProvider} is taking its side down, and waits until no virtual network is linked any more: delete the connections.",
                "customer",
                p.Since
            )
            {
                Values = [c.Order.ServiceProvider],
            },
            ProviderSide.Deprovisioning p => new(
                "Deprovisioning",
                FindingLevel.Blocking,
                $"{c.Order.ServiceProvider} is taking its side down.",
                "provider",
                p.Since
            )
            {
                Values = [c.Order.ServiceProvider],
            },
            { } p => new(
                "NotProvisioned",
                FindingLevel.Blocking,
                $"{c.Order.ServiceProvider} has not provisioned its side: give it the service key {c.ServiceKey:D}, then it acts.",
                "provider",
                p.Since
            )
            {
                Values = [c.Order.ServiceProvider, c.ServiceKey.ToString("D")],
            },
        };

    private static Finding PeeringOf(Circuit c, Peering? peering, NetworkTopology topology, string? problem)
    {
        switch (peering?.State)
        {
            case null:
                if (c.Provider is not ProviderSide.Provisioned)
                    return new("NoPrivatePeering", FindingLevel.Info, "Private peering is not configured; that comes after provisioning.");
                bool layer3 = topology.FindProvider(c.Order.ServiceProvider) is { Layer: ProviderLayer.Layer3 };
                return new(
                    "NoPrivatePeering",
                    FindingLevel.Blocking,
                    layer3
                        ? $"Private peering is not configured: {c.Order.ServiceProvider} works at layer 3 and configures it."
                        : "Private peering is not configured: configure AzurePrivatePeering.",
                    layer3 ? "provider" : "customer",
                    c.Provider.Since
                )
                {
                    Values = layer3 ? [c.Order.ServiceProvider] : [],
                };
            case PeeringState.Waiting s:
                return new(
                    "PeeringWaits",
                    FindingLevel.Info,
                    "Private peering is stored and goes to the routers when the circuit is provisioned.",
                    null,
                    s.Since
                );
            case PeeringState.Configuring s:
                return new(
                    "PeeringConfiguring",
                    FindingLevel.Blocking,
                    problem is null
                        ? "Private peering is being put on both routers."
                        : $"Private peering is being put on both routers; the last try failed: {problem}.",
                    problem is null ? null : "operator",
                    s.Since
                )
                {
                    Values = problem is null ? [] : [problem],
                };
            case PeeringState.Conflicting s:
                return new(
                    "PeeringConflicts",
                    FindingLevel.Blocking,
                    $"Private peering cannot be put on the routers: {s.Problem}",
                    "customer",
                    s.Since
                )
                {
                    Values = [s.Problem],
                };
            case PeeringState.Removing s:
                return new("PeeringRemoving", FindingLevel.Blocking, "Private peering is being taken off the routers.", null, s.Since);
            case PeeringState.Failed s:
                return new(
                    "PeeringFailed",
                    FindingLevel.Blocking,
                    $"A router could not take private peering: {s.Problem}.",
                    "operator",
                    s.Since
                )
                {
                    Values = [s.Problem],
                };
            default:
                return peering.Families.All(f => !f.Configured.Enabled)
                    ? new(
                        "PeeringDisabled",
                        FindingLevel.Blocking,
                        "Private peering is Disabled: set its state to Enabled.",
                        "customer",
                        peering.State.Since
                    )
                    : new("PeeringConfigured", FindingLevel.Ok, "Private peering is enabled on both routers.", null, peering.State.Since);
        }
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
                yield return new("RouterAway", FindingLevel.Warning, $"{router} does not follow: {problem}.", "operator", head.ProblemSince)
                {
                    Values = [router, problem],
                };
            if (head.Faults.FirstOrDefault(f => f.Resource.Equals(c.Id.Text, StringComparison.OrdinalIgnoreCase)) is { } fault)
                yield return new(
                    "CannotBeCompiled",
                    FindingLevel.Warning,
                    $"{router} keeps what it had of the circuit: {fault.Says}.",
                    "operator"
                )
                {
                    Values = [router, fault.Says],
                };
        }
    }

    private static IEnumerable<Finding> SessionsOf(Circuit c, Peering peering, CircuitSeen seen, DateTimeOffset now)
    {
        var sessions = (
            from family in peering.Families
            where family.Configured.Enabled
            from side in Sides.Both
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
        FindingLevel unlessUp = anyUp ? FindingLevel.Warning : FindingLevel.Blocking;
        foreach ((string side, string router, string neighbor, SessionReport? session, TimeSpan age) in sessions)
        {
            if (session is null)
                yield return new(
                    "SessionUnknown",
                    unlessUp,
                    $"The {side} session to {neighbor} has not been read from {router} yet.",
                    "operator"
                )
                {
                    Values = [side, neighbor, router],
                };
            else if (age > CircuitSeen.Fresh)
            {
                string seconds = Math.Round(age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                yield return new(
                    "SessionStale",
                    unlessUp,
                    $"The {side} session to {neighbor} was {session.State} when {router} was last read, {seconds} s ago: what it is now is not known.",
                    "operator",
                    session.Since
                )
                {
                    Values = [side, neighbor, session.State, router, seconds],
                };
            }
            else if (session.Code == SessionReport.NoLink)
                yield return new(
                    "NoLink",
                    unlessUp,
                    $"The {side} session to {neighbor} has no link: {router} lives in a machine's own address space, and connects inside its link space only. It stays down.",
                    "operator",
                    session.Since
                )
                {
                    Values = [side, neighbor, router],
                };
            else if (!session.IsEstablished)
                yield return new(
                    "SessionDown",
                    unlessUp,
                    $"The {side} session to {neighbor} (AS{session.PeerAsn}) is {session.State}{(session.LastProblem is null ? "" : $"; last: {session.LastProblem}")}: check the router at {neighbor}, its AS number, VLAN and MD5 key.",
                    "customer",
                    session.Since
                )
                {
                    Values = session.LastProblem is null
                        ? [side, neighbor, $"{session.PeerAsn}", $"{session.State}"]
                        : [side, neighbor, $"{session.PeerAsn}", $"{session.State}", session.LastProblem],
                };
            else
                foreach (Finding finding in RoutesOf(side, neighbor, session))
                    yield return finding;
        }
    }

    private static IEnumerable<Finding> RoutesOf(string side, string neighbor, SessionReport session)
    {
        if (session.Accepted > 0)
            yield return new(
                "SessionEstablished",
                FindingLevel.Ok,
                $"The {side} session to {neighbor} is Established, {session.Accepted} routes accepted, {session.Announced} announced.",
                null,
                session.Since
            )
            {
                Values = [side, neighbor, $"{session.Accepted}", $"{session.Announced}"],
            };
        else if (session.Received == 0 && session.EndOfRib == false)
            yield return new(
                "RoutesComing",
                FindingLevel.Info,
                $"The {side} session to {neighbor} is Established; the peer has not said yet that it has sent all its routes.",
                null,
                session.Since
            )
            {
                Values = [side, neighbor],
            };
        else
            yield return new(
                "NoRoutes",
                FindingLevel.Warning,
                session.Received == 0
                    ? $"The {side} session to {neighbor} is Established, but no route comes over it."
                    : $"The {side} session to {neighbor} is Established, but all {session.Received} routes were refused.",
                "customer",
                session.Since
            )
            {
                Values = session.Received == 0 ? [side, neighbor] : [side, neighbor, $"{session.Received}"],
            };
        if (session.Refused.Count > 0)
        {
            string reasons = string.Join(", ", session.Refused.Select(r => $"{r.Routes} {r.Name} ({r.Reason})"));
            string routes = session.Refused.Sum(r => r.Routes).ToString(CultureInfo.InvariantCulture);
            yield return new(
                "RoutesRefused",
                FindingLevel.Warning,
                $"Of what comes over the {side} session to {neighbor}, {routes} routes are refused: {reasons}. docs/reasons.md says what each reason means.",
                "customer"
            )
            {
                Values = [side, neighbor, routes, reasons],
            };
        }
    }

    private static Finding LinksOf(Circuit c) =>
        c.Links.Length == 0
            ? new(
                "NoNetworks",
                c.Provider is ProviderSide.Provisioned ? FindingLevel.Warning : FindingLevel.Info,
                "No virtual network is linked: create a connection from a network's gateway to the circuit.",
                "customer"
            )
            : new(
                "Networks",
                FindingLevel.Ok,
                $"{c.Links.Length} virtual network{(c.Links.Length == 1 ? " is" : "s are")} linked.",
                null,
                c.Links.Max(l => l.Since)
            )
            {
                Values = c.Links.Length == 1 ? [] : [$"{c.Links.Length}"],
            };
}
