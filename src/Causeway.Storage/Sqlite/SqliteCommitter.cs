using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Applies one changeset inside the writer's transaction. Refusals are answered as values; whoever calls then rolls back to its savepoint. The
/// statements are fields, not looked up: this is the path that decides how many creates per second there are.
/// </summary>
/// <param name="now">The store's clock.</param>
internal sealed class SqliteCommitter(SqliteDatabase db, SqliteLeases leases, Func<DateTimeOffset> now)
{
    private readonly Statement _insert = db.Prepared(
        """
        INSERT INTO resources (key, id, type, location, tags, revision, etag, state, created, changed, body, trace)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT (key) DO NOTHING
        """
    );
    private readonly Statement _update = db.Prepared(
        """
        UPDATE resources SET id = ?2, type = ?3, location = ?4, tags = ?5, revision = ?6, etag = ?7, state = ?8, created = ?9, changed = ?10,
               body = ?11, trace = ?12 WHERE key = ?1 AND revision = ?13
        """
    );
    private readonly Statement _delete = db.Prepared("DELETE FROM resources WHERE n = ?1");
    private readonly Statement _find = db.Prepared("SELECT n, revision FROM resources WHERE key = ?1");
    private readonly Statement _takeClaim = db.Prepared("INSERT INTO claims (key, owner) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING");
    private readonly Statement _claimOwner = db.Prepared(
        "SELECT r.n, r.id FROM claims c JOIN resources r ON r.n = c.owner WHERE c.key = ?1"
    );
    private readonly Statement _releaseClaim = db.Prepared("DELETE FROM claims WHERE key = ?1 AND owner = ?2");
    private readonly Statement _releaseAllClaims = db.Prepared("DELETE FROM claims WHERE owner = ?1");
    private readonly Statement _addLabel = db.Prepared(
        "INSERT INTO labels (label, key, resource) VALUES (?1, ?2, ?3) ON CONFLICT (label, key) DO NOTHING"
    );
    private readonly Statement _removeLabel = db.Prepared("DELETE FROM labels WHERE label = ?1 AND key = ?2");
    private readonly Statement _removeAllLabels = db.Prepared("DELETE FROM labels WHERE resource = ?1");
    private readonly Statement _startOperation = db.Prepared(
        """
        INSERT INTO operations (id, resource, kind, caller, status, started, finished, error, result)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING
        """
    );
    private readonly Statement _finishOperation = db.Prepared(
        "UPDATE operations SET status = ?2, finished = ?3, error = ?4, result = ?5 WHERE id = ?1 AND status = 0"
    );
    private readonly Statement _append = db.Prepared(
        """
        INSERT INTO journal (at, actor, key, resource, type, signal, from_state, to_state, why, revision, facts, correlation, differences)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
        """
    );

    public SqliteEffects Effects { get; } = new(db, leases);
    private readonly SqliteWakeUps _wakeUps = new(db);

    /// <summary>The resource of this commit whose number is known: nearly every claim and label is for it.</summary>
    private ResourceId? _known;
    private long _knownNumber;

    public CommitOutcome Apply(Changes changes)
    {
        _known = null;
        // First, since nothing has to be taken back then.
        foreach (Quota quota in changes.Quotas)
            if (SqliteQueries.Count(db, quota.Of with { CountUpTo = quota.Most }) >= quota.Most)
                return new CommitOutcome.QuotaExceeded(quota);
        foreach (DueWakeUp woken in changes.Woken)
            if (!_wakeUps.Answer(woken))
                return new CommitOutcome.WakeUpGone(woken.Resource, woken.Name);
        foreach (ResourceWrite write in changes.Writes)
            if (Apply(write) is { } refused)
                return refused;
        foreach (LeasedEffect effect in changes.Completed)
            if (!Effects.Complete(effect))
                return new CommitOutcome.LeaseLost(effect.Effect.Name);
        foreach (ClaimChange change in changes.Claims)
            if (change is ClaimChange.Release && Number(change.Owner) is { } owner)
                _releaseClaim.Bind(1, change.Key).Bind(2, owner).Execute();
        foreach (ClaimChange change in changes.Claims)
            if (change is ClaimChange.Take && Take(change) is { } refused)
                return refused;
        foreach (LabelChange change in changes.Labels)
            if (change is LabelChange.Remove)
                _removeLabel.Bind(1, change.Label).Bind(2, change.Resource.Key).Execute();
        foreach (LabelChange change in changes.Labels)
            if (change is LabelChange.Add)
                Add(change);
        foreach (WakeUpChange change in changes.WakeUps)
            if (change is WakeUpChange.Remove)
                _wakeUps.Remove(change);
        foreach (WakeUpChange change in changes.WakeUps)
            if (change is WakeUpChange.Set set)
                Set(set);
        foreach (Effect effect in changes.Effects)
            Effects.Ask(effect, now());
        foreach (OperationChange change in changes.Operations)
            Apply(change);
        foreach (JournalEntry entry in changes.Journal)
            Append(entry);
        return Done;
    }

    private static readonly CommitOutcome Done = new CommitOutcome.Committed();

