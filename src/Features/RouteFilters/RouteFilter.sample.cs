using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.RouteFilters;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Workflows;

namespace Causeway.Samples.RouteFilters;

internal sealed class RouteFilterSample : Sample<RouteFilter>
{
    private const uint Exchange = (12076 << 16) | 5010;
    private const uint Crm = (12076 << 16) | 5040;
    private const uint Closed = (12076 << 16) | 5060;
    private const uint Gone = (12076 << 16) | 5999;

    private static readonly NetworkTopology s_topology = CircuitStates.Topology with
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

    private static readonly ResourceId s_id = ResourceId.Of(CircuitStates.Customer, "rg", "Microsoft.Network", "routeFilters", "office");
    private static readonly FilterUse s_v4 = new(PeeringType.MicrosoftPeering, IpFamily.V4);
    private static readonly FilterUse s_v6 = new(PeeringType.MicrosoftPeering, IpFamily.V6);
    private static readonly RouteFilter s_empty = new() { Id = s_id, Location = "westeurope" };
    private static readonly RouteFilter s_exchange = s_empty with { Rules = [new("allow", [Exchange])] };
    private static readonly FilterUser s_user = new(CircuitStates.Id, [s_v4]);

    public override Workflow<RouteFilter> Workflow { get; } = new RouteFilterWorkflow(() => s_topology);

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

    public override string Describe(RouteFilter resource) =>
        $"{resource.StateName} {string.Join(' ', resource.Tags.Keys)} [{string.Join("; ", resource.Rules.Select(r => $"{r.Name}: {string.Join(' ', r.Communities.Select(AnnouncedService.Text))}"))}]"
        + string.Concat(resource.Users.Select(u => $" {u.Circuit.Name}:{string.Join('+', u.Uses.Select(x => x.Family))}"));

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2024-01-01", Body("12076:5010")) { Changed = Body("12076:5040") });

    private static string Body(string community) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"properties":{"rules":[{"name":"allow","properties":{"access":"Allow","routeFilterRuleType":"Community",
            "communities":["{{{{community}}}}"]}}]}}
            """;

    private static PutRouteFilter Put(RouteFilterRule[]? rules) =>
        new(CircuitStates.At, s_id, "westeurope", Scopes.NoTags, rules is null ? null : [.. rules], CircuitStates.Ticket());

    private static PutRouteFilterRule Rule(string name, params uint[] communities) =>
        new(CircuitStates.At, new RouteFilterRule(name, [.. communities]), CircuitStates.Ticket());

    private static UseFilter Use(FilterUse[] uses, params uint[] communities) => new(CircuitStates.At, CircuitStates.Id, uses, communities);
}
