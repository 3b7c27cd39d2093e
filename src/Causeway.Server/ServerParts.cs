using System.Data.Common;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Identity;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tls;
using Causeway.Routers.Embedded;
using Causeway.Server.Backup;
using Causeway.Server.Configuration;
using Causeway.Server.Topology;
using Causeway.Storage;
using Causeway.Workflows.Storage;

namespace Causeway.Server;

/// <summary>What has to be opened or made before the server can be composed.</summary>
internal sealed record ServerParts(
    IStore Store,
    IdentityState Identity,
    LiveTopology Topology,
    ServerCertificate Certificate,
    string? CaFile,
    IReadOnlyList<string> Hosts,
    SecretProtector Protector,
    FileLock FolderLock,
    StoreDescription StoreDescription
) : IAsyncDisposable
{
    public static async Task<ServerParts> LoadAsync(ServerSettings settings, SteadyClock clock, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(settings.DataFolder);
        else
            Directory.CreateDirectory(settings.DataFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        CheckFolder(settings.DataFolder);
        // Two nodes in one folder would bear one name, and both drive the routers.
        var folder = FileLock.Take(Path.Combine(settings.DataFolder, "lock"), $"The data folder {settings.DataFolder}");
        if (Directory.Exists(Path.Combine(settings.DataFolder, DataFolderBackup.Unfinished)))
        {
            folder.Dispose();
            throw new IOException(
                $"A restore into {settings.DataFolder} was not finished: remove the folder, and restore the backup again ('causeway restore')."
            );
        }
        SecretProtector? secrets = null;
        IStore? store = null;
        try
        {
            // Read beside the opening of the store.
            Task<AskedTopology> asked = Task.Run(() => AskedTopology.Read(settings.TopologyFile), cancellation);
            secrets = new SecretProtector(KeyFile.LoadOrCreate(settings.DataFolder, settings.Key));
            store = StoreFactory.Open(settings.Database ?? Path.Combine(settings.DataFolder, "causeway.db"), settings.Clock);
            await OpenAsync(store, settings, cancellation);
            await StoreLoop.FollowClockAsync(store, clock, cancellation);
            StoreDescription described = await store.DescribeAsync(cancellation);
            IdentityState identity = await IdentityState.LoadAsync(
                store,
                secrets,
                settings.ClientCertificates.Select(c => (c.ClientId, X509Certificate2.CreateFromPem(File.ReadAllText(c.File)))),
                settings.Clock,
                cancellation
            );
            var defaults = new TopologyDefaults(identity.Installation.Subscriptions["provider"].Id, settings.BgpPort)
            {
                Drivers = [EmbeddedRouterFactory.DriverName, .. settings.Drivers.Select(d => d.Name)],
            };
            LiveTopology topology = await LiveTopology.OpenAsync(
                store,
                await asked,
                defaults,
                [.. settings.Features.SelectMany(f => f.OnTopology)],
                settings.Clock,
                cancellation
            );
            ServerCertificate certificate;
            string? caFile;
            if (settings.Tls is { } tls)
            {
                certificate = ServerCertificate.Given(tls.Certificate, tls.Key, settings.Clock);
                // One that is signed by itself is its own authority.
                caFile = settings.TlsAuthority ?? (certificate.IsSelfSigned ? tls.Certificate : null);
                caFile = caFile is null ? null : Path.GetFullPath(caFile);
            }
            else
            {
                certificate = ServerCertificate.Local(identity.Authority, settings.DataFolder, NamesOf(settings), settings.Clock);
                caFile = Path.Combine(settings.DataFolder, CertificateAuthority.FileName);
                WriteIfOther(caFile, identity.Authority.Certificate.ExportCertificatePem() + "\n");
            }
            // What the certificate is for, clients may call the server; nothing else would pass their check of it.
            string[] hosts = ["localhost", "127.0.0.1", "::1", .. NamesOf(settings), .. certificate.Names];
            return new(store, identity, topology, certificate, caFile, hosts, secrets, folder, described);
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

    /// <summary>
    /// Waits for a database that does not answer yet, as machines that start together need; one that answers and refuses is not waited for.
    /// </summary>
    private static async Task OpenAsync(IStore store, ServerSettings settings, CancellationToken cancellation)
    {
        long began = settings.Clock.GetTimestamp();
        for (bool said = false; ; said = true)
            try
            {
                await store.MigrateAsync(cancellation);
                return;
            }
            catch (DbException e) when (e.IsTransient && settings.Clock.GetElapsedTime(began) < settings.DatabaseWait)
            {
                if (!said)
                    settings.Say(
                        $"the database does not answer ({Problem.Text(e)}); waiting up to {settings.DatabaseWait.TotalSeconds:0} s for it"
                    );
                await Task.Delay(TimeSpan.FromSeconds(0.5), settings.Clock, cancellation);
            }
    }

    /// <summary>Readers see the old content or the new; one that is as it should be is left alone, for a full disk takes no new file.</summary>
    private static void WriteIfOther(string path, string text)
    {
        if (File.Exists(path) && File.ReadAllText(path) == text)
            return;
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Whoever may write into the folder could put a key or a certificate there that the server would take for its own.</summary>
    /// <exception cref="SettingsException">Others than its owner may write into it.</exception>
    private static void CheckFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        UnixFileMode mode = File.GetUnixFileMode(folder);
        if ((mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            throw new SettingsException(
                $"The data folder {folder} can be written by others than its owner, and it holds keys: chmod 700 {folder}, or name another one."
            );
    }

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
        Certificate.Dispose();
        Identity.Dispose();
        await Store.DisposeAsync();
        Protector.Dispose();
        FolderLock.Dispose();
    }
}
