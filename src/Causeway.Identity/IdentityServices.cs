using Causeway.Arm;
using Causeway.Hosting;
using Causeway.Identity.Directory;
using Causeway.Identity.Endpoints;
using Causeway.Identity.Principals;
using Causeway.Identity.Roles;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tokens;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Identity;

public static class IdentityServices
{
    /// <summary>Adds tokens, roles and the secret protector. Needs the engine and the server's <see cref="OwnAddresses"/>.</summary>
    public static IServiceCollection AddIdentity(
        this IServiceCollection services,
        Func<IdentityState> state,
        Applications applications,
        ISecretProtector secrets,
        IdentityOptions options
    ) =>
        services
            .AddSingleton(options)
            .AddSingleton(_ => state())
            .AddSingleton(_ => state().Installation)
            .AddSingleton(applications)
            .AddSingleton(_ => state().SigningKeys)
            .AddSingleton<Loop, SigningKeyLoop>()
            .AddSingleton(secrets)
            .AddSingleton<TokenIssuer>()
            .AddSingleton<OidcIssuers>()
            .AddSingleton<IAuthenticator, TokenAuthenticator>()
            .AddSingleton<FailedSignIns>()
            .AddSingleton<ClientAssertions>()
            .AddSingleton<PrincipalIds>()
            .AddSingleton<TokenEndpoint>()
            .AddSingleton<PrincipalWorkflow>()
            .AddSingleton<IWorkflow>(s => s.GetRequiredService<PrincipalWorkflow>())
            .AddSingleton<PrincipalEndpoints>()
            .AddSingleton<RoleAssignmentWorkflow>()
            .AddSingleton<IWorkflow>(s => s.GetRequiredService<RoleAssignmentWorkflow>())
            .AddSingleton<IGoesWithPrincipal>(s => s.GetRequiredService<RoleAssignmentWorkflow>())
            .AddSingleton<IAuthorizer, Authorizer>()
            .AddSingleton<RoleEndpoints>()
            .AddArmTypes(RoleEndpoints.Assignments, RoleEndpoints.Definitions, PrincipalEndpoints.Type);

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        IServiceProvider services = routes.ServiceProvider;
        DiscoveryEndpoints.Map(routes, services.GetRequiredService<ArmHost>(), services.GetRequiredService<SigningKeys>());
        services.GetRequiredService<TokenEndpoint>().Map(routes);
        services.GetRequiredService<RoleEndpoints>().Map(routes);
        services.GetRequiredService<PrincipalEndpoints>().Map(routes);
    }
}
