using Causeway.Bgp.Tables;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>
/// A restarted speaker's patience (RFC 4724 §4.1): an instance announces nothing of a family until each peer that kept our routes has said its End-of-RIB, or
/// the time for that is over. What is then announced is chosen from all there is, so that no peer loses a route for a moment.
/// </summary>
internal sealed class SelectionDeferral : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Rib _rib;
    private readonly Dictionary<IpFamily, HashSet<Neighbor>> _awaited;
    private readonly ITimer _timer;

    /// <param name="longest">After this nobody is waited for.</param>
    public SelectionDeferral(Rib rib, IReadOnlyCollection<Neighbor> awaited, TimeProvider clock, TimeSpan longest)
    {
        _rib = rib;
        _awaited = awaited.SelectMany(n => n.Settings.Families).Distinct().ToDictionary(f => f, f => Awaited(awaited, f));
        foreach (IpFamily family in _awaited.Keys)
            rib.Hold(family);
        _timer = clock.CreateTimer(_ => Dispose(), null, longest, Timeout.InfiniteTimeSpan);
    }

    private static HashSet<Neighbor> Awaited(IReadOnlyCollection<Neighbor> all, IpFamily family) =>
        [.. all.Where(n => n.Settings.Families.Contains(family))];

    /// <summary>This neighbor is not waited for any more: it has said all, or will not.</summary>
    public void Done(Neighbor neighbor, IpFamily family)
    {
        lock (_gate)
        {
            if (!_awaited.TryGetValue(family, out HashSet<Neighbor>? left) || !left.Remove(neighbor) || left.Count > 0)
                return;
            _awaited.Remove(family);
            if (_awaited.Count == 0)
                _timer.Dispose();
        }
        _rib.Release(family);
    }

    /// <summary>Waits for nobody any more.</summary>
    public void Dispose()
    {
        List<IpFamily> left;
        lock (_gate)
        {
            left = [.. _awaited.Keys];
            _awaited.Clear();
            _timer.Dispose();
        }
        foreach (IpFamily family in left)
            _rib.Release(family);
    }
}
