using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Service;

/// <summary>Reads what a data folder keeps, without touching it: for questions asked beside a running server, or without one.</summary>
public static class RegistrySnapshot
{
    /// <summary>
    /// The registries as the folder has them; empty ones where it has none. A part of it that is damaged is left out, and in the status as of kind
    /// <see cref="SourceStatus.Snapshot"/>.
    /// </summary>
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
        using IrrStore? store = Directory.Exists(irrFolder) ? IrrStore.Open(irrFolder, clock, verify: true) : null;
        IrrDatabase irr = store?.Current ?? IrrDatabase.Empty;
        RpkiView rpki = RpkiSnapshot.TryLoad(RegistryService.SnapshotPath(dataFolder), out string? rpkiProblem) ?? RpkiView.Empty;
        PeeringDbData peeringDb = await PeeringDbCopy.ReadAsync(Path.Combine(dataFolder, "peeringdb"), cancellation) is { } copy
            ? new PeeringDbData(copy.Tables, copy.AsOf)
            : PeeringDbData.Empty;
        DateTimeOffset now = clock.GetUtcNow();
        // What the server wrote down was said at its time; that data has grown old since is seen now.
        List<SourceStatus> status =
        [
            .. store?.Status(now) ?? [],
            .. (RpkiStatusFile.TryLoad(RegistryService.SnapshotPath(dataFolder)) ?? rpki.Sources.Select(s => s.StatusIn(rpki))).Select(s =>
                s.At(now)
            ),
        ];
        if (peeringDb.Records > 0)
            status.Add(
                new SourceStatus("peeringdb", "peeringdb", peeringDb.Records, null, peeringDb.AsOf, peeringDb.AsOf, null)
                {
                    ExpiresAt = peeringDb.AsOf + Age.OfPeeringDb,
                }.At(now)
            );
        status.AddRange(
            from damage in (store?.OpenFailures ?? []).Append(rpkiProblem).OfType<string>()
            select new SourceStatus("snapshot", SourceStatus.Snapshot, 0, null, null, null, damage)
        );
        return (new RegistryView(1, clock.GetUtcNow(), irr, rpki, peeringDb), status);
    }

    /// <summary>Whoever writes the data folder has a lock on this file for as long as it does.</summary>
    public static string LockFile(string dataFolder) => Path.Combine(dataFolder, "writer.lock");

    /// <summary>Takes over what the shrink guard holds back of a source. Only under the lock of <see cref="LockFile"/>. False when nothing is held.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task<bool> AcceptAsync(string dataFolder, string source, TimeProvider clock, CancellationToken cancellation)
    {
        using (IrrStore store = IrrStore.Open(Path.Combine(dataFolder, "irr"), clock))
            if (await store.AcceptAsync(source, cancellation))
                return true;
        return HeldVrps.Accept(RegistryService.SnapshotPath(dataFolder), source, clock.GetUtcNow());
    }
}
