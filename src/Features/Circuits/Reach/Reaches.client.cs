using Causeway.Contracts.Circuits;

namespace Causeway.Client.Circuits;

public static class ReachesAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Global Reach connections that a circuit asked for.</summary>
        public ResourceClient<ReachBody> Reaches => client.Of(CircuitsContract.Default.ReachBody, ArmClient.NetworkVersion);
    }
}
