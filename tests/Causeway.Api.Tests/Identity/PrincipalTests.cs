using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Causeway.Identity.Principals;
using Causeway.Identity.Roles;

namespace Causeway.Api.Tests.Identity;

/// <summary>A customer that comes after first start: a subscription, somebody who signs in, a role; and what the operator can take back.</summary>
public sealed class PrincipalTests(PrincipalTests.Api api) : IClassFixture<PrincipalTests.Api>
{
    public sealed class Api : SqliteApi;

    private const string P = "?api-version=2026-11-01";
    private const string A = "?api-version=2021-10-01";
    private const string R = "?api-version=2021-04-01";
    private const string Roles = "?api-version=2022-04-01";

    private static string Of(string name) => $"/providers/Causeway.Identity/principals/{name}";

    private static string Alias(string name) => $"/providers/Microsoft.Subscription/aliases/{name}{A}";

    private async Task<Answer> SignInAsync(string clientId, string secret)
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = clientId,
                ["client_secret"] = secret,
            }
        );
        using HttpResponseMessage response = await api.Anonymous.PostAsync(
            "/adfs/oauth2/token",
            form,
            TestContext.Current.CancellationToken
        );
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(response.StatusCode, response.Headers, JsonNode.Parse(text), text);
    }

    private async Task<HttpClient> SignedInAsync(string clientId, string secret)
    {
        HttpClient client = api.NewClient();
        string token = (await SignInAsync(clientId, secret)).Is(200).Body!["access_token"]!.GetValue<string>();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private async Task<(string ClientId, string Secret, string ObjectId)> CreateAsync(string name)
    {
        JsonNode made = (await api.Operator.Put(Of(name) + P, "{}")).Is(201).Body!["properties"]!;
        return (made["clientId"]!.GetValue<string>(), made["clientSecret"]!.GetValue<string>(), made["objectId"]!.GetValue<string>());
    }

    private static string Assignment(RoleDefinition role, string principal) =>
        $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{{{role.Id}}}","principalId":"{{{principal}}}"}}""";

    [Fact]
    public async Task A_new_customer_is_added_and_orders()
    {
        (string clientId, string secret, string objectId) = await CreateAsync("acme");
        string body =
            """{"properties":{"displayName":"Acme","workload":"Production","additionalProperties":{"subscriptionOwnerId":"OWNER"}}}""".Replace(
                "OWNER",
                objectId,
                StringComparison.Ordinal
            );
        Answer alias = (await api.Operator.Put(Alias("acme"), body)).Is(201);
        string subscription = alias.Body!["properties"]!["subscriptionId"]!.GetValue<string>();
        Assert.Equal("Succeeded", alias.Body["properties"]!["provisioningState"]!.GetValue<string>());
        // Asked again, it is the same subscription.
        Assert.Equal(
            subscription,
            (await api.Operator.Put(Alias("acme"), body)).Is(200).Body!["properties"]!["subscriptionId"]!.ToString()
        );

        using HttpClient acme = await SignedInAsync(clientId, secret);
        JsonNode seen = Assert.Single((await acme.Get($"/subscriptions{R}")).Is(200).Body!["value"]!.AsArray())!;
        Assert.Equal("Acme", seen["displayName"]!.GetValue<string>());
        (await acme.Put($"/subscriptions/{subscription}/resourceGroups/rg{R}", """{"location":"westeurope"}""")).Is(201);
        (await acme.Get($"/subscriptions/{api.CustomerSubscription}{R}")).Is(403, "AuthorizationFailed");
        (await acme.Get($"/providers/Causeway.Identity/principals{P}")).Is(403, "AuthorizationFailed");
    }

    [Fact]
    public void A_secret_is_never_taken_for_an_option_of_a_command_line()
    {
        // One in 64 began with "-" once, and "az login -p" asked where its argument was.
        Assert.All(Enumerable.Range(0, 1000).Select(_ => ServicePrincipal.NewSecret()), s => Assert.Matches("^[A-Za-z0-9]{40}$", s));
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_never_again()
    {
        (string clientId, string secret, _) = await CreateAsync("once");
        foreach (Answer again in new[] { await api.Operator.Put(Of("once") + P, "{}"), await api.Operator.Get(Of("once") + P) })
        {
            Assert.Equal(clientId, again.Is(200).Body!["properties"]!["clientId"]!.GetValue<string>());
            Assert.Null(again.Body!["properties"]!["clientSecret"]);
        }
        Answer list = (await api.Operator.Get($"/providers/Causeway.Identity/principals{P}")).Is(200);
        Assert.DoesNotContain(secret, list.Text, StringComparison.Ordinal);
        Assert.Contains(clientId, list.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_secret_ends_at_once_or_when_asked()
    {
        (string clientId, string first, _) = await CreateAsync("rotated");
        string second = await RotateAsync("rotated", "{}");
        (await SignInAsync(clientId, first)).Is(401);
        (await SignInAsync(clientId, second)).Is(200);
        string third = await RotateAsync("rotated", """{"keepOldForHours":24}""");
        (await SignInAsync(clientId, second)).Is(200);
        (await SignInAsync(clientId, third)).Is(200);
        (await SignInAsync(clientId, first)).Is(401);
        (await api.Operator.Post($"{Of("rotated")}/rotate{P}", """{"keepOldForHours":721}""")).Is(400);
        (await api.Operator.Post($"{Of("absent")}/rotate{P}", "{}")).Is(404, "ResourceNotFound");
    }

    private async Task<string> RotateAsync(string name, string body) =>
        (await api.Operator.Post($"{Of(name)}/rotate{P}", body)).Is(200).Body!["properties"]!["clientSecret"]!.GetValue<string>();

    [Fact]
    public async Task Who_is_disabled_or_removed_is_out_at_once_and_its_roles_go_with_it()
    {
        (string clientId, string secret, string objectId) = await CreateAsync("leaver");
        string role =
            $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}{Roles}";
        (await api.Operator.Put(role, Assignment(BuiltInRoles.Reader, objectId))).Is(201);
        using HttpClient leaver = await SignedInAsync(clientId, secret);
        string subscription = $"/subscriptions/{api.CustomerSubscription}{R}";
        (await leaver.Get(subscription)).Is(200);

        (await api.Operator.Post($"{Of("leaver")}/disable{P}")).Is(200);
        (await leaver.Get(subscription)).Is(401, "InvalidAuthenticationToken");
        Assert.Contains("7000112", (await SignInAsync(clientId, secret)).Is(401).Text, StringComparison.Ordinal);
        (await api.Operator.Post($"{Of("leaver")}/enable{P}")).Is(200);
        (await leaver.Get(subscription)).Is(200);

        (await api.Operator.Delete(Of("leaver") + P)).Is(200);
        (await api.Operator.Delete(Of("leaver") + P)).Is(204);
        (await leaver.Get(subscription)).Is(401, "InvalidAuthenticationToken");
        (await SignInAsync(clientId, secret)).Is(400);
        (await api.Operator.Get(role)).Is(404, "RoleAssignmentNotFound");
    }

    [Fact]
    public async Task The_operator_cannot_shut_itself_out()
    {
        (await api.Operator.Post($"{Of("operator")}/disable{P}")).Is(409, "CannotChangeOneself");
        (await api.Operator.Delete(Of("operator") + P)).Is(409, "CannotChangeOneself");
        Answer mine = (
            await api.Operator.Get(
                $"/providers/Microsoft.Authorization/roleAssignments{Roles}&$filter=principalId eq '{api.Server.Installation.Principals["operator"].ObjectId}'"
            )
        ).Is(200);
        string id = Assert.Single(mine.Body!["value"]!.AsArray())!["id"]!.GetValue<string>();
        (await api.Operator.Delete(id + Roles)).Is(409, "CannotChangeOneself");
    }

    [Fact]
    public async Task An_owner_cannot_give_what_is_the_operators()
    {
        string roles = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments";
        (await api.Customer.Put($"{roles}/{Guid.NewGuid()}{Roles}", Assignment(BuiltInRoles.Operator, "friend"))).Is(
            403,
            "AuthorizationFailed"
        );
        (await api.Customer.Put($"{roles}/{Guid.NewGuid()}{Roles}", Assignment(BuiltInRoles.Owner, "friend"))).Is(201);
        (await api.Operator.Put($"{roles}/{Guid.NewGuid()}{Roles}", Assignment(BuiltInRoles.Operator, "friend"))).Is(201);
    }

    [Fact]
    public async Task A_subscription_is_renamed_canceled_and_enabled()
    {
        Answer alias = (await api.Operator.Put(Alias("short"), """{"properties":{"displayName":"Short"}}""")).Is(201);
        string one = $"/subscriptions/{alias.Body!["properties"]!["subscriptionId"]!.GetValue<string>()}";
        (await api.Operator.Post($"{one}/providers/Microsoft.Subscription/rename{A}", """{"subscriptionName":"Longer"}""")).Is(200);
        Assert.Equal("Longer", (await api.Operator.Get(one + R)).Is(200).Body!["displayName"]!.GetValue<string>());

        (await api.Operator.Put($"{one}/resourceGroups/rg{R}", """{"location":"westeurope"}""")).Is(201);
        Answer refused = (await api.Operator.Post($"{one}/providers/Microsoft.Subscription/cancel{A}")).Is(409, "SubscriptionHasResources");
        Assert.Contains("rg", refused.Message, StringComparison.Ordinal);
        (await api.Operator.Finished(await api.Operator.Delete($"{one}/resourceGroups/rg{R}"))).Is(200);
        (await api.Operator.Post($"{one}/providers/Microsoft.Subscription/cancel{A}")).Is(200);
        Assert.Equal("Disabled", (await api.Operator.Get(one + R)).Is(200).Body!["state"]!.GetValue<string>());
        (await api.Operator.Put($"{one}/resourceGroups/rg{R}", """{"location":"westeurope"}""")).Is(409, "ReadOnlyDisabledSubscription");
        (await api.Operator.Post($"{one}/providers/Microsoft.Subscription/enable{A}")).Is(200);
        (await api.Operator.Put($"{one}/resourceGroups/rg{R}", """{"location":"westeurope"}""")).Is(201);
    }

    [Fact]
    public async Task What_is_wrong_with_an_alias_is_said_all_at_once()
    {
        Answer wrong = (await api.Operator.Put(Alias("wrong"), """{"properties":{"workload":"Play","subscriptionId":"x"}}""")).Is(400);
        Assert.Contains("workload", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("subscriptionId", wrong.Text, StringComparison.Ordinal);
        (await api.Operator.Put(Alias("wrong"), """{"properties":{}}""")).Is(400);
        (await api.Operator.Get(Alias("wrong"))).Is(404, "ResourceNotFound");
    }

    [Fact]
    public async Task Two_requests_for_one_alias_open_one_subscription()
    {
        Answer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => api.Operator.Put(Alias("raced"), """{"properties":{"displayName":"Raced"}}"""))
        );
        Assert.Single(answers.Select(a => a.Body!["properties"]!["subscriptionId"]!.GetValue<string>()).Distinct());
        JsonArray all = (await api.Operator.Get($"/subscriptions{R}")).Is(200).Body!["value"]!.AsArray();
        Assert.Single(all, s => s!["displayName"]!.GetValue<string>() == "Raced");
    }

    [Fact]
    public async Task Guessing_is_bounded_for_the_guesser_alone()
    {
        (string clientId, string secret, _) = await CreateAsync("guessed");
        Answer last = await SignInAsync(clientId, "wrong");
        for (int i = 1; i < 30; i++)
            last = (await SignInAsync(clientId, "wrong")).Is(401);
        last = (await SignInAsync(clientId, "wrong")).Is(429);
        Assert.NotNull(last.Header("Retry-After"));
        (await SignInAsync(clientId, secret)).Is(200);
        (string other, string otherSecret, _) = await CreateAsync("neighbour");
        (await SignInAsync(other, otherSecret)).Is(200);
    }

    [Fact]
    public async Task All_of_it_is_in_the_journal_without_a_secret()
    {
        (string clientId, string secret, _) = await CreateAsync("written");
        string rotated = await RotateAsync("written", "{}");
        (await api.Operator.Post($"{Of("written")}/disable{P}")).Is(200);
        var store = api.Server.Services.GetService(typeof(Causeway.Workflows.Storage.IStore)) as Causeway.Workflows.Storage.IStore;
        var entries = await store!.JournalAsync(
            new Causeway.Workflows.Storage.JournalQuery { Resource = Causeway.Primitives.ResourceId.Parse(Of("written")) },
            TestContext.Current.CancellationToken
        );
        string[] mine = [.. entries.Select(e => e.Signal)];
        Assert.Equal(["Create", "RotateSecret", "Disable"], mine);
        Assert.All(entries, e => Assert.Equal(api.Server.Installation.Principals["operator"].ObjectId, e.Actor));
        string all = string.Join('\n', entries);
        Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
        Assert.DoesNotContain(rotated, all, StringComparison.Ordinal);
        Assert.NotEqual(clientId, secret);
    }
}
