using Causeway.Bgp.Policy;

namespace Causeway.Bgp.Tables.Out;

/// <summary>
/// What is changed in routes on their way to one peer, numbered. A number means the same under one policy and the next, so that what was told can be compared
/// with what would be told now.
/// </summary>
internal sealed class ExportChanges
{
    /// <summary>How many numbers there are; <see cref="CompiledPolicy.MaximumChanges"/> find room in any case.</summary>
    private const int Most = byte.MaxValue;

    private readonly List<AttributeChanges> _known = [AttributeChanges.None];
    private byte[] _numbers = [];
    private int _prepends = 1;

    /// <summary>The changes of a number.</summary>
    public AttributeChanges this[byte number] => _known[number];

    /// <summary>The number for what the present policy changes, and what is prepended for the member whose route it is.</summary>
    public byte Number(byte ofPolicy, int prepend) => _numbers[ofPolicy * _prepends + prepend];

    /// <summary>Takes a policy, and what is changed whatever the policy says.</summary>
    /// <param name="prepends">One, and how often more a route may be prepended on a member's wish.</param>
    /// <returns>False when numbers had run out and were given anew: they do not tell any more what the peer was told before.</returns>
    public bool Adopt(CompiledPolicy? export, AttributeChanges always, int prepends)
    {
        _prepends = prepends;
        AttributeChanges[] wanted =
        [
            .. (export?.Changes ?? [])
                .Select(c => c.With(always))
                .SelectMany(c => Enumerable.Range(0, prepends).Select(p => p == 0 ? c : c with { Prepend = Math.Min(c.Prepend + p, 255) })),
        ];
        bool fits = _known.Count + wanted.Except(_known).Count() <= Most;
        if (!fits)
            _known.RemoveRange(1, _known.Count - 1);
        _known.AddRange(wanted.Except(_known));
        _numbers = [.. wanted.Select(c => (byte)_known.IndexOf(c))];
        return fits;
    }
}
