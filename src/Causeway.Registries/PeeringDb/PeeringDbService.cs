using System.Net.Http.Headers;
using Causeway.Hosting;
using Polly;
using Polly.Timeout;

namespace Causeway.Registries.PeeringDb;

/// <summary>Where PeeringDB's data comes from, and how gently it is asked.</summary>
public sealed record PeeringDbOptions
{
    /// <summary>The API, ending in a slash; null to ask nobody and use the local copy or a dump only.</summary>
    public Uri? Api { get; init; }

    /// <summary>Shows contacts that are visible to users only, and allows more requests.</summary>
    public string? ApiKey { get; init; }

    /// <summary>A dump file to start from: JSON with all kinds, plain or gzip. Where nobody is asked it is read again when its time or length changes.</summary>
    public string? DumpFile { get; init; }

    /// <summary>How often the dump is looked at.</summary>
    public TimeSpan DumpPoll { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the local copy is kept; null for none.</summary>
    public string? Folder { get; init; }

    /// <summary>How often what has changed is asked for.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Pause between two requests. PeeringDB allows anonymous users 20 a minute.</summary>
    public TimeSpan Spacing { get; init; } = TimeSpan.FromSeconds(5);

    public ShrinkGuard Guard { get; init; } = new();
}

/// <summary>
/// Keeps a local copy of PeeringDB: nine requests for everything, then, once a day, nine for what has changed since. A 429 is answered by waiting as long as
/// it says; a refresh that fails changes nothing.
/// </summary>
public sealed class PeeringDbService(PeeringDbOptions options, HttpMessageHandler transport, TimeProvider clock) : IDisposable
{
    private const int Attempts = 5;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromMinutes(2);

    /// <summary>A refresh that takes, or is told to wait, longer in all than this is given up until the next.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    /// <summary>Longer than a refresh may take.</summary>
    private static readonly TimeSpan LoopPatience = Patience + TimeSpan.FromMinutes(5);

    /// <summary>The clocks of two machines differ; what changed in this time before the last refresh is asked for again.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    private RegistryLoop? _loop;
    private readonly HttpClient _http = new(transport, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly ResiliencePipeline<HttpResponseMessage> _calls = OutsideCalls.Http(Attempts, AnswerTimeout, clock);
    private readonly ResiliencePipeline _patience = OutsideCalls.Within(Patience, clock);
    private PeeringDbTables _tables = new();
    private PeeringDbData _current = PeeringDbData.Empty;
    private string? _problem;

    /// <summary>The dump as it was looked at last.</summary>
    private FileStamp? _read;
    private readonly SemaphoreSlim _reading = new(1);
    private DateTimeOffset? _lastRefresh;
    private IReadOnlyDictionary<string, long> _rejected = new Dictionary<string, long>();

    public PeeringDbData Current => Volatile.Read(ref _current);

    /// <summary>Raised after <see cref="Current"/> was replaced. Handlers are quick and do not throw.</summary>
    public event Action<PeeringDbData>? Changed;

    public SourceStatus Status() =>
        new SourceStatus("peeringdb", "peeringdb", Current.Records, null, Current.AsOf, _lastRefresh, _problem)
        {
            Rejected = _rejected,
            ExpiresAt = Current.AsOf + Age.OfPeeringDb,
        }.At(clock.GetUtcNow());

    /// <summary>Refreshes once a day while it is turned, after a failure an hour later; where nobody is to be asked it looks at the dump; null without one.</summary>
    public Loop? Loop =>
        _loop ??=
            options.Api is not null ? new RegistryLoop("peeringdb", LoopPatience, RefreshIfDueAsync)
            : options.DumpFile is { } dump ? new RegistryLoop("peeringdb", LoopPatience, cancellation => LookAsync(dump, cancellation))
            : null;

    /// <summary>Takes the local copy, or else the dump. Problems are in <see cref="Status"/>.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (options.Folder is { } folder && await PeeringDbCopy.ReadAsync(folder, cancellation) is { } copy && !(copy.AsOf <= Current.AsOf))
            Use(copy.Tables, copy.AsOf);
        if (options.DumpFile is { } dump)
            await ReadIfChangedAsync(dump, cancellation);
    }

    private async Task<TurnResult> LookAsync(string dump, CancellationToken cancellation)
    {
        await ReadIfChangedAsync(dump, cancellation);
        return new TurnResult(_problem is null ? $"{Current.Records:N0} records" : "the source's status says why", options.DumpPoll);
    }

