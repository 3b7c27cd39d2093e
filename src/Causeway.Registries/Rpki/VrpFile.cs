using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>A validator's output file; read again when its time or length has changed.</summary>
internal sealed class VrpFile(string path)
{
    private FileStamp? _read;

    public string Name => path;

    /// <summary>What a snapshot has of this file need not be read again while the file is as it was then.</summary>
    public void Restore(RpkiSource kept) => _read = kept.File;

    /// <summary>The source when the file has changed and could be read whole; else why not; both null when nothing changed.</summary>
    public async Task<(RpkiSource? Source, string? Problem)> ReadIfChangedAsync(TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            if (FileStamp.Of(path) is not { } now)
                return (null, "no such file");
            if (_read == now)
                return (null, null);
            await using FileStream file = new(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                1 << 16,
                useAsync: true
            );
            ValidatorOutput output = await ValidatorJson.ReadAsync(file, clock.GetUtcNow(), cancellation);
            _read = now;
            return output.Problem is null
                ? (RpkiSource.From(Name, "vrp-file", output, now.Written) with { File = now }, null)
                : (null, output.Problem);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever a foreign file does to its reader must not keep the others from being read.
            return (null, e.Message);
        }
    }
}

/// <summary>A SLURM file; read again when its time or length has changed. A bad one never replaces a good one.</summary>
internal sealed class SlurmFile(string path)
{
    private FileStamp? _read;
    private DateTimeOffset? _loaded;
    private string? _problem;

    public async Task<Slurm?> ReadIfChangedAsync(TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            if (FileStamp.Of(path) is not { } now)
            {
                _problem = "no such file";
                return null;
            }
            if (_read == now)
                return null;
            if (now.Length > Slurm.MaxBytes)
            {
                _problem = $"{now.Length:N0} bytes; at most {Slurm.MaxBytes:N0} are read";
                return null;
            }
            byte[] json = await File.ReadAllBytesAsync(path, cancellation);
            _read = now;
            (Slurm? slurm, IReadOnlyList<Primitives.Refusal> problems) = Slurm.Read(json);
            _problem = slurm is null ? Primitives.Refusal.Of(problems).Message : null;
            _loaded = slurm is null ? _loaded : clock.GetUtcNow();
            return slurm;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _problem = e.Message;
            return null;
        }
    }

    public SourceStatus Status(Slurm inUse) =>
        new(path, "slurm", inUse.Filters.Count + inUse.Assertions.Count, null, _loaded, _loaded, _problem);
}
