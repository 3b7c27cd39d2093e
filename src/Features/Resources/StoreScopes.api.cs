using System.Collections.Concurrent;
using System.Collections.Frozen;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// Subscriptions and groups from the store. Every request asks for its subscription, which hardly ever changes, so that answer is kept for a moment, and
/// forgotten when a change is announced; groups are read each time.
/// </summary>
public sealed class StoreScopes : IArmScopes, IDisposable
{
    /// <summary>How long a change may go unnoticed when its announcement is lost.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (ArmSubscription Subscription, long At, long Generation)> _subscriptions = new();
    private readonly IStore _store;
    private readonly SubscriptionWorkflow _workflow;
    private readonly TimeProvider _clock;
    private long _generation;

    public StoreScopes(IStore store, SubscriptionWorkflow workflow, TimeProvider clock)
    {
        (_store, _workflow, _clock) = (store, workflow, clock);
        store.Announced += Forget;
    }

    public void Dispose() => _store.Announced -= Forget;

    public ValueTask<ArmSubscription?> SubscriptionAsync(string id, CancellationToken cancellation) =>
        _subscriptions.TryGetValue(id, out var known)
        && known.Generation == Interlocked.Read(ref _generation)
        && _clock.GetElapsedTime(known.At) < KeptFor
            ? ValueTask.FromResult<ArmSubscription?>(known.Subscription)
            : ReadAsync(id, cancellation);

    public async ValueTask<ArmGroup?> GroupAsync(ResourceId group, CancellationToken cancellation) =>
        await _store.GetAsync(group, cancellation) is { } row
            ? new ArmGroup(row.Id, row.Location, row.Revision, row.State == ResourceGroup.Deleting)
            : null;

    private void Forget(string? announcement)
    {
        if (announcement is not (null or Subscription.ResourceType))
            return;
        Interlocked.Increment(ref _generation);
        _subscriptions.Clear();
    }

    private async ValueTask<ArmSubscription?> ReadAsync(string id, CancellationToken cancellation)
    {
        long generation = Interlocked.Read(ref _generation);
        long at = _clock.GetTimestamp();
        if (await _store.GetAsync(ResourceId.OfSubscription(id), cancellation) is not { } row)
            return null;
        Subscription subscription = _workflow.Read(row).Resource;
        var read = new ArmSubscription(
            id,
            subscription.DisplayName,
            subscription.TenantId,
            subscription.Unregistered.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            subscription.CanceledOn is not null
        )
        {
            Foreign = subscription.Foreign,
        };
        _subscriptions[id] = (read, at, generation);
        return read;
    }
}
