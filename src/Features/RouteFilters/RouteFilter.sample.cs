using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.RouteFilters;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Testing.Workflows;
using Causeway.Workflows;

namespace Causeway.Samples.RouteFilters;

internal sealed class RouteFilterSample : Sample<RouteFilter>
{
    public const uint Exchange = (12076 << 16) | 5010;
    public const uint Crm = (12076 << 16) | 5040;
    private const uint Closed = (12076 << 16) | 5060;
    private const uint Gone = (12076 << 16) | 5999;

    public static readonly NetworkTopology Services = CircuitStates.Topology with
    {
        Services =
        [
            new("Exchange", "O365", AnnouncedService.Everywhere, Exchange, [IpPrefix.Parse("198.51.100.0/27")]),
            new("CRM Online", "Dynamics365", AnnouncedService.Everywhere, Crm, [IpPrefix.Parse("198.51.100.32/27")]),
            new(
                "Azure Active Directory",
                "O365",
                AnnouncedService.Everywhere,
                Closed,
                [IpPrefix.Parse("198.51.100.64/27")],
                [CircuitStates.Other]
            ),
        ],
    };

    public static readonly ResourceId Id = ResourceId.Of(CircuitStates.Customer, "rg", "Microsoft.Network", "routeFilters", "office");
    private static readonly ResourceId s_otherId = ResourceId.Of(
        CircuitStates.Customer,
        "rg",
        "Microsoft.Network",
        "routeFilters",
        "other"
    );
    private static readonly FilterUse s_v4 = new(PeeringType.MicrosoftPeering, IpFamily.V4);
    private static readonly FilterUse s_v6 = new(PeeringType.MicrosoftPeering, IpFamily.V6);
    private static readonly RouteFilter s_empty = new() { Id = Id, Location = "westeurope" };
    private static readonly RouteFilter s_exchange = s_empty with { Rules = [new("allow", [Exchange])] };
    private static readonly FilterUser s_user = new(CircuitStates.Id, [s_v4]);

    public override Workflow<RouteFilter> Workflow { get; } = new RouteFilterWorkflow(() => Services);

    public override IReadOnlyList<(string Name, RouteFilter? State)> States { get; } =
    [
        ("absent", null),
        ("Free, without a rule", s_empty),
        ("Free", s_exchange),
        ("Free, of a service that went", s_empty with { Rules = [new("allow", [Exchange, Gone])] }),
        ("Free, of a service that it may not use", s_empty with { Rules = [new("allow", [Closed])] }),
        ("InUse", s_exchange with { Users = [s_user] }),
        (
            "InUse by two",
            s_exchange with
            {
                Users = [s_user with { Uses = [s_v4, s_v6] }, new(CircuitStates.CircuitNamed("other"), [s_v6])],
            }
        ),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put without rules", Put(null)),
        ("Put no rules", Put([])),
        ("Put Exchange", Put([new("allow", [Exchange])])),
        ("Put CRM and Exchange", Put([new("allow", [Crm, Exchange])])),
        ("Put what went", Put([new("allow", [Exchange, Gone])])),
        ("Put what is not for it", Put([new("allow", [Closed])])),
        ("Put two rules", Put([new("allow", [Exchange]), new("more", [Crm])])),
        ("Put elsewhere", Put(null) with { Location = "northeurope" }),
        ("PutRule same", Rule("Allow", Exchange)),
        ("PutRule other communities", Rule("allow", Crm)),
        ("PutRule other name", Rule("more", Crm)),
        ("PutRule of no service", Rule("allow", Gone)),
        ("PutRule not for it", Rule("allow", Exchange, Closed)),
        ("DeleteRule", new DeleteRouteFilterRule(CircuitStates.At, "ALLOW", CircuitStates.Ticket())),
        ("DeleteRule unknown", new DeleteRouteFilterRule(CircuitStates.At, "more", CircuitStates.Ticket())),
        ("Use", Use([s_v4, s_v6], Exchange)),
        ("Use, looked at too early", Use([s_v6], Crm)),
        ("Use no more", Use([])),
        ("ReplaceTags", new ReplaceTags(CircuitStates.At, Scopes.Tagged)),
        ("Delete", new DeleteResource(CircuitStates.At, CircuitStates.Ticket())),
    ];

    public override string Describe(RouteFilter resource) => Describing(resource);

    public static string Describing(RouteFilter resource) =>
        $"{resource.StateName} {string.Join(' ', resource.Tags?.Keys ?? [])} [{string.Join("; ", resource.Rules.Select(r => $"{r.Name}: {string.Join(' ', r.Communities.Select(AnnouncedService.Text))}"))}]"
        + string.Concat(resource.Users.Select(u => $" {u.Circuit.Name}:{string.Join('+', u.Uses.Select(x => x.Family))}"));

