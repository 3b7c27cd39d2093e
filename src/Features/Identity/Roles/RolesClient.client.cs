using Causeway.Contracts.Identity;

namespace Causeway.Client.Identity;

/// <summary>Roles on scopes. A scope is a resource's id; empty is the whole installation.</summary>
public sealed class RolesClient(ArmClient arm)
    : ResourceClient<RoleAssignmentBody>(arm, ApiVersion, IdentityContract.Default.RoleAssignmentBody)
{
    public const string ApiVersion = "2022-04-01";

    private const string Provider = "providers/Microsoft.Authorization";

    public Task<IReadOnlyList<Document<RoleDefinitionBody>>> DefinitionsAsync(string scope, CancellationToken cancellation) =>
        ListAsync($"{scope}/{Provider}/roleDefinitions", IdentityContract.Default.RoleDefinitionBody, cancellation);

    public Task<IReadOnlyList<Document<RoleAssignmentBody>>> AssignmentsAsync(string scope, CancellationToken cancellation) =>
        ListAsync($"{scope}/{Provider}/roleAssignments", cancellation);

    public Task<Document<RoleAssignmentBody>> AssignAsync(
        string scope,
        string roleDefinitionId,
        string principalId,
        CancellationToken cancellation
    ) =>
        PutAsync(
            $"{scope}/{Provider}/roleAssignments/{Guid.NewGuid()}",
            new RoleAssignmentBody(new RoleAssignmentProperties { RoleDefinitionId = roleDefinitionId, PrincipalId = principalId }),
            IdentityContract.Default.RoleAssignmentBody,
            wait: true,
            cancellation
        );
}

public static class RolesClientAccess
{
    extension(CausewayClient client)
    {
        public RolesClient Roles => new(client.Arm);
    }
}
