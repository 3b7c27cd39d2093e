namespace Causeway.Registries.Service;

/// <summary>Remembers since when each source has its problem, and tells what is new. Safe for concurrent use.</summary>
internal sealed class SourceWatch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Problem, DateTimeOffset Since)> _known = [];

    /// <summary>Sources that have a problem.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _known.Count;
        }
    }

    /// <returns>The sources that have a problem which they did not have at the last look, and those that had one and have none any more.</returns>
    public (IReadOnlyList<SourceStatus> Alarms, IReadOnlyList<SourceStatus> Recovered) Look(
        IReadOnlyList<SourceStatus> sources,
        DateTimeOffset now
    )
    {
        var alarms = new List<SourceStatus>();
        var recovered = new List<SourceStatus>();
        lock (_gate)
        {
            foreach (string gone in _known.Keys.Except(sources.Select(s => s.Name)).ToArray())
                _known.Remove(gone);
            foreach (SourceStatus source in sources)
            {
                bool had = _known.TryGetValue(source.Name, out (string Problem, DateTimeOffset Since) known);
                if (source.Problem is null)
                {
                    if (_known.Remove(source.Name))
                        recovered.Add(source);
                }
                else if (!had || known.Problem != source.Problem)
                {
                    _known[source.Name] = (source.Problem, had ? known.Since : now);
                    alarms.Add(source with { ProblemSince = _known[source.Name].Since });
                }
            }
        }
        return (alarms, recovered);
    }

    /// <summary>The same with the time since when it has been seen with a problem.</summary>
    public SourceStatus Since(SourceStatus source)
    {
        lock (_gate)
            return source.Problem is not null && _known.TryGetValue(source.Name, out (string Problem, DateTimeOffset Since) known)
                ? source with
                {
                    ProblemSince = known.Since,
                }
                : source;
    }
}