    public override IReadOnlyList<Story> Stories => [new("a filter's life with a circuit", () => RouteFilterStories.Attached)];

    public override IReadOnlyList<StateTable> Tables => [.. base.Tables, Circuits];

    /// <summary>What circuits make of filters.</summary>
    private StateTable Circuits
    {
        get
        {
            CircuitWorkflow w = new(() => Services, new CircuitPolicy());
            AttachedFilter exchange = new(Id, [Exchange]),
                other = new(s_otherId, [Crm]);
            (string, Circuit?)[] states =
            [
                ("absent", null),
                ("without a filter", With(null, null)),
                ("with one for IPv4", With(exchange, null)),
                ("with one for both", With(exchange, exchange)),
                ("with two", With(exchange, other)),
                ("being deleted", With(exchange, exchange) with { DeletingSince = CircuitStates.At }),
            ];
            (string, Signal)[] signals =
            [
                ("ChangeFilter", new ChangeFilter(CircuitStates.At, Id, [Crm, Exchange])),
                ("ChangeFilter same", new ChangeFilter(CircuitStates.At, Id, [Exchange])),
                ("ChangeFilter to nothing", new ChangeFilter(CircuitStates.At, Id, [])),
                ("ChangeFilter of another", new ChangeFilter(CircuitStates.At, s_otherId, [Exchange])),
                ("PutPeering attaches", CircuitStates.PutPeering(Microsoft(exchange, other))),
                // What stands is better known than what was looked at.
                ("PutPeering attached, looked at late", CircuitStates.PutPeering(Microsoft(exchange with { Communities = [Crm] }, null))),
                ("PutPeering detaches", CircuitStates.PutPeering(Microsoft(null, null))),
                (
                    "DeletePeering",
                    new DeletePeering(CircuitStates.At, PeeringType.MicrosoftPeering, Author.Customer, CircuitStates.Ticket())
                ),
            ];
            return new(
                WorkflowTable.FileOf(w.GetType(), ".filters"),
                () => WorkflowTable.Verify(w, states, signals, Describing, Folder, ".filters"),
                SumTypes.In(states.Select(s => s.Item2)),
                [.. signals.Select(s => s.Item2.GetType())]
            );

            Circuit With(AttachedFilter? v4, AttachedFilter? v6) =>
                CircuitStates.After(
                    w,
                    [
                        CircuitStates.Put(),
                        CircuitStates.Provider(ProviderState.Provisioned),
                        CircuitStates.PutPeering(Microsoft(v4, v6)),
                        .. CircuitStates.Follow(1),
                    ]
                );

            static string Describing(Circuit circuit) =>
                CircuitStates.Describe(circuit)
                + string.Concat(
                    from peering in circuit.Peerings
                    from family in peering.Families
                    let filter = family.Configured.Filter
                    where filter is not null
                    select $", {family.Family} {filter.Id.Name} [{string.Join(' ', filter.Communities.Select(AnnouncedService.Text))}]"
                );
        }
    }

    /// <summary>A Microsoft peering as wanted.</summary>
    public static WantedPeering Microsoft(AttachedFilter? v4, AttachedFilter? v6) =>
        new(PeeringType.MicrosoftPeering)
        {
            PeerAsn = new Asn(65010),
            Vlan = new VlanId(200),
            V4 = new WantedFamily(IpPrefix.Parse("10.9.0.0/30"), IpPrefix.Parse("10.9.0.4/30"))
            {
                Filter = v4,
                Public = new WantedPublic { Prefixes = [new(IpPrefix.Parse("11.9.0.0/24"))] },
            },
            V6 = new WantedFamily(IpPrefix.Parse("fd00:9::/126"), IpPrefix.Parse("fd00:9::4/126"))
            {
                Filter = v6,
                Public = new WantedPublic { Prefixes = [new(IpPrefix.Parse("2a10:9::/48"))] },
            },
        };

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2024-01-01", Body("12076:5010")) { Changed = Body("12076:5040") });

    private static string Body(string community) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"properties":{"rules":[{"name":"allow","properties":{"access":"Allow","routeFilterRuleType":"Community",
            "communities":["{{{{community}}}}"]}}]}}
            """;

    private static PutRouteFilter Put(RouteFilterRule[]? rules) =>
        new(CircuitStates.At, Id, "westeurope", null, rules is null ? null : [.. rules], CircuitStates.Ticket());

    private static PutRouteFilterRule Rule(string name, params uint[] communities) =>
        new(CircuitStates.At, new RouteFilterRule(name, [.. communities]), CircuitStates.Ticket());

    private static UseFilter Use(FilterUse[] uses, params uint[] communities) => new(CircuitStates.At, CircuitStates.Id, uses, communities);
}
