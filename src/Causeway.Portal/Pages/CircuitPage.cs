using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Operations;
using Causeway.Language;
using Causeway.Portal.Components;
using Causeway.Portal.Pages.Acts;
using Causeway.Portal.Pages.Graphs;

namespace Causeway.Portal.Pages;

/// <summary>A circuit as its owner sees it: whether it can be used, its path, its routing domains and their sessions, what happened to it.</summary>
internal static class CircuitPage
{
    public static Page Of(Asked asked, string id)
    {
        string? side = PortalPages.SideOf(asked, Side.Customer);
        Lazy<Task<Document<CircuitBody>>> circuit = new(() => asked.Client.Circuits.GetAsync(id, asked.Cancellation));
        Lazy<Task<Document<ExplainBody>>> explained = new(() => asked.Client.Circuits.ExplainAsync(id, asked.Cancellation));
        Lazy<Task<(PeeringBody Peering, IReadOnlyList<SessionBody> Sessions)[]>> sessions = new(async () =>
            await SessionsAsync(asked, (await circuit.Value).Body)
        );
        Lazy<Task<IReadOnlyList<LinkedNetwork>?>> networks = new(() => LinkedNetwork.OfAsync(asked, id));
        Lazy<Task<IReadOnlyList<Document<JournalBody>>>> journal = new(() => asked.Client.Circuits.JournalAsync(id, asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            side,
            [
                SharePage.Explained(asked, id, async () => (await explained.Value).Body),
                new Fragment(
                    "acts",
                    [id],
                    async () =>
                        Show.Acts([.. ActsOf(asked, id, (await circuit.Value).Body)], NextOf(asked, id, (await explained.Value).Body))
                ),
                new Fragment(
                    "path",
                    [id, Watch.Type("connections")],
                    async () =>
                        Show.All(
                            Show.Heading(asked.Words["portal path"]),
                            Show.Of<CircuitPath>(
                                (nameof(CircuitPath.Words), asked.Words),
                                (nameof(CircuitPath.Circuit), (await circuit.Value).Body),
                                (nameof(CircuitPath.Sessions), RowsOf(await sessions.Value)),
                                (nameof(CircuitPath.Networks), await networks.Value)
                            )
                        )
                ),
                new Fragment(
                    "facts",
                    [id],
                    async () => Show.All(Show.Heading(asked.Words["portal facts"]), Show.Facts(FactsOf(asked, (await circuit.Value).Body)))
                ),
                Lists.Titled("peerings", asked, [id], async () => PeeringTable(asked, (await circuit.Value).Body.Properties.Peerings)),
                Lists.Titled("sessions", asked, [id], async () => SessionRow.TableOf(asked, RowsOf(await sessions.Value))),
                .. asked.Look.IsShared ? [] : Router(),
                .. Authorizations(asked, id),
                SessionGraphs.Fragment(
                    asked,
                    async days =>
                        await SessionGraphs.OfAllAsync(
                            (await circuit.Value).Body.Properties.Peerings.Select(p =>
                                asked.Client.Peerings.HistoryAsync(p.Id, days, asked.Cancellation)
                            )
                        )
                ),
                States.Fragment(
                    asked,
                    id,
                    // Those of its peerings are others.
                    async () =>
                        new JsonObject
                        {
                            ["state"] = (await circuit.Value).Body.Properties.ServiceProviderProvisioningState,
                            ["isOnPort"] = (await circuit.Value).Body.Properties.ServiceProviderProperties is null,
                        },
                    async () => [.. (await journal.Value).Select(e => (e.Body.From, e.Body.To))],
                    CanGo
                ),
                new Fragment(
                    "proof",
                    [id],
                    async () =>
                        Show.All(
                            Show.Heading(asked.Words["portal prove"]),
                            WhatIfPage.Of(
                                asked,
                                [
                                    .. (
                                        await Task.WhenAll(
                                            (await circuit.Value)
                                                .Body.Properties.Peerings.Where(p => p.Name == "MicrosoftPeering")
                                                .Select(p => asked.Client.Peerings.EvidenceAsync(p.Id, asked.Cancellation))
                                        )
                                    ).SelectMany(e => e),
                                ]
                            )
                        )
                ),
                LookingGlass.Fragment(
                    asked,
                    id,
                    LookingGlass.OfCircuit,
                    async (kind, prefix) => await LookingGlass.OfCircuitAsync(asked, (await circuit.Value).Body, kind, prefix)
                ),
                Journal.Fragment(asked, [id], async _ => [.. (await journal.Value).Select(e => Journal.Row.Of(e.Body))]),
            ]
        )
        {
            Above = PortalPages.Above(asked, side, "circuits"),
        };

        // What its owner sets up on their side, and what they have connected: nothing that is diagnosed.
        Fragment[] Router() =>
            [
                Lists.Titled(
                    "router",
                    asked,
                    [id],
                    async () => RoutingDomainPage.RouterTable(asked, (await circuit.Value).Body, await sessions.Value)
                ),
                Lists.Titled(
                    "links",
                    asked,
                    [id, Watch.Type("connections")],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["portal links"],
                            asked.Words["portal no links"],
                            await networks.Value ?? [],
                            ("name", n => Cell.Link(n.Connection.Id)),
                            ("status", n => Cell.State(n.Status)),
                            ("network", n => Cell.Link(n.Id)),
                            ("gateway", n => Cell.Link(n.Connection.Properties.VirtualNetworkGateway1.Id)),
                            ("weight", n => Cell.Number(n.Connection.Properties.RoutingWeight))
                        )
                ),
            ];
    }

