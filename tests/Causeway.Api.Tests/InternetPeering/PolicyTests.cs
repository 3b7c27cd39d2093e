using System.Text.Json.Nodes;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Server.Topology;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server whose operator publishes a policy: an as-set is a must, a NOC contact is not.</summary>
public sealed class PolicyServer : ExchangeServer
{
    protected override string Extra =>
        """
            peeringPolicy: |
              ---
              blocks: [record, present, asSet]
              advises: [noc]
              ---
              # Peering with us
              Every network with an as-set is welcome.
            """;

    protected override string PeeringDb =>
        """
            {"net":{"data":[
            {"id":1,"name":"Complete","asn":65544,"irr_as_set":"RADB::AS-COMPLETE","info_prefixes4":100,"status":"ok"},
            {"id":2,"name":"Without a set","asn":65545,"irr_as_set":"","status":"ok"}]},
            "ix":{"data":[{"id":26,"name":"AMS-IX","city":"Amsterdam","country":"NL"}]},
            "ixlan":{"data":[{"id":26,"ix_id":26}]},
            "netixlan":{"data":[
            {"id":1,"net_id":1,"ix_id":26,"ixlan_id":26,"asn":65544,"ipaddr4":"127.80.0.141","speed":10000,"operational":true},
            {"id":2,"net_id":2,"ix_id":26,"ixlan_id":26,"asn":65545,"ipaddr4":"127.80.0.142","speed":10000,"operational":true}]},
            "poc":{"data":[{"id":1,"net_id":1,"role":"Policy","name":"Day Desk","email":"peering@net.example"}]}}
            """;
}

/// <summary>The policy is what is checked: the one that is published, and the one of whoever publishes none.</summary>
public sealed class PolicyTests(PolicyServer api) : IClassFixture<PolicyServer>
{
    private string Path => $"/subscriptions/{api.CustomerSubscription}/providers/Causeway.Operations/peeringPolicy?api-version=2026-11-01";

    [Fact]
    public async Task What_the_operator_published_is_read_checked_and_holds()
    {
        await Eventually.True(
            () => api.Server.Services.GetRequiredService<INetworkDirectory>().Find(new Asn(65544)) is not null,
            "PeeringDB has been read",
            TimeSpan.FromSeconds(60)
        );
        JsonNode policy = (await api.Customer.Get(Path)).Is(200).Body!;
        Assert.Equal("# Peering with us\nEvery network with an as-set is welcome.", $"{policy["text"]}");
        Assert.Equal(
            "record True ; present True ; noc False ; asSet True ",
            string.Join("; ", policy["conditions"]!.AsArray().Select(c => $"{c!["name"]} {(bool)c["blocks"]!} {c["result"]}"))
        );

        Assert.Equal("record Met; present Met; noc Unmet; asSet Met", await AskedAsync(65544, "127.80.0.141"));
        Assert.Equal("record Met; present Unmet; noc Unknown; asSet Unmet", await AskedAsync(65545, "127.80.0.143"));
        Assert.Equal("record Unmet; present Unmet; noc Unmet; asSet Unmet", await AskedAsync(65550, "127.80.0.143"));
        (await api.Customer.Get($"{Path}&peerAsn=none")).Is(400, "InvalidQueryParameterValue");
        (await api.Customer.Get($"{Path}&peerAsn=65544&peeringDBFacilityId=27")).Is(400, "PeeringFacilityNotFound");

        // What blocks does, and what advises does not.
        var noSet = new PeerAtExchange(api, 65545, 142);
        await noSet.RegisteredAsync();
        Assert.Contains("names no as-set", (await noSet.PutAsync()).Is(400, "PeeringPolicyNotMet").Message, StringComparison.Ordinal);
        var noNoc = new PeerAtExchange(api, 65544, 141);
        await noNoc.RegisteredAsync();
        (await noNoc.PutAsync()).Is(201);
    }

    private async Task<string> AskedAsync(uint asn, string address) =>
        string.Join(
            "; ",
            (await api.Customer.Get($"{Path}&peerAsn={asn}&peeringDBFacilityId=26&address={address}")).Is(200).Body!["conditions"]!
                .AsArray()
                .Select(c => $"{c!["name"]} {c["result"]}")
        );

