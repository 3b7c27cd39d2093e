using System.Text.Json.Nodes;

namespace Causeway.Api.Tests.Resources;

public sealed class Locks_on_sqlite(SqliteApi api) : LockTests(api), IClassFixture<SqliteApi>;

public sealed class Locks_on_postgres(PostgresApi api) : LockTests(api), IClassFixture<PostgresApi>;

/// <summary>Locks: what they hold, and what they do not.</summary>
public abstract class LockTests(ApiFixture api)
{
    private const string L = "?api-version=2016-09-01";
    private const string N = "?api-version=2024-01-01";
    private const string G = "?api-version=2021-04-01";

    private string Subscription => $"/subscriptions/{api.CustomerSubscription}";

    private async Task<(string Group, string Network)> NetworkAsync(string name)
    {
        string group = $"{Subscription}/resourceGroups/{name}";
        (await api.Customer.Put(group + G, """{"location":"westeurope"}""")).Is(201);
        string network = $"{group}/providers/Microsoft.Network/virtualNetworks/v1";
        (await api.Customer.Put(network + N, Network("10.7.0.0/24"))).Is(201);
        return (group, network);
    }

    private static string Network(string subnet) =>
        $$"""
            {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.7.0.0/16"]},"subnets":[{"name":"a","properties":{"addressPrefix":"{{subnet}}"} }]} }
            """;

    private static string Lock(string scope, string name = "keep") => $"{scope}/providers/Microsoft.Authorization/locks/{name}{L}";

    private static string Body(string level) => $$$"""{"properties":{"level":"{{{level}}}","notes":"Ask first."}}""";

    /// <summary>The message is Azure's, word for word: scripts look for the scopes in it.</summary>
    private static void Held(Answer answer, string scope, string operation, string by)
    {
        answer.Is(409, "ScopeLocked");
        Assert.Equal(
            $"The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: '{by}'. Please remove the lock and try again.",
            answer.Body!["error"]!["message"]!.ToString()
        );
    }

    [Fact]
    public async Task A_lock_is_made_shown_listed_changed_and_taken_away()
    {
        (string group, string network) = await NetworkAsync("lock-life");
        Answer made = (await api.Customer.Put(Lock(group), Body("CanNotDelete"))).Is(201);
        Assert.Equal(
            $$$"""{"properties":{"level":"CanNotDelete","notes":"Ask first."},"id":"{{{group}}}/providers/Microsoft.Authorization/locks/keep","type":"Microsoft.Authorization/locks","name":"keep"}""",
            made.Body!.ToJsonString()
        );
        (await api.Customer.Put(Lock(network, "too"), Body("ReadOnly"))).Is(201);
        string[] Names(Answer list) => [.. list.Is(200).Body!["value"]!.AsArray().Select(l => l!["name"]!.ToString())];
        string locks = $"/providers/Microsoft.Authorization/locks{L}";
        Assert.Equal(["keep", "too"], Names(await api.Customer.Get(group + locks)).Order());
        Assert.Equal(["keep"], Names(await api.Customer.Get($"{group}{locks}&$filter=atScope()")));
        Assert.Equal(["too"], Names(await api.Customer.Get(network + locks)));
        Assert.Contains("keep", Names(await api.Customer.Get(Subscription + locks)));
        Assert.Equal("ReadOnly", (await api.Customer.Put(Lock(group), Body("ReadOnly"))).Is(200).Body!["properties"]!["level"]!.ToString());
        (await api.Customer.Delete(Lock(group))).Is(200);
        (await api.Customer.Delete(Lock(group))).Is(204);
        (await api.Customer.Get(Lock(group))).Is(404, "LockNotFound");
        (await api.Customer.Delete(Lock(network, "too"))).Is(200);
        (await api.Customer.Delete(group + G)).Is(202);
    }

    [Fact]
    public async Task What_may_not_be_deleted_may_be_changed_and_is_not_deleted_by_way_of_its_group_either()
    {
        (string group, string network) = await NetworkAsync("lock-delete");
        (await api.Customer.Put(Lock(network), Body("CanNotDelete"))).Is(201);
        Held(await api.Customer.Delete(network + N), network, "delete", network);
        Held(await api.Customer.Delete($"{network}/subnets/a{N}"), $"{network}/subnets/a", "delete", network);
        Held(await api.Customer.Delete(group + G), group, "delete", network);
        (await api.Customer.Put(network + N, Network("10.7.1.0/24"))).Is(200);
        (await api.Customer.Put($"{group}/providers/Microsoft.Network/virtualNetworks/v2{N}", Network("10.7.0.0/24"))).Is(201);
        (await api.Customer.Delete($"{group}/providers/Microsoft.Network/virtualNetworks/v2{N}")).Is(202);
        (await api.Customer.Delete(Lock(network))).Is(200);
        (await api.Customer.Delete(network + N)).Is(202);
    }

