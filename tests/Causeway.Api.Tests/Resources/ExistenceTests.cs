using System.Text.Json.Nodes;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Resources;

/// <summary>What clients ask around resources: whether they are there, whether they can be moved, and for providers that have nothing here.</summary>
public sealed class ExistenceTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private const string N = "?api-version=2022-01-01";
    private const string G = "?api-version=2021-04-01";

    private string Subscription => $"/subscriptions/{api.CustomerSubscription}";

    private async Task<string> NetworkAsync(string group)
    {
        (await api.Customer.Put($"{Subscription}/resourceGroups/{group}{G}", """{"location":"westeurope"}""")).Is(201);
        string network = $"{Subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/v1";
        (
            await api.Customer.Put(
                network + N,
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.7.0.0/16"]},"subnets":[{"name":"a","properties":{"addressPrefix":"10.7.0.0/24"}}]}}"""
            )
        ).Is(201);
        return network;
    }

    [Fact]
    public async Task Head_says_whether_a_resource_is_there()
    {
        string network = await NetworkAsync("head");
        Answer there = (await api.Customer.Call(HttpMethod.Head, network + N)).Is(204);
        Assert.Empty(there.Text);
        (await api.Customer.Call(HttpMethod.Head, $"{network}/subnets/a{N}")).Is(204);
        (await api.Customer.Call(HttpMethod.Head, $"{network}/subnets/b{N}")).Is(404);
        (await api.Customer.Call(HttpMethod.Head, $"{network}x{N}")).Is(404);
        (await api.OtherCustomer.Call(HttpMethod.Head, network + N)).Is(403);
    }

    [Fact]
    public async Task A_move_is_refused_in_the_words_of_the_real_service()
    {
        string network = await NetworkAsync("move");
        string group = $"{Subscription}/resourceGroups/move";
        (await api.Customer.Put($"{Subscription}/resourceGroups/target{G}", """{"location":"westeurope"}""")).Is(201);
        string Body(string resource, string target = "target") =>
            $$"""{"resources":["{{resource}}"],"targetResourceGroup":"{{Subscription}}/resourceGroups/{{target}}"}""";
        foreach (string path in (string[])["moveResources", "validateMoveResources"])
        {
            Answer no = (await api.Customer.Post($"{group}/{path}{G}", Body(network))).Is(409, "ResourceMoveNotSupported");
            Assert.Equal("Resource move is not supported for resource types 'Microsoft.Network/virtualNetworks'.", no.Message);
            (await api.Customer.Post($"{group}/{path}{G}", Body(network + "x"))).Is(404, "ResourceNotFound");
            (await api.Customer.Post($"{group}/{path}{G}", Body(network, "nowhere"))).Is(404, "ResourceGroupNotFound");
            (await api.Customer.Post($"{group}/{path}{G}", Body($"{network}/subnets/a"))).Is(400, "InvalidResourceId");
            (await api.OtherCustomer.Post($"{group}/{path}{G}", Body(network))).Is(403, "AuthorizationFailed");
        }
    }

    [Fact]
    public async Task Azures_providers_that_have_nothing_here_are_registered_and_taken_back()
    {
        string provider = $"{Subscription}/providers/microsoft.compute";
        JsonNode before = (await api.Customer.Get(provider + G)).Is(200).Body!;
        Assert.Equal(("Microsoft.Compute", "NotRegistered"), (before["namespace"]!.ToString(), before["registrationState"]!.ToString()));
        Assert.Empty(before["resourceTypes"]!.AsArray());
        Assert.DoesNotContain("Microsoft.Compute", await NamespacesAsync());
        Assert.Equal("Registered", (await api.Customer.Post($"{provider}/register{G}")).Is(200).Body!["registrationState"]!.ToString());
        Assert.Equal("Registered", (await api.Customer.Get(provider + G)).Body!["registrationState"]!.ToString());
        Assert.Contains("Microsoft.Compute", await NamespacesAsync());
        Assert.Equal(
            "NotRegistered",
            (await api.Customer.Post($"{provider}/unregister{G}")).Is(200).Body!["registrationState"]!.ToString()
        );
        Assert.DoesNotContain("Microsoft.Compute", await NamespacesAsync());
        // What is nobody's is still refused, and so are the types of the others.
        (await api.Customer.Get($"{Subscription}/providers/Microsoft.Teapots{G}")).Is(404, "InvalidResourceNamespace");
        (await api.Customer.Post($"{Subscription}/providers/Microsoft.Teapots/register{G}")).Is(404, "InvalidResourceNamespace");
        (await api.Customer.Get($"{provider}/virtualMachines{G}")).Is(404);
    }

    private async Task<string[]> NamespacesAsync() =>
        [
            .. (await api.Customer.Get($"{Subscription}/providers{G}")).Is(200).Body!["value"]!
                .AsArray()
                .Select(p => p!["namespace"]!.ToString()),
        ];

    [Fact]
    public async Task A_lock_that_cannot_be_read_holds_what_it_is_on_and_nothing_else()
    {
        string held = await NetworkAsync("spoilt"),
            free = await NetworkAsync("whole");
        string locked = $"{held}/providers/{ManagementLock.ResourceType}/keep";
        (await api.Customer.Put($"{locked}?api-version=2016-09-01", """{"properties":{"level":"CanNotDelete"}}""")).Is(201);
        IStore store = api.Server.Services.GetRequiredService<IStore>();
        StoredResource row = (await store.GetAsync(ResourceId.Parse(locked), CancellationToken.None))!;
        JsonObject body = JsonNode.Parse(row.Body.Span)!.AsObject();
        body["level"] = new JsonArray();
        await store.CommitAsync(
            new Changes
            {
                Writes =
                [
                    new ResourceWrite.Put(
                        row with
                        {
                            Revision = row.Revision + 1,
                            Body = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()),
                        },
                        row.Revision
                    ),
                ],
                Announcements = [ManagementLock.ResourceType],
            },
            CancellationToken.None
        );
        (await api.Customer.Patch(free + N, """{"tags":{"a":"b"}}""")).Is(200);
        (await api.Customer.Patch(held + N, """{"tags":{"a":"b"}}""")).Is(409, "ScopeLocked");
        (await api.Customer.Delete(held + N)).Is(409, "ScopeLocked");
        (await api.Customer.Get($"{Subscription}/providers/{ManagementLock.ResourceType}?api-version=2016-09-01")).Is(200);
        (await api.Customer.Delete(free + N)).Is(202);
    }
}
