using System.Runtime.InteropServices;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Turns changesets into one batch: one round trip and one transaction (a batch is one unless told otherwise), however many changesets and rows.
/// Whatever raises an error rolls all of it back.
/// </summary>
internal static class PostgresCommit
{
    /// <param name="group">Changesets of which no two touch the same rows (see <see cref="PostgresGroup"/>).</param>
    public static NpgsqlBatch Batch(NpgsqlConnection connection, IReadOnlyCollection<Changes> group)
    {
        NpgsqlBatch batch = connection.CreateBatch();
        Quota[] quotas = [.. group.SelectMany(c => c.Quotas).Distinct()];
        if (quotas.Length > 0)
            Add(
                batch,
                PostgresStatements.LockQuotas,
                (object)Array(quotas, q => $"{q.Of.Type?.ToLowerInvariant()} {q.Of.Scope?.Key} {q.Of.Label}")
            );
        AddWoken(batch, [.. group.SelectMany(c => c.Woken)]);
        ResourceWrite[] writes = [.. group.SelectMany(c => c.Writes)];
        ILookup<bool, StoredResource> puts = writes.OfType<ResourceWrite.Put>().ToLookup(p => p.ExpectedRevision == 0, p => p.Resource);
        AddResources(batch, PostgresStatements.InsertResources, [.. puts[true]]);
        AddResources(batch, PostgresStatements.UpdateResources, [.. puts[false]]);
        AddRevisions(batch, PostgresStatements.CheckResources, [.. writes.OfType<ResourceWrite.Check>()]);
        AddRevisions(batch, PostgresStatements.DeleteResources, [.. writes.OfType<ResourceWrite.Delete>()]);
        AddCompleted(batch, [.. group.SelectMany(c => c.Completed)]);
        ILookup<Type, ClaimChange> claims = group.SelectMany(c => c.Claims).Distinct().ToLookup(c => c.GetType());
        AddClaims(batch, PostgresStatements.ReleaseClaims, [.. claims[typeof(ClaimChange.Release)]]);
        AddClaims(batch, PostgresStatements.TakeClaims, [.. claims[typeof(ClaimChange.Take)]]);
        ILookup<Type, LabelChange> labels = group.SelectMany(c => c.Labels).Distinct().ToLookup(l => l.GetType());
        AddLabels(batch, PostgresStatements.RemoveLabels, [.. labels[typeof(LabelChange.Remove)]]);
        AddLabels(batch, PostgresStatements.AddLabels, [.. labels[typeof(LabelChange.Add)]]);
        AddWakeUps(batch, [.. group.SelectMany(c => c.WakeUps)]);
        foreach (Quota quota in quotas)
            Add(
                batch,
                PostgresQueries.FewerThan(quota),
                PostgresQueries.Parameters(quota.Of, quota.CountsItself ? quota.Most + 1 : quota.Most)
            );
        AddEffects(batch, [.. group.SelectMany(c => c.Effects).GroupBy(e => e.Name, (_, asked) => AskedOnce([.. asked]))]);
        AddStarted(batch, [.. group.SelectMany(c => c.Operations).OfType<OperationChange.Start>().Select(o => o.Operation)]);
        AddFinished(batch, [.. group.SelectMany(c => c.Operations).OfType<OperationChange.Finish>().DistinctBy(f => f.Id)]);
        if (group.Any(c => !c.Effects.IsEmpty || !c.Completed.IsEmpty || !c.WakeUps.IsEmpty))
            Add(batch, PostgresStatements.Notify);
        string[] announcements = [.. group.SelectMany(c => c.Announcements).Distinct()];
        if (announcements.Length > 0)
            Add(batch, PostgresStatements.Announce, (object)announcements);
        AddJournal(batch, [.. group.SelectMany(c => c.Journal)]);
        return batch;
    }

    private static void AddResources(NpgsqlBatch batch, string sql, StoredResource[] r)
    {
        if (r.Length > 0)
            Add(
                batch,
                sql,
                Array(r, x => x.Id.Key),
                Array(r, x => x.Id.Text),
                Array(r, x => x.Type),
                Array(r, x => x.Location),
                Array(r, x => RowText.OfTags(x.Tags)),
                Array(r, x => x.Revision),
                Array(r, x => x.ETag),
                Array(r, x => x.State),
                Array(r, x => x.Created.UtcTicks),
                Array(r, x => x.Changed.UtcTicks),
                Array(r, x => Bytes(x.Body))
            );
    }

    private static void AddRevisions(NpgsqlBatch batch, string sql, ResourceWrite[] writes)
    {
        // Several commits may rely on the same revision of a resource, such as a resource group.
        ResourceWrite[] distinct = [.. writes.DistinctBy(w => (w.Id, w.ExpectedRevision))];
        if (distinct.Length > 0)
            Add(batch, sql, Array(distinct, w => w.Id.Key), Array(distinct, w => w.ExpectedRevision));
    }

