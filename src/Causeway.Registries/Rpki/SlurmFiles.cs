using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>
/// The SLURM files of a service, each read again when its time or length has changed. A bad one never replaces a good
/// one, and when two speak of the same addresses none of them changes anything (RFC 8416 §4.2).
///</summary>
internal sealed class SlurmFiles(IReadOnlyList<string> paths)
{
    private readonly One[] _files = [.. paths.Distinct().Select(p => new One(p))];

    public bool Any => _files.Length > 0;

    /// <summary>
    /// What the files say together, when one has changed and all can be used; null when nothing is to change.
    ///</summary>
    /// <param name="inUse">What stays when they cannot.</param>
    public async Task<Slurm?> ReadIfChangedAsync(Slurm inUse, TimeProvider clock, CancellationToken cancellation)
    {
        bool changed = false;
        foreach (One file in _files)
            changed |= await file.ReadIfChangedAsync(clock, cancellation);
        if (!changed)
            return null;
        foreach (One file in _files)
            file.Conflict = _files.Where(f => f != file).Select(f => file.ConflictWith(f)).FirstOrDefault(c => c is not null);
        if (_files.Any(f => f.Conflict is not null))
            return null;
        Slurm[] good = [.. _files.Select(f => f.Good).OfType<Slurm>()];
        // What a file said before the restart is not known from the others: as long as one cannot be read, what they
        // said together stays.
        if (good.Length < _files.Length && !ReferenceEquals(inUse, Slurm.None))
            return null;
        return new Slurm([.. good.SelectMany(s => s.Filters)], [.. good.SelectMany(s => s.Assertions)]);
    }

    public IEnumerable<SourceStatus> Status() => _files.Select(f => f.Status);

    private sealed class One(string path)
    {
        private FileStamp? _read;
        private DateTimeOffset? _loaded;
        private string? _problem;

        public Slurm? Good { get; private set; }

        public string? Conflict { get; set; }

        public SourceStatus Status =>
            new(path, "slurm", Good is null ? 0 : Good.Filters.Count + Good.Assertions.Count, null, _loaded, _loaded, _problem ?? Conflict);

        public string? ConflictWith(One other)
        {
            foreach (IpPrefix mine in Prefixes)
            foreach (IpPrefix theirs in other.Prefixes)
                if (mine.Overlaps(theirs))
                    return $"{mine} is in {theirs} of {other.Path}, or the other way round: of two files only one may speak of an address, and neither is taken (RFC 8416 §4.2)";
            return null;
        }

        private string Path => path;

        private IEnumerable<IpPrefix> Prefixes =>
            Good is null ? [] : Good.Filters.Select(f => f.Prefix).OfType<IpPrefix>().Concat(Good.Assertions.Select(a => a.Vrp.Prefix));

        /// <summary>True when there is something new and good.</summary>
        public async Task<bool> ReadIfChangedAsync(TimeProvider clock, CancellationToken cancellation)
        {
            try
            {
                if (FileStamp.Of(path) is not { } now)
                {
                    _read = null;
                    _problem = "no such file";
                    return false;
                }
                if (_read == now)
                    return false;
                if (now.Length > Slurm.MaxBytes)
                {
                    _problem = $"{now.Length:N0} bytes; at most {Slurm.MaxBytes:N0} are read";
                    return false;
                }
                byte[] json = await File.ReadAllBytesAsync(path, cancellation);
                _read = now;
                (Slurm? slurm, IReadOnlyList<Refusal> problems) = Slurm.Read(json);
                _problem = slurm is null ? Refusal.Of(problems).Message : null;
                if (slurm is null)
                    return false;
                (Good, _loaded) = (slurm, clock.GetUtcNow());
                return true;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                _problem = e.Message;
                return false;
            }
        }
    }
}
