using System.Data.Common;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tls;
using Causeway.Registries.Service;
using Causeway.Routers.Embedded;
using Causeway.Server.Backup;
using Causeway.Server.Configuration;
using Causeway.Server.Registries;
using Causeway.Server.Topology;
using Causeway.Storage;
using Causeway.Storage.Postgres;
using Causeway.Storage.Sqlite;
using Causeway.Workflows.Storage;

namespace Causeway.Server.Check;

/// <summary>
/// Whether a server would start with these settings, this topology and this store, and everything that would stand in its way.
///
/// Theory of operation. What only has to be read is read in place: settings, certificates, topology, the files of the registries. The store is judged as a
/// start would judge it, but a start brings it up to the program; so of a SQLite database a copy is opened, in a temporary folder, and PostgreSQL is only
/// read. A server that runs goes on undisturbed: its database is copied as a backup copies it. Nothing is made or changed beside that copy, which is removed.
/// </summary>
internal sealed class StartCheck
{
    /// <summary>Stands for the first provider's subscription, which a first start makes; nothing that is looked at here depends on it.</summary>
    private const string AnySubscription = "00000000-0000-0000-0000-000000000000";

    private readonly List<string> _problems = [];
    private readonly List<string> _says = [];
    private readonly ServerSettings _settings;

    private StartCheck(ServerSettings settings) => _settings = settings;

    /// <param name="commandLine">Value of a setting's option; null when not given.</param>
    /// <param name="environment">Value of a variable; null when not set.</param>
    public static async Task<StartReport> RunAsync(
        Func<Setting, string?> commandLine,
        Func<string, string?> environment,
        CancellationToken cancellation
    )
    {
        ServerSettings settings = SettingsReader.Read(commandLine, environment, out IReadOnlyList<string> problems);
        var check = new StartCheck(settings);
        check._problems.AddRange(problems);
        (AskedTopology Asked, NetworkTopology Parsed)? topology = check.Topology();
        if (topology is { Parsed.Registries: { } registries })
            check.RegistryFiles(registries);
        check.Tls();
        bool? isRunning = check.DataFolder();
        if (isRunning != true)
            check.Port();
        // A setting that names no store has been said already, and another store must not be judged in its place.
        bool isNamed = !problems.Any(p => p.StartsWith(Settings.Database.Key, StringComparison.Ordinal));
        if (isNamed && (isRunning is not null || settings.Database is not null))
            await check.StoreAsync(topology, cancellation);
        return new StartReport(check._problems, check._says) { Topology = topology?.Parsed };
    }

    private TopologyDefaults Defaults =>
        new(AnySubscription, _settings.BgpPort) { Drivers = [EmbeddedRouterFactory.DriverName, .. _settings.Drivers.Select(d => d.Name)] };

    private (AskedTopology Asked, NetworkTopology Parsed)? Topology()
    {
        if (_settings.TopologyFile is { } file && !File.Exists(file))
            return null; // Said with the settings.
        try
        {
            AskedTopology asked = AskedTopology.Read(_settings.TopologyFile);
            NetworkTopology parsed = TopologyFile.Judge(asked.Document, asked.Written.Source, Defaults);
            _says.Add(
                $"topology {asked.Written.Source}: {parsed.PeeringLocations.Length} locations, {parsed.PeeringLocations.Sum(l => l.Pairs.Length)} router pairs, {parsed.ServiceProviders.Length} providers"
            );
            return (asked, parsed);
        }
        catch (TopologyException e)
        {
            _problems.AddRange(e.Lines);
            return null;
        }
    }

    /// <summary>A server starts without them, and takes its registries for silent.</summary>
    private void RegistryFiles(RegistrySources sources)
    {
        string folder = Registries.RegistryFiles.FolderOf("", _settings.TopologyFile, _settings.DataFolder);
        RegistryOptions options = Registries.RegistryFiles.Options(sources, folder, _settings.DataFolder);
        string[] files =
        [
            .. options.DumpFiles,
            .. options.Rpki.Files,
            .. options.Rpki.SlurmFiles,
            .. Registries.RegistryFiles.Views(sources, folder).Select(v => v.Path),
            .. options.PeeringDb.DumpFile is { } dump ? [dump] : Array.Empty<string>(),
            .. options.Mirrors.Select(m => m.Nrtm4?.InitialKeyFile).OfType<string>(),
        ];
        foreach (string file in files.Distinct())
            try
            {
                using FileStream stream = File.OpenRead(file);
                if (stream.Length == 0)
                    _problems.Add($"The registries' file {file} is empty.");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _problems.Add($"The registries' file {file} cannot be read: {e.Message}");
            }
    }