    private static void AddCompleted(NpgsqlBatch batch, LeasedEffect[] e)
    {
        if (e.Length > 0)
            Add(
                batch,
                PostgresStatements.CompleteEffects,
                Array(e, x => x.Effect.Name),
                Array(e, x => x.Lease),
                Array(e, x => x.Generation)
            );
    }

    private static void AddClaims(NpgsqlBatch batch, string sql, ClaimChange[] claims)
    {
        if (claims.Length > 0)
            Add(batch, sql, Array(claims, c => c.Key), Array(claims, c => c.Owner.Key));
    }

    private static void AddLabels(NpgsqlBatch batch, string sql, LabelChange[] labels)
    {
        if (labels.Length > 0)
            Add(batch, sql, Array(labels, l => l.Label), Array(labels, l => l.Resource.Key));
    }

    private static void AddWoken(NpgsqlBatch batch, DueWakeUp[] w)
    {
        if (w.Length > 0)
            Add(
                batch,
                PostgresStatements.AnswerWakeUps,
                Array(w, x => x.Resource.Key),
                Array(w, x => x.Name),
                Array(w, x => x.Due.UtcTicks)
            );
    }

    private static void AddWakeUps(NpgsqlBatch batch, WakeUpChange[] changes)
    {
        WakeUpChange.Remove[] removed = [.. changes.OfType<WakeUpChange.Remove>()];
        if (removed.Length > 0)
            Add(batch, PostgresStatements.RemoveWakeUps, Array(removed, x => x.Resource.Key), Array(removed, x => x.Name));
        WakeUpChange.Set[] set = [.. changes.OfType<WakeUpChange.Set>().GroupBy(x => (x.Resource.Key, x.Name)).Select(g => g.Last())];
        if (set.Length > 0)
            Add(
                batch,
                PostgresStatements.SetWakeUps,
                Array(set, x => x.Resource.Key),
                Array(set, x => x.Name),
                Array(set, x => x.Due.UtcTicks)
            );
    }

    private static void AddEffects(NpgsqlBatch batch, Effect[] e)
    {
        if (e.Length > 0)
            Add(
                batch,
                PostgresStatements.AskEffects,
                Array(e, x => x.Name),
                Array(e, x => x.Kind),
                Array(e, x => x.Resource.Key),
                Array(e, x => x.Resource.Text),
                Array(e, x => Bytes(x.Body)),
                Array(e, x => x.Due.UtcTicks),
                Array(e, x => x.Key),
                Array(e, x => x.Needs)
            );
    }

    /// <summary>Asked for several times in one changeset: the last body, the earliest due time.</summary>
    private static Effect AskedOnce(Effect[] asked) => asked[^1] with { Due = asked.Min(e => e.Due) };

    private static void AddStarted(NpgsqlBatch batch, Operation[] o)
    {
        if (o.Length > 0)
            Add(
                batch,
                PostgresStatements.StartOperations,
                Array(o, x => x.Id),
                Array(o, x => x.Resource.Text),
                Array(o, x => x.Kind),
                Array(o, x => x.Caller),
                Array(o, x => (short)x.Status),
                Array(o, x => x.Started.UtcTicks),
                Array(o, x => x.Finished?.UtcTicks),
                Array(o, x => RowText.OfRefusal(x.Error)),
                Array(o, x => Bytes(x.ResultBody))
            );
    }

    private static void AddFinished(NpgsqlBatch batch, OperationChange.Finish[] f)
    {
        if (f.Length > 0)
            Add(
                batch,
                PostgresStatements.FinishOperations,
                Array(f, x => x.Id),
                Array(f, x => (short)(x.Error is null ? OperationStatus.Succeeded : OperationStatus.Failed)),
                Array(f, x => x.At.UtcTicks),
                Array(f, x => RowText.OfRefusal(x.Error)),
                Array(f, x => Bytes(x.ResultBody))
            );
    }

    private static void AddJournal(NpgsqlBatch batch, JournalEntry[] j)
    {
        if (j.Length > 0)
            Add(
                batch,
                PostgresStatements.AppendJournal,
                Array(j, x => x.At.UtcTicks),
                Array(j, x => x.Actor),
                Array(j, x => x.Resource.Key),
                Array(j, x => x.Resource.Text),
                Array(j, x => x.Resource.Type),
                Array(j, x => x.Signal),
                Array(j, x => x.From),
                Array(j, x => x.To),
                Array(j, x => x.Why),
                Array(j, x => x.Revision),
                Array(j, x => Bytes(x.Facts)),
                Array(j, x => x.CorrelationId)
            );
    }

    private static TColumn[] Array<T, TColumn>(T[] rows, Converter<T, TColumn> column) => System.Array.ConvertAll(rows, column);

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> whole) && whole.Array!.Length == memory.Length
            ? whole.Array
            : memory.ToArray();

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object column in columns)
            command.Parameters.Add(new NpgsqlParameter { Value = column });
        batch.BatchCommands.Add(command);
    }
}
