using System.Text;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    private int _world;

    /// <summary>Random programs over a world so small that everything meets everything: three resources, three claims, two labels, two effects.</summary>
    [Fact]
    public void A_store_does_what_the_model_does()
    {
        Prop.ForAll(
                Arb.From(ArbMap.Default.GeneratorFor<byte>().ArrayOf(200), ShrinkBytes),
                (byte[] program) => RunAsync(program).GetAwaiter().GetResult()
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true));
    }

    private static IEnumerable<byte[]> ShrinkBytes(byte[] program)
    {
        for (int half = program.Length / 2; half > 0; half /= 2)
        for (int at = 0; at + half <= program.Length; at += half)
            yield return [.. program[..at], .. program[(at + half)..]];
    }

    private async Task RunAsync(byte[] program)
    {
        var world = new World(Store, ++_world, new Queue<byte>(program));
        while (world.HasMore)
            await world.StepAsync();
    }

    /// <summary>One program's run. Names carry its number, since all programs of a test share a database.</summary>
    private sealed class World(IStore store, int number, Queue<byte> program)
    {
        private readonly StoreModel _model = new();
        private readonly List<LeasedEffect> _leases = [];
        private readonly DateTimeOffset _past = Start.AddDays(number);
        private long _position;

        public bool HasMore => program.Count > 0;

        private int Next(int below) => program.TryDequeue(out byte b) ? b % below : 0;

        private ResourceId Id(int i) => Circuit($"c{i}", "rg", $"sub-{number}");

        private string Claim(int i) => $"claim/{number}/{i}";

        private string Label(int i) => $"label/{number}/{i}";

        private string EffectName(int i) => $"effect/{number}/{i}";

        public async Task StepAsync()
        {
            switch (Next(5))
            {
                case 0:
                    await LeaseAsync();
                    break;
                case 1 when _leases.Count > 0:
                    LeasedEffect lease = _leases[Next(_leases.Count)];
                    bool soon = Next(2) == 0;
                    Assert.Equal(
                        _model.Retry(lease, soon ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue),
                        await store.RetryEffectAsync(lease, soon ? TimeSpan.Zero : TimeSpan.FromDays(1), "why", CancellationToken.None)
                    );
                    break;
                default:
                    await CommitAsync();
                    break;
            }
            await CompareAsync();
        }

        private async Task LeaseAsync()
        {
            bool runsOut = Next(3) == 0;
            List<string> due = _model.Due(TimeProvider.System.GetUtcNow());
            IReadOnlyList<LeasedEffect> leased = await store.LeaseEffectsAsync(
                Wanted("kind", 1000, runsOut ? TimeSpan.Zero : TimeSpan.FromDays(1)),
                CancellationToken.None
            );
            // Effects of earlier programs may be due as well; equal due times may come in either order.
            List<LeasedEffect> mine = [.. leased.Where(l => l.Effect.Name.StartsWith($"effect/{number}/", StringComparison.Ordinal))];
            Assert.Equal(due.Order(StringComparer.Ordinal), mine.Select(l => l.Effect.Name).Order(StringComparer.Ordinal));
            Assert.Equal(mine.Select(l => l.Effect.Due).Order(), mine.Select(l => l.Effect.Due));
            foreach (LeasedEffect lease in mine)
            {
                _model.Lease(lease, runsOut);
                Assert.Equal(_model.Effects[lease.Effect.Name].Attempts, lease.Attempt);
                _leases.Add(lease);
            }
        }

        private async Task CommitAsync()
        {
            var changes = new Changes
            {
                Writes = [.. Enumerable.Range(0, 3).Where(_ => Next(2) == 0).Select(Write)],
                Claims = [.. Enumerable.Range(0, 3).Where(_ => Next(3) == 0).Select(ClaimOf)],
                Labels = [.. Enumerable.Range(0, Next(3)).Select(_ => LabelOf())],
                Effects = [.. Enumerable.Range(0, Next(3)).Select(_ => EffectOf())],
                Completed = _leases.Count > 0 && Next(3) == 0 ? [_leases[Next(_leases.Count)]] : [],
                Journal = [.. Enumerable.Range(0, Next(3)).Select(i => Entry(Id(i), $"s{Next(256)}"))],
            };
            CommitOutcome? expected = _model.Commit(changes);
            if (expected is null)
                await Assert.ThrowsAsync<InvalidOperationException>(() => store.CommitAsync(changes, CancellationToken.None));
            else
                Assert.Equal(expected, await store.CommitAsync(changes, CancellationToken.None));
        }

        private ResourceWrite Write(int i)
        {
            long expected = _model.Revision(Id(i)) + (Next(10) == 0 ? 1 : 0);
            return Next(4) switch
            {
                0 when expected > 0 => new ResourceWrite.Delete(Id(i), expected),
                1 when expected > 0 => new ResourceWrite.Check(Id(i), expected),
                _ => new ResourceWrite.Put(CommitSamples.Resource(Id(i), expected + 1, $"state{Next(256)}"), expected),
            };
        }

        private ClaimChange ClaimOf(int i) =>
            Next(3) == 0 ? new ClaimChange.Release(Claim(i), Id(Next(3))) : new ClaimChange.Take(Claim(i), Id(Next(3)));

        private LabelChange LabelOf() =>
            Next(3) == 0 ? new LabelChange.Remove(Label(Next(2)), Id(Next(3))) : new LabelChange.Add(Label(Next(2)), Id(Next(3)));

        private Effect EffectOf() =>
            new(
                EffectName(Next(2)),
                "kind",
                Id(Next(3)),
                Encoding.UTF8.GetBytes($"{Next(256)}"),
                Next(4) == 0 ? Never.AddDays(Next(5)) : _past.AddSeconds(Next(30))
            );

        private async Task CompareAsync()
        {
            for (int i = 0; i < 3; i++)
            {
                StoredResource? stored = await store.GetAsync(Id(i), CancellationToken.None);
                StoredResource? wanted = _model.Resources.GetValueOrDefault(Id(i).Key);
                Assert.Equal((wanted?.Revision, wanted?.State, wanted?.ETag), (stored?.Revision, stored?.State, stored?.ETag));
                Assert.Equal(
                    _model.Claims.GetValueOrDefault(Claim(i)),
                    (await store.ClaimOwnerAsync(Claim(i), CancellationToken.None))?.Key
                );
            }
            for (int i = 0; i < 2; i++)
            {
                Page<StoredResource> labelled = await store.ListAsync(new ResourceQuery { Label = Label(i) }, CancellationToken.None);
                Assert.Equal(_model.Labelled(Label(i)), labelled.Items.Select(r => r.Id.Key));
            }
            // A due time that the store reckoned from its clock is about now, or a day from now.
            static string Asked(DateTimeOffset due) =>
                due == DateTimeOffset.MinValue ? "soon"
                : due == DateTimeOffset.MaxValue ? "tomorrow"
                : due < Start.AddDays(100) || due >= Never ? $"{due:O}"
                : due < TimeProvider.System.GetUtcNow().AddHours(1) ? "soon"
                : "tomorrow";
            Dictionary<string, (string, string, int, bool)> pending = (
                await store.PendingEffectsAsync(null, int.MaxValue, CancellationToken.None)
            )
                .Where(e => e.Effect.Name.StartsWith($"effect/{number}/", StringComparison.Ordinal))
                .ToDictionary(
                    e => e.Effect.Name,
                    e => (Encoding.UTF8.GetString(e.Effect.Body.Span), Asked(e.Effect.Due), e.Attempts, e.LeasedUntil is not null)
                );
            Assert.Equal(
                _model.Effects.ToDictionary(
                    e => e.Key,
                    e => (e.Value.Body, Asked(e.Value.Due), e.Value.Attempts, e.Value.Lease is not null)
                ),
                pending
            );
            await CompareJournalAsync();
        }

        private async Task CompareJournalAsync()
        {
            var mine = new JournalQuery { Resource = ResourceId.OfSubscription($"sub-{number}") };
            IReadOnlyList<JournalEntry> all = await store.JournalAsync(mine, CancellationToken.None);
            Assert.Equal(_model.Journal.Select(e => (e.Resource, e.Signal)), all.Select(e => (e.Resource, e.Signal)));
            Assert.True(all.All(e => e.Position > 0));
            _position = all.Count > 0 ? all[^1].Position : _position;
            Assert.Empty(await store.JournalAsync(mine with { AfterPosition = _position }, CancellationToken.None));
        }
    }
}
