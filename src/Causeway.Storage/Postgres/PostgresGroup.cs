using Causeway.Workflows.Storage;

namespace Causeway.Storage.Postgres;

/// <summary>
/// Chooses changesets that may share one set-wise batch: no two of them may touch the same row, since a set has no order. What is written excludes
/// every other use; what is only relied upon (a check, the owner of a claim) may be relied upon by many.
/// </summary>
internal sealed class PostgresGroup
{
    private readonly HashSet<string> _written = [];
    private readonly HashSet<string> _reliedOn = [];
    private readonly HashSet<string> _claims = [];
    private readonly HashSet<(string, string)> _labels = [];
    private readonly HashSet<string> _effects = [];
    private readonly HashSet<Guid> _operations = [];

    /// <summary>True when it may join, and then what it touches is taken.</summary>
    public bool TryJoin(Changes changes)
    {
        string[] writes =
        [
            .. changes
                .Writes.Where(w => w is not ResourceWrite.Check)
                .Select(w => w.Id.Key)
                .Concat(changes.Woken.Select(w => w.Resource.Key))
                .Concat(changes.WakeUps.Select(w => w.Resource.Key)),
        ];
        string[] relies =
        [
            .. changes
                .Writes.Where(w => w is ResourceWrite.Check)
                .Select(w => w.Id.Key)
                .Concat(changes.Claims.Select(c => c.Owner.Key))
                .Concat(changes.Labels.Select(l => l.Resource.Key))
                .Except(writes),
        ];
        string[] effects = [.. changes.Effects.Select(e => e.Name).Concat(changes.Completed.Select(e => e.Effect.Name))];
        if (
            writes.Any(k => _written.Contains(k) || _reliedOn.Contains(k))
            || relies.Any(_written.Contains)
            || changes.Claims.Any(c => _claims.Contains(c.Key))
            || changes.Labels.Any(l => _labels.Contains((l.Label, l.Resource.Key)))
            || effects.Any(_effects.Contains)
            || changes.Operations.Any(o => _operations.Contains(o.Id))
        )
            return false;
        _written.UnionWith(writes);
        _reliedOn.UnionWith(relies);
        _claims.UnionWith(changes.Claims.Select(c => c.Key));
        _labels.UnionWith(changes.Labels.Select(l => (l.Label, l.Resource.Key)));
        _effects.UnionWith(effects);
        _operations.UnionWith(changes.Operations.Select(o => o.Id));
        return true;
    }
}
