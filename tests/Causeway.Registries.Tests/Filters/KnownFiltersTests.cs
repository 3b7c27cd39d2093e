using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Service;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Filters;

/// <summary>After a change those filters are made anew that it touches, and the others are the same objects; that they are right is <c>ProofChangesPropertyTests</c>'.</summary>
public sealed class KnownFiltersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-filters-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task One_changed_as_set_makes_one_filter_anew()
    {
        string dump = Path.Combine(_folder.FullName, "test.db");
        await File.WriteAllTextAsync(
            dump,
            """
            route: 11.1.0.0/24
            origin: AS64496
            source: TEST

            route: 11.2.0.0/24
            origin: AS64497
            source: TEST

            as-set: AS-ONE
            members: AS-ONE-BELOW
            source: TEST

            as-set: AS-ONE-BELOW
            members: AS64496
            source: TEST

            as-set: AS-TWO
            members: AS64497
            source: TEST

            """,
            TestContext.Current.CancellationToken
        );
        using var service = new RegistryService(
            new RegistryOptions { DataFolder = Path.Combine(_folder.FullName, "data"), DumpFiles = [dump] },
            new ManualTimeProvider()
        );
        await service.LoadAsync(null, TestContext.Current.CancellationToken);
        PeerFilter one = Of("AS-ONE"),
            two = Of("AS-TWO");
        Assert.Equal("11.1.0.0/24", string.Join(' ', one.V4.Select(m => m.Prefix)));
        Assert.Same(one, Of("AS-ONE"));

        // Two levels below the one that is named.
        await PutAsync("as-set: AS-ONE-BELOW\nmembers: AS64496, AS64497");
        Assert.Equal("11.1.0.0/24 11.2.0.0/24", string.Join(' ', Of("AS-ONE").V4.Select(m => m.Prefix)));
        Assert.Same(two, Of("AS-TWO"));
        // A route that neither had, of an origin of both; one of nobody's here; and a set that is there after all.
        await PutAsync("route: 11.3.0.0/24\norigin: AS64497");
        Assert.Equal("11.1.0.0/24 11.2.0.0/24 11.3.0.0/24", string.Join(' ', Of("AS-ONE").V4.Select(m => m.Prefix)));
        Assert.Equal("11.2.0.0/24 11.3.0.0/24", string.Join(' ', Of("AS-TWO").V4.Select(m => m.Prefix)));
        (one, two) = (Of("AS-ONE"), Of("AS-TWO"));
        await PutAsync("route: 11.4.0.0/24\norigin: AS64499");
        Assert.Same(one, Of("AS-ONE"));
        Assert.Same(two, Of("AS-TWO"));
        Assert.Equal(["AS-LATE"], Of("AS-LATE").Missing);
        await PutAsync("as-set: AS-LATE\nmembers: AS64499");
        Assert.Empty(Of("AS-LATE").Missing);
        Assert.Equal("11.4.0.0/24", string.Join(' ', Of("AS-LATE").V4.Select(m => m.Prefix)));

        PeerFilter Of(string asSet) => service.FilterOf(new Asn(64500), asSet, 1000)!;

        async Task PutAsync(string text) =>
            await service.Irr.ApplyAsync(
                "TEST",
                [new IrrChange.Put(Encoding.ASCII.GetBytes($"{text}\nsource: TEST\n"))],
                service.Revision + 1,
                "test",
                null,
                TestContext.Current.CancellationToken
            );
    }
}