    /// <summary>Form and fit of certificate and key are the settings' to judge.</summary>
    private void Tls()
    {
        if (_settings.Tls is not { } tls || !File.Exists(tls.Certificate))
            return;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(tls.Certificate));
            DateTimeOffset until = new(certificate.NotAfter.ToUniversalTime());
            if (until <= _settings.Clock.GetUtcNow())
                _problems.Add($"The certificate {tls.Certificate} ended on {until:yyyy-MM-dd HH:mm} UTC: clients refuse it.");
            else
                _says.Add($"certificate {tls.Certificate}, until {until:yyyy-MM-dd}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            // Said with the settings.
        }
    }

    /// <returns>Whether a server runs in it; null where it cannot be used, and nothing in it be looked at.</returns>
    private bool? DataFolder()
    {
        string folder = _settings.DataFolder;
        try
        {
            ServerParts.CheckUsable(folder);
        }
        catch (SettingsException e)
        {
            _problems.Add(e.Message);
            return null;
        }
        if (!Directory.Exists(folder))
        {
            _says.Add($"data folder {folder}: not there yet, a start makes it");
            return false;
        }
        try
        {
            ServerParts.CheckFolder(folder);
            if (Directory.Exists(Path.Combine(folder, DataFolderBackup.Unfinished)))
                _problems.Add(ServerParts.UnfinishedRestore(folder));
            bool isRunning = IsHeld(Path.Combine(folder, "lock"), $"The data folder {folder}");
            _says.Add(isRunning ? $"data folder {folder}: in use by a server that runs, which has to end first" : $"data folder {folder}");
            return isRunning;
        }
        catch (Exception e) when (e is SettingsException or IOException or UnauthorizedAccessException)
        {
            _problems.Add(e.Message);
            return false;
        }
    }

    private void Port()
    {
        try
        {
            using var listener = new Socket(_settings.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(_settings.Listen);
        }
        catch (SocketException e)
        {
            _problems.Add($"listen '{_settings.Listen}' cannot be listened on: {e.Message}");
        }
    }

    private async Task StoreAsync((AskedTopology, NetworkTopology)? topology, CancellationToken cancellation)
    {
        try
        {
            StoreAddress address = StoreAddress.Parse(_settings.Database ?? Path.Combine(_settings.DataFolder, DataFolderBackup.Database));
            if (address is StoreAddress.Sqlite sqlite)
                await SqliteAsync(Path.GetFullPath(sqlite.Path), topology, cancellation);
            else if (address is StoreAddress.Postgres postgres)
                await PostgresAsync(postgres, topology, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException && StartProblem.Of(e) is { } problem)
        {
            _problems.Add(problem);
        }
        catch (StoreUnavailableException e)
        {
            _problems.Add($"The database cannot be used: {Problem.Text(e)}");
        }
    }

    private async Task SqliteAsync(string path, (AskedTopology, NetworkTopology)? topology, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            _says.Add($"store SQLite, {path}: not there yet, a start makes it");
            Key(isNeeded: false)?.Dispose();
            return;
        }
        DirectoryInfo room = Directory.CreateTempSubdirectory("causeway-check-");
        try
        {
            string copy = Path.Combine(room.FullName, DataFolderBackup.Database);
            if (IsHeld(path + ".lock", $"The database {path}"))
                SqliteBackup.Copy(path, copy);
            else
            {
                File.Copy(path, copy);
                if (File.Exists(path + "-wal"))
                    File.Copy(path + "-wal", copy + "-wal");
            }
            await using var store = new SqliteStore(copy, _settings.Clock);
            await store.MigrateAsync(cancellation);
            _says.Add($"store SQLite, {path}");
            await ContentAsync(store, topology, cancellation);
        }
        finally
        {
            room.Delete(recursive: true);
        }
    }

    private async Task PostgresAsync(
        StoreAddress.Postgres address,
        (AskedTopology, NetworkTopology)? topology,
        CancellationToken cancellation
    )
    {
        await using var store = new PostgresStore(address.Settings.ConnectionString, _settings.Clock);
        (int has, int needs) = await store.SchemaAsync(cancellation);
        if (has == needs)
        {
            _says.Add($"store {address}");
            await ContentAsync(store, topology, cancellation);
            return;
        }
        _says.Add(
            has == 0
                ? $"store {address}: empty, a start makes the schema"
                : $"store {address}: a start brings its schema from {has} to {needs}; what is in it is not looked at before"
        );
        Key(isNeeded: has > 0)?.Dispose();
    }

    /// <summary>Whether the key fits, and whether the topology may be put in the place of the one that is stored.</summary>
    private async Task ContentAsync(IStore store, (AskedTopology Asked, NetworkTopology Parsed)? topology, CancellationToken cancellation)
    {
        bool isInstalled = await CertificateAuthority.IsThereAsync(store, cancellation);
        using (SecretProtector? secrets = Key(isInstalled))
            if (secrets is not null && isInstalled)
                try
                {
                    (await CertificateAuthority.LoadOrCreateAsync(store, secrets, _settings.Clock, cancellation)).Dispose();
                }
                catch (SecretException e)
                {
                    _problems.Add(e.Message);
                }
        if (topology is not { } t)
            return;
        using var live = new LiveTopology(store, [.. _settings.Features.SelectMany(f => f.OnTopology)], _settings.Clock);
        try
        {
            _problems.AddRange(await live.CheckAsync(t.Asked, t.Parsed, Defaults, cancellation));
        }
        catch (TopologyException e)
        {
            _problems.AddRange(e.Lines);
        }
    }

    /// <param name="isNeeded">The store has secrets: a key made anew could not read them.</param>
    private SecretProtector? Key(bool isNeeded)
    {
        string file = Path.Combine(_settings.DataFolder, KeyFile.Name);
        if (string.IsNullOrWhiteSpace(_settings.Key) && !File.Exists(file))
        {
            if (isNeeded)
                _problems.Add(
                    $"The key {file} is not there, and the store holds secrets that only it can read: copy it back, or give CAUSEWAY_KEY."
                );
            return null;
        }
        try
        {
            return new SecretProtector(KeyFile.LoadOrCreate(_settings.DataFolder, _settings.Key));
        }
        catch (Exception e) when (e is SecretException or IOException or UnauthorizedAccessException)
        {
            _problems.Add(e.Message);
            return null;
        }
    }

    /// <summary>Whether another process has a lock. One that nobody ever took has no file, and gets none.</summary>
    private static bool IsHeld(string path, string what)
    {
        if (!File.Exists(path))
            return false;
        using FileLock? taken = FileLock.TryTake(path, what);
        return taken is null;
    }
}
