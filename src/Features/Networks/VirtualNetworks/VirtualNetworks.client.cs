using Causeway.Contracts.Networks;

namespace Causeway.Client.Networks;

public static class VirtualNetworksAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Virtual networks.</summary>
        public ResourceClient<VirtualNetworkBody> VirtualNetworks =>
            client.Of(NetworksContract.Default.VirtualNetworkBody, ArmClient.NetworkVersion);
    }
}
