using System.Collections.Immutable;
using Causeway.Domain;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Circuits;

internal sealed class DirectPortSample : Sample<DirectPort>
{
    private static readonly ResourceId s_id = ResourceId.Of(Customer, "rg", "Microsoft.Network", "expressRoutePorts", "port1");
    private static readonly ResourceId s_foreign = ResourceId.Of(Other, "rg", "Microsoft.Network", "expressRouteCircuits", "theirs");
    private static readonly DirectPortWorkflow s_workflow = new();

    private static PutDirectPort Put(int gbps = 10, Encapsulation encapsulation = Encapsulation.QinQ) =>
        new(At, s_id, "westeurope", "Amsterdam", gbps, Ams) { Encapsulation = encapsulation, ResourceGuid = ReachKey };

    private static readonly UsePort s_use = new(At, s_id, Id, 5000) { Links = (false, false) };
    private static readonly PutPortAuthorization s_key = new(At, "key1", Key());
    private static readonly PutDirectPort s_up = Put() with { Primary = new PortLink(Enabled: true) };

    public override Workflow<DirectPort> Workflow => s_workflow;

    public override IReadOnlyList<(string Name, DirectPort? State)> States { get; } =
    [
        ("absent", null),
        ("Free", After(Put())),
        ("Free, link enabled", After(s_up)),
        ("Free, authorization", After(Put(), s_key)),
        ("InUse", After(Put(), s_use)),
        ("InUse by key", After(Put(), s_key, s_use with { Circuit = s_foreign, Key = SecretKey.ToString() })),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put the same", Put()),
        ("Put larger", Put(100)),
        ("Put Dot1Q", Put(encapsulation: Encapsulation.Dot1Q)),
        ("Put unlimited", Put() with { Billing = CircuitFamily.UnlimitedData }),
        ("Put link enabled", s_up),
        ("UsePort", s_use),
        ("UsePort with more than there is", s_use with { Circuit = CircuitNamed("c9"), Mbps = 10_000 }),
        ("UsePort in an odd size", s_use with { Mbps = 3000 }),
        ("UsePort of a stranger", s_use with { Circuit = s_foreign }),
        ("UsePort of a stranger with the key", s_use with { Circuit = s_foreign, Key = SecretKey.ToString() }),
        ("UsePort, links seen otherwise", s_use with { Links = (true, true) }),
        ("ReleasePort", new ReleasePort(At, Id)),
        ("PutPortAuthorization", s_key),
        ("DeletePortAuthorization", new DeletePortAuthorization(At, "KEY1")),
        ("ReplaceTags", new ReplaceTags(At, ImmutableSortedDictionary<string, string>.Empty.Add("env", "prod"))),
        ("Delete", new DeleteResource(At)),
    ];

    public override string Describe(DirectPort port) =>
        $"{port.StateName} {port.BandwidthGbps}G {port.Encapsulation} {port.Billing} {(port.Primary.Enabled ? "up" : "down")}/{(port.Secondary.Enabled ? "up" : "down")}"
        + string.Concat(port.Authorizations.Select(a => $", auth {a.Name}{(a.Circuit is null ? "" : " in use")}"))
        + string.Concat(port.Circuits.Select(c => $", {c.Id.Name} {c.Mbps}"));

    public override ValueTask<SamplePut?> PutAsync(Stage stage) =>
        new(new SamplePut(stage.InGroup(Type), "2024-01-01", Body("Disabled")) { Changed = Body("Enabled") });

    public override IReadOnlyList<Story> Stories => [new("a circuit on a port, which is switched and grows", () => OnPort)];

    /// <summary>Whatever crashes, the port and its circuit say the same.</summary>
    private WorkflowStory OnPort
    {
        get
        {
            CircuitWorkflow circuits = CircuitStates.Workflow();
            return new WorkflowStory
            {
                Workflows = [circuits, s_workflow, new PortLoadWorkflow(() => CircuitStates.Topology)],
                Handlers = (_, _) => [],
                Meanwhile = (_, _) => Task.FromResult(false),
                Requests =
                [
                    (engine, _) => SendAsync(engine, s_id, Type, s_up with { Secondary = new PortLink(Enabled: true) }),
                    (engine, _) =>
                        DeliveredAsync(
                            engine,
                            new Addressed(
                                Id,
                                Circuit.ResourceType,
                                (_, _) =>
                                    new(
                                        new Asked(PutOnPort() with { Ticket = Ticket(), NewServiceKey = ReachKey }, null)
                                        {
                                            Also = [new Addressed(s_id, Type, s_use with { Links = (true, true) })],
                                        }
                                    )
                            )
                        ),
                    (engine, _) => SendAsync(engine, s_id, Type, Put() with { Primary = new PortLink(Enabled: false) }),
                    (engine, _) =>
                        SendAsync(
                            engine,
                            Id,
                            Circuit.ResourceType,
                            PutOnPort() with
                            {
                                PortLanding = null,
                                BandwidthAlone = new Bandwidth(10_000),
                            }
                        ),
                ],
                End = async store =>
                {
                    Circuit circuit = circuits.Read((await store.GetAsync(Id, default))!).Resource;
                    DirectPort port = s_workflow.Read((await store.GetAsync(s_id, default))!).Resource;
                    Assert.Equal(circuit.Order.Bandwidth.Mbps, Assert.Single(port.Circuits).Mbps);
                    Assert.Equal((port.Primary.Enabled, port.Secondary.Enabled), (circuit.Port!.PrimaryUp, circuit.Port.SecondaryUp));
                    return $"{Describe(port)}: {CircuitStates.Describe(circuit)}";
                },
            };
        }
    }

    private static Task SendAsync(Engine engine, ResourceId id, string type, Signal signal) =>
        DeliveredAsync(engine, new Addressed(id, type, signal));

    private static async Task DeliveredAsync(Engine engine, Addressed asked) =>
        Assert.IsType<SendOutcome.Delivered>(await engine.SendAsync([asked], SendContext.Causeway, default));

    private static DirectPort After(params Signal[] signals)
    {
        DirectPort? state = null;
        foreach (Signal signal in signals)
            state = ((Decision<DirectPort>.Move)s_workflow.Decide(state, signal)).Next;
        return state!;
    }

    private static string Body(string admin) =>
        $$$$"""
            {"location":"westeurope","tags":{"a":"b"},"properties":{"peeringLocation":"Amsterdam","bandwidthInGbps":10,"encapsulation":"QinQ",
            "billingType":"MeteredData","links":[{"name":"link1","properties":{"adminState":"{{{{admin}}}}"}},{"name":"link2","properties":{"adminState":"Disabled"}}]}}
            """;
}
