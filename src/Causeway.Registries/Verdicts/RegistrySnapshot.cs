using Causeway.Registries.Irr;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Verdicts;

/// <summary>Reads what a data folder keeps, without touching it: for questions asked beside a running server, or without one.</summary>
public static class RegistrySnapshot
{
    /// <summary>The registries as the folder has them; empty ones where it has none.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static async Task<(RegistryView View, IReadOnlyList<SourceStatus> Status)> OpenAsync(
        string dataFolder,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        if (!Directory.Exists(dataFolder))
            throw new DirectoryNotFoundException(
                $"There is no data folder {dataFolder}: fill one with 'causeway registry run --data {dataFolder} ...'."
            );
        string irrFolder = Path.Combine(dataFolder, "irr");
        IrrDatabase irr = Directory.Exists(irrFolder) ? IrrStore.Open(irrFolder, clock).Current : IrrDatabase.Empty;
        RpkiView rpki = RpkiSnapshot.TryLoad(RegistryService.SnapshotPath(dataFolder)) ?? RpkiView.Empty;
        PeeringDbData peeringDb = await PeeringDbCopy.ReadAsync(Path.Combine(dataFolder, "peeringdb"), cancellation) is { } copy
            ? new PeeringDbData(copy.Tables, copy.AsOf)
            : PeeringDbData.Empty;
        List<SourceStatus> status =
        [
            .. irr.Sources.Select(SourceStatus.Of),
            .. RpkiStatusFile.TryLoad(RegistryService.SnapshotPath(dataFolder)) ?? rpki.Sources.Select(s => SourceStatus.Of(s, rpki)),
        ];
        if (peeringDb.Records > 0)
            status.Add(new SourceStatus("peeringdb", "peeringdb", peeringDb.Records, null, peeringDb.AsOf, peeringDb.AsOf, null));
        return (new RegistryView(1, clock.GetUtcNow(), irr, rpki, peeringDb), status);
    }
}
