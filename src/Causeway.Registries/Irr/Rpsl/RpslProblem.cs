using System.Text;

namespace Causeway.Registries.Irr.Rpsl;

/// <summary>Why something in registry data was not taken as it stood. Names appear in reports; the list only grows.</summary>
public enum RpslProblem : byte
{
    /// <summary>The prefix of a route cannot be read, has no length, or is of the other family.</summary>
    BadPrefix,

    /// <summary>The prefix of a route has bits set beyond its length. The object is not used.</summary>
    HostBits,

    /// <summary>A route without an origin.</summary>
    MissingOrigin,

    /// <summary>An origin, or the name of an aut-num, that is not an AS number.</summary>
    BadAsn,

    /// <summary>No <c>source:</c>, and the load named none.</summary>
    MissingSource,

    /// <summary>The object names another source than the one that is being loaded.</summary>
    ForeignSource,

    /// <summary>The name of a set or maintainer is not a name.</summary>
    BadName,

    /// <summary>A member of a set is neither an AS number, a set name nor a prefix. The rest of the set is used.</summary>
    BadMember,

    /// <summary>The same key twice in one source: the later one is used.</summary>
    Duplicate,

    /// <summary>The object begins with a line that is no attribute.</summary>
    NotAnAttribute,

    /// <summary>The object exceeds 16 MiB and was skipped.</summary>
    TooLarge,

    /// <summary>The text is not UTF-8; it was read as Latin-1. The object is used.</summary>
    NotUtf8,

    /// <summary>The input ended in the middle of a compressed stream; what had come was read, but does not replace a whole copy.</summary>
    Truncated,

    /// <summary>The input could not be read on: damaged compression, or an error of the disk or the network.</summary>
    Unreadable,

    /// <summary>More sources in one load than are allowed (256).</summary>
    TooManySources,

    /// <summary>A class that is not used here (person, inetnum, ...). Not a fault.</summary>
    OtherClass,
}

/// <summary>Counts per reason, with the first few examples. Not safe for concurrent use; merge the parts instead.</summary>
public sealed class RpslProblems
{
    private const int MaxExamples = 3;
    private const int MaxExampleLength = 120;

    private readonly long[] _counts = new long[Enum.GetValues<RpslProblem>().Length];
    private readonly Dictionary<RpslProblem, List<string>> _examples = [];

    public long this[RpslProblem problem] => _counts[(int)problem];

    /// <summary>Everything that was counted, most frequent first, with up to three examples (the beginning of the object).</summary>
    public IReadOnlyList<(RpslProblem Problem, long Count, IReadOnlyList<string> Examples)> Report() =>
        [
            .. Enum.GetValues<RpslProblem>()
                .Where(p => _counts[(int)p] > 0)
                .OrderByDescending(p => _counts[(int)p])
                .Select(p => (p, _counts[(int)p], (IReadOnlyList<string>)_examples.GetValueOrDefault(p, []))),
        ];

    internal void Count(RpslProblem problem) => _counts[(int)problem]++;

    internal void Count(RpslProblem problem, ReadOnlySpan<byte> text)
    {
        if (_counts[(int)problem]++ < MaxExamples)
            AddExample(problem, Encoding.Latin1.GetString(text[..Math.Min(text.Length, MaxExampleLength)]));
    }

    internal void Count(RpslProblem problem, string example)
    {
        if (_counts[(int)problem]++ < MaxExamples)
            AddExample(problem, example);
    }

    internal void Add(RpslProblems other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        foreach ((RpslProblem problem, List<string> examples) in other._examples)
        foreach (string example in examples)
            AddExample(problem, example);
    }

    internal static RpslProblems Restore(IEnumerable<(RpslProblem Problem, long Count, IReadOnlyList<string> Examples)> report)
    {
        var problems = new RpslProblems();
        foreach ((RpslProblem problem, long count, IReadOnlyList<string> examples) in report)
        {
            if ((int)problem >= problems._counts.Length)
                continue;
            problems._counts[(int)problem] = count;
            foreach (string example in examples)
                problems.AddExample(problem, example);
        }
        return problems;
    }

    private void AddExample(RpslProblem problem, string example)
    {
        if (!_examples.TryGetValue(problem, out List<string>? list))
            _examples[problem] = list = [];
        if (list.Count < MaxExamples)
            list.Add(example);
    }
}
