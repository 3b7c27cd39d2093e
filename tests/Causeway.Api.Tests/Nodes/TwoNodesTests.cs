using System.Net;
using Causeway.Api.Tests.Circuits;
using Causeway.Arm;
using Causeway.Identity;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Server.Configuration;
using Causeway.Storage;
using Causeway.Testing;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;
using static Causeway.Api.Tests.Circuits.CircuitServer;

namespace Causeway.Api.Tests.Nodes;

/// <summary>Two nodes on one PostgreSQL.</summary>
public sealed class TwoNodesTests(PostgresServer server)
{
    private static readonly ResourceId Subscription = ResourceId.OfSubscription("11111111-1111-1111-1111-111111111111");

    [Fact]
    public async Task What_is_written_on_one_is_worked_on_by_the_owner_of_the_routers_and_read_on_the_other()
    {
        await using var a = new Node(server);
        await a.InitializeAsync();
        await using var b = new Node(server, a);
        await b.InitializeAsync();
        (CircuitServer onA, CircuitServer onB) = (new CircuitServer(a), new CircuitServer(b));

        string circuit = await onA.CircuitAsync();
        await onB.ProviderAsync(circuit, "Provisioning");
        await onA.ProviderAsync(circuit, "Provisioned");
        foreach (CircuitServer node in (CircuitServer[])[onB, onA])
        {
            // Whichever of them owns the routers, one of these two writes came to the other.
            await node.DoneAsync("customer", HttpMethod.Put, $"{circuit}/peerings/AzurePrivatePeering", Peering());
            foreach (CircuitServer reader in (CircuitServer[])[onA, onB])
                Assert.Equal(
                    "Succeeded",
                    (await reader.GetAsync($"{circuit}/peerings/AzurePrivatePeering")).Properties["provisioningState"]!.GetValue<string>()
                );
        }
    }

    [Fact]
    public async Task A_role_taken_away_on_one_node_is_gone_on_the_other_long_before_it_would_be_forgotten()
    {
        string database = await server.NewDatabaseAsync();
        await using IStore here = StoreFactory.Open(database, TimeProvider.System),
            there = StoreFactory.Open(database, TimeProvider.System);
        await here.MigrateAsync(CancellationToken.None);
        await there.MigrateAsync(CancellationToken.None);
        var workflow = new RoleAssignmentWorkflow();
        var engine = new Engine(here, [workflow]);
        var options = new IdentityOptions { RoleCache = TimeSpan.FromHours(1) };
        using var other = new Authorizer(there, workflow, options, TimeProvider.System);
        using var own = new Authorizer(here, workflow, options, TimeProvider.System);
        ResourceId id = RoleAssignment.IdOf(Subscription, "22222222-2222-2222-2222-222222222222");
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        Assert.False(await MayAsync(own));
        Assert.False(await MayAsync(other));
        await SendAsync(new RoleAssignmentSignal.Assign(new RoleAssignment(id.Text, BuiltInRoles.Reader.Id, "ann", "User", now), now));
        Assert.True(await MayAsync(own)); // at once where it was made
        await Eventually.Get(() => MayAsync(other), may => may, "the role is known on the other node");
        await SendAsync(new RoleAssignmentSignal.Remove(now));
        Assert.False(await MayAsync(own));
        await Eventually.Get(() => MayAsync(other), may => !may, "the role is gone on the other node");

        async Task<bool> MayAsync(Authorizer authorizer) =>
            await authorizer.MayAsync(
                new Principal("ann", "client", "tenant"),
                "Microsoft.Network/virtualNetworks/read",
                Subscription,
                CancellationToken.None
            );

        async Task SendAsync(Signal signal) =>
            Assert.IsType<SendOutcome.Delivered>(
                await engine.SendAsync(id, RoleAssignment.Type, signal, SendContext.Causeway, CancellationToken.None)
            );
    }

