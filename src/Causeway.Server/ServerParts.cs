using System.Data.Common;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Identity;
using Causeway.Identity.Directory;
using Causeway.Identity.Principals;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tls;
using Causeway.Routers.Embedded;
using Causeway.Server.Backup;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Storage;
using Causeway.Workflows.Storage;

namespace Causeway.Server;

/// <summary>
/// What has to be opened, read or made before the server answers. What needs nothing but the settings is there at once; the rest is read from the store
/// while the server is composed of it, and whoever asks early waits.
/// </summary>
internal sealed class ServerParts : IAsyncDisposable
{
    private readonly TaskCompletionSource<IdentityState> _identity = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Loaded> _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServerSettings _settings;
    private readonly FileLock _folder;

    private ServerParts(ServerSettings settings, FileLock folder, SecretProtector protector, IStore store)
    {
        (_settings, _folder, Protector, Store) = (settings, folder, protector, store);
        Applications = new Applications(
            store,
            new PrincipalWorkflow(),
            protector,
            settings.ClientCertificates.Select(c => (c.ClientId, X509Certificate2.CreateFromPem(File.ReadAllText(c.File)))),
            settings.Clock
        );
        Topology = new LiveTopology(store, [.. settings.Features.SelectMany(f => f.OnTopology)], settings.Clock);
    }

    public IStore Store { get; }

    public SecretProtector Protector { get; }

    public Applications Applications { get; }

    public LiveTopology Topology { get; }

    public IdentityState Identity => _identity.Task.GetAwaiter().GetResult();

    public ServerCertificate Certificate => Read.Certificate;

    /// <summary>Path of the authority that clients have to trust; null when everybody does.</summary>
    public string? CaFile => Read.CaFile;

    /// <summary>What clients may call the server.</summary>
    public IReadOnlyList<string> Hosts => Read.Hosts;

    public StoreDescription StoreDescription => Read.Store;

    private Loaded Read => _loaded.Task.GetAwaiter().GetResult();

