using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Registries.Proof;

/// <summary>What the latest revisions touched, in bounded memory: at most some two megabytes. Of what is older, everything may have changed. Not safe for concurrent use.</summary>
internal sealed class ProofChangeLog
{
    private const int MostBlocks = 65_536;
    private const int MostRevisions = 4_096;

    private readonly Queue<(long Revision, IpPrefix[] Blocks)> _steps = [];
    private int _blocks;

    /// <summary>The oldest revision since which the log can tell.</summary>
    private long _floor = 1;

    /// <param name="revision">The one that came into being; one greater than the last.</param>
    /// <param name="touched">Null for everything.</param>
    public void Add(long revision, IReadOnlyCollection<IpPrefix>? touched)
    {
        if (touched is null)
        {
            _steps.Clear();
            _blocks = 0;
            _floor = revision;
            return;
        }
        _steps.Enqueue((revision, [.. touched]));
        _blocks += touched.Count;
        while (_blocks > MostBlocks || _steps.Count > MostRevisions)
        {
            (_floor, IpPrefix[] forgotten) = _steps.Dequeue();
            _blocks -= forgotten.Length;
        }
    }

    public ProofChanges Since(long revision, long now) =>
        revision < _floor || revision > now
            ? ProofChanges.Everything(now)
            : ProofChanges.Of(now, _steps.Where(s => s.Revision > revision).SelectMany(s => s.Blocks));
}
