using Causeway.Hosting;
using Causeway.Primitives.Proof;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Registries.Rpki;

/// <summary>
/// Keeps the VRPs of all sources fresh and united: reads files when they change, keeps RTR sessions, applies local exceptions, and swaps
/// <see cref="View"/> whole.
/// </summary>
/// <remarks>
/// A source keeps its last good state when a refresh fails or would shrink it too much. An RTR cache whose data has expired (RFC 8210 §6) leaves the union
/// as long as another source is current, and so does a file that nobody has renewed for <see cref="RpkiOptions.MaxFileAge"/>; when no source is current, the last good data of all stays in use, marked stale, rather than that every route becomes NotFound
/// and every proof fails at once.
/// </remarks>
public sealed class RpkiService
{
    /// <summary>Reading and uniting millions of VRPs takes seconds; a slow disk or a busy machine makes minutes of them.</summary>
    private static readonly TimeSpan ReadingPatience = TimeSpan.FromMinutes(10);

    /// <summary>How long the union rests at most, so that a clock that was set is noticed.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private readonly RpkiOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Lock _oneByOne = new();
    private readonly Dictionary<string, RpkiSlot> _slots = [];
    private readonly List<(RpkiSlot Slot, RtrClient Client)> _caches = [];
    private readonly List<VrpFile> _files = [];
    private readonly SlurmFiles _slurmFiles;
    private readonly RegistryLoop _uniting;
    private string _keptStatus = "";
    private IReadOnlyList<RpkiSource> _keptHeld = [];
    private RpkiView _view = RpkiView.Empty;
    private Slurm _slurm = Slurm.None;

    public RpkiService(RpkiOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _uniting = new RegistryLoop("rpki union", ReadingPatience, UniteOnChangeAsync);
        foreach (RpkiSource source in options.Fixed)
            _slots.TryAdd(source.Name, new RpkiSlot(source.Name, source.Kind) { Good = source });
        foreach (string path in options.Files)
        {
            var file = new VrpFile(path);
            if (_slots.TryAdd(file.Name, new RpkiSlot(file.Name, "vrp-file")))
                _files.Add(file);
        }
        foreach ((string host, int port) in options.Caches)
        {
            string name = $"rtr:{host}:{port}";
            var slot = new RpkiSlot(name, "rtr");
            if (!_slots.TryAdd(name, slot))
                continue;
            var client = RtrClient.Tcp(host, port, clock);
            client.Changed += _uniting.Wake;
            _caches.Add((slot, client));
        }
        _slurmFiles = new SlurmFiles(options.SlurmFiles);
        Loops = [new RegistryLoop("vrp files", ReadingPatience, PollFilesAsync), _uniting, .. _caches.Select(c => c.Client.Loop)];
        Restore();
    }

    /// <summary>The VRPs in use now.</summary>
    public RpkiView View => Volatile.Read(ref _view);

    /// <summary>Whether every cache has given its data, now or to an earlier process whose snapshot is in use.</summary>
    public bool HasHeardAll
    {
        get
        {
            lock (_gate)
                return _caches.TrueForAll(c => c.Slot.Good is not null || c.Slot.Held is not null);
        }
    }

    /// <summary>Why the last snapshot could not be read or written; null when it could. What is in memory is in use either way.</summary>
    public string? SnapshotProblem { get; private set; }

    /// <summary>Raised after <see cref="View"/> was replaced. Handlers are quick and do not throw.</summary>
    public event Action<RpkiView>? Changed;

    /// <summary>Keep everything fresh while they are turned.</summary>
    public IReadOnlyList<Loop> Loops { get; }

