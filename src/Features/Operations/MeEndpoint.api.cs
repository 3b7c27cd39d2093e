using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Identity.Directory;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Operations;

/// <summary>
/// <c>GET /providers/Causeway.Operations/me</c>: who the caller is here, and which roles they have. Of roles above what they may read nobody else would tell them, and of
/// a foreign issuer's token nothing in it says under which object id the server knows its bearer.
/// </summary>
public sealed class MeEndpoint(IAuthorizer authorizer, Applications applications) : IEndpoints
{
    public static ArmType Type { get; } = Namespaces.Operations.Type("me") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                AnyCaller = true,
                Contract = new ArmContract("Get", "Says who the caller is, and which roles they have where.")
                {
                    Answer = () => MeContract.Default.MeBody,
                },
            },
            ReadAsync
        );

    private async ValueTask<ArmResult> ReadAsync(ArmRequest request)
    {
        Principal caller = request.Caller;
        return ArmResult.Of(
            new MeBody(
                caller.ObjectId,
                (await applications.FindAsync(caller.ClientId, request.Aborted))?.Name ?? caller.ClientId,
                caller.TenantId,
                [
                    .. (await authorizer.RolesAsync(caller, request.Aborted))
                        .Select(r => new HeldRoleBody(r.Role, r.Scope?.Text ?? "/"))
                        .OrderBy(r => r.Scope, StringComparer.OrdinalIgnoreCase)
                        .ThenBy(r => r.RoleName, StringComparer.Ordinal),
                ]
            ),
            MeContract.Default.MeBody
        );
    }
}
