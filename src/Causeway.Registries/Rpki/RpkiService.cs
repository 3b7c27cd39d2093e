using System.Threading.Channels;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Registries.Rpki;

/// <summary>
/// Keeps the VRPs of all sources fresh and united: reads files when they change, keeps RTR sessions, applies local exceptions, and swaps
/// <see cref="View"/> whole.
/// </summary>
/// <remarks>
/// A source keeps its last good state when a refresh fails or would shrink it too much. An RTR cache whose data has expired (RFC 8210 §6) leaves the union
/// as long as another source is current; when none is, the last good data of all stays in use, marked stale, rather than that every route becomes NotFound
/// and every proof fails at once.
/// </remarks>
public sealed class RpkiService
{
    private readonly RpkiOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Lock _uniting = new();
    private readonly Dictionary<string, RpkiSlot> _slots = [];
    private readonly List<(RpkiSlot Slot, RtrClient Client)> _caches = [];
    private readonly List<VrpFile> _files = [];
    private readonly Channel<bool> _dirty = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly SlurmFile? _slurmFile;
    private string _keptStatus = "";
    private IReadOnlyList<RpkiSource> _keptHeld = [];
    private RpkiView _view = RpkiView.Empty;
    private Slurm _slurm = Slurm.None;

    public RpkiService(RpkiOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
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
            if (_slots.TryAdd(name, slot))
                _caches.Add((slot, RtrClient.Tcp(host, port, clock)));
        }
        _slurmFile = options.SlurmFile is null ? null : new SlurmFile(options.SlurmFile);
        Restore();
    }

    /// <summary>The VRPs in use now.</summary>
    public RpkiView View => Volatile.Read(ref _view);

    /// <summary>Why the last snapshot could not be read or written; null when it could. What is in memory is in use either way.</summary>
    public string? SnapshotProblem { get; private set; }

    /// <summary>Raised after <see cref="View"/> was replaced. Handlers are quick and do not throw.</summary>
    public event Action<RpkiView>? Changed;

    public IReadOnlyList<SourceStatus> Status()
    {
        lock (_gate)
        {
            var sessions = _caches.ToDictionary(c => c.Slot, c => c.Client.Current);
            List<SourceStatus> all =
            [
                .. _slots.Values.Select(s => s.Status(sessions.GetValueOrDefault(s)?.Problem) with { Missing = View.MissingFrom(s.Name) }),
            ];
            if (_slurmFile is not null)
                all.Add(_slurmFile.Status(_slurm));
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
        bool changed = false;
        foreach (VrpFile file in _files)
            changed |= await ReadAsync(file, cancellation);
        if (_slurmFile is not null && await _slurmFile.ReadIfChangedAsync(_clock, cancellation) is { } slurm)
        {
            lock (_gate)
                _slurm = slurm;
            changed = true;
        }
        if (changed)
            Unite();
        KeepStatus();
    }

    /// <summary>Keeps everything fresh until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach ((RpkiSlot slot, RtrClient client) in _caches)
            client.Changed += () => _dirty.Writer.TryWrite(true);
        // An end of one that nobody asked for ends them all, so that whoever runs this sees it and begins anew.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] parts =
        [
            .. _caches.Select(c => c.Client.RunAsync(together.Token)),
            PollFilesAsync(together.Token),
            UniteOnChangeAsync(together.Token),
        ];
        await Task.WhenAny(parts);
        await together.CancelAsync();
        try
        {
            await Task.WhenAll(parts);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    private async Task PollFilesAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await LoadFilesAsync(cancellation);
            await Task.Delay(_options.FilePoll, _clock, cancellation);
        }
    }

    private async Task UniteOnChangeAsync(CancellationToken cancellation)
    {
        await foreach (bool _ in _dirty.Reader.ReadAllAsync(cancellation))
        {
            lock (_gate)
                foreach ((RpkiSlot slot, RtrClient client) in _caches)
                    Take(slot, client.Current);
            Unite();
            KeepStatus();
        }
    }

    private void Take(RpkiSlot slot, RtrCacheState state)
    {
        if (state.Table is not { } table || state.AsOf is not { } asOf || asOf == slot.LastOffer)
            return;
        var source = new RpkiSource(slot.Name, slot.Kind, table, asOf)
        {
            Serial = state.Serial ?? slot.Good?.Serial,
            Session = state.Session,
        };
        slot.Offer(source, _options.Guard, _clock.GetUtcNow());
    }

    private async Task<bool> ReadAsync(VrpFile file, CancellationToken cancellation)
    {
        (RpkiSource? source, string? problem) = await file.ReadIfChangedAsync(_clock, cancellation);
        lock (_gate)
        {
            RpkiSlot slot = _slots[file.Name];
            if (source is not null)
                return slot.Offer(source, _options.Guard, _clock.GetUtcNow());
            if (problem is not null)
                slot.Fail(problem);
            return false;
        }
    }

    /// <param name="keep">False at the start, when what is united came from the snapshot.</param>
    private void Unite(bool keep = true)
    {
        // One at a time to the end, so that nobody is handed an older view after a newer one.
        lock (_uniting)
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
            HashSet<string> expired = [.. _caches.Where(c => !c.Client.Current.IsCurrent(now)).Select(c => c.Slot.Name)];
            RpkiSource[] known = [.. _slots.Values.Select(s => s.Good).OfType<RpkiSource>()];
            RpkiSource[] current = [.. known.Where(s => !expired.Contains(s.Name))];
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
            lock (_uniting)
            {
                RpkiSource[] held;
                lock (_gate)
                    held = [.. _slots.Values.Select(s => s.Held).OfType<RpkiSource>()];
                if (!held.SequenceEqual(_keptHeld))
                    HeldVrps.Save(path, held);
                _keptHeld = held;
                RpkiStatusFile.SaveIfChanged(path, Status(), ref _keptStatus);
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
        if (_options.SnapshotPath is { } path && RpkiSnapshot.TryLoad(path, out problem) is { } kept)
        {
            foreach (RpkiSource source in kept.Sources)
                if (_slots.TryGetValue(source.Name, out RpkiSlot? slot) && slot.Good is null)
                    slot.Good = source;
            if (_slurmFile is not null)
                _slurm = kept.Slurm;
            foreach (RpkiSource source in _keptHeld = HeldVrps.Load(path))
                _slots.GetValueOrDefault(source.Name)?.Offer(source, _options.Guard, _clock.GetUtcNow());
            // What was read last of a file is what is held of it, if anything is.
            foreach (VrpFile file in _files)
                if ((_slots[file.Name].Held ?? _slots[file.Name].Good) is { } read)
                    file.Restore(read);
        }
        SnapshotProblem = problem;
        Unite(keep: false);
    }
}
