using Causeway.Api.Kit;
using Causeway.Api.Observations;
using Causeway.Arm;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// <c>Microsoft.Peering</c>: peers' ASNs, and peerings with them at exchanges. Needs the topology, the routers, the registries' filters and directory, and the secret
/// protector; a <see cref="PeeringPolicy"/> when not the default.
/// </summary>
public sealed class InternetPeerings : Feature
{
    public override IEnumerable<IOnTopology> OnTopology => [new InternetPeeringsOnTopology()];

    protected internal override void Define(FeatureBuilder f)
    {
        f.Services.TryAddSingleton(new PeeringPolicy());
        f.Services.TryAddSingleton<SessionHistories>();
        f.Services.TryAddSingleton(new PeeringApiPolicy());
        f.Types(InternetPeeringTypes.PeerAsn).Workflow<PeerAsnWorkflow>().Endpoints<PeerAsnEndpoints>();
        f.Tracked<Peering, PeeringWorkflow>(InternetPeeringTypes.Peering)
            .Wire<PeeringWire>()
            .CreatedSince(PeeringWire.Grown)
            .ExplainsItself()
            .Cascade<PeeringCascade>();
        f.Workflow<HeldBackPeerWorkflow>();
        f.Workflow<LegacyPeerWorkflow>().OnRouters<LegacyOnRouters>();
        f.OnRouters<PeeringsOnRouters>().Endpoints<PeeringEndpoints>();
        f.Types(PeeringCatalogue.All)
            .Endpoints<PeeringLocationEndpoints>()
            .Endpoints<LegacyPeeringEndpoints>()
            .Endpoints<PeeringServiceOfferEndpoints>()
            .Endpoints<LookingGlassEndpoints>();
        f.Types(RegisteredEndpoints.Prefix, RegisteredEndpoints.ByAsn).Endpoints<RegisteredEndpoints>();
        f.Tracked<PeeringService, PeeringServiceWorkflow>(PeeringServiceEndpoints.Service).Wire<PeeringServiceWire>();
        f.Types(PeeringServiceEndpoints.Prefix, PeeringServiceEndpoints.Test, PeeringServiceEndpoints.Initialize)
            .Endpoints<PeeringServiceEndpoints>();
        f.Services.AddSingleton<ServicePrefixLoop>().AddSingleton<Loop>(s => s.GetRequiredService<ServicePrefixLoop>());
        f.Services.AddSingleton<PrefixHearings>()
            .AddSingleton<RegistrationLoop>()
            .AddSingleton<Loop>(s => s.GetRequiredService<RegistrationLoop>());
        f.Services.AddSingleton<NetworkCallers>().AddSingleton<SessionBook>().AddSingleton<SessionRequests>();
        f.Endpoints<PeeringApi>();
        f.Effect<MailHandler>().Effect<WebhookHandler>();
        f.Types(RequestEndpoints.Type).Endpoints<RequestEndpoints>();
        f.Types(PolicyEndpoints.Type).Endpoints<PolicyEndpoints>();
        f.Services.AddSingleton<PeeringDesk>()
            .AddSingleton<DirectConnections>()
            .AddSingleton<PeeringSessions>()
            .AddSingleton<LegacySessions>()
            .AddSingleton<PeeringLoop>()
            .AddSingleton<Loop>(s => s.GetRequiredService<PeeringLoop>());
    }
}

/// <summary>The resource types of <c>Microsoft.Peering</c>.</summary>
public static class InternetPeeringTypes
{
    /// <summary>Lives in subscriptions, not in groups.</summary>
    public static ArmType PeerAsn { get; } = Namespaces.Peering.Type("peerAsns") with { Locations = [], SupportsTags = false };

    public static ArmType Peering { get; } = Namespaces.Peering.Type("peerings");
}
