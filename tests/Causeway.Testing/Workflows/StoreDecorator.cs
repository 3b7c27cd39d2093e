using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Testing.Workflows;

/// <summary>A store that passes everything on; what a test wants different, it overrides.</summary>
public abstract class StoreDecorator(IStore inner) : IStore
{
    protected IStore Inner => inner;

    public virtual bool IsShared => inner.IsShared;

    public virtual ValueTask<DateTimeOffset?> ClockAsync(CancellationToken cancellation) => inner.ClockAsync(cancellation);

    public virtual event Action? EffectsEnqueued
    {
        add => inner.EffectsEnqueued += value;
        remove => inner.EffectsEnqueued -= value;
    }

    public virtual event Action<string?>? Announced
    {
        add => inner.Announced += value;
        remove => inner.Announced -= value;
    }

    public virtual Task MigrateAsync(CancellationToken cancellation) => inner.MigrateAsync(cancellation);

    public virtual ValueTask<StoreDescription> DescribeAsync(CancellationToken cancellation) => inner.DescribeAsync(cancellation);

    public virtual ValueTask<StoredResource?> GetAsync(ResourceId id, CancellationToken cancellation) => inner.GetAsync(id, cancellation);

    public virtual ValueTask<Page<StoredResource>> ListAsync(ResourceQuery query, CancellationToken cancellation) =>
        inner.ListAsync(query, cancellation);

    public virtual ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellation) => inner.CountAsync(query, cancellation);

    public virtual ValueTask<ResourceId?> ClaimOwnerAsync(string key, CancellationToken cancellation) =>
        inner.ClaimOwnerAsync(key, cancellation);

    public virtual ValueTask<IReadOnlyList<string>> ClaimsAsync(string keyPrefix, CancellationToken cancellation) =>
        inner.ClaimsAsync(keyPrefix, cancellation);

    public virtual ValueTask<Operation?> GetOperationAsync(Guid id, CancellationToken cancellation) =>
        inner.GetOperationAsync(id, cancellation);

    public virtual Task<CommitOutcome> CommitAsync(Changes changes, CancellationToken cancellation) =>
        inner.CommitAsync(changes, cancellation);

    public virtual Task<IReadOnlyList<LeasedEffect>> LeaseEffectsAsync(EffectsWanted wanted, CancellationToken cancellation) =>
        inner.LeaseEffectsAsync(wanted, cancellation);

    public virtual Task<bool> RenewEffectAsync(LeasedEffect effect, TimeSpan leaseFor, CancellationToken cancellation) =>
        inner.RenewEffectAsync(effect, leaseFor, cancellation);

    public virtual Task<bool> RetryEffectAsync(LeasedEffect effect, TimeSpan after, string why, CancellationToken cancellation) =>
        inner.RetryEffectAsync(effect, after, why, cancellation);

    public virtual ValueTask<TimeSpan?> NextEffectDueAsync(EffectsWanted wanted, CancellationToken cancellation) =>
        inner.NextEffectDueAsync(wanted, cancellation);

    public virtual ValueTask<IReadOnlyList<PendingEffect>> PendingEffectsAsync(
        ResourceId? resource,
        int most,
        CancellationToken cancellation
    ) => inner.PendingEffectsAsync(resource, most, cancellation);

    public virtual ValueTask<IReadOnlyList<JournalEntry>> JournalAsync(JournalQuery query, CancellationToken cancellation) =>
        inner.JournalAsync(query, cancellation);

    public virtual ValueTask<IReadOnlyList<JournalEntry>> FactsAsync(FactsQuery query, CancellationToken cancellation) =>
        inner.FactsAsync(query, cancellation);

    public virtual Task<int> PruneOperationsAsync(DateTimeOffset finishedBefore, int most, CancellationToken cancellation) =>
        inner.PruneOperationsAsync(finishedBefore, most, cancellation);

    public virtual Task<Lease?> TryLeaseAsync(string name, string holder, TimeSpan leaseFor, CancellationToken cancellation) =>
        inner.TryLeaseAsync(name, holder, leaseFor, cancellation);

    public virtual ValueTask<IReadOnlyList<Lease>> LeasesAsync(string prefix, CancellationToken cancellation) =>
        inner.LeasesAsync(prefix, cancellation);

    public virtual Task<bool> ReleaseLeaseAsync(Lease lease, CancellationToken cancellation) =>
        inner.ReleaseLeaseAsync(lease, cancellation);

    public virtual Task PutObservationsAsync(IReadOnlyList<Observation> observations, CancellationToken cancellation) =>
        inner.PutObservationsAsync(observations, cancellation);

    public virtual ValueTask<Observation?> GetObservationAsync(string key, CancellationToken cancellation) =>
        inner.GetObservationAsync(key, cancellation);

    public virtual ValueTask<Page<Observation>> ObservationsAsync(string prefix, string? after, int most, CancellationToken cancellation) =>
        inner.ObservationsAsync(prefix, after, most, cancellation);

    public virtual Task<int> DeleteObservationsAsync(string prefix, CancellationToken cancellation) =>
        inner.DeleteObservationsAsync(prefix, cancellation);

    public virtual ValueTask<IReadOnlyList<EffectsOfKind>> EffectsByKindAsync(CancellationToken cancellation) =>
        inner.EffectsByKindAsync(cancellation);

    public virtual ValueTask<IReadOnlyList<DueWakeUp>> DueWakeUpsAsync(int most, CancellationToken cancellation) =>
        inner.DueWakeUpsAsync(most, cancellation);

    public virtual ValueTask<TimeSpan?> NextWakeUpAsync(CancellationToken cancellation) => inner.NextWakeUpAsync(cancellation);

    public virtual ValueTask<WakeUpsPending> WakeUpsPendingAsync(CancellationToken cancellation) => inner.WakeUpsPendingAsync(cancellation);

    public virtual ValueTask<byte[]?> GetSettingAsync(string key, CancellationToken cancellation) =>
        inner.GetSettingAsync(key, cancellation);

    public virtual Task<byte[]> GetOrAddSettingAsync(string key, byte[] value, CancellationToken cancellation) =>
        inner.GetOrAddSettingAsync(key, value, cancellation);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return inner.DisposeAsync();
    }
}
