using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Api.Circuits;

/// <summary>
/// Which circuits declare what lies inside a block. Lean in memory: one sorted array of prefix and number (a million take 48 MB), and beside it the few circuits that
/// changed since it was sorted. Not for several threads.
/// </summary>
internal sealed class WatchedPrefixes
{
    /// <summary>Above so many changed circuits the array is sorted anew: some hundred milliseconds for a million prefixes.</summary>
    private const int MostLoose = 2000;

    private readonly Dictionary<ResourceId, int> _numbers = [];
    private readonly List<ResourceId?> _circuits = [];
    private readonly List<IpPrefix[]> _declared = [];
    private readonly Dictionary<string, HashSet<ResourceId>> _bySubscription = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<int> _loose = [];
    private Entry[] _sorted = [];

    public int Circuits => _numbers.Count;

    public IEnumerable<ResourceId> All => _numbers.Keys;

    public int Prefixes { get; private set; }

    public bool Has(ResourceId circuit) => _numbers.ContainsKey(circuit);

    /// <summary>The watched circuits of a circuit's subscription, itself included if it is one.</summary>
    public HashSet<ResourceId> Neighbours(ResourceId circuit)
    {
        string subscription = circuit.Subscription ?? "";
        if (!_bySubscription.TryGetValue(subscription, out HashSet<ResourceId>? neighbours))
            _bySubscription[subscription] = neighbours = [];
        return neighbours;
    }

    /// <summary>What a circuit declares now; nothing lets go of it.</summary>
    public void Set(ResourceId circuit, IpPrefix[] prefixes)
    {
        if (!_numbers.TryGetValue(circuit, out int number))
        {
            if (prefixes.Length == 0)
                return;
            number = _circuits.Count;
            _numbers[circuit] = number;
            _circuits.Add(circuit);
            _declared.Add([]);
            Neighbours(circuit).Add(circuit);
        }
        else if (_declared[number].AsSpan().SequenceEqual(prefixes))
            return;
        Prefixes += prefixes.Length - _declared[number].Length;
        _declared[number] = prefixes;
        _loose.Add(number);
        if (prefixes.Length == 0)
        {
            _numbers.Remove(circuit);
            Neighbours(circuit).Remove(circuit);
            _circuits[number] = null;
        }
        if (_loose.Count > MostLoose)
            Sort();
    }

    /// <summary>Sorts what is loose in; after a first fill.</summary>
    public void Sort()
    {
        var entries = new List<Entry>(Prefixes);
        for (int number = 0; number < _circuits.Count; number++)
            if (_circuits[number] is not null)
                foreach (IpPrefix prefix in _declared[number])
                    entries.Add(new Entry(prefix, number));
        _sorted = [.. entries];
        Array.Sort(_sorted, static (a, b) => a.Prefix.CompareTo(b.Prefix));
        _loose.Clear();
    }

    /// <summary>The circuits that declare something whose proof may have changed.</summary>
    public IReadOnlyCollection<ResourceId> Touched(ProofChanges changes)
    {
        if (changes.IsEverything)
            return _numbers.Keys;
        var touched = new HashSet<int>();
        foreach (IpPrefix block in changes.Blocks)
            // In this order a block comes right before all that lies inside it.
            for (int at = FirstFrom(block); at < _sorted.Length && block.Contains(_sorted[at].Prefix); at++)
                touched.Add(_sorted[at].Number);
        foreach (int number in _loose)
            if (_declared[number].Any(changes.Touches))
                touched.Add(number);
        return [.. touched.Select(n => _circuits[n]).OfType<ResourceId>()];
    }

    /// <summary>Whether another circuit of the subscription declares a prefix, or a block around it. Of what was sorted last.</summary>
    public bool HasAround(IpPrefix prefix, ResourceId circuit)
    {
        for (int length = prefix.Length; length >= 0; length--)
        {
            IpPrefix around = IpPrefix.FromBits(prefix.Family, prefix.Bits, length);
            for (int at = FirstFrom(around); at < _sorted.Length && _sorted[at].Prefix == around; at++)
                if (
                    _circuits[_sorted[at].Number] is { } other
                    && other != circuit
                    && string.Equals(other.Subscription, circuit.Subscription, StringComparison.OrdinalIgnoreCase)
                )
                    return true;
        }
        return false;
    }

    private int FirstFrom(IpPrefix block)
    {
        int low = 0,
            high = _sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_sorted[middle].Prefix.CompareTo(block) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private readonly record struct Entry(IpPrefix Prefix, int Number);
}