    /// <summary>The database crashes and comes back under a load of creates and router work; the server is not restarted.</summary>
    [Fact]
    public async Task A_database_that_crashes_under_load_comes_back_without_a_restart_and_nothing_answered_is_lost()
    {
        await using var own = new PostgresServer();
        await using var node = new Node(own);
        await node.InitializeAsync();
        var api = new CircuitServer(node);
        string group = await api.GroupAsync();
        var answered = new List<string>();
        using var end = new CancellationTokenSource();
        Task[] workers = [.. Enumerable.Range(0, 8).Select(w => Task.Run(() => CreateAsync(w)))];
        int crashes = 0;
        for (int next = 40; crashes < 3; next = Count() + 40, crashes++)
        {
            await Eventually.True(() => Count() >= next || workers.Any(w => w.IsCompleted), $"{next} answers after crash {crashes}");
            await own.CrashAndRestartAsync();
        }
        int last = Count();
        await Eventually.True(() => Count() > last + 40 || workers.Any(w => w.IsCompleted), "answers after the last crash");
        await end.CancelAsync();
        await Task.WhenAll(workers);

        foreach (string circuit in answered)
            Assert.Equal("Succeeded", (await api.GetAsync(circuit)).Properties["provisioningState"]!.GetValue<string>());
        string provisioned = await api.ProvisionedAsync();
        await api.DoneAsync("customer", HttpMethod.Put, $"{provisioned}/peerings/AzurePrivatePeering", Peering());

        int Count()
        {
            lock (answered)
                return answered.Count;
        }

        async Task CreateAsync(int worker)
        {
            for (int i = 0; !end.IsCancellationRequested; i++)
            {
                string id = $"{group}/providers/Microsoft.Network/expressRouteCircuits/w{worker}-c{i}";
                Circuits.Answer answer;
                do answer = await api.SendAsync("customer", HttpMethod.Put, id, Body());
                while (answer.Status == HttpStatusCode.ServiceUnavailable && !end.IsCancellationRequested);
                if (answer.Status == HttpStatusCode.ServiceUnavailable)
                    return;
                Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, $"{answer.Status} {answer.Text}");
                lock (answered)
                    answered.Add(id);
            }
        }
    }

    /// <summary>A database that is away for longer than any wait of the loops, while router work is due; the server is not restarted.</summary>
    [Fact]
    public async Task What_was_asked_for_before_an_outage_of_seventy_five_seconds_is_done_after_it()
    {
        await using var own = new PostgresServer();
        await using var node = new Node(own);
        await node.InitializeAsync();
        var api = new CircuitServer(node);
        string[] circuits = [await api.ProvisionedAsync(), await api.ProvisionedAsync(), await api.ProvisionedAsync()];
        using var end = new CancellationTokenSource();
        int answered = 0,
            refused = 0;
        Task[] load = [.. circuits.Select(circuit => Task.Run(() => ChangeAsync(circuit)))];
        await Eventually.True(() => Volatile.Read(ref answered) > 30, "the routers have work all the time");
        await own.StopAsync();
        long stopped = TimeProvider.System.GetTimestamp();
        await Eventually.True(
            () => TimeProvider.System.GetElapsedTime(stopped) > TimeSpan.FromSeconds(75),
            "75 s have passed",
            TimeSpan.FromSeconds(90)
        );
        Assert.True(Volatile.Read(ref refused) > 0, "nothing was asked during the outage");
        await own.StartAsync();
        await end.CancelAsync();
        await Task.WhenAll(load);

        foreach (string circuit in circuits)
            await Eventually.Get(
                async () =>
                    (await api.GetAsync($"{circuit}/peerings/AzurePrivatePeering")).Properties["provisioningState"]!.GetValue<string>(),
                state => state == "Succeeded",
                $"{circuit} is done after the outage",
                TimeSpan.FromSeconds(90)
            );
        // And what is asked for now is done as ever.
        await api.DoneAsync("customer", HttpMethod.Put, $"{circuits[0]}/peerings/AzurePrivatePeering", Peering());

        async Task ChangeAsync(string circuit)
        {
            System.Text.Json.Nodes.JsonObject body = Peering();
            for (int vlan = 102; !end.IsCancellationRequested; vlan = vlan == 199 ? 102 : vlan + 1)
            {
                body["properties"]!["vlanId"] = vlan;
                Circuits.Answer answer = await api.SendAsync("customer", HttpMethod.Put, $"{circuit}/peerings/AzurePrivatePeering", body);
                if (answer.Status is HttpStatusCode.Created or HttpStatusCode.OK)
                    Interlocked.Increment(ref answered);
                else
                    Interlocked.Increment(ref refused);
            }
        }
    }

    /// <summary>One node of an installation; a second one has the first one's database and key, and a data folder of its own.</summary>
    private sealed class Node(PostgresServer server, Node? first = null) : ApiFixture
    {
        private string? _database;

        protected override async Task<string?> DatabaseAsync() => _database = first?._database ?? await server.NewDatabaseAsync();

        protected override ServerSettings Configure(ServerSettings settings) =>
            first is null
                ? settings with
                {
                    LogLevel = LogLevel.Error, // a database that is down is told at every request
                    Node = "one name for both",
                }
                : settings with
                {
                    Node = "one name for both",
                    Key = File.ReadAllText(Path.Combine(first.DataFolder, "key")),
                };
    }
}