    /// <summary>Whom the circuit lets in; nothing on a shared page.</summary>
    private static IEnumerable<Fragment> Authorizations(Asked asked, string id) =>
        asked.Look.IsShared
            ? []
            :
            [
                Lists.Titled(
                    "authorizations",
                    asked,
                    [id],
                    async () =>
                        Table.Of(
                            asked.Words,
                            asked.Words["column authorizations"],
                            asked.Words["portal no authorizations"],
                            await asked.Client.Authorizations.ListAsync(Ids.Authorizations(id), asked.Cancellation),
                            ("authorization", (Document<AuthorizationBody> a) => Cell.Link(a.Body.Id)),
                            ("use", a => Cell.Of(a.Body.Properties.AuthorizationUseStatus)),
                            ("usedBy", a => Cell.Of(Ids.NameOf(a.Body.Properties.ConnectionResourceUri)))
                        )
                ),
            ];

    /// <summary>What can be done with it as it is now, by this viewer.</summary>
    private static IEnumerable<(string Text, string Path)> ActsOf(Asked asked, string id, CircuitBody circuit)
    {
        (string, string) Act(string name) => (asked.Words[$"portal act {name}", circuit.Name], AllActs.PathOf(name, id));
        if (asked.Viewer.May(id))
        {
            // What is there already is changed seldom: what comes after it stands out.
            if (CircuitActs.CanBeLinked(circuit, out _))
                yield return Act("link");
            foreach (
                (string, string) act in DomainActs(asked, circuit, "AzurePrivatePeering")
                    .Concat(DomainActs(asked, circuit, "MicrosoftPeering"))
            )
                yield return act;
            yield return Act("authorize");
            if (circuit.Properties.ServiceProviderProperties is not null)
                yield return Act("resize");
        }
        yield return SharePage.Link(asked, id);
        // What ends it comes last, and only where the API would do it.
        if (asked.Viewer.May(id) && circuit.Properties.ServiceProviderProvisioningState == "NotProvisioned")
            yield return Act("delete");
    }

