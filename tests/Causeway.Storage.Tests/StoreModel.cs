using System.Text;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

/// <summary>What a store is, said as plainly as possible: dictionaries, copied before each commit so that a refused one leaves nothing.</summary>
internal sealed class StoreModel
{
    private Dictionary<string, StoredResource> _resources = [];
    private Dictionary<string, string> _claims = [];
    private HashSet<(string Label, string Key)> _labels = [];
    private Dictionary<string, Row> _effects = [];

    public IReadOnlyDictionary<string, StoredResource> Resources => _resources;
    public IReadOnlyDictionary<string, string> Claims => _claims;
    public IReadOnlyDictionary<string, Row> Effects => _effects;
    public List<JournalEntry> Journal { get; } = [];

    public long Revision(ResourceId id) => _resources.TryGetValue(id.Key, out StoredResource? r) ? r.Revision : 0;

    public IEnumerable<string> Labelled(string label) =>
        _labels.Where(l => l.Label == label).Select(l => l.Key).Order(StringComparer.Ordinal);

    /// <summary>An effect's row. A run in progress has a lease; <c>Again</c>: asked for since that run began.</summary>
    public sealed record Row(string Body, DateTimeOffset Due, int Attempts, Guid? Lease = null, bool RanOut = false, bool Again = false);

    /// <returns>The outcome; null for the mistake of naming a resource that is not stored.</returns>
    public CommitOutcome? Commit(Changes changes)
    {
        (var resources, var claims, var labels, var effects) = (_resources, _claims, _labels, _effects);
        (_resources, _claims, _labels, _effects) = (new(resources), new(claims), [.. labels], new(effects));
        CommitOutcome? outcome = Apply(changes);
        if (outcome is CommitOutcome.Committed)
            Journal.AddRange(changes.Journal);
        else
            (_resources, _claims, _labels, _effects) = (resources, claims, labels, effects);
        return outcome;
    }

    private CommitOutcome? Apply(Changes changes)
    {
        foreach (ResourceWrite write in changes.Writes)
        {
            if (Revision(write.Id) != write.ExpectedRevision)
                return new CommitOutcome.RevisionConflict(write.Id, write.ExpectedRevision, Revision(write.Id));
            if (write is ResourceWrite.Put put)
                _resources[write.Id.Key] = put.Resource;
            if (write is ResourceWrite.Delete)
                Remove(write.Id.Key);
        }
        foreach (LeasedEffect done in changes.Completed)
        {
            if (!_effects.TryGetValue(done.Effect.Name, out Row? row) || row.Lease != done.Lease)
                return new CommitOutcome.LeaseLost(done.Effect.Name);
            if (row.Again)
                _effects[done.Effect.Name] = row with { Lease = null, Attempts = 0, Again = false };
            else
                _effects.Remove(done.Effect.Name);
        }
        foreach (ClaimChange claim in changes.Claims.OfType<ClaimChange.Release>())
            if (_claims.GetValueOrDefault(claim.Key) == claim.Owner.Key)
                _claims.Remove(claim.Key);
        foreach (ClaimChange claim in changes.Claims.OfType<ClaimChange.Take>())
        {
            if (Revision(claim.Owner) == 0)
                return null;
            if (_claims.TryGetValue(claim.Key, out string? holder) && holder != claim.Owner.Key)
                return new CommitOutcome.ClaimTaken(claim.Key, _resources[holder].Id);
            _claims[claim.Key] = claim.Owner.Key;
        }
        foreach (LabelChange label in changes.Labels.OfType<LabelChange.Remove>())
            _labels.Remove((label.Label, label.Resource.Key));
        foreach (LabelChange label in changes.Labels.OfType<LabelChange.Add>())
        {
            if (Revision(label.Resource) == 0)
                return null;
            _labels.Add((label.Label, label.Resource.Key));
        }
        foreach (Effect effect in changes.Effects)
            Ask(effect);
        return new CommitOutcome.Committed();
    }

    private void Remove(string key)
    {
        _resources.Remove(key);
        _labels.RemoveWhere(l => l.Key == key);
        foreach (string claim in _claims.Where(c => c.Value == key).Select(c => c.Key).ToList())
            _claims.Remove(claim);
    }

    private void Ask(Effect effect)
    {
        string body = Encoding.UTF8.GetString(effect.Body.Span);
        if (!_effects.TryGetValue(effect.Name, out Row? row))
            _effects[effect.Name] = new Row(body, effect.Due, 0);
        else if (row.Lease is not null && !row.Again)
            _effects[effect.Name] = row with { Body = body, Due = effect.Due, Again = true };
        else if (row.Lease is null && row.Attempts > 0)
            _effects[effect.Name] = row with { Body = body }; // it rests
        else
            _effects[effect.Name] = row with { Body = body, Due = effect.Due < row.Due ? effect.Due : row.Due };
    }

    /// <summary>The names that leasing must give, oldest due first.</summary>
    public List<string> Due(DateTimeOffset now) =>
        [.. _effects.Where(e => e.Value.Lease is null ? e.Value.Due <= now : e.Value.RanOut).OrderBy(e => e.Value.Due).Select(e => e.Key)];

    /// <param name="ranOut">It was leased for no time.</param>
    public void Lease(LeasedEffect leased, bool ranOut)
    {
        Row row = _effects[leased.Effect.Name];
        // A run that is taken over stays the run it was: what was asked for since then still comes afterwards.
        _effects[leased.Effect.Name] = row with
        {
            Attempts = row.Attempts + 1,
            Lease = leased.Lease,
            RanOut = ranOut,
        };
    }

    /// <param name="due">When it comes again; the store reckons it from its own clock.</param>
    public bool Retry(LeasedEffect leased, DateTimeOffset due)
    {
        if (!_effects.TryGetValue(leased.Effect.Name, out Row? row) || row.Lease != leased.Lease)
            return false;
        _effects[leased.Effect.Name] = row with { Due = due, Lease = null, RanOut = false, Again = false };
        return true;
    }
}
