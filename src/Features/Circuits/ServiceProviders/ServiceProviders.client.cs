using Causeway.Contracts.Circuits;

namespace Causeway.Client.Circuits;

public static class ServiceProvidersAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Which connectivity providers there are.</summary>
        public ResourceClient<ServiceProviderBody> ServiceProviders =>
            client.Of(CircuitsContract.Default.ServiceProviderBody, ArmClient.NetworkVersion);
    }
}