    /// <summary>What can be done with a routing domain of a circuit, there or not, as things stand: what is there already is changed.</summary>
    public static IEnumerable<(string Text, string Path)> DomainActs(Asked asked, CircuitBody circuit, string domain)
    {
        (string, string) Act(string text, string name) =>
            (asked.Words[$"portal act {text}", circuit.Name], AllActs.PathOf(name, circuit.Id));
        if (!asked.Viewer.May(circuit.Id))
            yield break;
        PeeringProperties? there = circuit
            .Properties.Peerings.FirstOrDefault(p => p.Name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            ?.Properties;
        bool isPublic = domain.Equals("MicrosoftPeering", StringComparison.OrdinalIgnoreCase);
        // Routing is configured once the provider has provisioned the circuit.
        if (
            circuit.Properties.ServiceProviderProvisioningState == "Provisioned"
            && (isPublic || domain.Equals("AzurePrivatePeering", StringComparison.OrdinalIgnoreCase))
        )
        {
            string name = isPublic ? "configure-public" : "configure";
            yield return Act(there is null ? name : $"re{name}", name);
        }
        if (!isPublic || there is null)
            yield break;
        yield return Act("prefixes", "prefixes");
        yield return Act("attach-filter", "attach-filter");
        if ((there.RouteFilter ?? there.Ipv6PeeringConfig?.RouteFilter) is not null)
            yield return Act("detach-filter", "detach-filter");
    }

    /// <summary>What its customer does next, where that is something that is done here; null where another acts next, or nobody.</summary>
    private static string? NextOf(Asked asked, string id, ExplainBody explained) =>
        !asked.Viewer.Owns(id) ? null
        : (explained.Findings.FirstOrDefault(f => f.Level == "blocking") ?? explained.Findings.FirstOrDefault(f => f.ActsNext is not null))
            is not { ActsNext: "customer", Code: var code }
            ? null
        : code switch
        {
            "NoPrivatePeering" or "PeeringConflicts" or "PeeringDisabled" => AllActs.PathOf("configure", id),
            "NoNetworks" => AllActs.PathOf("link", id),
            _ => null,
        };

    public static Table PeeringTable(Asked asked, IEnumerable<PeeringBody> peerings) =>
        Table.Of(
            asked.Words,
            asked.Words["portal domains"],
            asked.Words["portal no domains"],
            peerings,
            // Who has a link only has nothing to press.
            ("peering", p => asked.Look.IsShared ? Cell.Of(p.Name) : Cell.Link(p.Id, p.Name)),
            ("state", p => Cell.States(FamiliesOf(p).Select(f => f.State))),
            ("configuration", p => Cell.Stored(p.Properties.ProvisioningState)),
            ("peerAsn", p => Cell.Number(p.Properties.PeerASN)),
            ("vlan", p => Cell.Number(p.Properties.VlanId)),
            ("primarySubnet", p => Cell.Code(string.Join(", ", FamiliesOf(p).Select(f => f.Primary)))),
            ("secondarySubnet", p => Cell.Code(string.Join(", ", FamiliesOf(p).Select(f => f.Secondary)))),
            ("prefixes", p => Cell.Code(string.Join(", ", FamiliesOf(p).SelectMany(f => f.Config?.AdvertisedPublicPrefixes ?? [])))),
            ("advertised", p => ProofOf(p))
        );

    /// <summary>How what a routing domain declares is proven, in both families.</summary>
    public static Cell ProofOf(PeeringBody peering) =>
        Cell.States(FamiliesOf(peering).Select(f => f.Config?.AdvertisedPublicPrefixesState));

    /// <summary>The families that a routing domain has: on the wire IPv4 stands in it, IPv6 within.</summary>
    private static IEnumerable<(string? Primary, string? Secondary, string State, MicrosoftPeeringConfigBody? Config)> FamiliesOf(
        PeeringBody peering
    )
    {
        PeeringProperties p = peering.Properties;
        Ipv6PeeringBody? six = p.Ipv6PeeringConfig;
        if (p.PrimaryPeerAddressPrefix is not null || six is null)
            yield return (p.PrimaryPeerAddressPrefix, p.SecondaryPeerAddressPrefix, p.State, p.MicrosoftPeeringConfig);
        if (six is not null)
            yield return (six.PrimaryPeerAddressPrefix, six.SecondaryPeerAddressPrefix, six.State, six.MicrosoftPeeringConfig);
    }

    private static Facts FactsOf(Asked asked, CircuitBody circuit)
    {
        CircuitProperties p = circuit.Properties;
        return Facts.Of(
            asked.Words,
            ("circuitState", Cell.State(p.CircuitProvisioningState)),
            ("providerState", Cell.State(p.ServiceProviderProvisioningState)),
            ("serviceKey", Cell.Code(p.ServiceKey.ToString())),
            ("provider", Cell.Of(p.ServiceProviderProperties?.ServiceProviderName)),
            ("peeringLocation", Cell.Of(p.ServiceProviderProperties?.PeeringLocation)),
            ("mbps", Cell.Number(p.BandwidthInMbps)),
            ("sku", Cell.Of(circuit.Sku.Name)),
            ("region", Cell.Of(circuit.Location)),
            ("sTag", TagOf(asked, p.Stag)),
            ("providerNotes", Cell.Of(p.ServiceProviderNotes)),
            ("tags", Cell.Of(string.Join(", ", (circuit.Tags ?? new Dictionary<string, string>()).Select(t => $"{t.Key}={t.Value}")))),
            ("group", Cell.Link(circuit.Id[..circuit.Id.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase)])),
            ("subscription", Cell.Of(asked.Viewer.NameOf(CustomerLists.SubscriptionOf(circuit.Id)))),
            ("id", Cell.Code(circuit.Id))
        );
    }

