using System.Collections.Immutable;
using Causeway.Domain;
using Causeway.Domain.InternetPeering;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using static Causeway.Samples.Scopes;

namespace Causeway.Samples.InternetPeering;

internal sealed class PeeringServiceSample : Sample<PeeringService>
{
    private static readonly ResourceId s_id = ResourceId.Of(Mine, "rg", "Microsoft.Peering", "peeringServices", "branch");

    private static readonly PeeringService s_bare = new()
    {
        Id = s_id,
        Location = "westeurope",
        ServiceLocation = "Noord-Holland",
        Provider = "Example Transit",
    };

    private static readonly ServicePrefix s_pending = new("p", IpPrefix.Parse("193.10.0.0/24"), "key")
    {
        Seen = new ServicePrefixSeen(PrefixState.Pending, LearnedType.None, null),
    };

    private static readonly ServicePrefixSeen s_verified = new(PrefixState.Verified, LearnedType.ViaServiceProvider, null);

    private static readonly MonitorTest s_test = new("t", "agent", "192.0.2.1", 443, 30);

    public override Workflow<PeeringService> Workflow { get; } = new PeeringServiceWorkflow();

    public override IReadOnlyList<(string Name, PeeringService? State)> States { get; } =
    [
        ("absent", null),
        ("Ready", s_bare),
        ("Pending", s_bare with { Prefixes = [s_pending], MonitorTests = [s_test] }),
        ("Verified", s_bare with { Prefixes = [s_pending with { Seen = s_verified }] }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", Put("Example Transit")),
        ("Put another provider", Put("Telia Carrier")),
        ("Put elsewhere", Put("Example Transit") with { Location = "northeurope" }),
        ("Tag", new ReplaceTags(At, Tagged)),
        ("Delete", new DeleteResource(At)),
        ("Put a prefix", new PutServicePrefix(At, "p", IpPrefix.Parse("193.10.0.0/24"), "key")),
        ("Put another prefix of that name", new PutServicePrefix(At, "p", IpPrefix.Parse("193.10.1.0/24"), "key")),
        ("Put the same prefix by another name", new PutServicePrefix(At, "q", IpPrefix.Parse("193.10.0.0/24"), "key")),
        ("Delete the prefix", new DeleteServicePrefix(At, "p")),
        ("Seen: verified", Seen(s_verified)),
        ("Seen: failed", Seen(new ServicePrefixSeen(PrefixState.Failed, LearnedType.None, "not received"))),
        ("Put a test", new PutMonitorTest(At, s_test)),
        ("Put another test", new PutMonitorTest(At, s_test with { DestinationPort = 80 })),
        ("Delete the test", new DeleteMonitorTest(At, "t")),
    ];

    public override string Describe(PeeringService resource) =>
        $"{resource.ServiceLocation} by {resource.Provider}; {string.Join(", ", resource.Prefixes.Select(p => $"{p.Name} {p.Prefix} {p.Seen.State} {p.Seen.Learned}, {p.Events.Length} events"))}; {string.Join(", ", resource.MonitorTests.Select(t => $"{t.Name} {t.Destination}:{t.DestinationPort}"))} {string.Join(' ', resource.Tags?.Keys ?? [])}".TrimEnd();

    public override IReadOnlyList<Story> Stories => [new("a peering service's life", () => Life)];

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(
            new SamplePut(stage.InGroup(Type), "2022-10-01", Body("Amsterdam"))
            {
                Changed = """
                {"location":"westeurope","tags":{"a":"b"},"properties":{"peeringServiceLocation":"Stockholm","peeringServiceProvider":"Telia Carrier"}}
                """,
            }
        );

    private static string Body(string primary) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"properties":{"peeringServiceLocation":"Noord-Holland","peeringServiceProvider":"Telia Carrier",
            "providerPrimaryPeeringLocation":"{{{{primary}}}}"}}
            """;

    private static PutPeeringService Put(string provider) => new(At, s_id, "westeurope", null, null, "Noord-Holland", provider, null, null);

    private static ServicePrefixesSeen Seen(ServicePrefixSeen seen) =>
        new(At, ImmutableSortedDictionary<string, ServicePrefixSeen>.Empty.Add("p", seen));

    private WorkflowStory Life =>
        new()
        {
            Workflows = [Workflow],
            Handlers = (_, _) => [],
            Requests =
            [
                (engine, _) => SendAsync(engine, s_id, Type, Put("Example Transit")),
                (engine, _) => SendAsync(engine, s_id, Type, new PutServicePrefix(At, "p", IpPrefix.Parse("193.10.0.0/24"), null)),
                (engine, _) => SendAsync(engine, s_id, Type, Seen(s_verified)),
                (engine, _) => SendAsync(engine, s_id, Type, new DeleteServicePrefix(At, "p")),
                (engine, _) => SendAsync(engine, s_id, Type, new DeleteResource(At)),
            ],
            End = async store => $"{(await store.GetAsync(s_id, default))?.State ?? "gone"}",
        };
}
