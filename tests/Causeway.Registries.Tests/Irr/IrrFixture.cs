using System.Text;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Store;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Irr;

/// <summary>A store in a folder of its own, filled from RPSL text.</summary>
internal sealed class IrrFixture : IDisposable
{
    public IrrFixture(IrrStoreOptions? options = null)
    {
        Folder = Directory.CreateTempSubdirectory("causeway-irr-").FullName;
        Store = IrrStore.Open(Folder, Time, options);
    }

    public string Folder { get; }

    public ManualTimeProvider Time { get; } = new();

    public IrrStore Store { get; private set; }

    public IrrDatabase Database => Store.Current;

    public IrrLoadReport Load(string rpsl, string? source = null) => Load(Encoding.UTF8.GetBytes(rpsl), source);

    public IrrLoadReport Load(byte[] rpsl, string? source = null) =>
        Store.LoadAsync([IrrDump.Bytes("test", rpsl, source)], null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    public IrrLoadReport Load(params IrrDump[] dumps) =>
        Store.LoadAsync(dumps, null, TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    /// <summary>As after a restart of the process.</summary>
    public void Reopen(IrrStoreOptions? options = null)
    {
        Store.Dispose();
        Store = IrrStore.Open(Folder, Time, options);
    }

    public static IrrDatabase Of(string rpsl, params string[] preference)
    {
        using var fixture = new IrrFixture(new IrrStoreOptions { Preference = preference });
        fixture.Load(rpsl);
        return fixture.Database;
    }

    /// <summary>The files may go: what is mapped stays mapped.</summary>
    public void Dispose()
    {
        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
