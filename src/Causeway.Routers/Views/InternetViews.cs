using System.IO.Compression;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Primitives;

namespace Causeway.Routers.Views;

/// <summary>How a view stands, for people.</summary>
/// <param name="Name">The file, as it was named.</param>
/// <param name="AsOf">When the collector wrote what is in use; null before the first.</param>
/// <param name="Problem">Why the file could not be read; what was read before stays in use. Null when it could.</param>
public sealed record ViewStatus(string Name, int Routes, DateTimeOffset? AsOf, DateTimeOffset? LastRefresh, string? Problem);

/// <summary>
/// The tables of route collectors, as files in MRT (plain or gzip): read again when a file's time or length changes. One that cannot be read keeps what it gave before; one that
/// is named no longer goes.
/// </summary>
/// <param name="files">What is read now: the name it is told by, and the path. Asked at each turn.</param>
public sealed class InternetViews(Func<IReadOnlyList<(string Name, string Path)>> files, TimeProvider clock)
    : Loop("internet views"),
        IInternetPaths
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>By path.</summary>
    private volatile IReadOnlyDictionary<string, Loaded> _views = new Dictionary<string, Loaded>();

    /// <summary>Nothing waits for a warning.</summary>
    public override bool IsNeeded => false;

    /// <summary>A table of the whole Internet takes a while on a slow disk.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(15);

    public IReadOnlyList<ViewStatus> Status =>
        [.. _views.Values.Select(v => new ViewStatus(v.Name, v.View?.Count ?? 0, v.View?.At, v.ReadAt, v.Problem))];

    public ValueTask<IReadOnlyList<InternetPath>> ToAsync(IpPrefix prefix, CancellationToken cancellation) =>
        new([.. _views.Values.SelectMany(v => v.View?.To(prefix) ?? [])]);

    public override Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        IReadOnlyList<(string Name, string Path)> named = files();
        foreach ((string name, string path) in named)
        {
            Loaded now = Look(name, path, _views.GetValueOrDefault(path), cancellation);
            // In use before the next one is read.
            _views = new Dictionary<string, Loaded>(_views.Where(v => named.Any(n => n.Path == v.Key))) { [path] = now };
        }
        if (named.Count == 0)
            _views = new Dictionary<string, Loaded>();
        return Task.FromResult(new TurnResult($"{named.Count} views", Poll));
    }

    private Loaded Look(string name, string path, Loaded? before, CancellationToken cancellation)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return new Loaded(name, before?.View, null, before?.ReadAt, $"there is no file {path}");
            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (before is not null && before.Stamp == stamp)
                return before;
            using FileStream raw = file.OpenRead();
            using BufferedStream plain = Plain(raw);
            var view = InternetView.Read(name, plain, cancellation);
            return new Loaded(
                name,
                view,
                stamp,
                clock.GetUtcNow(),
                view.Malformed > 0 ? $"{view.Malformed} records of {path} could not be read; the others are in use" : null
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new Loaded(name, before?.View, null, before?.ReadAt, $"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>What a file holds decides, not its name.</summary>
    private static BufferedStream Plain(FileStream file)
    {
        Span<byte> head = stackalloc byte[2];
        int got = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return got == 2 && head is [0x1F, 0x8B]
            ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16)
            : new BufferedStream(file, 1 << 16);
    }

    /// <param name="Stamp">Of the file that was read; null when it is to be read again.</param>
    private sealed record Loaded(
        string Name,
        InternetView? View,
        (DateTime Written, long Length)? Stamp,
        DateTimeOffset? ReadAt,
        string? Problem
    );
}
