using Causeway.Contracts.Networks;

namespace Causeway.Client.Networks;

public static class VirtualNetworkGatewaysAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Virtual network gateways.</summary>
        public ResourceClient<GatewayBody> Gateways => client.Of(NetworksContract.Default.GatewayBody, ArmClient.NetworkVersion);
    }
}
