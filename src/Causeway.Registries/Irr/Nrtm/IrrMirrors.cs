using Causeway.Hosting;
using Causeway.Registries.Irr.Store;

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

/// <summary>Keeps mirrored sources fresh, each by a loop at its own pace; what went wrong is in each source's state, and in <see cref="LastOutcome"/>.</summary>
public sealed class IrrMirrors
{
    /// <summary>Longer than the time limits of both protocols and the loading of what they bring.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly IrrStore _store;
    private readonly TimeProvider _time;
    private readonly HttpClient? _http;
    private readonly Dictionary<string, NrtmOutcome> _last = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="store">The sources.</param>
    /// <param name="time">Time.</param>
    /// <param name="mirrors">Which of them come from where.</param>
    /// <param name="http">For NRTMv4 over https; not disposed here.</param>
    public IrrMirrors(IrrStore store, TimeProvider time, IReadOnlyList<IrrMirror> mirrors, HttpClient? http)
    {
        _store = store;
        _time = time;
        _http = http;
        Loops = [.. mirrors.Select(m => new RegistryLoop($"nrtm {m.Source.ToUpperInvariant()}", Patience, c => RunOnceAsync(m, c)))];
    }

    /// <summary>Raised after each run, from the thread that ran it.</summary>
    public event Action<string, NrtmOutcome>? Ran;

    /// <summary>One a source.</summary>
    public IReadOnlyList<Loop> Loops { get; }

    /// <summary>What the last run of a source found; null before the first.</summary>
    public NrtmOutcome? LastOutcome(string source)
    {
        lock (_last)
            return _last.GetValueOrDefault(source);
    }

    private async Task<TurnResult> RunOnceAsync(IrrMirror mirror, CancellationToken cancellation)
    {
        NrtmOutcome outcome;
        try
        {
            outcome = mirror switch
            {
                { Nrtm4: { } four } => await new Nrtm4Client(_store, _time, four, _http).RunAsync(mirror.Source, cancellation),
                { Nrtm3: { } three } => await new Nrtm3Client(_store, _time, three).RunAsync(mirror.Source, cancellation),
                _ => new NrtmOutcome.Failed($"{mirror.Source} names no server to mirror from."),
            };
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // What neither protocol foresees, such as a full disk: the source says so as well.
            outcome = new NrtmOutcome.Failed($"{mirror.Source}: {e.Message}");
            await _store.FailAsync(mirror.Source, e.Message, cancellation);
        }
        lock (_last)
            _last[mirror.Source] = outcome;
        Ran?.Invoke(mirror.Source, outcome);
        string says = outcome switch
        {
            NrtmOutcome.UpToDate => "nothing new",
            NrtmOutcome.Applied applied => $"{applied.Changes} changes",
            NrtmOutcome.Reloaded => "loaded whole",
            _ => "nothing to be had; the source's status says why",
        };
        return new TurnResult(says, mirror.Every);
    }
}
