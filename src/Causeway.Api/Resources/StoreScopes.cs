using System.Collections.Concurrent;
using System.Collections.Frozen;
using Causeway.Api.Resources.Groups;
using Causeway.Api.Resources.Subscriptions;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// Subscriptions and groups from the store. Every request asks for its subscription, which hardly ever changes, so that answer is kept for a moment;
/// groups are read each time.
/// </summary>
public sealed class StoreScopes(IStore store, SubscriptionWorkflow workflow, TimeProvider clock) : IArmScopes
{
    /// <summary>How long a change made on another node may go unnoticed.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (ArmSubscription Subscription, long At)> _subscriptions = new();

    public ValueTask<ArmSubscription?> SubscriptionAsync(string id, CancellationToken cancellation) =>
        _subscriptions.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < KeptFor
            ? ValueTask.FromResult<ArmSubscription?>(known.Subscription)
            : ReadAsync(id, cancellation);

    public async ValueTask<ArmGroup?> GroupAsync(ResourceId group, CancellationToken cancellation) =>
        await store.GetAsync(group, cancellation) is { } row
            ? new ArmGroup(row.Id, row.Location, row.Revision, row.State == ResourceGroup.Deleting)
            : null;

    /// <summary>After a change made here.</summary>
    public void Forget(string id) => _subscriptions.TryRemove(id, out _);

    private async ValueTask<ArmSubscription?> ReadAsync(string id, CancellationToken cancellation)
    {
        long at = clock.GetTimestamp();
        if (await store.GetAsync(ResourceId.OfSubscription(id), cancellation) is not { } row)
            return null;
        Subscription subscription = workflow.Read(row).Resource;
        var read = new ArmSubscription(
            id,
            subscription.DisplayName,
            subscription.TenantId,
            subscription.Unregistered.ToFrozenSet(StringComparer.OrdinalIgnoreCase),
            subscription.CanceledOn is not null
        );
        _subscriptions[id] = (read, at);
        return read;
    }
}
