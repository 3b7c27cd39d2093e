using Causeway.Contracts.Networks;

namespace Causeway.Client.Networks;

public static class ConnectionsAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Connections of a network to a circuit.</summary>
        public ResourceClient<ConnectionBody> Connections => client.Of(NetworksContract.Default.ConnectionBody, ArmClient.NetworkVersion);
    }
}
