using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Loading;

/// <summary>Reads dumps, several at a time, into one segment builder per source.</summary>
internal sealed class IrrLoader(TimeProvider time, Func<string, string> segmentPath, IProgress<LoadProgress>? progress)
{
    private const int MaxSources = 256;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, Loading> _sources = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>One source on its way to a segment.</summary>
    internal sealed class Loading(SegmentBuilder builder)
    {
        public SegmentBuilder Builder { get; } = builder;

        /// <summary>Guarded by the loader's lock.</summary>
        public List<string> Origins { get; } = [];
        public DateTimeOffset? DataTime { get; set; }
        public long? Serial { get; set; }

        /// <summary>Why the data is not whole; null when it is.</summary>
        public string? Incomplete { get; set; }
    }

    /// <summary>What became of one dump.</summary>
    internal sealed record DumpResult(IrrDump Dump, long Bytes, long Objects, string? Failure, IReadOnlyCollection<string> Sources);

    public IReadOnlyDictionary<string, Loading> Sources => _sources;

    public List<DumpResult> Read(IReadOnlyList<IrrDump> dumps, int parallelism, CancellationToken cancellation)
    {
        var results = new ConcurrentBag<DumpResult>();
        // The longest first, so that no worker is left with a large one at the end.
        IrrDump[] ordered = [.. dumps.OrderByDescending(d => d.Length ?? long.MaxValue)];
        Parallel.ForEach(
            Partitioner.Create(ordered, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, parallelism), CancellationToken = cancellation },
            dump => results.Add(ReadOne(dump, cancellation))
        );
        return [.. results];
    }

    /// <exception cref="IOException">What was read cannot be written down; no dump is to blame for that.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a foreign file does to its reader must not end the load of the others.")]
    private DumpResult ReadOne(IrrDump dump, CancellationToken cancellation)
    {
        var perSource = new Dictionary<Loading, RpslProblems>();
        try
        {
            using CountingStream? counted = Open(dump, out string? unreadable);
            return counted is null ? Failed(unreadable!) : ReadOne(dump, counted, perSource, cancellation);
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            return Failed(e.Message);
        }

        DumpResult Failed(string why)
        {
            string failure = $"{dump.Name} cannot be read: {why}";
            // Half a source must not look like a whole one.
            lock (_lock)
                foreach (Loading loading in perSource.Keys)
                {
                    loading.Origins.Add(dump.Name);
                    loading.Incomplete ??= failure;
                }
            return new DumpResult(dump, 0, 0, failure, dump.Source is null ? [] : [dump.Source]);
        }
    }

    private static CountingStream? Open(IrrDump dump, out string? problem)
    {
        try
        {
            problem = null;
            return new CountingStream(dump.Open());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
            return null;
        }
    }

    private DumpResult ReadOne(
        IrrDump dump,
        CountingStream counted,
        Dictionary<Loading, RpslProblems> perSource,
        CancellationToken cancellation
    )
    {
        var problems = new RpslProblems();
        Span<byte> head = stackalloc byte[Compression.HeadLength];
        head = head[..counted.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        counted.PushBack(head);
        if (Compression.Foreign(head) is { } foreign)
            throw new NotSupportedException($"it is compressed with {foreign}; plain and gzip dumps are read");
        using Stream rpsl = Compression.IsGzip(head) ? new GZipStream(counted, CompressionMode.Decompress) : counted;
        using var reader = new RpslReader(
            rpsl,
            problems,
            rpsl is GZipStream ? length => GzipTail.IsWhole(counted.Tail, length, dump.Open) : null
        );
        var last = new LastSource();
        long objects = 0;
        long started = time.GetTimestamp();
        TimeSpan nextReport = ReportEvery;
        while (reader.Read())
        {
            if ((++objects & 0xFFF) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                TimeSpan elapsed = time.GetElapsedTime(started);
                if (elapsed >= nextReport)
                {
                    nextReport = elapsed + ReportEvery;
                    progress?.Report(new LoadProgress(dump.Name, counted.Count, dump.Length, objects, elapsed, false));
                }
            }
            RpslParser parser = reader.Parser;
            if (RpslNetwork.IsPassedOver(parser.Class, reader.Text))
            {
                if (parser.HasClassAttribute)
                    problems.Count(RpslProblem.OtherClass);
                else
                    problems.Count(RpslProblem.NotAnAttribute, reader.Text);
                continue;
            }
            if (!SourceOf(dump, reader.Text, parser, problems, last))
                continue;
            if (!perSource.TryGetValue(last.Loading!, out RpslProblems? own))
                perSource[last.Loading!] = own = new RpslProblems();
            last.Loading!.Builder.Add(parser, reader.Text, own);
        }
        string? failure =
            !reader.IsComplete ? $"{dump.Name} is incomplete: {FirstFault(problems)}"
            : perSource.Count == 0 ? $"{dump.Name} holds no object that is kept here{What(problems)}"
            : dump.HasChanged() ? $"{dump.Name} was changed while it was read"
            : null;
        lock (_lock)
            foreach ((Loading loading, RpslProblems own) in perSource)
            {
                own.Add(problems);
                loading.Builder.Problems.Add(own);
                loading.Origins.Add(dump.Name);
                loading.Incomplete ??= failure;
                loading.Serial ??= dump.Serial ?? SerialBeside(dump, loading.Builder.Source);
                if (dump.Time is { } t && !(loading.DataTime >= t))
                    loading.DataTime = t;
            }
        progress?.Report(new LoadProgress(dump.Name, counted.Count, dump.Length, objects, time.GetElapsedTime(started), true));
        return new DumpResult(dump, reader.BytesRead, objects, failure, [.. perSource.Keys.Select(l => l.Builder.Source)]);
    }

    private static string What(RpslProblems problems) =>
        problems.Report() is [var most, ..] ? $": {most.Count:N0} objects {Words(most.Problem)}" : "";

    private static string Words(RpslProblem problem) =>
        problem switch
        {
            RpslProblem.OtherClass => "of other classes",
            RpslProblem.NotAnAttribute => "that are no RPSL",
            RpslProblem.ForeignSource => "of another source",
            _ => $"not usable ({problem})",
        };

    private static string FirstFault(RpslProblems problems) =>
        problems
            .Report()
            .Where(r => r.Problem is RpslProblem.Truncated or RpslProblem.Unreadable)
            .Select(r => r.Examples.Count > 0 ? r.Examples[0] : r.Problem.ToString())
            .FirstOrDefault("the input ended early");

    /// <summary>The source named last in this dump: nearly always also the next one's.</summary>
    private sealed class LastSource
    {
        public byte[] Name = [];
        public Loading? Loading;
    }

    private bool SourceOf(IrrDump dump, ReadOnlySpan<byte> text, RpslParser parser, RpslProblems problems, LastSource last)
    {
        ReadOnlySpan<byte> name = default;
        foreach (RpslAttribute attribute in parser.AttributeSpan)
            if (attribute.Key == RpslKey.Source)
                name = RpslTokens.First(text.Slice(attribute.Start, attribute.Length));
        if (last.Loading is not null && name.SequenceEqual(last.Name))
            return true;
        if (name.IsEmpty && dump.Source is null)
        {
            problems.Count(RpslProblem.MissingSource, text);
            return false;
        }
        Span<byte> upper = stackalloc byte[RpslValue.MaxName];
        string source;
        if (name.IsEmpty)
            source = dump.Source!;
        else if (RpslValue.TryUpperName(name, upper))
            source = Encoding.ASCII.GetString(upper[..name.Length]);
        else
        {
            problems.Count(RpslProblem.BadName, text);
            return false;
        }
        if (dump.Source is not null && source != dump.Source)
        {
            problems.Count(RpslProblem.ForeignSource, text);
            return false;
        }
        Loading? loading = Builder(source);
        if (loading is null)
        {
            problems.Count(RpslProblem.TooManySources, text);
            return false;
        }
        last.Name = name.ToArray();
        last.Loading = loading;
        return true;
    }

    private Loading? Builder(string source)
    {
        if (_sources.TryGetValue(source, out Loading? loading))
            return loading;
        lock (_lock)
        {
            if (_sources.TryGetValue(source, out loading))
                return loading;
            if (_sources.Count >= MaxSources)
                return null;
            return _sources[source] = new Loading(new SegmentBuilder(segmentPath(source), source));
        }
    }

    private static long? SerialBeside(IrrDump dump, string source)
    {
        if (dump.Folder is null)
            return null;
        string path = Path.Combine(dump.Folder, $"{source}.CURRENTSERIAL");
        return
            File.Exists(path)
            && new FileInfo(path).Length < 64
            && long.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long serial)
            ? serial
            : null;
    }
}