    [Fact]
    public async Task What_is_read_only_is_neither_changed_nor_tagged_nor_joined_by_more()
    {
        (string group, string network) = await NetworkAsync("lock-read");
        (await api.Customer.Put(Lock(group), Body("ReadOnly"))).Is(201);
        Held(await api.Customer.Put(network + N, Network("10.7.1.0/24")), network, "write", group);
        Held(await api.Customer.Patch(network + N, """{"tags":{"a":"b"}}"""), network, "write", group);
        Held(await api.Customer.Patch(group + G, """{"tags":{"a":"b"}}"""), group, "write", group);
        string other = $"{group}/providers/Microsoft.Network/publicIPAddresses/p";
        Held(await api.Customer.Put(other + N, """{"location":"westeurope"}"""), other, "write", group);
        Answer tagged = await api.Customer.Put(
            $"{network}/providers/Microsoft.Resources/tags/default{G}",
            """{"properties":{"tags":{"a":"b"}}}"""
        );
        tagged.Is(409, "ScopeLocked");
        Held(await api.Customer.Delete(network + N), network, "delete", group);
        (await api.Customer.Get(network + N)).Is(200);
        (await api.Customer.Delete(Lock(group))).Is(200);
        (await api.Customer.Patch(group + G, """{"tags":{"a":"b"}}""")).Is(200);
    }

    [Fact]
    public async Task A_lock_that_says_something_wrong_or_holds_nothing_is_refused()
    {
        (string group, _) = await NetworkAsync("lock-wrong");
        (await api.Customer.Put(Lock(group), """{"properties":{"level":"Delete"}}""")).Is(400, "InvalidRequestFormat");
        (await api.Customer.Put(Lock(group, "a<b"), Body("ReadOnly"))).Is(400, "InvalidResourceName");
        (await api.Customer.Put(Lock($"{group}/providers/Microsoft.Network/virtualNetworks/none"), Body("ReadOnly"))).Is(
            404,
            "ResourceNotFound"
        );
        (await api.Customer.Put(Lock($"{Subscription}/resourceGroups/none"), Body("ReadOnly"))).Is(404, "ResourceGroupNotFound");
        (await api.OtherCustomer.Put(Lock(group), Body("ReadOnly"))).Is(403, "AuthorizationFailed");
        (await api.OtherCustomer.Delete(Lock(group))).Is(403, "AuthorizationFailed");
    }

    /// <summary>A failover test takes a link or a location out: that is a change, though it is asked for by POST.</summary>
    [Fact]
    public async Task A_lock_against_changes_holds_failover_tests()
    {
        (string group, _) = await NetworkAsync("lock-failover");
        (await api.Customer.Put(Lock(group), Body("ReadOnly"))).Is(201);
        string network = $"{group}/providers/Microsoft.Network";
        foreach (string verb in (string[])["start", "stop"])
        {
            string circuit = $"{network}/expressRouteCircuits/c";
            Held(await api.Customer.Post($"{circuit}/{verb}CircuitLinkFailoverTest?api-version=2025-05-01"), circuit, "write", group);
            foreach (string type in (string[])["virtualNetworkGateways", "expressRouteGateways"])
            {
                string gateway = $"{network}/{type}/g";
                Held(await api.Customer.Post($"{gateway}/{verb}SiteFailoverTest?api-version=2025-05-01"), gateway, "write", group);
            }
        }
        // What is only read is not held: there is no such circuit.
        (await api.Customer.Post($"{network}/expressRouteCircuits/c/getCircuitLinkFailoverAllTestsDetails?api-version=2025-05-01")).Is(404);
    }

    [Fact]
    public async Task The_owners_of_a_lock_are_kept()
    {
        (string group, _) = await NetworkAsync("lock-owners");
        const string owners = """[{"applicationId":"a"}]""";
        (await api.Customer.Put(Lock(group), $$"""{"properties":{"level":"CanNotDelete","owners":{{owners}} } }""")).Is(201);
        JsonNode read = (await api.Customer.Get(Lock(group))).Is(200).Body!;
        Assert.Equal(owners, read["properties"]!["owners"]!.ToJsonString());
    }
}
