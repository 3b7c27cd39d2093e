using System.Text.Json.Nodes;
using Causeway.Identity.Roles;

namespace Causeway.Api.Tests.Identity;

/// <summary>Role assignments as resources, and what they open.</summary>
public sealed class RoleTests(IssuerApi api) : IClassFixture<IssuerApi>
{
    private const string V = "?api-version=2022-04-01";
    private const string R = "?api-version=2021-04-01";

    [Theory]
    [InlineData("*", "Microsoft.Network/x/read", true)]
    [InlineData("*/read", "Microsoft.Network/x/read", true)]
    [InlineData("*/read", "Microsoft.Network/x/write", false)]
    [InlineData("Microsoft.Network/*/read", "microsoft.network/a/b/READ", true)]
    [InlineData("Microsoft.Network/*/read", "Microsoft.Networks/a/read", false)]
    [InlineData("Microsoft.Network/a/read", "Microsoft.Network/a/read", true)]
    [InlineData("Microsoft.Network/a/read", "Microsoft.Network/a/readx", false)]
    [InlineData("Microsoft.Network/a*", "Microsoft.Network/", false)]
    public void A_star_stands_for_anything(string pattern, string action, bool allowed) =>
        Assert.Equal(allowed, new RoleDefinition("", "", "", [pattern], []).Allows(action));

    [Fact]
    public async Task An_assignment_is_made_shown_listed_and_removed()
    {
        string scope = $"/subscriptions/{api.CustomerSubscription}";
        string path = $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}{V}";
        string body = Body(BuiltInRoles.Reader, "listed");
        using HttpClient listed = api.ClientOf(api.Issuer.Token("listed"));
        (await listed.Get($"{scope}/resourcegroups{R}")).Is(403, "AuthorizationFailed");

        Answer made = (await api.Customer.Put(path, body)).Is(201);
        Assert.Equal(scope, made.Body!["properties"]!["scope"]!.GetValue<string>());
        (await api.Customer.Put(path, body)).Is(200);
        (await api.Customer.Put(path, Body(BuiltInRoles.Owner, "listed"))).Is(409, "RoleAssignmentUpdateNotPermitted");
        (await api.Customer.Put(path.Replace("roleAssignments/", "roleAssignments/0"), body)).Is(400, "InvalidResourceName");
        (await api.Customer.Put(path[..path.LastIndexOf('/')] + $"/{Guid.NewGuid()}{V}", body)).Is(409, "RoleAssignmentExists");
        (await listed.Get($"{scope}/resourcegroups{R}")).Is(200);

        Answer list = (
            await api.Customer.Get($"{scope}/providers/Microsoft.Authorization/roleAssignments{V}&$filter=principalId eq 'listed'")
        ).Is(200);
        Assert.Single(list.Body!["value"]!.AsArray());
        (await api.Customer.Get(path)).Is(200);
        (await api.Customer.Delete(path)).Is(200);
        (await api.Customer.Delete(path)).Is(204);
        (await listed.Get($"{scope}/resourcegroups{R}")).Is(403, "AuthorizationFailed");
    }

    [Fact]
    public async Task A_role_on_one_group_shows_that_group_and_no_other()
    {
        string subscription = $"/subscriptions/{api.CustomerSubscription}";
        foreach (string group in new[] { "mine", "other" })
        {
            (await api.Customer.Put($"{subscription}/resourceGroups/{group}{R}", """{"location":"westeurope"}""")).Is(201);
            (
                await api.Customer.Put(
                    $"{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/net?api-version=2022-01-01",
                    """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}"""
                )
            ).Is(201);
        }
        using HttpClient guest = await api.PrincipalAsync("guest", BuiltInRoles.Reader, $"{subscription}/resourceGroups/mine");
        Assert.Equal(["mine"], Names(await guest.Get($"{subscription}/resourcegroups{R}")));
        Assert.Single(Names(await guest.Get($"/subscriptions{R}")));
        Answer networks = (await guest.Get($"{subscription}/providers/Microsoft.Network/virtualNetworks?api-version=2022-01-01")).Is(200);
        Assert.Contains("/resourceGroups/mine/", Assert.Single(networks.Body!["value"]!.AsArray())!["id"]!.GetValue<string>());
        Assert.Single(Names(await guest.Get($"{subscription}/resources{R}")));
        (await guest.Get($"{subscription}/resourceGroups/other{R}")).Is(403, "AuthorizationFailed");
        (await guest.Delete($"{subscription}/resourceGroups/mine{R}")).Is(403, "AuthorizationFailed");
    }

    [Fact]
    public async Task One_customer_sees_nothing_of_another()
    {
        string other = $"/subscriptions/{api.OtherSubscription}";
        (await api.OtherCustomer.Put($"{other}/resourceGroups/secret{R}", """{"location":"westeurope"}""")).Is(201);
        foreach (
            string path in new[] { "", "/resourcegroups", "/resourceGroups/secret", "/resourceGroups/absent", "/resources", "/providers" }
        )
            (await api.Customer.Get($"{other}{path}{R}")).Is(403, "AuthorizationFailed");
        Assert.Equal(
            ["Customer"],
            (await api.Customer.Get($"/subscriptions{R}")).Is(200).Body!["value"]!
                .AsArray()
                .Select(s => s!["displayName"]!.GetValue<string>())
        );
        Assert.Equal(3, (await api.Operator.Get($"/subscriptions{R}")).Body!["value"]!.AsArray().Count);
    }

    [Fact]
    public async Task Roles_go_with_their_group()
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/shortlived";
        (await api.Customer.Put(group + R, """{"location":"westeurope"}""")).Is(201);
        using HttpClient guest = await api.PrincipalAsync("shortlived", BuiltInRoles.Owner, group);
        (await guest.Get(group + R)).Is(200);
        (await api.Customer.Finished(await api.Customer.Delete(group + R))).Is(200);
        (await api.Customer.Put(group + R, """{"location":"westeurope"}""")).Is(201);
        (await guest.Get(group + R)).Is(403, "AuthorizationFailed");
    }

    [Fact]
    public async Task Role_definitions_are_listed()
    {
        string path = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Authorization/roleDefinitions{V}";
        Answer all = (await api.Customer.Get(path)).Is(200);
        Assert.Equal(BuiltInRoles.All.Count, all.Body!["value"]!.AsArray().Count);
        Answer one = (await api.Customer.Get($"{path}&$filter=roleName eq 'Connectivity Provider'")).Is(200);
        Assert.Equal(BuiltInRoles.ConnectivityProvider.Id, Assert.Single(one.Body!["value"]!.AsArray())!["name"]!.GetValue<string>());
    }

    private static string Body(RoleDefinition role, string principal) =>
        $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role.Id}}}","principalId":"{{{principal}}}"}}""";

    private static string[] Names(Answer list) =>
        [.. list.Is(200).Body!["value"]!.AsArray().Select(v => (v!["name"] ?? v["subscriptionId"])!.GetValue<string>())];
}
