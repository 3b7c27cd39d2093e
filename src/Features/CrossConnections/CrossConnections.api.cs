using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.CrossConnections;

/// <summary><c>Microsoft.Network/expressRouteCrossConnections</c>: the provider's side of circuits.</summary>
public sealed class CrossConnections : Feature
{
    public static ArmType Type { get; } = Namespaces.Network.Type("expressRouteCrossConnections") with { GroupsAreStored = false };

    public static ArmType PeeringType { get; } = Type.Child("peerings");

    protected internal override void Define(FeatureBuilder f)
    {
        f.Types(Type, PeeringType).Endpoints<CrossConnectionEndpoints>().Endpoints<CrossPeeringEndpoints>();
        f.Services.AddSingleton<CrossConnectionDesk>().AddSingleton<IShownAs>(s => s.GetRequiredService<CrossConnectionDesk>());
    }
}

/// <summary>Routing domains as the provider sees them: <c>…/expressRouteCrossConnections/{key}/peerings/{p}</c>.</summary>
internal sealed class CrossPeeringEndpoints(
    Tracked<Circuit> circuits,
    CrossConnectionDesk cross,
    CircuitViews views,
    PeeringRoutes peerings,
    CircuitExplaining explaining
) : IEndpoints
{
    public void Map(IEndpointRouteBuilder routes)
    {
        Nested<Circuit, Peering> children = PeeringRoutes.Of(circuits, View(null), cross.FindAsync);
        peerings
            // The provider gets back the key that it sent, in the answer and nowhere else.
            .Map(routes.Arm(CrossConnections.PeeringType), children, Author.Provider, echo: View)
            .GetBelow(
                "explain",
                r => children.OneAsync(r, (c, p) => explaining.ExplainOrderAsync(r, c.Resource, p)),
                Explaining.Contract("peering")
            );
    }

    private View<Circuit, Peering> View(string? key) =>
        (r, c, p, moment) =>
            new(
                PeeringRoutes.Body(
                    views.Peering(
                        c,
                        p,
                        CrossConnectionDesk.IdOf(c.Resource),
                        CrossConnections.PeeringType,
                        moment,
                        r.ApiVersion,
                        string.IsNullOrEmpty(key) ? null : key
                    )
                )
            );
}
