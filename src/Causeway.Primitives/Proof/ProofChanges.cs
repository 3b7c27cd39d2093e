namespace Causeway.Primitives.Proof;

/// <summary>
/// Which proofs may have changed from one revision to another: those of prefixes that are, or lie inside, one of the blocks. More may be named than have changed, never
/// fewer.
/// </summary>
public sealed class ProofChanges
{
    private readonly IpPrefix[] _blocks;

    private ProofChanges(long revision, bool isEverything, IpPrefix[] blocks)
    {
        Revision = revision;
        IsEverything = isEverything;
        _blocks = blocks;
    }

    /// <summary>The revision up to which this tells; what to ask with the next time.</summary>
    public long Revision { get; }

    /// <summary>Any proof may have changed: too much has, or it is not known any more.</summary>
    public bool IsEverything { get; }

    /// <summary>In order, none inside another; empty when everything may have changed.</summary>
    public IReadOnlyList<IpPrefix> Blocks => _blocks;

    /// <summary>No proof has changed.</summary>
    public bool IsNothing => !IsEverything && _blocks.Length == 0;

    public static ProofChanges Everything(long revision) => new(revision, isEverything: true, []);

    public static ProofChanges Nothing(long revision) => new(revision, isEverything: false, []);

    /// <param name="revision">Up to which they tell.</param>
    /// <param name="blocks">In any order, also one inside another.</param>
    public static ProofChanges Of(long revision, IEnumerable<IpPrefix> blocks)
    {
        var outermost = new List<IpPrefix>();
        // In this order a block comes right before all that lies inside it.
        foreach (IpPrefix block in blocks.Order())
            if (outermost.Count == 0 || !outermost[^1].Contains(block))
                outermost.Add(block);
        return new ProofChanges(revision, isEverything: false, [.. outermost]);
    }

    /// <summary>The same for whoever counts revisions from elsewhere: so many came before the first of these.</summary>
    public ProofChanges After(long before) => new(before + Revision, IsEverything, _blocks);

    /// <summary>Whether the proof of this prefix may have changed.</summary>
    public bool Touches(IpPrefix prefix)
    {
        if (IsEverything)
            return true;
        int at = Array.BinarySearch(_blocks, prefix);
        // None lies inside another, so that only the last that is not after it can contain it.
        return at >= 0 || (~at > 0 && _blocks[~at - 1].Contains(prefix));
    }
}
