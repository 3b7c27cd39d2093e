using System.Globalization;
using System.Runtime.InteropServices;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Changesets as one batch: one round trip and one transaction (a batch is one unless told otherwise), however many changesets and rows. Whatever raises
/// an error rolls all of it back; a refusal names the statement and its rows, and so the changesets they came from (<see cref="RefusedBy"/>).
/// </summary>
internal sealed class PostgresCommit : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch;
    private readonly IReadOnlyList<Changes> _group;

    /// <summary>By the statement's number: whose row the one at an index is.</summary>
    private readonly Dictionary<int, Func<int, Predicate<Changes>>> _rows = [];

    /// <param name="group">Changesets of which no two touch the same rows (see <see cref="PostgresGroup"/>).</param>
    public PostgresCommit(NpgsqlConnection connection, IReadOnlyList<Changes> group)
    {
        (_batch, _group) = (connection.CreateBatch(), group);
        Quota[] quotas = [.. group.SelectMany(c => c.Quotas).Distinct()];
        if (quotas.Length > 0)
            Add(
                PostgresStatements.LockQuotas,
                (object)Array(quotas, q => $"{q.Of.Type?.ToLowerInvariant()} {q.Of.Scope?.Key} {q.Of.Label}")
            );
        AddLocks();
        AddWoken([.. group.SelectMany(c => c.Woken)]);
        ResourceWrite[] writes = [.. group.SelectMany(c => c.Writes)];
        ILookup<bool, StoredResource> puts = writes.OfType<ResourceWrite.Put>().ToLookup(p => p.ExpectedRevision == 0, p => p.Resource);
        AddResources(PostgresStatements.InsertResources, [.. puts[true]]);
        AddResources(PostgresStatements.UpdateResources, [.. puts[false]]);
        AddRevisions(PostgresStatements.CheckResources, [.. writes.OfType<ResourceWrite.Check>()]);
        AddRevisions(PostgresStatements.DeleteResources, [.. writes.OfType<ResourceWrite.Delete>()]);
        AddGone([.. writes.OfType<ResourceWrite.Delete>()]);
        AddCompleted([.. group.SelectMany(c => c.Completed)]);
        ILookup<Type, ClaimChange> claims = group.SelectMany(c => c.Claims).Distinct().ToLookup(c => c.GetType());
        AddClaims([.. claims[typeof(ClaimChange.Release)]], [.. claims[typeof(ClaimChange.Take)]]);
        ILookup<Type, LabelChange> labels = group.SelectMany(c => c.Labels).Distinct().ToLookup(l => l.GetType());
        AddLabels([.. labels[typeof(LabelChange.Remove)]], [.. labels[typeof(LabelChange.Add)]]);
        AddWakeUps([.. group.SelectMany(c => c.WakeUps)]);
        foreach (Quota quota in quotas)
            AddRefusing(
                PostgresQueries.FewerThan(quota),
                _ => c => c.Quotas.Contains(quota),
                PostgresQueries.Parameters(quota.Of, quota.CountsItself ? quota.Most + 1 : quota.Most)
            );
        AddEffects([.. group.SelectMany(c => c.Effects).GroupBy(e => e.Name, (_, asked) => AskedOnce([.. asked]))]);
        AddStarted([.. group.SelectMany(c => c.Operations).OfType<OperationChange.Start>().Select(o => o.Operation)]);
        AddFinished([.. group.SelectMany(c => c.Operations).OfType<OperationChange.Finish>().DistinctBy(f => f.Id)]);
        if (group.Any(c => !c.Effects.IsEmpty || !c.Completed.IsEmpty || !c.WakeUps.IsEmpty))
            Add(PostgresStatements.Notify);
        string[] announcements = [.. group.SelectMany(c => c.Announcements).Distinct()];
        if (announcements.Length > 0)
            Add(PostgresStatements.Announce, (object)announcements);
        AddJournal([.. group.SelectMany(c => c.Journal)]);
    }

    public async Task ExecuteAsync()
    {
        if (_batch.BatchCommands.Count > 0)
            await _batch.ExecuteNonQueryAsync();
    }

    /// <summary>The changesets of the group whose expectations the database found unmet: at least one.</summary>
    public List<Changes> RefusedBy(PostgresException refusal)
    {
        // "refused: STATEMENT ROW ROW ...", from causeway_refuse; rows count from 1.
        int[] numbers = [.. refusal.MessageText["refused: ".Length..].Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        Predicate<Changes>[] unmet = System.Array.ConvertAll(numbers[1..], row => _rows[numbers[0]](row - 1));
        return [.. _group.Where(c => unmet.Any(isOf => isOf(c)))];
    }

    /// <summary>Locks what is there already and what more than one node may want, in the order of keys, before any statement needs one of them.</summary>
    private void AddLocks()
    {
        var strengths = new SortedDictionary<string, short>(StringComparer.Ordinal);
        foreach (Changes changes in _group)
        {
            foreach (ResourceWrite write in changes.Writes)
                if (write is not ResourceWrite.Put { ExpectedRevision: 0 })
                    Need(
                        write.Id,
                        (short)(
                            write is ResourceWrite.Check ? 2
                            : write is ResourceWrite.Put ? 3
                            : 4
                        )
                    );
            foreach (DueWakeUp woken in changes.Woken)
                Need(woken.Resource, 3);
            foreach (WakeUpChange wakeUp in changes.WakeUps)
                if (wakeUp is WakeUpChange.Set)
                    NeedUnlessNew(changes, wakeUp.Resource);
            foreach (ClaimChange claim in changes.Claims)
                if (claim is ClaimChange.Take)
                    NeedUnlessNew(changes, claim.Owner);
            foreach (LabelChange label in changes.Labels)
                if (label is LabelChange.Add)
                    NeedUnlessNew(changes, label.Resource);
        }
        if (strengths.Count > 1 || _group.Any(c => !c.Woken.IsEmpty))
            Add(PostgresStatements.LockResources, strengths.Keys.ToArray(), strengths.Values.ToArray());
        if (_group.Any(c => c.Claims.Any(claim => claim is ClaimChange.Release)))
            Add(PostgresStatements.LockClaims, (object)_group.SelectMany(c => c.Claims).Select(c => c.Key).Distinct().ToArray());

        void Need(ResourceId id, short strength) => strengths[id.Key] = Math.Max(strength, strengths.GetValueOrDefault(id.Key));

        void NeedUnlessNew(Changes changes, ResourceId id)
        {
            if (!changes.Writes.Any(w => w is ResourceWrite.Put { ExpectedRevision: 0 } && w.Id == id))
                Need(id, 1);
        }
    }

    private void AddResources(string sql, StoredResource[] r)
    {
        if (r.Length > 0)
            AddRefusing(
                sql,
                row => c => c.Writes.Any(w => w is ResourceWrite.Put put && ReferenceEquals(put.Resource, r[row])),
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
                Array(r, x => Bytes(x.Body)),
                Array(r, x => x.Trace)
            );
    }

    private void AddRevisions(string sql, ResourceWrite[] writes)
    {
        // Several commits may rely on the same revision of a resource, such as a resource group.
        ResourceWrite[] distinct = [.. writes.Distinct()];
        if (distinct.Length > 0)
            AddRefusing(
                sql,
                row => c => c.Writes.Contains(distinct[row]),
                Array(distinct, w => w.Id.Key),
                Array(distinct, w => w.ExpectedRevision)
            );
    }

    private void AddGone(ResourceWrite.Delete[] gone)
    {
        var above = new SortedSet<string>(StringComparer.Ordinal);
        foreach (ResourceWrite.Delete delete in gone)
            above.UnionWith(KeyRange.Above(delete.Id));
        if (above.Count > 0)
            Add(PostgresStatements.HastenEffects, (object)above.ToArray());
    }

    private void AddCompleted(LeasedEffect[] e)
    {
        if (e.Length > 0)
            AddRefusing(
                PostgresStatements.CompleteEffects,
                row => c => c.Completed.Contains(e[row]),
                Array(e, x => x.Effect.Name),
                Array(e, x => x.Lease),
                Array(e, x => x.Generation)
            );
    }

    private void AddClaims(ClaimChange[] released, ClaimChange[] taken)
    {
        if (released.Length > 0)
            Add(PostgresStatements.ReleaseClaims, Array(released, c => c.Key), Array(released, c => c.Owner.Key));
        if (taken.Length > 0)
            AddRefusing(
                PostgresStatements.TakeClaims,
                row => c => c.Claims.Contains(taken[row]),
                Array(taken, c => c.Key),
                Array(taken, c => c.Owner.Key)
            );
    }

    private void AddLabels(LabelChange[] removed, LabelChange[] added)
    {
        if (removed.Length > 0)
            Add(PostgresStatements.RemoveLabels, Array(removed, l => l.Label), Array(removed, l => l.Resource.Key));
        if (added.Length > 0)
            AddRefusing(
                PostgresStatements.AddLabels,
                row => c => c.Labels.Contains(added[row]),
                Array(added, l => l.Label),
                Array(added, l => l.Resource.Key)
            );
    }

    private void AddWoken(DueWakeUp[] w)
    {
        if (w.Length > 0)
            AddRefusing(
                PostgresStatements.AnswerWakeUps,
                row => c => c.Woken.Contains(w[row]),
                Array(w, x => x.Resource.Key),
                Array(w, x => x.Name),
                Array(w, x => x.Due.UtcTicks)
            );
    }

    private void AddWakeUps(WakeUpChange[] changes)
    {
        WakeUpChange.Remove[] removed = [.. changes.OfType<WakeUpChange.Remove>()];
        if (removed.Length > 0)
            Add(PostgresStatements.RemoveWakeUps, Array(removed, x => x.Resource.Key), Array(removed, x => x.Name));
        WakeUpChange.Set[] set = [.. changes.OfType<WakeUpChange.Set>().GroupBy(x => (x.Resource.Key, x.Name)).Select(g => g.Last())];
        if (set.Length > 0)
            AddRefusing(
                PostgresStatements.SetWakeUps,
                row => c => c.WakeUps.Contains(set[row]),
                Array(set, x => x.Resource.Key),
                Array(set, x => x.Name),
                Array(set, x => x.Due.UtcTicks)
            );
    }

    private void AddEffects(Effect[] e)
    {
        if (e.Length > 0)
            Add(
                PostgresStatements.AskEffects,
                Array(e, x => x.Name),
                Array(e, x => x.Kind),
                Array(e, x => x.Resource.Key),
                Array(e, x => x.Resource.Text),
                Array(e, x => Bytes(x.Body)),
                Array(e, x => x.Due.UtcTicks),
                Array(e, x => x.Key),
                Array(e, x => x.Needs),
                Array(e, x => x.Awaits?.Key),
                Array(e, x => x.Trace)
            );
    }

    /// <summary>Asked for several times in one changeset: the last body, the earliest due time.</summary>
    private static Effect AskedOnce(Effect[] asked) => asked[^1] with { Due = asked.Min(e => e.Due) };

    private void AddStarted(Operation[] o)
    {
        if (o.Length > 0)
            Add(
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

    private void AddFinished(OperationChange.Finish[] f)
    {
        if (f.Length > 0)
            Add(
                PostgresStatements.FinishOperations,
                Array(f, x => x.Id),
                Array(f, x => (short)(x.Error is null ? OperationStatus.Succeeded : OperationStatus.Failed)),
                Array(f, x => x.At.UtcTicks),
                Array(f, x => RowText.OfRefusal(x.Error)),
                Array(f, x => Bytes(x.ResultBody))
            );
    }

    private void AddJournal(JournalEntry[] j)
    {
        if (j.Length > 0)
            Add(
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
                Array(j, x => x.CorrelationId),
                Array(j, x => RowText.OfDifferences(x.Differences))
            );
    }

    private static TColumn[] Array<T, TColumn>(T[] rows, Converter<T, TColumn> column) => System.Array.ConvertAll(rows, column);

    private static byte[] Bytes(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> whole) && whole.Array!.Length == memory.Length
            ? whole.Array
            : memory.ToArray();

    /// <summary>Adds a statement that may refuse; it is told its number, to name itself by.</summary>
    /// <param name="whose">Which changesets the row at an index of its arrays belongs to.</param>
    private void AddRefusing(string sql, Func<int, Predicate<Changes>> whose, params object[] columns)
    {
        int number = _batch.BatchCommands.Count;
        _rows.Add(number, whose);
        Add(sql, [.. columns, number]);
    }

    private void Add(string sql, params ReadOnlySpan<object> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (object column in columns)
            command.Parameters.Add(new NpgsqlParameter { Value = column });
        _batch.BatchCommands.Add(command);
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}
