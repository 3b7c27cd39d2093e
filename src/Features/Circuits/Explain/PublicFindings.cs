using Causeway.Domain.Findings;
using Causeway.Primitives;
using static Causeway.Domain.Findings.FindingLevel;

namespace Causeway.Domain.Circuits;

/// <summary>What can be found of a Microsoft or public peering: where it is on its way to the routers, and what of it is not proven.</summary>
public static class PublicFindings
{
    public static readonly FindingKind Waits = new(
        "PeeringWaits",
        "{peering} is stored and goes to the routers when the circuit is provisioned."
    );

    public static readonly FindingKind Configuring = new("PeeringConfiguring", "{peering} is being put on both routers.");

    public static readonly FindingKind TriedInVain = new(
        "PeeringConfiguring",
        "{peering} is being put on both routers; the last try failed: {problem}."
    );

    public static readonly FindingKind Conflicts = new("PeeringConflicts", "{peering} cannot be put on the routers: {problem}");

    public static readonly FindingKind Removing = new("PeeringRemoving", "{peering} is being taken off the routers.");

    public static readonly FindingKind Failed = new("PeeringFailed", "A router could not take {peering}: {problem}.");

    public static readonly FindingKind Disabled = new("PeeringDisabled", "{peering} is Disabled: set its state to Enabled.");

    public static readonly FindingKind Configured = new("PeeringConfigured", "{peering} is enabled on both routers, for what is proven.");

    public static readonly FindingKind HeldDown = new(
        "SessionsHeldDown",
        "The {family} sessions of {peering} are held down: they come up when every declared prefix is proven."
    );

    public static readonly FindingKind NothingProven = new(
        "NothingProven",
        "Nothing that {peering} declares over {family} is proven any more, and its sessions are held down: they come up with the first prefix that is."
    );

    public static readonly FindingKind Pending = new(
        "PrefixPending",
        "{prefix} of {peering} waits for the registries, which have not been read yet."
    );

    public static readonly FindingKind Unproven = new(
        "PrefixUnproven",
        "{prefix} of {peering} is not proven to belong to AS{asn}, and no route of it is accepted: {problem}"
    );

    public static readonly FindingKind Expiring = new(
        "PrefixExpiring",
        "That {prefix} of {peering} belongs to AS{asn} is proven until {until} only: {problem}"
    );

    public static readonly FindingKind Proven = new("PrefixesProven", "{count} of {all} prefixes of {peering} are proven.");

    public static readonly FindingKind NoRouteFilter = new(
        "NoRouteFilter",
        "{peering} announces no service over {family}: no route filter is attached."
    );

    /// <summary>The peering whose proof a finding is about; null when it is about something else.</summary>
    public static string? ProofOf(Finding finding) =>
        ((FindingKind[])[HeldDown, NothingProven, Unproven, Expiring]).Any(k => k.Code == finding.Code)
            ? finding.Values.FirstOrDefault(v => v.Name == "peering").Value
            : null;

    /// <summary>Whether services on public addresses are reached by it now.</summary>
    public static bool ReachesServices(Peering peering) =>
        peering is { State: PeeringState.Configured }
        && peering.Families.Any(f => f.Configured is { Enabled: true, Public.IsOpen: true } && !LacksFilter(peering.Type, f.Configured));

