using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Storage.Sqlite;
using Causeway.Testing;
using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Domain.Tests.Circuits;

/// <summary>What an operator accepts until an instant ends at that instant: on a clock of the test's own, a tick before and then.</summary>
public sealed class TicketClockTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-ticket-").FullName;
    private readonly ManualTimeProvider _time = new(At);
    private readonly CircuitWorkflow _workflow = Workflow();
    private SqliteStore _store = null!;
    private Engine _engine = null!;
    private WakeUpLoop _loop = null!;

    public async ValueTask InitializeAsync()
    {
        _store = new SqliteStore(Path.Combine(_folder, "store.db"), _time);
        await _store.MigrateAsync(CancellationToken.None);
        _engine = new Engine(_store, [_workflow, new PortLoadWorkflow(() => Causeway.Samples.Circuits.CircuitStates.Topology)]);
        _loop = new WakeUpLoop(_engine, _time, NullLogger<WakeUpLoop>.Instance);
        foreach (
            Signal signal in (Signal[])
                [
                    Put() with
                    {
                        Ticket = Ticket(10),
                    },
                    Provider(ProviderState.Provisioned, 11),
                    PutPeering(Declaring(NotFound)) with
                    {
                        Ticket = Ticket(12),
                    },
                ]
        )
            await SendAsync(signal);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Longer than a turn of the loop ever rests, shorter, and on no whole second.</summary>
    [Theory]
    [InlineData(30 * 86_400d)]
    [InlineData(7d)]
    [InlineData(3_600.25)]
    public async Task Accepted_prefixes_end_at_the_instant_and_not_a_tick_earlier(double seconds)
    {
        DateTimeOffset expires = At.AddSeconds(seconds);
        await SendAsync(new AcceptPrefixes(At, PeeringType.MicrosoftPeering, SupportTicket, [Declared], expires, "letter"));
        Assert.IsType<PrefixStanding.Proven>(await StandingAsync());

        _time.SetUtcNow(expires.AddTicks(-1));
        TurnResult before = await _loop.TurnAsync(CancellationToken.None);
        Assert.IsType<PrefixStanding.Proven>(await StandingAsync());
        Assert.InRange(before.Next!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Single(await PermittedAsync());

        _time.SetUtcNow(expires);
        // After a start, routers may be given their configuration before the row is told.
        Assert.IsType<PrefixStanding.Proven>(await StandingAsync());
        Assert.Empty(await PermittedAsync());
        await _loop.TurnAsync(CancellationToken.None);
        Assert.Equal(expires, Assert.IsType<PrefixStanding.Expired>(await StandingAsync()).Since);
    }

    /// <summary>A later letter moves the end; the earlier instant passes with nothing done.</summary>
    [Fact]
    public async Task A_later_letter_moves_the_end()
    {
        foreach (int days in (int[])[1, 2])
            await SendAsync(new AcceptPrefixes(At, PeeringType.MicrosoftPeering, SupportTicket, [Declared], At.AddDays(days), "letter"));
        _time.SetUtcNow(At.AddDays(1));
        await _loop.TurnAsync(CancellationToken.None);
        Assert.IsType<PrefixStanding.Proven>(await StandingAsync());
        _time.SetUtcNow(At.AddDays(2));
        await _loop.TurnAsync(CancellationToken.None);
        Assert.IsType<PrefixStanding.Expired>(await StandingAsync());
    }

    /// <summary>Another ticket's acceptance that ends earlier takes nothing away.</summary>
    [Fact]
    public async Task It_is_proven_while_any_acceptance_holds()
    {
        var other = ResourceId.Parse($"{SupportTicket}-2");
        await SendAsync(new AcceptPrefixes(At, PeeringType.MicrosoftPeering, SupportTicket, [Declared], At.AddDays(2), "letter"));
        await _engine.SendAsync(
            Id,
            _workflow.Type,
            new AcceptPrefixes(At, PeeringType.MicrosoftPeering, other, [Declared], At.AddDays(1), "another"),
            new SendContext("me"),
            CancellationToken.None
        );
        _time.SetUtcNow(At.AddDays(1));
        await _loop.TurnAsync(CancellationToken.None);
        Assert.Equal(At.AddDays(2), Assert.IsType<PrefixStanding.Proven>(await StandingAsync()).Until);
    }

    private async Task<IReadOnlyList<PrefixMatch>> PermittedAsync() =>
        [
            .. new CircuitsOnRouters(_workflow, new CircuitLimits())
                .Compile(
                    new GroupMember(Causeway.Samples.Circuits.CircuitStates.Topology.FindPair("ams-1")!.Group, 0),
                    (await _store.GetAsync(Id, CancellationToken.None))!,
                    new CompileContext(Causeway.Samples.Circuits.CircuitStates.Topology, _ => new Md5Key("k", "f"), _time.GetUtcNow())
                )
                .Instances.SelectMany(i => i.Sessions)
                .SelectMany(s => s.Import.Accept),
        ];

    private async Task SendAsync(Signal signal) =>
        Assert.IsType<SendOutcome.Delivered>(
            await _engine.SendAsync(Id, _workflow.Type, signal, new SendContext("me"), CancellationToken.None)
        );

    private async Task<PrefixStanding> StandingAsync() =>
        _workflow
            .Read((await _store.GetAsync(Id, CancellationToken.None))!)
            .Resource.FindPeering(PeeringType.MicrosoftPeering)!
            .V4!.Public!.Find(Declared)!
            .Standing;
}