    /// <summary>Takes the data folder, and opens the store without asking it anything.</summary>
    public static async Task<ServerParts> OpenAsync(ServerSettings settings)
    {
        CheckUsable(settings.DataFolder);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(settings.DataFolder);
        else
            Directory.CreateDirectory(settings.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        CheckFolder(settings.DataFolder);
        // Two nodes in one folder would bear one name, and both drive the routers.
        var folder = FileLock.Take(Path.Combine(settings.DataFolder, "lock"), $"The data folder {settings.DataFolder}");
        SecretProtector? secrets = null;
        IStore? store = null;
        try
        {
            if (Directory.Exists(Path.Combine(settings.DataFolder, DataFolderBackup.Unfinished)))
                throw new IOException(UnfinishedRestore(settings.DataFolder));
            PrivateFile.RemoveUnfinished(
                settings.DataFolder,
                KeyFile.Name,
                Causeway.Identity.Directory.AccessFile.Name,
                ServerCertificate.KeyName,
                ServerCertificate.CertificateName
            );
            secrets = new SecretProtector(KeyFile.LoadOrCreate(settings.DataFolder, settings.Key));
            store = StoreFactory.Open(settings.Database ?? Path.Combine(settings.DataFolder, "causeway.db"), settings.Clock);
            return new ServerParts(settings, folder, secrets, store);
        }
        catch
        {
            if (store is not null)
                await store.DisposeAsync();
            secrets?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Reads the rest, or makes it at a first start.</summary>
    public async Task LoadAsync(SteadyClock clock, CancellationToken cancellation)
    {
        try
        {
            // Read beside the opening of the store.
            Task<AskedTopology> asked = Task.Run(() => AskedTopology.Read(_settings.TopologyFile), cancellation);
            await MigrateAsync(cancellation);
            await StoreLoop.FollowClockAsync(Store, clock, cancellation);
            StoreDescription described = await Store.DescribeAsync(cancellation);
            IdentityState identity = await IdentityState.LoadAsync(Store, Applications, Protector, _settings.Clock, cancellation);
            _identity.SetResult(identity);
            var defaults = new TopologyDefaults(identity.Installation.Subscriptions["provider"].Id, _settings.BgpPort)
            {
                Drivers = [EmbeddedRouterFactory.DriverName, .. _settings.Drivers.Select(d => d.Name)],
            };
            await Topology.OpenAsync(await asked, defaults, cancellation);
            (ServerCertificate certificate, string? caFile) = CertificateOf(identity);
            // What the certificate is for, clients may call the server; nothing else would pass their check of it.
            string[] hosts = ["localhost", "127.0.0.1", "::1", .. NamesOf(_settings), .. certificate.Names];
            _loaded.SetResult(new Loaded(certificate, caFile, hosts, described));
        }
        catch (Exception e)
        {
            // Whoever waits is told; when nobody does, the caller is.
            _identity.TrySetException(e);
            _loaded.TrySetException(e);
            _ = (_identity.Task.Exception, _loaded.Task.Exception);
            throw;
        }
    }

    private (ServerCertificate Certificate, string? CaFile) CertificateOf(IdentityState identity)
    {
        if (_settings.Tls is { } tls)
        {
            var given = ServerCertificate.Given(tls.Certificate, tls.Key, _settings.Clock);
            // One that is signed by itself is its own authority.
            string? authority = _settings.TlsAuthority ?? (given.IsSelfSigned ? tls.Certificate : null);
            return (given, authority is null ? null : Path.GetFullPath(authority));
        }
        var local = ServerCertificate.Local(identity.Authority, _settings.DataFolder, NamesOf(_settings), _settings.Clock);
        string caFile = Path.Combine(_settings.DataFolder, CertificateAuthority.FileName);
        WriteIfOther(caFile, identity.Authority.Certificate.ExportCertificatePem() + "\n");
        return (local, caFile);
    }

    /// <summary>
    /// Waits for a database that does not answer yet, as machines that start together need; one that answers and refuses is not waited for.
    /// </summary>
    private async Task MigrateAsync(CancellationToken cancellation)
    {
        long began = _settings.Clock.GetTimestamp();
        for (bool said = false; ; said = true)
            try
            {
                await Store.MigrateAsync(cancellation);
                return;
            }
            catch (DbException e) when (e.IsTransient && _settings.Clock.GetElapsedTime(began) < _settings.DatabaseWait)
            {
                if (!said)
                    _settings.Say(
                        $"the database does not answer ({Problem.Text(e)}); waiting up to {_settings.DatabaseWait.TotalSeconds:0} s for it"
                    );
                await Task.Delay(TimeSpan.FromSeconds(0.5), _settings.Clock, cancellation);
            }
    }

    /// <summary>Readers see the old content or the new; one that is as it should be is left alone, for a full disk takes no new file.</summary>
    private static void WriteIfOther(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return;
        try
        {
            File.WriteAllText(path + ".new", text);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch
        {
            File.Delete(path + ".new");
            throw;
        }
    }

    /// <summary>The folder is there and this user's to write in, or can be made where it is to be.</summary>
    /// <exception cref="SettingsException">It is not.</exception>
    internal static void CheckUsable(string folder)
    {
        for (string? at = Path.GetFullPath(folder); at is not null; at = Path.GetDirectoryName(at))
            if (File.Exists(at))
                throw new SettingsException($"The data folder {folder} cannot be used: {at} is a file. Name a folder.");
            else if (Directory.Exists(at))
            {
                if (!PrivateFile.MayWriteIn(at))
                    throw new SettingsException(
                        $"The data folder {folder} cannot be used: {Environment.UserName} may not write in {at}. Give that folder to {Environment.UserName}, or name another one (--data)."
                    );
                return;
            }
    }

    /// <summary>Whoever may write into the folder could put a key or a certificate there that the server would take for its own.</summary>
    /// <exception cref="SettingsException">Others than its owner may write into it.</exception>
    internal static void CheckFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        UnixFileMode mode = File.GetUnixFileMode(folder);
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new SettingsException(
                $"The data folder {folder} can be written by others than its owner, and it holds keys: chmod 700 {folder}, or name another one."
            );
    }

    internal static string UnfinishedRestore(string folder) =>
        $"A restore into {folder} was not finished: remove the folder, and restore the backup again ('causeway restore').";

    /// <summary>Whatever clients may call the server: what it is told, where it listens, what it says of itself in access.json.</summary>
    private static string[] NamesOf(ServerSettings settings)
    {
        IPAddress bound = settings.Listen.Address;
        List<string> names = [.. settings.TlsNames];
        names.Add(bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any) ? Environment.MachineName : bound.ToString());
        if (settings.PublicEndpoint is { } endpoint)
            names.Add(new Uri(endpoint).IdnHost.Trim('[', ']'));
        return [.. names];
    }

    public async ValueTask DisposeAsync()
    {
        Topology.Dispose();
        Applications.Dispose();
        if (_loaded.Task.IsCompletedSuccessfully)
            Certificate.Dispose();
        if (_identity.Task.IsCompletedSuccessfully)
            Identity.Dispose();
        await Store.DisposeAsync();
        Protector.Dispose();
        _folder.Dispose();
    }

    private sealed record Loaded(ServerCertificate Certificate, string? CaFile, IReadOnlyList<string> Hosts, StoreDescription Store);
}
