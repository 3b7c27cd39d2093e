using System.Net.Http.Headers;
using Causeway.Identity;
using Causeway.Identity.Roles;
using Causeway.Samples;
using Causeway.Server.Configuration;

namespace Causeway.Api.Tests.Identity;

/// <summary>A server that also trusts an issuer of the tests, so that principals can be made at will.</summary>
public sealed class IssuerApi : EveryFeature
{
    public FakeIssuer Issuer { get; } = new();

    protected override ServerSettings Configure(ServerSettings settings) =>
        base.Configure(settings) with
        {
            OidcIssuers = [new OidcIssuerOptions(Issuer.Address, FakeIssuer.Audience)],
        };

    public HttpClient ClientOf(string token)
    {
        HttpClient client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A new principal of the issuer with one role on one scope; none when <paramref name="role"/> is null.</summary>
    public async Task<HttpClient> PrincipalAsync(string name, RoleDefinition? role, string scope)
    {
        if (role is not null)
            (
                await Operator.Put(
                    $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
                    $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role.Id}}}","principalId":"{{{name}}}"}}"""
                )
            ).Is(201);
        return ClientOf(Issuer.Token(name));
    }
}
