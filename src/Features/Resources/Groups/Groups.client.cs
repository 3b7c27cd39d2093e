using Causeway.Contracts.Resources;

namespace Causeway.Client.Resources;

public static class GroupsAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Resource groups.</summary>
        public ResourceClient<GroupBody> Groups => client.Of(ResourcesContract.Default.GroupBody, ArmClient.ResourcesVersion);
    }
}