    /// <param name="problem">Why the routers have not followed yet, when they were tried in vain.</param>
    /// <param name="lacking">How bad it is that this peering does not work.</param>
    public static IEnumerable<Finding> Of(Circuit circuit, Peering peering, string? problem, DateTimeOffset now, FindingLevel lacking)
    {
        string name = peering.Type.ToString();
        if (StateOf(peering, name, problem, lacking) is { } state)
            yield return state;
        if (peering.State is PeeringState.Removing)
            yield break;
        foreach ((IpFamily family, PeeringFamily configured) in peering.Families)
        {
            if (configured.Public is not { } config)
                continue;
            Asn owner = config.OwnerFor(peering.PeerAsn);
            bool isOpen = config.IsOpen;
            if (configured.Enabled && !isOpen && circuit.IsOnRouters)
                yield return (config.HasOpened ? NothingProven : HeldDown).Found(
                    lacking,
                    config.State == AdvertisedState.Configuring ? "operator" : "customer",
                    config.Prefixes.Max(p => p.Standing.Since),
                    ("family", family == IpFamily.V4 ? "IPv4" : "IPv6"),
                    ("peering", name)
                );
            foreach (AdvertisedPrefix prefix in config.Prefixes)
                if (OfPrefix(prefix, name, owner, now, isOpen ? Warning : lacking) is { } finding)
                    yield return finding with
                    {
                        Evidence = $"{circuit.Id}/peerings/{name}/evidence",
                    };
            int proven = config.Prefixes.Count(p => p.Standing is PrefixStanding.Proven);
            if (proven > 0)
                yield return Proven.Found(Ok, null, null, ("count", $"{proven}"), ("all", $"{config.Prefixes.Length}"), ("peering", name));
            if (
                circuit.IsOnRouters
                && peering.State is PeeringState.Configured s
                && configured.Enabled
                && LacksFilter(peering.Type, configured)
            )
                yield return NoRouteFilter.Found(
                    Warning,
                    "customer",
                    s.Since,
                    ("peering", name),
                    ("family", family == IpFamily.V4 ? "IPv4" : "IPv6")
                );
        }
    }

    /// <summary>Public peering and legacy mode need none: they announce every service.</summary>
    private static bool LacksFilter(PeeringType type, PeeringFamily family) =>
        type == PeeringType.MicrosoftPeering && family is { Filter: null, Public: not { LegacyMode: not 0 } };

    /// <summary>Null when it is on the routers, and held down there: then what it lacks says more.</summary>
    private static Finding? StateOf(Peering peering, string name, string? problem, FindingLevel lacking) =>
        peering.State switch
        {
            PeeringState.Waiting s => Waits.Found(Info, null, s.Since, ("peering", name)),
            PeeringState.Configuring s when problem is null => Configuring.Found(lacking, null, s.Since, ("peering", name)),
            PeeringState.Configuring s => TriedInVain.Found(lacking, "operator", s.Since, ("peering", name), ("problem", problem)),
            PeeringState.Conflicting s => Conflicts.Found(lacking, "customer", s.Since, ("peering", name), ("problem", s.Problem)),
            PeeringState.Removing s => Removing.Found(Info, null, s.Since, ("peering", name)),
            PeeringState.Failed s => Failed.Found(lacking, "operator", s.Since, ("peering", name), ("problem", s.Problem)),
            { } s when peering.Families.All(f => !f.Configured.Enabled) => Disabled.Found(lacking, "customer", s.Since, ("peering", name)),
            _ when peering.Families.All(f => f.Configured is { Enabled: false } or { Public.IsOpen: false }) => null,
            _ => Configured.Found(Ok, null, peering.State.Since, ("peering", name)),
        };

    /// <summary>Null when there is nothing to do about it.</summary>
    private static Finding? OfPrefix(AdvertisedPrefix prefix, string peering, Asn owner, DateTimeOffset now, FindingLevel level) =>
        prefix.Standing switch
        {
            PrefixStanding.Pending s => Pending.Found(level, "operator", s.Since, ("prefix", prefix.Text), ("peering", peering)),
            PrefixStanding.Unproven s => Unproven.Found(
                level,
                "customer",
                s.Since,
                ("prefix", prefix.Text),
                ("peering", peering),
                ("asn", $"{owner}"),
                ("problem", s.Rejected is { } no ? $"{s.Text} Ticket {no.Ticket.Name} was rejected: {no.Reason}" : s.Text)
            ),
            PrefixStanding.Expired s => Unproven.Found(
                level,
                "customer",
                s.Since,
                ("prefix", prefix.Text),
                ("peering", peering),
                ("asn", $"{owner}"),
                ("problem", s.Text)
            ),
            PrefixStanding.Proven { Until: { } until } s when until - now <= Proving.WarnBefore => Expiring.Found(
                Warning,
                "customer",
                s.Registry?.Since ?? s.Since,
                ("prefix", prefix.Text),
                ("peering", peering),
                ("asn", $"{owner}"),
                ("until", $"{until:u}"),
                ("problem", s.EndsBecause)
            ),
            _ => null,
        };
}
