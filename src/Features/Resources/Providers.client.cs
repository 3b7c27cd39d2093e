using Causeway.Contracts.Resources;

namespace Causeway.Client.Resources;

public static class ProvidersAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Which types there are, and in which versions.</summary>
        public ResourceClient<ProviderBody> Providers => client.Of(ResourcesContract.Default.ProviderBody, ArmClient.ResourcesVersion);
    }
}
