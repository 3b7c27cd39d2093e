using Causeway.Arm;
using Causeway.Identity.Roles;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Identity;

/// <summary>Every route times every role, over HTTP. What a role may do is written here a second time, in other words.</summary>
public sealed class PermissionMatrixTests(IssuerApi api) : IClassFixture<IssuerApi>
{
    private static readonly (string Name, RoleDefinition? Role, Func<string, bool> May)[] s_roles =
    [
        ("nobody", null, _ => false),
        ("reader", BuiltInRoles.Reader, a => !IsOperators(a) && IsRead(a)),
        ("owner", BuiltInRoles.Owner, a => !IsOperators(a)),
        ("contributor", BuiltInRoles.Contributor, a => !IsOperators(a) && (IsRead(a) || !Of(a, "Microsoft.Authorization") || IsAction(a))),
        (
            "provider",
            BuiltInRoles.ConnectivityProvider,
            a =>
                Of(a, "Microsoft.Network/expressRouteCrossConnections")
                || Of(a, "Microsoft.Support")
                || (
                    IsRead(a)
                    && !IsOperators(a)
                    && (
                        Of(a, "Microsoft.Network")
                        || Of(a, "Microsoft.Resources")
                        || Of(a, "Microsoft.Authorization")
                        || Of(a, "Microsoft.Causeway")
                    )
                )
        ),
        (
            "peering",
            BuiltInRoles.PeeringOperator,
            a =>
                (!IsOperators(a) && (IsRead(a) || Of(a, "Microsoft.Peering")))
                || Of(a, "Microsoft.Causeway/operator/peerings")
                || Of(a, "Microsoft.Causeway/operator/peerAsns")
                || Of(a, "Microsoft.Causeway/operator/requests")
                || Of(a, "Microsoft.Causeway/operator/supportTickets")
                || Of(a, "Microsoft.Support/supportTickets/communications")
        ),
        ("operator", BuiltInRoles.Operator, _ => true),
        // The one who runs the installation has the role on the tenant, not on a subscription.
        (Everywhere, BuiltInRoles.Operator, _ => true),
    ];

    private const string Everywhere = "operator-everywhere";

    private static bool IsRead(string action) => action.EndsWith("/read", StringComparison.OrdinalIgnoreCase);

    private static bool IsAction(string action) => action.EndsWith("/action", StringComparison.OrdinalIgnoreCase);

    private static bool IsOperators(string action) => Of(action, "Microsoft.Causeway/operator");

    private static bool Of(string action, string of) => action.StartsWith(of + "/", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<RouteEndpoint> Endpoints =>
        api.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void Every_endpoint_declares_a_permission_or_says_why_it_is_open()
    {
        Assert.True(Endpoints.Count() > 50);
        string[] undeclared =
        [
            .. Endpoints
                .Where(e => e.Metadata.GetMetadata<ArmEndpoint>() is null && e.Metadata.GetMetadata<OpenEndpoint>() is null)
                .Select(e => e.DisplayName!),
        ];
        Assert.Empty(undeclared);
        string[] open =
        [
            .. Endpoints
                .Where(e => e.Metadata.GetMetadata<OpenEndpoint>() is not null)
                .Select(e => e.RoutePattern.RawText!)
                .Where(p => p.Contains("subscriptions", StringComparison.OrdinalIgnoreCase)),
        ];
        Assert.Empty(open);
    }

    [Fact]
    public async Task Every_route_answers_every_role_as_the_role_says()
    {
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        (await api.Customer.Put($"{subscription}/resourceGroups/matrix?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        var problems = new List<string>();
        int asked = 0;
        foreach ((string name, RoleDefinition? role, Func<string, bool> may) in s_roles)
        {
            using HttpClient client = await api.PrincipalAsync($"matrix-{name}", role, name == Everywhere ? "" : subscription);
            foreach (RouteEndpoint route in Endpoints)
            {
                if (route.Metadata.GetMetadata<ArmEndpoint>() is not { } declared)
                    continue;
                string path = Path(route.RoutePattern, declared);
                Answer answer = await client.Call(
                    new HttpMethod(declared.Method),
                    path,
                    declared.Method is "PUT" or "PATCH" or "POST" ? "{}" : null
                );
                asked++;
                // A role on a subscription says nothing about the tenant, except that its lists show what one may see.
                bool atTenant = name != Everywhere && !path.StartsWith("/subscriptions/", StringComparison.Ordinal);
                bool allowed = declared.AnyCaller || (may(declared.Action) && (!atTenant || declared.Target == ArmTarget.List));
                bool refused = answer.Code == 403 && (answer.Error == "AuthorizationFailed" || declared.Method == "HEAD");
                if (allowed == refused || answer.Code is 401 or >= 500)
                    problems.Add($"{name}: {declared.Method} {path} ({declared.Action}): {answer.Code} {answer.Text}");
            }
        }
        Assert.True(problems.Count == 0, $"{problems.Count} of {asked}:\n" + string.Join("\n", problems.Take(40)));
        Assert.True(asked > 500, $"Only {asked} requests were made.");
    }

    [Fact]
    public async Task Without_a_token_nothing_but_the_open_endpoints_answers()
    {
        foreach (RouteEndpoint route in Endpoints)
            if (route.Metadata.GetMetadata<ArmEndpoint>() is { } declared)
            {
                Answer answer = await api.Anonymous.Call(new HttpMethod(declared.Method), Path(route.RoutePattern, declared));
                Assert.True(answer.Code == 401, $"{route.DisplayName}: {answer.Code} {answer.Text}");
                Assert.Contains("authorization_uri=", answer.Header("WWW-Authenticate"));
            }
        (await api.Anonymous.Get("/no/such/path")).Is(401);
    }

    private string Path(RoutePattern pattern, ArmEndpoint endpoint)
    {
        bool extension = pattern.Parameters.Any(p => p.Name == "resource");
        IEnumerable<string> segments = pattern.PathSegments.Select(s =>
            string.Concat(
                s.Parts.Select(p =>
                    p switch
                    {
                        RoutePatternLiteralPart literal => literal.Content,
                        RoutePatternParameterPart parameter => Value(parameter.Name, extension),
                        _ => "",
                    }
                )
            )
        );
        return $"/{string.Join('/', segments)}?api-version={endpoint.Type.ApiVersions[0]}";
    }

    private string Value(string parameter, bool extension) =>
        parameter switch
        {
            "subscription" => api.CustomerSubscription,
            "group" => "matrix",
            "location" => "westeurope",
            "ns" => extension ? "Microsoft.Network" : "Microsoft.Nothing",
            "type" => "virtualNetworks",
            "childType" => "subnets",
            "operation" => Guid.Empty.ToString(),
            "name" => Guid.Empty.ToString(),
            _ => "nothing",
        };
}
