using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>The stock tests, on the whole life of a circuit: ordered, provisioned, routed, linked, revoked, deprovisioned, deleted.</summary>
public sealed class CircuitStoryTests
{
    [Fact]
    public async Task A_circuit_in_use_survives_crashes_failures_and_repetition()
    {
        int runs = await WorkflowKit.VerifyAsync(Story(InUse));
        Assert.True(runs > 30, $"only {runs} runs");
    }

    [Fact]
    public async Task A_whole_life_survives_crashes_failures_and_repetition()
    {
        int runs = await WorkflowKit.VerifyAsync(
            Story([
                .. InUse,
                _ => new DeleteAuthorization(At, "key1", Ticket(20)),
                _ => new DeletePeering(At, PeeringType.AzurePrivatePeering, Author.Customer, Ticket(21)),
                _ => PutPeering() with { Ticket = Ticket(22) },
                _ => Provider(ProviderState.Deprovisioning, 23),
                _ => Provider(ProviderState.NotProvisioned, 24),
                _ => new DeleteResource(At, Ticket(25)),
            ])
        );
        Assert.True(runs > 60, $"only {runs} runs");
    }

    private static readonly ImmutableArray<Func<int, Signal>> InUse =
    [
        _ => Put() with { Ticket = Ticket(10) },
        _ => new PutAuthorization(At, new WantedAuthorization("key1", Key()), Ticket(11)),
        _ => Provider(ProviderState.Provisioning, 12),
        _ => Provider(ProviderState.Provisioned, 13),
        _ => PutPeering() with { Ticket = Ticket(14) },
        _ => Link(4, SecretKey.ToString(), Other) with { Ticket = Ticket(15) },
        _ => PutPeering(Private(vlan: 200)) with { Ticket = Ticket(16) },
        _ => Put() with { Ticket = Ticket(17), Tier = CircuitTier.Premium },
    ];

    private static WorkflowStory Story(ImmutableArray<Func<int, Signal>> signals)
    {
        CircuitWorkflow workflow = Workflow();
        // A client that lost the answer asks again under a new operation id.
        int resent = 1000;
        return new WorkflowStory
        {
            Workflows = [workflow],
            Handlers = (_, _) => [new Breaker()],
            Meanwhile = (engine, time) => BothRouters.FollowAsync(engine, workflow, Id, time),
            Requests =
            [
                .. signals.Select(make =>
                    (Func<Engine, TimeProvider, Task>)(
                        async (engine, _) =>
                        {
                            Signal signal = make(0);
                            if (await engine.Store.GetOperationAsync(TicketOf(signal).Id, CancellationToken.None) is not null)
                                signal = Resent(signal, resent++);
                            SendOutcome outcome = await engine.SendAsync(
                                Id,
                                workflow.Type,
                                signal,
                                new SendContext("me"),
                                CancellationToken.None
                            );
                            Assert.IsType<SendOutcome.Delivered>(outcome);
                        }
                    )
                ),
            ],
            End = async store =>
            {
                var lines = new List<string>();
                StoredResource? row = await store.GetAsync(Id, CancellationToken.None);
                if (row is not null)
                {
                    Circuit c = workflow.Read(row).Resource;
                    Assert.Equal(c.Generation, c.Applied);
                    Assert.Empty(c.Pending);
                    lines.Add(Describe(c with { Generation = 0, Primary = SideState.None, Secondary = SideState.None }));
                    Assert.Equal(workflow.ClaimsOf(c).Order(), await AllClaimsAsync(store));
                }
                lines.AddRange(await AllClaimsAsync(store));
                foreach (Func<int, Signal> make in signals)
                {
                    Operation? operation = await store.GetOperationAsync(TicketOf(make(0)).Id, CancellationToken.None);
                    Assert.Equal(OperationStatus.Succeeded, operation?.Status);
                }
                Assert.Empty(await store.PendingEffectsAsync(null, 10, CancellationToken.None));
                IReadOnlyList<JournalEntry> journal = await store.JournalAsync(new JournalQuery(), CancellationToken.None);
                lines.AddRange(
                    journal.Where(e => !e.Facts.IsEmpty).Select(e => $"billed {e.From}->{e.To} {CircuitFacts.Read(e.Facts.Span)?.Tier}")
                );
                return string.Join('\n', lines);
            },
        };
    }

    private static async Task<IEnumerable<string>> AllClaimsAsync(IStore store) =>
        (
            await Task.WhenAll(
                new[] { "service-key/", "stag/", "router-address/" }.Select(p => store.ClaimsAsync(p, CancellationToken.None).AsTask())
            )
        )
            .SelectMany(c => c)
            .Order();

    private static Ticket TicketOf(Signal signal) => (Ticket)signal.GetType().GetProperty("Ticket")!.GetValue(signal)!;

    private static Signal Resent(Signal signal, int n) =>
        signal switch
        {
            PutCircuit s => s with { Ticket = Ticket(n) },
            PutAuthorization s => s with { Ticket = Ticket(n) },
            ProviderWrites s => s with { Ticket = Ticket(n) },
            PutPeering s => s with { Ticket = Ticket(n) },
            LinkNetwork s => s with { Ticket = Ticket(n) },
            DeleteAuthorization s => s with { Ticket = Ticket(n) },
            DeletePeering s => s with { Ticket = Ticket(n) },
            DeleteResource s => s with { Ticket = Ticket(n) },
            _ => throw new ArgumentException(signal.Name),
        };

    private sealed class Breaker : IEffectHandler
    {
        public string Kind => CircuitEffects.BreakLink;

        public ImmutableArray<Addressed> GiveUp(Effect effect, string why) => [];

        public Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation) =>
            Task.FromResult<EffectOutcome>(new EffectOutcome.Done());
    }
}

/// <summary>Both routers of a circuit take everything at once, one after the other.</summary>
internal static class BothRouters
{
    public static async Task<bool> FollowAsync(Engine engine, CircuitWorkflow workflow, ResourceId id, TimeProvider time)
    {
        bool any = false;
        foreach (Side side in Sides.Both)
            if (
                (await engine.ReadAsync(workflow, id, CancellationToken.None))?.Resource is { Edge: { } edge } circuit
                && circuit.On(side).Applied < circuit.Generation
            )
            {
                var signal = new RoutersConfigured(
                    time.GetUtcNow(),
                    side,
                    edge.RouterOf(side),
                    circuit.Generation,
                    ImmutableSortedDictionary<string, string>.Empty
                );
                await engine.SendAsync(id, workflow.Type, signal, SendContext.Causeway, CancellationToken.None);
                any = true;
            }
        return any;
    }
}
