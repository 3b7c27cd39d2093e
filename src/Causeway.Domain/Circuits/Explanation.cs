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

/// <summary>Whether a circuit can be used, why not, who acts next. Computed from what is stored and what routers said; stored nowhere.</summary>
public sealed record Explanation(IReadOnlyList<Finding> Findings)
{
    /// <summary>The worst finding first met on the road: what to do now.</summary>
    public Finding Decisive =>
        Findings.FirstOrDefault(f => f.Level == FindingLevel.Blocking)
        ?? Findings.FirstOrDefault(f => f.Level == FindingLevel.Warning)
        ?? Findings[^1];

    public bool Usable => Findings.All(f => f.Level != FindingLevel.Blocking);

    /// <param name="latest">What was last read from a router.</param>
    /// <param name="problem">Why the routers have not followed yet, when they were tried in vain.</param>
    public static Explanation Of(Circuit circuit, NetworkTopology topology, Func<string, RouterObservation?> latest, string? problem)
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
        findings.Add(PeeringOf(circuit, peering, topology, problem));
        if (circuit.IsOnRouters && peering is { State: PeeringState.Configured })
            findings.AddRange(SessionsOf(circuit, peering, latest));
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

    private static IEnumerable<Finding> SessionsOf(Circuit c, Peering peering, Func<string, RouterObservation?> latest)
    {
        string instance = c.InstanceOf(peering.Type);
        var sessions = (
            from family in peering.Families
            where family.Configured.Enabled
            from side in Sides.Both
            let router = c.Edge!.RouterOf(side)
            let neighbor = family.Configured.CustomerAddress(side).ToString()
            select (
                Side: side.ToString().ToLowerInvariant(),
                Router: router,
                Neighbor: neighbor,
                Seen: latest(router)?.Sessions.FirstOrDefault(s => s.Instance == instance && s.Neighbor == neighbor)
            )
        ).ToList();
        bool anyUp = sessions.Any(s => s.Seen is { IsEstablished: true });
        foreach ((string side, string router, string neighbor, SessionObservation? seen) in sessions)
        {
            if (seen is null)
                yield return new(
                    "SessionUnknown",
                    anyUp ? FindingLevel.Warning : FindingLevel.Blocking,
                    $"The {side} session to {neighbor} has not been read from {router} yet.",
                    "operator"
                )
                {
                    Values = [side, neighbor, router],
                };
            else if (!seen.IsEstablished)
                yield return new(
                    "SessionDown",
                    anyUp ? FindingLevel.Warning : FindingLevel.Blocking,
                    $"The {side} session to {neighbor} (AS{seen.PeerAsn}) is {seen.State}{(seen.LastProblem is null ? "" : $"; last: {seen.LastProblem}")}: check the router at {neighbor}, its AS number, VLAN and MD5 key.",
                    "customer",
                    seen.Since
                )
                {
                    Values = seen.LastProblem is null
                        ? [side, neighbor, $"{seen.PeerAsn}", $"{seen.State}"]
                        : [side, neighbor, $"{seen.PeerAsn}", $"{seen.State}", seen.LastProblem],
                };
            else if (seen.PrefixesAccepted == 0)
                yield return new(
                    "NoRoutes",
                    FindingLevel.Warning,
                    seen.PrefixesReceived == 0
                        ? $"The {side} session to {neighbor} is Established, but no route comes over it."
                        : $"The {side} session to {neighbor} is Established, but all {seen.PrefixesReceived} routes were refused.",
                    "customer",
                    seen.Since
                )
                {
                    Values = seen.PrefixesReceived == 0 ? [side, neighbor] : [side, neighbor, $"{seen.PrefixesReceived}"],
                };
            else
                yield return new(
                    "SessionEstablished",
                    FindingLevel.Ok,
                    $"The {side} session to {neighbor} is Established, {seen.PrefixesAccepted} routes accepted, {seen.PrefixesAnnounced} announced.",
                    null,
                    seen.Since
                )
                {
                    Values = [side, neighbor, $"{seen.PrefixesAccepted}", $"{seen.PrefixesAnnounced}"],
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
