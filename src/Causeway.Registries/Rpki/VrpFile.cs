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
            {
                // When it comes back as it was, that is news.
                _read = null;
                return (null, "no such file");
            }
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
