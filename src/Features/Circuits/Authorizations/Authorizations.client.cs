using Causeway.Contracts.Circuits;

namespace Causeway.Client.Circuits;

public static class AuthorizationsAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Authorizations of a circuit.</summary>
        public ResourceClient<AuthorizationBody> Authorizations =>
            client.Of(CircuitsContract.Default.AuthorizationBody, ArmClient.NetworkVersion);
    }
}
