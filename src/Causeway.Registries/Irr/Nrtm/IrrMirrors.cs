using System.Diagnostics.CodeAnalysis;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>One source and where its changes come from: exactly one of the two protocols.</summary>
public sealed record IrrMirror
{
    /// <summary>The source's name.</summary>
    public required string Source { get; init; }

    public Nrtm3Options? Nrtm3 { get; init; }

    public Nrtm4Options? Nrtm4 { get; init; }

    /// <summary>Between the end of one run and the start of the next. RFC 10063 asks clients for at least a minute.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Keeps mirrored sources fresh until cancelled, each at its own pace; what went wrong is in each source's state, and in <see cref="LastOutcome"/>.</summary>
/// <param name="http">For NRTMv4 over https; not disposed here.</param>
public sealed class IrrMirrors(IrrStore store, TimeProvider time, IReadOnlyList<IrrMirror> mirrors, HttpClient? http)
{
    private readonly Dictionary<string, NrtmOutcome> _last = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Raised after each run, from the thread that ran it.</summary>
    public event Action<string, NrtmOutcome>? Ran;

    /// <summary>What the last run of a source found; null before the first.</summary>
    public NrtmOutcome? LastOutcome(string source)
    {
        lock (_last)
            return _last.GetValueOrDefault(source);
    }

    public Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(mirrors.Select(m => Task.Run(() => KeepAsync(m, cancellation), CancellationToken.None)));

    private async Task KeepAsync(IrrMirror mirror, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                NrtmOutcome outcome = await RunOnceAsync(mirror, cancellation);
                lock (_last)
                    _last[mirror.Source] = outcome;
                Ran?.Invoke(mirror.Source, outcome);
                await Task.Delay(mirror.Every, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The edge of a background loop: a fault in one run must not end the mirror.")]
    private async Task<NrtmOutcome> RunOnceAsync(IrrMirror mirror, CancellationToken cancellation)
    {
        try
        {
            return mirror switch
            {
                { Nrtm4: { } four } => await new Nrtm4Client(store, time, four, http).RunAsync(mirror.Source, cancellation),
                { Nrtm3: { } three } => await new Nrtm3Client(store, time, three).RunAsync(mirror.Source, cancellation),
                _ => new NrtmOutcome.Failed($"{mirror.Source} names no server to mirror from."),
            };
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            return new NrtmOutcome.Failed($"{mirror.Source}: {e.Message}");
        }
    }
}
