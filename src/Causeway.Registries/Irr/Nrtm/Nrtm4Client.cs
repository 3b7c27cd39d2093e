using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using Causeway.Hosting;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using Polly;
using Polly.Timeout;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>Where a source is mirrored from by NRTMv4.</summary>
public sealed record Nrtm4Options
{
    /// <summary>The Update Notification File: an <c>https:</c> address, or a path or <c>file:</c> address of a folder's copy.</summary>
    public required string NotificationUrl { get; init; }

    /// <summary>The server's public key (PEM, P-256), used until a first notification was accepted; from then on keys follow the server's announcements, unless another is given here.</summary>
    public string InitialKey { get; init; } = "";

    /// <summary>The file that it stands in, read with each run; null when it is given as text.</summary>
    public string? InitialKeyFile { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A notification older than this is a server that has stopped (RFC 10063: 24 hours).</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The largest file taken.</summary>
    public long MaxFile { get; init; } = 512L << 20;
}

/// <summary>
/// Keeps a source fresh by NRTMv4 (RFC 10063). The notification is signed; it names a snapshot and deltas by hash, so nothing else needs a signature. Within a
/// session the next versions come from deltas; a new session, a gap, or a first run loads the snapshot. All deltas of a run are applied in one step.
/// </summary>
/// <param name="http">For https addresses. May be null when the notification is a file.</param>
public sealed class Nrtm4Client(IrrStore store, TimeProvider time, Nrtm4Options options, HttpClient? http = null)
{
    private const int Attempts = 3;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(2);

    private readonly ResiliencePipeline _patience = OutsideCalls.Within(options.Timeout, time);
    private readonly ResiliencePipeline<HttpResponseMessage> _calls = OutsideCalls.Http(Attempts, AnswerTimeout, time);

    /// <summary>One run for one source.</summary>
    public async Task<NrtmOutcome> RunAsync(string source, CancellationToken cancellation)
    {
        source = source.ToUpperInvariant();
        try
        {
            return await _patience.ExecuteAsync(async c => await MirrorAsync(source, c), cancellation);
        }
        catch (Exception e) when (e is Nrtm4Exception or IOException or HttpRequestException or UnauthorizedAccessException)
        {
            return await FailedAsync(source, e.Message, cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return await FailedAsync(source, $"no complete answer within {options.Timeout.TotalSeconds:0} s", cancellation);
        }
    }

    private async Task<NrtmOutcome> FailedAsync(string source, string message, CancellationToken cancellation)
    {
        string reason = $"NRTMv4 of {source} from {options.NotificationUrl}: {message}";
        await store.FailAsync(source, reason, cancellation);
        return new NrtmOutcome.Failed(reason);
    }

    private async Task<NrtmOutcome> MirrorAsync(string source, CancellationToken cancellation)
    {
        Nrtm4State? state = store.Nrtm4(source);
        string initialKey = options.InitialKeyFile is { } file ? await File.ReadAllTextAsync(file, cancellation) : options.InitialKey;
        // The configured key has had its time once the server announced others; one that was configured since then is a person's word.
        bool configuredAnew = state?.ConfiguredKey is { } before && before != initialKey;
        string[] keys = state is null
            ? [initialKey]
            : [.. new[] { state.CurrentKey, state.NextKey, configuredAnew ? initialKey : null }.OfType<string>()];
        byte[] signed = await FetchAsync(options.NotificationUrl, 16 << 20, cancellation);
        (Nrtm4Notification notification, string key) = Nrtm4Notification.Open(signed, keys, source);
        TimeSpan age = time.GetUtcNow() - notification.Timestamp;
        if (age > options.MaxAge)
            throw new Nrtm4Exception($"the notification is {age.TotalHours:0} hours old; the server has stopped publishing");
        CheckHistory(notification, state);
        var next = new Nrtm4State
        {
            Session = notification.Session,
            Version = notification.Version,
            CurrentKey = key,
            ConfiguredKey = initialKey,
            NextKey = notification.NextKey,
            Hashes = notification.Deltas.Append(notification.Snapshot).DistinctBy(f => f.Url).ToDictionary(f => f.Url, f => f.Hash),
        };
        if (state?.Session == notification.Session)
        {
            if (notification.Version < state.Version)
                throw new Nrtm4Exception($"the server went back from version {state.Version} to {notification.Version} within a session");
            if (notification.Version == state.Version)
            {
                await store.RememberAsync(source, next, cancellation);
                return new NrtmOutcome.UpToDate(state.Version);
            }
            if (notification.Deltas.Count > 0 && notification.Deltas[0].Version <= state.Version + 1)
                return await DeltasAsync(source, notification, state.Version, next, cancellation);
        }
        return await SnapshotAsync(source, notification, next, cancellation);
    }

    /// <summary>A file once published does not change; a server that shows another hash for it is not to be followed.</summary>
    private static void CheckHistory(Nrtm4Notification notification, Nrtm4State? state)
    {
        if (state is null || state.Session != notification.Session)
            return;
        foreach (Nrtm4Reference file in notification.Deltas.Append(notification.Snapshot))
            if (state.Hashes.TryGetValue(file.Url, out string? hash) && hash != file.Hash)
                throw new Nrtm4Exception($"{file.Url} had hash {hash} before and has {file.Hash} now: the server rewrites history");
    }

    private async Task<NrtmOutcome> DeltasAsync(
        string source,
        Nrtm4Notification notification,
        long have,
        Nrtm4State next,
        CancellationToken cancellation
    )
    {
        var changes = new List<IrrChange>();
        foreach (Nrtm4Reference delta in notification.Deltas.Where(d => d.Version > have))
            ReadDelta(await FetchAsync(delta, cancellation), source, notification.Session, delta, changes);
        IrrOutcome result = await store.ApplyAsync(
            source,
            changes,
            notification.Version,
            $"nrtm4 {options.NotificationUrl}",
            next,
            cancellation
        );
        return new NrtmOutcome.Applied(have + 1, notification.Version, changes.Count, result);
    }

    private static void ReadDelta(byte[] file, string source, string session, Nrtm4Reference delta, List<IrrChange> changes)
    {
        using var records = new Nrtm4Records(file);
        CheckHeader(records, "delta", source, session, delta);
        int before = changes.Count;
        while (records.Next() is { } record)
            using (record)
                changes.Add(Change(record.RootElement));
        if (changes.Count == before)
            throw new Nrtm4Exception($"{delta.Url} holds no changes");
    }

    private static IrrChange Change(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object)
            throw new Nrtm4Exception("a change is not a JSON object");
        switch (Nrtm4Json.Text(record, "action"))
        {
            case "add_modify":
                return new IrrChange.Put(Nrtm4Records.ObjectText(record));
            case "delete":
                RpslClass kind = RpslNames.ClassOf(System.Text.Encoding.UTF8.GetBytes(Nrtm4Json.Text(record, "object_class")));
                byte[] key = System.Text.Encoding.UTF8.GetBytes(Nrtm4Json.Text(record, "primary_key"));
                return RpslObjectKey.OfText(kind, key) is { } named ? new IrrChange.Delete(named) : new IrrChange.Nothing();
            case var other:
                throw new Nrtm4Exception($"'{other}' is not an action: expected add_modify or delete");
        }
    }

