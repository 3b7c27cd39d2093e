using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Why the database refused a changeset: looks at what it expected, in the order in which expectations are checked. The look comes after the
/// refusal, so it may find that nothing is wrong any more.
/// </summary>
internal static class PostgresRefusal
{
    /// <returns>Null when nothing stands in the way now.</returns>
    /// <exception cref="InvalidOperationException">A claim or label names a resource that is not stored.</exception>
    public static async Task<CommitOutcome?> WhyAsync(NpgsqlDataSource source, Changes changes)
    {
        Dictionary<string, long> revisions = await RevisionsAsync(source, changes);
        foreach (DueWakeUp woken in changes.Woken)
            if (!await StandsAsync(source, woken))
                return new CommitOutcome.WakeUpGone(woken.Resource, woken.Name);
        foreach (ResourceWrite write in changes.Writes)
            if (revisions.GetValueOrDefault(write.Id.Key) is var actual && actual != write.ExpectedRevision)
                return new CommitOutcome.RevisionConflict(write.Id, write.ExpectedRevision, actual);
        foreach (LeasedEffect effect in changes.Completed)
            if (!await HasLeaseAsync(source, effect))
                return new CommitOutcome.LeaseLost(effect.Effect.Name);

        HashSet<string> put = [.. changes.Writes.OfType<ResourceWrite.Put>().Select(w => w.Id.Key)];
        HashSet<string> deleted = [.. changes.Writes.OfType<ResourceWrite.Delete>().Select(w => w.Id.Key)];
        bool IsStored(ResourceId id) => put.Contains(id.Key) || (revisions.ContainsKey(id.Key) && !deleted.Contains(id.Key));

        foreach (ClaimChange claim in changes.Claims)
        {
            if (claim is not ClaimChange.Take)
                continue;
            if (!IsStored(claim.Owner))
                throw CommitRules.OwnerMissing($"Claim '{claim.Key}'", claim.Owner);
            ResourceId? holder = await PostgresQueries.ClaimOwnerAsync(source, claim.Key, CancellationToken.None);
            bool given =
                holder is not null && (deleted.Contains(holder.Key) || changes.Claims.Contains(new ClaimChange.Release(claim.Key, holder)));
            if (holder is not null && holder != claim.Owner && !given)
                return new CommitOutcome.ClaimTaken(claim.Key, holder);
        }
        foreach (LabelChange label in changes.Labels)
            if (label is LabelChange.Add && !IsStored(label.Resource))
                throw CommitRules.OwnerMissing($"Label '{label.Label}'", label.Resource);
        foreach (WakeUpChange wakeUp in changes.WakeUps)
            if (wakeUp is WakeUpChange.Set && !IsStored(wakeUp.Resource))
                throw CommitRules.OwnerMissing($"Wake-up '{wakeUp.Name}'", wakeUp.Resource);
        foreach (Quota quota in changes.Quotas)
            if (await PostgresQueries.CountAsync(source, quota.Of with { CountUpTo = quota.Most }, CancellationToken.None) >= quota.Most)
                return new CommitOutcome.QuotaExceeded(quota);
        return null;
    }

    private static async Task<Dictionary<string, long>> RevisionsAsync(NpgsqlDataSource source, Changes changes)
    {
        string[] keys =
        [
            .. changes
                .Writes.Select(w => w.Id.Key)
                .Concat(changes.Claims.Select(c => c.Owner.Key))
                .Concat(changes.Labels.Select(l => l.Resource.Key))
                .Concat(changes.WakeUps.Select(w => w.Resource.Key))
                .Distinct(),
        ];
        List<(string Key, long Revision)> rows = await source.RowsAsync(
            "SELECT key, revision FROM resources WHERE key = ANY ($1)",
            static row => (row.GetString(0), row.GetInt64(1)),
            CancellationToken.None,
            (object)keys
        );
        return rows.ToDictionary(r => r.Key, r => r.Revision);
    }

    private static Task<bool> StandsAsync(NpgsqlDataSource source, DueWakeUp woken) =>
        source.FirstAsync(
            "SELECT 1 FROM wake_ups WHERE key = $1 AND name = $2 AND due = $3",
            static _ => true,
            CancellationToken.None,
            woken.Resource.Key,
            woken.Name,
            woken.Due.UtcTicks
        );

    private static async Task<bool> HasLeaseAsync(NpgsqlDataSource source, LeasedEffect effect) =>
        await source.FirstAsync(
            "SELECT 1 FROM effects WHERE name = $1 AND lease = $2",
            static _ => true,
            CancellationToken.None,
            effect.Effect.Name,
            effect.Lease
        );
}
