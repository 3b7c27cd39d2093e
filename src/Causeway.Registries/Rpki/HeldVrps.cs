namespace Causeway.Registries.Rpki;

/// <summary>What the shrink guard holds back of RPKI sources, kept beside the snapshot: so that it can be accepted after a restart, and with no server at all.</summary>
internal static class HeldVrps
{
    private static string PathOf(string snapshot) => snapshot + ".held";

    public static IReadOnlyList<RpkiSource> Load(string snapshot) => RpkiSnapshot.TryLoad(PathOf(snapshot))?.Sources ?? [];

    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(string snapshot, IReadOnlyList<RpkiSource> held)
    {
        if (held.Count == 0)
            File.Delete(PathOf(snapshot));
        else
            RpkiSnapshot.Save(PathOf(snapshot), RpkiView.Build(held, Slurm.None, stale: false));
    }

    /// <summary>Puts what is held of a source into the snapshot. Only while no server writes it. False when nothing is held.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static bool Accept(string snapshot, string source, DateTimeOffset now)
    {
        IReadOnlyList<RpkiSource> all = Load(snapshot);
        if (all.FirstOrDefault(s => s.Name == source) is not { } held)
            return false;
        RpkiView view = RpkiSnapshot.TryLoad(snapshot) ?? RpkiView.Empty;
        RpkiSource[] sources = [.. view.Sources.Where(s => s.Name != source), held];
        view = RpkiView.Build(sources, view.Slurm, view.IsStale);
        RpkiSnapshot.Save(snapshot, view);
        Save(snapshot, [.. all.Where(s => s.Name != source)]);
        string kept = "";
        RpkiStatusFile.SaveIfChanged(
            snapshot,
            [
                .. (RpkiStatusFile.TryLoad(snapshot) ?? []).Select(s =>
                    s.Name == source ? held.StatusIn(view) with { LastRefresh = now } : s with { Missing = view.MissingFrom(s.Name) }
                ),
            ],
            ref kept
        );
        return true;
    }
}