    private CommitOutcome.RevisionConflict? Apply(ResourceWrite write)
    {
        switch (write)
        {
            case ResourceWrite.Put { ExpectedRevision: 0 } put:
                if (BindResource(_insert, put.Resource).Execute() == 0)
                    return Conflict(write);
                (_known, _knownNumber) = (put.Id, db.LastRow);
                return null;
            case ResourceWrite.Put put:
                return BindResource(_update, put.Resource).Bind(13, put.ExpectedRevision).Execute() == 0 ? Conflict(write) : null;
            case ResourceWrite.Check:
                return Find(write.Id).Revision == write.ExpectedRevision ? null : Conflict(write);
            case ResourceWrite.Delete:
                (long number, long revision) = Find(write.Id);
                if (revision == 0 || revision != write.ExpectedRevision)
                    return Conflict(write);
                _releaseAllClaims.Bind(1, number).Execute();
                _removeAllLabels.Bind(1, number).Execute();
                _wakeUps.RemoveAll(write.Id);
                Effects.Hasten(write.Id, now());
                _delete.Bind(1, number).Execute();
                return null;
            default:
                throw new ArgumentOutOfRangeException(nameof(write), write, "Put, Delete and Check are the writes there are.");
        }
    }

    private static Statement BindResource(Statement statement, StoredResource r) =>
        statement
            .Bind(1, r.Id.Key)
            .Bind(2, r.Id.Text)
            .Bind(3, r.Type)
            .Bind(4, r.Location)
            .Bind(5, RowText.OfTags(r.Tags))
            .Bind(6, r.Revision)
            .Bind(7, r.ETag)
            .Bind(8, r.State)
            .Bind(9, r.Created)
            .Bind(10, r.Changed)
            .Bind(11, r.Body.Span)
            .Bind(12, r.Trace);

    private CommitOutcome.RevisionConflict Conflict(ResourceWrite write) => new(write.Id, write.ExpectedRevision, Find(write.Id).Revision);

    private CommitOutcome.ClaimTaken? Take(ClaimChange claim)
    {
        long owner = Number(claim.Owner) ?? throw CommitRules.OwnerMissing($"Claim '{claim.Key}'", claim.Owner);
        if (_takeClaim.Bind(1, claim.Key).Bind(2, owner).Execute() == 1)
            return null;
        (long holder, string id) = _claimOwner.Bind(1, claim.Key).First(static row => (row.Int64(0), row.Text(1)), (0, ""));
        return holder == owner ? null : new CommitOutcome.ClaimTaken(claim.Key, ResourceId.Parse(id));
    }

    private void Add(LabelChange label)
    {
        long resource = Number(label.Resource) ?? throw CommitRules.OwnerMissing($"Label '{label.Label}'", label.Resource);
        _addLabel.Bind(1, label.Label).Bind(2, label.Resource.Key).Bind(3, resource).Execute();
    }

    private void Set(WakeUpChange.Set change)
    {
        if (Number(change.Resource) is null)
            throw CommitRules.OwnerMissing($"Wake-up '{change.Name}'", change.Resource);
        _wakeUps.Set(change);
    }

    private void Apply(OperationChange change)
    {
        switch (change)
        {
            case OperationChange.Start(var o):
                _startOperation
                    .Bind(1, o.Id)
                    .Bind(2, o.Resource.Text)
                    .Bind(3, o.Kind)
                    .Bind(4, o.Caller)
                    .Bind(5, (long)o.Status)
                    .Bind(6, o.Started)
                    .Bind(7, o.Finished)
                    .Bind(8, RowText.OfRefusal(o.Error))
                    .Bind(9, o.ResultBody.Span)
                    .Execute();
                break;
            case OperationChange.Finish(var id, var at, var error, var result):
                _finishOperation
                    .Bind(1, id)
                    .Bind(2, (long)(error is null ? OperationStatus.Succeeded : OperationStatus.Failed))
                    .Bind(3, at)
                    .Bind(4, RowText.OfRefusal(error))
                    .Bind(5, result.Span)
                    .Execute();
                break;
        }
    }

    private void Append(JournalEntry e) =>
        _append
            .Bind(1, e.At)
            .Bind(2, e.Actor)
            .Bind(3, e.Resource.Key)
            .Bind(4, e.Resource.Text)
            .Bind(5, e.Resource.Type)
            .Bind(6, e.Signal)
            .Bind(7, e.From)
            .Bind(8, e.To)
            .Bind(9, e.Why)
            .Bind(10, e.Revision)
            .Bind(11, e.Facts.Span)
            .Bind(12, e.CorrelationId)
            .Bind(13, RowText.OfDifferences(e.Differences))
            .Execute();

    private long? Number(ResourceId id)
    {
        if (id != _known)
        {
            (long number, long revision) = Find(id);
            if (revision == 0)
                return null;
            (_known, _knownNumber) = (id, number);
        }
        return _knownNumber;
    }

    /// <summary>Revision 0: it is not there.</summary>
    private (long Number, long Revision) Find(ResourceId id) =>
        _find.Bind(1, id.Key).First(static row => (row.Int64(0), row.Int64(1)), (0, 0));
}
