using System.Collections.Immutable;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.RouteFilters;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.RouteFilters;

/// <summary>A filter and a circuit that uses it. However their story goes, both documents agree at the end.</summary>
internal static class RouteFilterStories
{
    private static readonly CircuitWorkflow s_circuits = new(() => RouteFilterSample.Services, new CircuitPolicy());
    private static readonly RouteFilterWorkflow s_filters = new(() => RouteFilterSample.Services);

    /// <summary>Attached to both families, changed, detached from one, and let go with the peering.</summary>
    public static WorkflowStory Attached =>
        new()
        {
            Workflows = [s_circuits, s_filters, new PortLoadWorkflow(() => RouteFilterSample.Services)],
            Handlers = (_, _) => [],
            Meanwhile = FollowAsync,
            Requests =
            [
                (engine, _) => SendAsync(engine, Put()),
                (engine, _) => SendAsync(engine, Provider(ProviderState.Provisioned)),
                (engine, _) => FilterAsync(engine, RouteFilterSample.Exchange),
                (engine, _) => PeerAsync(engine, v4: true, v6: true),
                (engine, _) => FilterAsync(engine, RouteFilterSample.Exchange, RouteFilterSample.Crm),
                (engine, _) => PeerAsync(engine, v4: true, v6: false),
            ],
            End = async store =>
            {
                Circuit circuit = s_circuits.Read((await store.GetAsync(Id, default))!).Resource;
                RouteFilter filter = s_filters.Read((await store.GetAsync(RouteFilterSample.Id, default))!).Resource;
                Peering peering = circuit.FindPeering(PeeringType.MicrosoftPeering)!;
                Assert.Equal(filter.Communities, peering.V4!.Filter!.Communities);
                Assert.Null(peering.V6!.Filter);
                Assert.Equal(
                    [new FilterUse(PeeringType.MicrosoftPeering, IpFamily.V4)],
                    Assert.Single(filter.Users, u => u.Circuit == circuit.Id).Uses
                );
                return RouteFilterSample.Describing(filter);
            },
        };

    /// <summary>As the API does it: looked at per try.</summary>
    private static async Task PeerAsync(Engine engine, bool v4, bool v6)
    {
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    Id,
                    Circuit.ResourceType,
                    async (_, cancellation) =>
                    {
                        RouteFilter filter = (await engine.ReadAsync(s_filters, RouteFilterSample.Id, cancellation))!.Resource;
                        var attached = new AttachedFilter(filter.Id, filter.Communities);
                        return PutPeering(RouteFilterSample.Microsoft(v4 ? attached : null, v6 ? attached : null));
                    }
                ),
            ],
            Scopes.Me,
            CancellationToken.None
        );
        Assert.True(outcome is SendOutcome.Delivered, $"{outcome}");
    }

    private static Task FilterAsync(Engine engine, params uint[] communities) =>
        Scopes.SendAsync(
            engine,
            RouteFilterSample.Id,
            RouteFilter.ResourceType,
            new PutRouteFilter(At, RouteFilterSample.Id, "westeurope", Scopes.NoTags, [new("allow", [.. communities])], Ticket(4))
        );

    private static Task SendAsync(Engine engine, Signal signal) => Scopes.SendAsync(engine, Id, Circuit.ResourceType, signal);

    /// <summary>The routers follow whatever is asked of them.</summary>
    private static async Task<bool> FollowAsync(Engine engine, TimeProvider time)
    {
        bool any = false;
        foreach (Side side in Sides.Both)
            if (
                (await engine.ReadAsync(s_circuits, Id, CancellationToken.None))?.Resource is { Edge: { } edge } circuit
                && circuit.On(side).Applied < circuit.Generation
            )
            {
                var followed = new RoutersConfigured(
                    time.GetUtcNow(),
                    side,
                    edge.RouterOf(side),
                    circuit.Generation,
                    ImmutableSortedDictionary<string, string>.Empty
                );
                await engine.SendAsync(Id, Circuit.ResourceType, followed, SendContext.Causeway, CancellationToken.None);
                any = true;
            }
        return any;
    }
}