    /// <summary>docs/peering-policy.md is the policy of whoever publishes none, and says of each condition how to meet it.</summary>
    [Fact]
    public void The_document_says_what_the_check_checks()
    {
        PublishedPolicy policy = Parse("");
        Assert.Equal(PublishedPolicy.Default.Blocks, policy.Blocks);
        Assert.Equal(PublishedPolicy.Default.Advises, policy.Advises);
        Assert.Equal(
            PublishedPolicy.Checked.Select(c => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(c.ToString())),
            policy.Text.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal)).Select(l => l.Split('`')[1])
        );
    }

    [Fact]
    public void A_policy_that_cannot_be_checked_is_refused_by_name()
    {
        Assert.Contains(
            "names 'beauty', which nothing checks",
            Refused("  ---\n  blocks: [beauty]\n  ---\n  text"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "both blocks and advises",
            Refused("  ---\n  blocks: [noc]\n  advises: [noc]\n  ---\n  text"),
            StringComparison.Ordinal
        );
        Assert.Contains("has no end", Refused("  ---\n  blocks: [noc]\n  text"), StringComparison.Ordinal);
        Assert.Contains("'policy.txt' is no Markdown", Refused("  policy.txt"), StringComparison.Ordinal);
        Assert.Contains("is not known here", Refused("  policy.md"), StringComparison.Ordinal);

        static string Refused(string text) => Assert.Throws<TopologyException>(() => Parse($"\npeeringPolicy: |\n{text}\n")).Message;
    }

    [Fact]
    public async Task A_file_beside_the_topology_is_read_once_and_every_node_has_what_it_said_then()
    {
        string folder = Directory.CreateTempSubdirectory("causeway-policy-").FullName;
        try
        {
            string topology = System.IO.Path.Combine(folder, "topology.yaml"),
                file = System.IO.Path.Combine(folder, "policy.md");
            File.WriteAllText(topology, TopologyFile.BuiltIn + "\npeeringPolicy: policy.md\n");
            File.WriteAllText(file, "---\nblocks: []\n---\n# Open to all\n");
            var defaults = new TopologyDefaults(Guid.NewGuid().ToString(), 1790);
            await using var store = new SqliteStore(System.IO.Path.Combine(folder, "store.db"), TimeProvider.System);
            CancellationToken stop = TestContext.Current.CancellationToken;
            await store.MigrateAsync(stop);
            using var first = new LiveTopology(store, [], TimeProvider.System);
            await first.OpenAsync(AskedTopology.Read(topology), defaults, stop);
            Assert.Equal("# Open to all", first.Now.PeeringPolicy.Text);

            // The next start is without the files: on another node's disk they never were.
            File.Delete(file);
            using var second = new LiveTopology(store, [], TimeProvider.System);
            await second.OpenAsync(AskedTopology.Read(null), defaults, stop);
            Assert.Equal("# Open to all", second.Now.PeeringPolicy.Text);
            Assert.Empty(second.Now.PeeringPolicy.Blocks);

            // What the file says by now is a change of the topology, made where it is given again.
            File.WriteAllText(file, "# Closed\n");
            using var third = new LiveTopology(store, [], TimeProvider.System);
            await third.OpenAsync(AskedTopology.Read(topology), defaults, stop);
            Assert.Equal("# Closed", third.Now.PeeringPolicy.Text);
            Assert.Equal(2, third.Now.Revision);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A program from before kept the name of the policy's file, and not what it said.</summary>
    [Fact]
    public async Task A_topology_that_was_stored_without_its_policys_file_gains_it_at_a_start_that_names_no_topology()
    {
        string folder = Directory.CreateTempSubdirectory("causeway-policy-").FullName;
        try
        {
            string topology = System.IO.Path.Combine(folder, "topology.yaml"),
                file = System.IO.Path.Combine(folder, "policy.md");
            var defaults = new TopologyDefaults(Guid.NewGuid().ToString(), 1790);
            await using var store = new SqliteStore(System.IO.Path.Combine(folder, "store.db"), TimeProvider.System);
            CancellationToken stop = TestContext.Current.CancellationToken;
            await store.MigrateAsync(stop);
            await new Engine(store, [new TopologyWorkflow()]).SendAsync(
                InstalledTopology.Only,
                InstalledTopology.ResourceType,
                new ApplyTopology(
                    TimeProvider.System.GetUtcNow(),
                    new InstalledTopology(TopologyFile.BuiltIn + "\npeeringPolicy: policy.md\n", topology, BuiltIn: false),
                    [],
                    []
                ),
                SendContext.Causeway,
                stop
            );
            var log = new Said();
            using var without = new LiveTopology(store, [], TimeProvider.System);
            await without.OpenAsync(AskedTopology.Read(null), defaults, stop);
            without.LogTo(log);
            Assert.Contains(
                log.Warnings,
                w => w.Contains("policy.md", StringComparison.Ordinal) && w.Contains("topology apply", StringComparison.Ordinal)
            );

            File.WriteAllText(file, "# Open to all\n");
            using var with = new LiveTopology(store, [], TimeProvider.System);
            await with.OpenAsync(AskedTopology.Read(null), defaults, stop);
            Assert.Equal("# Open to all", with.Now.PeeringPolicy.Text);

            // Kept from here on, for the nodes that never had the file.
            File.Delete(file);
            using var other = new LiveTopology(store, [], TimeProvider.System);
            await other.OpenAsync(AskedTopology.Read(null), defaults, stop);
            Assert.Equal("# Open to all", other.Now.PeeringPolicy.Text);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Said : ILogger<LiveTopology>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel == LogLevel.Warning)
                Warnings.Add(formatter(state, exception));
        }
    }

    private static PublishedPolicy Parse(string more, string source = "a topology") =>
        TopologyFile.Parse(TopologyFile.BuiltIn + more, source, new TopologyDefaults(Guid.NewGuid().ToString(), 1790)).PeeringPolicy;
}
