using System.Collections.Concurrent;
using Causeway.Arm;
using Causeway.Domain.Resources;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// The locks of each subscription, which every write asks for: read once and kept for a moment, forgotten when a change is announced. The node that made a change has
/// forgotten what it knew before it answers.
/// </summary>
internal sealed class LockTable : IArmLocks, IDisposable
{
    /// <summary>How long a change may go unnoticed when its announcement is lost.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (Held[] Locks, long At, long Generation)> _subscriptions = new();
    private readonly IStore _store;
    private readonly LockWorkflow _workflow;
    private readonly TimeProvider _clock;
    private long _generation;

    public LockTable(IStore store, LockWorkflow workflow, TimeProvider clock)
    {
        (_store, _workflow, _clock) = (store, workflow, clock);
        store.Announced += Forget;
    }

    public void Dispose() => _store.Announced -= Forget;

    public async ValueTask<IReadOnlyList<ResourceId>> HoldingAsync(ResourceId resource, bool isDelete, CancellationToken cancellation)
    {
        if (resource.Subscription is not { } subscription)
            return [];
        Held[] locks = await LocksAsync(subscription, cancellation);
        if (locks.Length == 0)
            return [];
        return
        [
            .. locks
                .Where(l => (isDelete || l.IsReadOnly) && (l.Scope.Contains(resource) || (isDelete && resource.Contains(l.Scope))))
                .Select(l => l.Scope)
                .Distinct(),
        ];
    }

    private void Forget(string? announcement)
    {
        if (announcement is not (null or ManagementLock.ResourceType))
            return;
        Interlocked.Increment(ref _generation);
        _subscriptions.Clear();
    }

    private async ValueTask<Held[]> LocksAsync(string subscription, CancellationToken cancellation)
    {
        long generation = Interlocked.Read(ref _generation);
        if (
            _subscriptions.TryGetValue(subscription, out var known)
            && known.Generation == generation
            && _clock.GetElapsedTime(known.At) < KeptFor
        )
            return known.Locks;
        long at = _clock.GetTimestamp();
        var locks = new List<Held>();
        await foreach (
            StoredResource row in _store.AllAsync(
                new ResourceQuery
                {
                    Scope = ResourceId.OfSubscription(subscription),
                    Type = ManagementLock.ResourceType,
                    Most = 1000,
                },
                cancellation
            )
        )
        {
            // Of what cannot be read it is known where it holds, not how hard: it holds that as hard as a lock can, and nothing else.
            locks.Add(
                _workflow.TryRead(row, out Versioned<ManagementLock>? held)
                    ? new Held(held.Resource.Scope, held.Resource.Level == ManagementLock.ReadOnly)
                    : new Held(ManagementLock.ScopeOf(row.Id.Text), IsReadOnly: true)
            );
        }
        Held[] read = [.. locks];
        _subscriptions[subscription] = (read, at, generation);
        return read;
    }

    private sealed record Held(ResourceId Scope, bool IsReadOnly);
}
