using Causeway.Api.Kit;
using Causeway.Api.Observations;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Causeway.Api.Circuits;

/// <summary>
/// Circuits, their peerings and authorizations, and the catalogue of providers. Needs the topology (<c>Func&lt;NetworkTopology&gt;</c>), the routers
/// (<c>IRouters</c>) and the secret protector; a <see cref="CircuitPolicy"/> when not the default.
/// </summary>
public sealed class Circuits : Feature
{
    public override IEnumerable<IOnTopology> OnTopology => [new CircuitsOnTopology()];

    protected internal override void Define(FeatureBuilder f)
    {
        f.Services.TryAddSingleton(new CircuitPolicy());
        f.Services.TryAddSingleton<SessionHistories>();
        f.Tracked<Circuit, CircuitWorkflow>(CircuitTypes.Circuit).Wire<CircuitWire>().ExplainsItself().Cascade<CircuitCascade>();
        f.Types(
                CircuitTypes.Peering,
                CircuitTypes.Reach,
                CircuitTypes.PeeredReach,
                CircuitTypes.Authorization,
                CircuitTypes.ServiceProvider,
                PortLoadEndpoints.Type,
                ProviderPorts.Type,
                ProofQuestions.Type,
                AsymmetryEndpoints.Type
            )
            .OnRouters<CircuitsOnRouters>()
            .Workflow<PortLoadWorkflow>()
            .BringsUp<PortLoads>()
            .Effect<RouteTables>()
            .Effect<BreakReachHandler>()
            .Endpoints<CircuitQuestions>()
            .Endpoints<PeeringEndpoints>()
            .Endpoints<LinkTestEndpoints>()
            .Endpoints<ReachEndpoints>()
            .Endpoints<ProofQuestions>()
            .Endpoints<AuthorizationEndpoints>()
            .Endpoints<ServiceProviderEndpoints>()
            .Endpoints<PortLoadEndpoints>()
            .Endpoints<ProviderPorts>()
            .Endpoints<AsymmetryEndpoints>();
        f.Services.AddSingleton<CircuitDesk>()
            .AddSingleton<CircuitViews>()
            .AddSingleton<CircuitDiagnostics>()
            .AddSingleton<LinkSessions>()
            .AddSingleton<PairUsers>()
            .AddSingleton<CircuitExplaining>()
            .AddSingleton<InternetSide>()
            .AddSingleton<Asymmetries>()
            .AddSingleton<Loop>(s => s.GetRequiredService<Asymmetries>())
            .AddSingleton<PeeringRoutes>()
            .AddSingleton<LinkSpaces>()
            .AddSingleton<ReachDesk>()
            .AddSingleton<PortDesk>()
            .AddSingleton<ProofDesk>()
            .AddSingleton<ProofLoop>()
            .AddSingleton<Loop>(s => s.GetRequiredService<ProofLoop>());
    }
}