    /// <summary>What its provider provisions, it takes down before the owner deletes it; a circuit on a port of its owner has no provider.</summary>
    public static bool CanGo(JsonNode circuit, StateMoveBody way) =>
        (bool)circuit["isOnPort"]! ? way is { To: "Deleting" } : way is not { From: "Provisioned", To: "Deleting" };

    /// <summary>The tag that the provider puts before each domain's; 0 until there is one.</summary>
    public static Cell TagOf(Asked asked, int? tag) => tag == 0 ? Cell.Of(asked.Words["portal no tag"]) : Cell.Number(tag);

    private static Task<(PeeringBody Peering, IReadOnlyList<SessionBody> Sessions)[]> SessionsAsync(Asked asked, CircuitBody circuit) =>
        Task.WhenAll(
            circuit.Properties.Peerings.Select(async p =>
                (
                    p,
                    (IReadOnlyList<SessionBody>)
                        [.. (await asked.Client.Peerings.SessionsAsync(p.Id, asked.Cancellation)).Select(s => s.Body)]
                )
            )
        );

    private static SessionRow[] RowsOf((PeeringBody Peering, IReadOnlyList<SessionBody> Sessions)[] sessions) =>
        [.. sessions.SelectMany(p => p.Sessions.Select(s => SessionRow.From(p.Peering.Name, s)))];

    /// <summary>A finding, as the words have it; else as the server says it. What a session is called on the wire is said in words too.</summary>
    public static string Said(Words words, FindingBody finding)
    {
        return finding is { Code: "RoutesRefused", Values: [var side, var peering, var neighbor, var routes, var reasons] }
                ? words["portal refused routes", SessionRow.LinkOf(words, side), peering, neighbor, routes, Reasons.Counted(words, reasons)]
            : words.KeyOfFinding(finding.Code, finding.ValuesByName) is { } key
                ? Ended(
                    words.Say(
                        key,
                        finding.ValuesByName!.ToDictionary(
                            v => v.Key,
                            v =>
                                IsSession(v.Key) ? Cell.Session(words, v.Value).Text
                                : v.Key == "side" ? SessionRow.LinkOf(words, v.Value)
                                : v.Value
                        )
                    )
                )
            : Ended(finding.Message);

        bool IsSession(string name) => name == "state" && finding.Code.StartsWith("Session", StringComparison.Ordinal);
    }

    /// <summary>A sentence whose last value is not for who reads it ends where that would begin.</summary>
    private static string Ended(string sentence) => sentence.TrimEnd() is [.. var all, ':'] ? $"{all}." : sentence;
}
