using Causeway.Client.Circuits;
using Causeway.Client.CrossConnections;
using Causeway.Client.Operations;
using Causeway.Client.Resources;
using Causeway.Client.Usage;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;

namespace Causeway.Client;

/// <summary>The typed client of the API, by feature. Everything goes through one <see cref="ArmClient"/>.</summary>
public sealed class CausewayClient(ArmClient arm) : IDisposable
{
    /// <param name="principal">Which of the file's principals to be.</param>
    /// <exception cref="ClientException">The file names no such principal, or the CA file cannot be read.</exception>
    public CausewayClient(AccessFile access, string principal, TimeProvider time)
        : this(new ArmClient(access, principal, time)) { }

    /// <summary>For what the features do not offer.</summary>
    public ArmClient Arm => arm;

    public CircuitsClient Circuits { get; } = new(arm);

    public PeeringsClient Peerings { get; } = new(arm);

    public ResourceClient<AuthorizationBody> Authorizations { get; } =
        new(arm, ArmClient.NetworkVersion, CircuitsContract.Default.AuthorizationBody);

    public CrossConnectionsClient CrossConnections { get; } = new(arm);

    public ResourceClient<ServiceProviderBody> Providers { get; } =
        new(arm, ArmClient.NetworkVersion, CircuitsContract.Default.ServiceProviderBody);

    public ResourceClient<VirtualNetworkBody> VirtualNetworks { get; } =
        new(arm, ArmClient.NetworkVersion, NetworksContract.Default.VirtualNetworkBody);

    public ResourceClient<GatewayBody> Gateways { get; } = new(arm, ArmClient.NetworkVersion, NetworksContract.Default.GatewayBody);

    public ResourceClient<ConnectionBody> Connections { get; } =
        new(arm, ArmClient.NetworkVersion, NetworksContract.Default.ConnectionBody);

    public ResourceClient<GroupBody> Groups { get; } = new(arm, ArmClient.ResourcesVersion, ResourcesContract.Default.GroupBody);

    public SubscriptionsClient Subscriptions { get; } = new(arm);

    public PrincipalsClient Principals { get; } = new(arm);

    public RolesClient Roles { get; } = new(arm);

    public OperationsClient Operations { get; } = new(arm);

    public TopologyClient Topology { get; } = new(arm);

    public UsageClient Usage { get; } = new(arm);

    public void Dispose() => arm.Dispose();
}