    public IReadOnlyList<SourceStatus> Status()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        return [.. Ageless().Select(s => s.At(now))];
    }

    /// <summary>Whether a source speaks in a view, by the name that evidence cites it by.</summary>
    internal SourceState StateOf(string cited, RpkiView view)
    {
        if (cited.StartsWith(RpkiView.LocalException, StringComparison.Ordinal))
            return !_slurmFiles.Any ? SourceState.Unknown
                : ReferenceEquals(view.Slurm, Slurm.None) ? SourceState.Silent
                : SourceState.Loaded;
        if (view.Sources.Any(s => s.IsCitedAs(cited)))
            return SourceState.Loaded;
        lock (_gate)
            return _slots.Keys.Any(name => RpkiSource.IsCitedAs(name, cited)) ? SourceState.Silent : SourceState.Unknown;
    }

    private List<SourceStatus> Ageless()
    {
        lock (_gate)
        {
            var sessions = _caches.ToDictionary(c => c.Slot, c => c.Client.Current);
            List<SourceStatus> all =
            [
                .. _slots.Values.Select(s =>
                    s.Status(sessions.GetValueOrDefault(s)?.Problem, ExpiresAt(s)) with
                    {
                        Missing = View.MissingFrom(s.Name),
                    }
                ),
            ];
            all.AddRange(_slurmFiles.Status());
            return all;
        }
    }

    /// <summary>Takes over what the shrink guard holds of a source, because a person has looked at it. False when nothing is held.</summary>
    public bool Accept(string source)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue(source, out RpkiSlot? slot) || slot.Held is not { } held)
                return false;
            slot.Offer(held, guard: null, _clock.GetUtcNow());
        }
        Unite();
        KeepStatus();
        return true;
    }

    /// <summary>Reads what files have changed, once, and unites. Problems are in <see cref="Status"/>, not thrown.</summary>
    public async Task LoadFilesAsync(CancellationToken cancellation)
    {
        foreach (VrpFile file in _files)
            await ReadAsync(file, cancellation);
        if (await _slurmFiles.ReadIfChangedAsync(_slurm, _clock, cancellation) is { } slurm)
            lock (_gate)
                _slurm = slurm;
        // Also without a change: what was current has grown old meanwhile.
        Unite();
        KeepStatus();
    }

    private async Task<TurnResult> PollFilesAsync(CancellationToken cancellation)
    {
        await LoadFilesAsync(cancellation);
        return new TurnResult($"{_files.Count} files looked at", _options.FilePoll);
    }

    /// <summary>Takes up what caches have said, and leaves out what has grown too old.</summary>
    private Task<TurnResult> UniteOnChangeAsync(CancellationToken cancellation)
    {
        lock (_gate)
            foreach ((RpkiSlot slot, RtrClient client) in _caches)
                Take(slot, client.Current);
        Unite();
        KeepStatus();
        return Task.FromResult(new TurnResult($"{View.Table.Count:N0} VRPs in use", UntilNextExpiry()));
    }

    private TimeSpan UntilNextExpiry()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        lock (_gate)
            return _slots.Values.Select(s => ExpiresAt(s) - now).Where(left => left > TimeSpan.Zero).Append(LongestRest).Min()!.Value;
    }

    /// <summary>When what is in use of a source is too old; null when it does not age.</summary>
    private DateTimeOffset? ExpiresAt(RpkiSlot slot)
    {
        if (slot.Kind == "vrp-file")
            return slot.Good?.AsOf + _options.MaxFileAge;
        foreach ((RpkiSlot own, RtrClient client) in _caches)
            if (own == slot)
                // What an earlier run of this process heard is as good as it was, until the cache answers anew.
                return client.Current.ExpiresAt ?? slot.Good?.AsOf + TimeSpan.FromSeconds(RtrIntervals.Default.Expire);
        return null;
    }

    private void Take(RpkiSlot slot, RtrCacheState state)
    {
        if (state.Table is not { } table || state.AsOf is not { } asOf || asOf == slot.LastOffer)
            return;
        var source = new RpkiSource(slot.Name, slot.Kind, table, asOf)
        {
            Serial = state.Serial ?? slot.Good?.Serial,
            Session = state.Session,
            Aspas = state.Aspas.All,
            Rejected = state.Repeated == 0 ? [] : new Dictionary<string, long> { ["announced twice"] = state.Repeated },
        };
        slot.Offer(source, _options.Guard, _clock.GetUtcNow());
    }

    private async Task ReadAsync(VrpFile file, CancellationToken cancellation)
    {
        (RpkiSource? source, string? problem) = await file.ReadIfChangedAsync(_clock, cancellation);
        lock (_gate)
        {
            RpkiSlot slot = _slots[file.Name];
            if (source is not null)
                slot.Offer(source, _options.Guard, _clock.GetUtcNow());
            else if (problem is not null)
                slot.Fail(problem);
        }
    }

    /// <param name="keep">False at the start, when what is united came from the snapshot.</param>
    private void Unite(bool keep = true)
    {
        // One at a time to the end, so that nobody is handed an older view after a newer one.
        lock (_oneByOne)
        {
            if (Combine() is not { } view)
                return;
            if (keep)
                Keep(view);
            Changed?.Invoke(view);
        }
    }

    /// <summary>The view that follows from what the sources hold now, put in use; null when it is the one in use.</summary>
    private RpkiView? Combine()
    {
        lock (_gate)
        {
            DateTimeOffset now = _clock.GetUtcNow();
            RpkiSource[] known = [.. _slots.Values.Select(s => s.Good).OfType<RpkiSource>()];
            RpkiSource[] current = [.. _slots.Values.Where(s => !(ExpiresAt(s) <= now)).Select(s => s.Good).OfType<RpkiSource>()];
            bool stale = current.Length == 0 && known.Length > 0;
            RpkiSource[] used = stale ? known : current;
            RpkiView before = _view;
            if (stale == before.IsStale && ReferenceEquals(_slurm, before.Slurm) && used.SequenceEqual(before.Sources))
                return null;
            var view = RpkiView.Build(used, _slurm, stale);
            Volatile.Write(ref _view, view);
            return view;
        }
    }

    private void Keep(RpkiView view)
    {
        if (_options.SnapshotPath is not { } path)
            return;
        try
        {
            RpkiSnapshot.Save(path, view);
            SnapshotProblem = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SnapshotProblem = e.Message;
        }
    }

    /// <summary>Whoever asks beside us sees what is held back or failing as well, although it changes no data.</summary>
    private void KeepStatus()
    {
        if (_options.SnapshotPath is not { } path)
            return;
        try
        {
            lock (_oneByOne)
            {
                RpkiSource[] held;
                lock (_gate)
                    held = [.. _slots.Values.Select(s => s.Held).OfType<RpkiSource>()];
                if (!held.SequenceEqual(_keptHeld))
                    HeldVrps.Save(path, held);
                _keptHeld = held;
                RpkiStatusFile.SaveIfChanged(path, Ageless(), ref _keptStatus);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SnapshotProblem = e.Message;
        }
    }

    /// <summary>Starts from what was good when the snapshot was written, for the sources that are still configured.</summary>
    private void Restore()
    {
        string? problem = null;
        bool hasOthers = false;
        if (_options.SnapshotPath is { } path && RpkiSnapshot.TryLoad(path, out problem) is { } kept)
        {
            foreach (RpkiSource source in kept.Sources)
                if (_slots.TryGetValue(source.Name, out RpkiSlot? slot) && slot.Good is null)
                    slot.Good = source;
            if (_slurmFiles.Any)
                _slurm = kept.Slurm;
            // Of a source that was taken out nothing is kept.
            hasOthers = kept.Sources.Any(s => !_slots.ContainsKey(s.Name)) || (!_slurmFiles.Any && !kept.Slurm.IsEmpty);
            foreach (RpkiSource source in _keptHeld = HeldVrps.Load(path))
                _slots.GetValueOrDefault(source.Name)?.Offer(source, _options.Guard, _clock.GetUtcNow());
            // What was read last of a file is what is held of it, if anything is.
            foreach (VrpFile file in _files)
                if ((_slots[file.Name].Held ?? _slots[file.Name].Good) is { } read)
                    file.Restore(read);
        }
        SnapshotProblem = problem;
        Unite(keep: false);
        if (!hasOthers)
            return;
        Keep(View);
        KeepStatus();
    }
}