    private static void CheckHeader(Nrtm4Records records, string type, string source, string session, Nrtm4Reference reference)
    {
        using JsonDocument header = records.Next() ?? throw new Nrtm4Exception($"{reference.Url} is empty");
        (string itsSession, long itsVersion) = Nrtm4Json.Header(header.RootElement, type, source);
        if (itsSession != session || itsVersion != reference.Version)
            throw new Nrtm4Exception(
                $"{reference.Url} is of session {itsSession} version {itsVersion}, the notification says {session} version {reference.Version}"
            );
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The loader disposes the stream that it opens.")]
    private async Task<NrtmOutcome> SnapshotAsync(
        string source,
        Nrtm4Notification notification,
        Nrtm4State next,
        CancellationToken cancellation
    )
    {
        byte[] file = await FetchAsync(notification.Snapshot, cancellation);
        using (var probe = new Nrtm4Records(file))
            CheckHeader(probe, "snapshot", source, notification.Session, notification.Snapshot);
        Stream Open()
        {
            var records = new Nrtm4Records(file);
            records.Next()?.Dispose();
            return new Nrtm4SnapshotStream(records);
        }
        long version = notification.Snapshot.Version;
        next = next with { Version = version };
        IrrLoadReport report = await store.LoadAsync(
            [IrrDump.Stream($"nrtm4 {options.NotificationUrl}", Open, source, version)],
            null,
            new Dictionary<string, Nrtm4State> { [source] = next },
            cancellation
        );
        IrrOutcome? result = report.Outcomes.FirstOrDefault(o => o.Source == source);
        if (result is not IrrOutcome.Replaced)
            return result is null
                ? throw new Nrtm4Exception($"{notification.Snapshot.Url} holds no object that is kept here")
                : new NrtmOutcome.Reloaded(version, result);
        // What was published since the snapshot.
        if (notification.Deltas.Any(d => d.Version > version) && notification.Deltas[0].Version <= version + 1)
            return await DeltasAsync(source, notification, version, next with { Version = notification.Version }, cancellation);
        return new NrtmOutcome.Reloaded(version, result);
    }

    private async Task<byte[]> FetchAsync(Nrtm4Reference reference, CancellationToken cancellation)
    {
        byte[] file = await FetchAsync(Beside(options.NotificationUrl, reference.Url), options.MaxFile, cancellation);
        string hash = Convert.ToHexStringLower(SHA256.HashData(file));
        return hash == reference.Hash
            ? file
            : throw new Nrtm4Exception($"{reference.Url} has hash {hash}, but the notification says {reference.Hash}");
    }

    private static string Beside(string notification, string name) =>
        Uri.TryCreate(notification, UriKind.Absolute, out Uri? uri) && !uri.IsFile
            ? new Uri(uri, name).AbsoluteUri
            : Path.Combine(Path.GetDirectoryName(LocalPath(notification)) ?? ".", name);

    private static string LocalPath(string notification) =>
        Uri.TryCreate(notification, UriKind.Absolute, out Uri? uri) && uri.IsFile ? uri.LocalPath : notification;

    private async Task<byte[]> FetchAsync(string address, long limit, CancellationToken cancellation)
    {
        if (Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && !uri.IsFile)
        {
            if (uri.Scheme != Uri.UriSchemeHttps)
                throw new Nrtm4Exception($"{address} is not https");
            HttpClient client = http ?? throw new Nrtm4Exception("there is no HTTP client to fetch https addresses with");
            using HttpResponseMessage response = await _calls.ExecuteAsync(
                async c => await client.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, c),
                cancellation
            );
            if (!response.IsSuccessStatusCode)
                throw new Nrtm4Exception($"{address} answers {(int)response.StatusCode}");
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
            return await ReadAsync(body, address, limit, cancellation);
        }
        await using FileStream file = File.OpenRead(LocalPath(address));
        return await ReadAsync(file, address, limit, cancellation);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, string address, long limit, CancellationToken cancellation)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int n; (n = await stream.ReadAsync(buffer, cancellation)) > 0; )
        {
            if (memory.Length + n > limit)
                throw new Nrtm4Exception($"{address} exceeds {limit} bytes");
            memory.Write(buffer, 0, n);
        }
        return memory.ToArray();
    }
}