    private async Task ReadIfChangedAsync(string dump, CancellationToken cancellation)
    {
        // At a start the loop and the loading may both come here.
        await _reading.WaitAsync(cancellation);
        try
        {
            await ReadAsync(dump, cancellation);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task ReadAsync(string dump, CancellationToken cancellation)
    {
        FileStamp? now = FileStamp.Of(dump);
        if (now is not null && now == _read)
            return;
        _read = now;
        try
        {
            if (now is { Written: var at } && at <= Current.AsOf)
            {
                _problem = null;
                return;
            }
            DateTimeOffset written = now?.Written ?? default;
            var tables = new PeeringDbTables();
            await using FileStream file = File.OpenRead(dump);
            (string? problem, IReadOnlyDictionary<string, long> rejected) = await PeeringDbJson.ReadAsync(file, null, tables, cancellation);
            problem ??= tables.Networks.Count == 0 ? "no networks in it" : Shrinks(tables);
            if (problem is null)
                await TakeAsync(tables, written, rejected, cancellation);
            else
                _problem = $"{dump}: {problem}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problem = e.Message;
        }
    }

    private TimeSpan UntilDue()
    {
        TimeSpan left = (Current.AsOf ?? DateTimeOffset.MinValue) + options.RefreshInterval - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.FromHours(1);
    }

    private async Task<TurnResult> RefreshIfDueAsync(CancellationToken cancellation)
    {
        if (clock.GetUtcNow() - (Current.AsOf ?? DateTimeOffset.MinValue) >= options.RefreshInterval)
            await RefreshAsync(cancellation);
        return new TurnResult(
            _problem is null ? $"{Current.Records:N0} records" : "nothing to be had; the source's status says why",
            UntilDue()
        );
    }

    /// <summary>Asks for what has changed, or for everything when there is nothing yet. True when the data is now fresh.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            return await _patience.ExecuteAsync(async c => await TryRefreshAsync(c), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            return Fail($"{options.Api} made us wait for {Patience.TotalMinutes:0} minutes in all; given up until the next refresh.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Fail(e.Message);
        }
    }

    private async Task<bool> TryRefreshAsync(CancellationToken cancellation)
    {
        DateTimeOffset started = clock.GetUtcNow();
        PeeringDbTables tables = _tables.Copy();
        long? since = Current.AsOf is { } asOf && tables.Networks.Count > 0 ? (asOf - Overlap).ToUnixTimeSeconds() : null;
        var rejected = new Dictionary<string, long>();
        foreach (string kind in PeeringDbJson.Kinds)
        {
            if (kind != PeeringDbJson.Kinds[0])
                await Task.Delay(options.Spacing, clock, cancellation);
            using HttpResponseMessage response = await AskAsync(kind, since, cancellation);
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
            (string? problem, IReadOnlyDictionary<string, long> bad) = await PeeringDbJson.ReadAsync(body, kind, tables, cancellation);
            foreach ((string reason, long count) in bad)
                rejected[reason] = count;
            if (problem is not null)
                return Fail($"{kind}: {problem}");
        }
        if (tables.Networks.Count == 0)
            return Fail("the API gave no networks");
        if (Shrinks(tables) is { } objection)
            return Fail(objection);
        await TakeAsync(tables, started, rejected, cancellation);
        return true;
    }

    private string? Shrinks(PeeringDbTables tables) =>
        options.Guard.Judge(
            "networks",
            _tables.Networks.Count,
            _tables.Networks.Keys.Count(k => !tables.Networks.ContainsKey(k)),
            tables.Networks.Count
        );

    private async Task<HttpResponseMessage> AskAsync(string kind, long? since, CancellationToken cancellation)
    {
        var uri = new Uri(options.Api!, $"{kind}?depth=0{(since is null ? "" : $"&since={since}")}");
        HttpResponseMessage response = await _calls.ExecuteAsync(async c => await SendAsync(uri, c), cancellation);
        if (response.IsSuccessStatusCode)
            return response;
        response.Dispose();
        throw new HttpRequestException($"{uri} answered {(int)response.StatusCode}.");
    }

    private async Task<HttpResponseMessage> SendAsync(Uri uri, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Causeway", "0.1"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        if (options.ApiKey is { } key)
            request.Headers.TryAddWithoutValidation("Authorization", $"Api-Key {key}");
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private async Task TakeAsync(
        PeeringDbTables tables,
        DateTimeOffset asOf,
        IReadOnlyDictionary<string, long> rejected,
        CancellationToken cancellation
    )
    {
        Use(tables, asOf);
        _rejected = rejected;
        _lastRefresh = clock.GetUtcNow();
        _problem = null;
        if (options.Folder is not { } folder)
            return;
        try
        {
            await PeeringDbCopy.WriteAsync(folder, tables, asOf, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problem = $"the local copy cannot be written: {e.Message}";
        }
    }

    private void Use(PeeringDbTables tables, DateTimeOffset asOf)
    {
        _tables = tables;
        var data = new PeeringDbData(tables, asOf);
        Volatile.Write(ref _current, data);
        Changed?.Invoke(data);
    }

    private bool Fail(string problem)
    {
        _problem = problem;
        return false;
    }

    public void Dispose() => _http.Dispose();
}
