using Causeway.Domain.Topology;
using Causeway.Registries;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;

namespace Causeway.Server.Registries;

/// <summary>Makes of what a topology says of registries what the registries are made of.</summary>
internal static class RegistryFiles
{
    /// <summary>
    /// What a registry says has to be seen on the routers within a minute; looking at a file costs nothing.
    ///</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where relative files of a topology lie: beside its file, as far as this machine knows where that is; else beside
    /// the file that this node was started with; else in the data folder.
    ///</summary>
    /// <param name="source">Where the topology in force came from, for people: a path, or something else.</param>
    public static string FolderOf(string source, string? startedWith, string dataFolder) =>
        Path.IsPathFullyQualified(source) && Directory.Exists(Path.GetDirectoryName(source)) ? Path.GetDirectoryName(source)!
        : startedWith is not null ? Path.GetDirectoryName(Path.GetFullPath(startedWith))!
        : Path.GetFullPath(dataFolder);

    /// <summary>The tables of route collectors: as they are named, and where they lie.</summary>
    public static IReadOnlyList<(string Name, string Path)> Views(RegistrySources? sources, string folder) =>
        [.. (sources?.Views ?? []).Select(v => (v, Path.GetFullPath(v, folder)))];

    /// <param name="folder">Where relative files lie.</param>
    /// <param name="data">Where the registries keep what they have loaded.</param>
    public static RegistryOptions Options(RegistrySources sources, string folder, string data)
    {
        string[] files = [.. sources.Vrps.Where(v => !HostPort.IsRtr(v))];
        return new RegistryOptions
        {
            DataFolder = data,
            DumpFiles = [.. sources.Dumps.Select(At)],
            DumpPoll = Poll,
            LoadWithin = sources.LoadWithin,
            Irr = new IrrStoreOptions { Preference = [.. sources.Prefer] },
            Mirrors = [.. sources.Mirrors.Select(Mirror)],
            Rpki = new RpkiOptions
            {
                Files = [.. files.Select(At)],
                Caches = [.. sources.Vrps.Except(files).Select(v => HostPort.TryParseRtr(v, out HostPort cache) ? cache : default)],
                FilePoll = Poll,
                SlurmFiles = [.. sources.Slurm.Select(At)],
            },
            PeeringDb = new PeeringDbOptions
            {
                DumpPoll = Poll,
                DumpFile = sources.PeeringDb?.File is { Length: > 0 } file ? At(file) : null,
                Api = sources.PeeringDb?.Url is { Length: > 0 } url ? new Uri(url.EndsWith('/') ? url : url + "/") : null,
                ApiKey = sources.PeeringDb?.Key,
            },
        };

        string At(string file) => Path.GetFullPath(file, folder);

        IrrMirror Mirror(RegistryMirror mirror) =>
            mirror.KeyFile is null
                ? new IrrMirror
                {
                    Source = mirror.Source,
                    Nrtm3 = HostPort.TryParse(mirror.From, out HostPort at) ? new Nrtm3Options { Host = at.Host, Port = at.Port } : null,
                }
                : new IrrMirror
                {
                    Source = mirror.Source,
                    Nrtm4 = new Nrtm4Options
                    {
                        NotificationUrl = mirror.From.Contains("://", StringComparison.Ordinal) ? mirror.From : At(mirror.From),
                        InitialKeyFile = At(mirror.KeyFile),
                    },
                };
    }
}
