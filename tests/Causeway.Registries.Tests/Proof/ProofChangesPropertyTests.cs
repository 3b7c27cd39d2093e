using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Proof;

/// <summary>
/// Random changes by every road there is (a dump read again, a mirror's changes, a VRP file, local exceptions), and
/// after each the promise of
/// <see cref="IProofs.ChangesSince"/>: whatever is proven otherwise than at an earlier revision lies inside what it
/// names.
///</summary>
public sealed class ProofChangesPropertyTests : IDisposable
{
    private static readonly string[] Sources = ["RADB", "RIPE"];
    private static readonly RoutingRegistry[] Registries = [RoutingRegistry.None, Named("RADB"), Named("RIPENCC"), Named("ARIN")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-changes-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static RoutingRegistry Named(string name) =>
        RoutingRegistry.TryParse(name, out RoutingRegistry r) ? r : throw new ArgumentException(name);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_is_proven_otherwise_lies_inside_what_has_changed(int seed)
    {
        var random = new Random(seed);
        var clock = new ManualTimeProvider();
        var routes = new Dictionary<string, SortedDictionary<(IpPrefix Prefix, uint Origin), int>>();
        var vrps = new List<Vrp>[] { [], [] };
        foreach (string source in Sources)
            routes[source] = [];
        for (int i = 0; i < 60; i++)
            routes[Pick(random, Sources)][(AnyPrefix(random), AnyAsn(random))] = 0;
        WriteVrps(0);
        WriteVrps(1);
        File.WriteAllText(PathOf("slurm.json"), NoExceptions);
        var options = new RegistryOptions
        {
            DataFolder = PathOf("data"),
            Irr = new IrrStoreOptions { Guard = ShrinkGuard.Off },
            Rpki = new RpkiOptions
            {
                Files = [PathOf("0.json"), PathOf("1.json")],
                SlurmFiles = [PathOf("slurm.json")],
                Guard = ShrinkGuard.Off,
            },
        };
        using var service = new RegistryService(options, clock);
        await service.LoadAsync(null, CancellationToken.None);
        foreach (string source in Sources)
            await LoadAsync(source);

        (IpPrefix Prefix, Asn Asn, RoutingRegistry Registry)[] questions =
        [
            .. Enumerable.Range(0, 150).Select(_ => (AnyPrefix(random), new Asn(AnyAsn(random)), Pick(random, Registries))),
        ];
        var answers = new List<(long Revision, string[] Says)>();
        int spared = 0,
            kept = 0;
        (Asn Asn, string? AsSet)[] peers =
        [
            .. Enumerable.Range(0, 12).Select(i => (new Asn(AnyAsn(random)), i % 2 == 0 ? null : $"AS{AnyAsn(random)} AS{AnyAsn(random)}")),
        ];
        PeerFilter?[] filters = new PeerFilter?[peers.Length];
        for (int step = 0; step < 40; step++)
        {
            answers.Add((service.Revision, Ask()));
            clock.Advance(TimeSpan.FromMinutes(1));
            string did = await ChangeAsync(step);
            string[] now = Ask();
            for (int i = 0; i < peers.Length; i++)
            {
                PeerFilter? filter = service.FilterOf(peers[i].Asn, peers[i].AsSet, 10_000);
                Assert.Equal(PeerFilters.Of(service.Current, peers[i].Asn, peers[i].AsSet, 10_000), filter);
                kept += ReferenceEquals(filter, filters[i]) ? 1 : 0;
                filters[i] = filter;
            }
            foreach ((long revision, string[] then) in answers)
            {
                ProofChanges changes = service.ChangesSince(revision);
                Assert.Equal(service.Revision, changes.Revision);
                for (int q = 0; q < questions.Length; q++)
                    if (then[q] == now[q])
                        spared += changes.Touches(questions[q].Prefix) ? 0 : 1;
                    else
                        Assert.True(
                            changes.Touches(questions[q].Prefix),
                            $"step {step} ({did}), since revision {revision}: {questions[q]} was\n{then[q]}\nand is\n{now[q]}\nand is not in {string.Join(", ", changes.Blocks)}"
                        );
            }
        }
        // It would be no art to name everything.
        Assert.True(spared > 5_000, $"{spared} answers that had not changed were not named");
        Assert.True(kept > 20, $"{kept} filters that had not changed were not made again");

        async Task<string> ChangeAsync(int step)
        {
            string source = Pick(random, Sources);
            SortedDictionary<(IpPrefix Prefix, uint Origin), int> of = routes[source];
            switch (random.Next(5))
            {
                case 0: // A dump that has lost some, won some, and of some says otherwise.
                    for (int i = 0; i < 3; i++)
                    {
                        of.Remove(Pick(random, [.. of.Keys]));
                        of[(AnyPrefix(random), AnyAsn(random))] = step;
                        of[Pick(random, [.. of.Keys])] = step;
                    }
                    await LoadAsync(source);
                    return $"dump of {source}";
                case 1: // Changes of a mirror.
                    (IpPrefix Prefix, uint Origin) gone = Pick(random, [.. of.Keys]),
                        edited = Pick(random, [.. of.Keys]),
                        came = (AnyPrefix(random), AnyAsn(random));
                    of[edited] = of[came] = step;
                    of.Remove(gone);
                    List<IrrChange> changes = [];
                    foreach ((IpPrefix, uint) put in new[] { edited, came })
                        if (of.ContainsKey(put))
                            changes.Add(new IrrChange.Put(Encoding.ASCII.GetBytes(Text(source, put, step))));
                    changes.Add(new IrrChange.Delete(new RpslObjectKey.Route(gone.Prefix, new Asn(gone.Origin))));
                    await service.Irr.ApplyAsync(source, changes, step, "nrtm", null, CancellationToken.None);
                    return $"mirror of {source}";
                case 2:
                    await File.WriteAllTextAsync(
                        PathOf("slurm.json"),
                        random.Next(2) == 0
                            ? NoExceptions
                            : NoExceptions
                                .Replace(
                                    "\"prefixFilters\":[]",
                                    $$"""
                                    "prefixFilters":[{"prefix":"{{AnyPrefix(random)}}"}]
                                    """
                                )
                                .Replace(
                                    "\"prefixAssertions\":[]",
                                    $$"""
                                    "prefixAssertions":[{"prefix":"{{AnyPrefix(random)}}","asn":{{AnyAsn(random)}}}]
                                    """
                                )
                    );
                    await service.Rpki.LoadFilesAsync(CancellationToken.None);
                    return "exceptions";
                default:
                    int file = random.Next(2);
                    if (vrps[file].Count > 0 && random.Next(2) == 0)
                        vrps[file].RemoveAt(random.Next(vrps[file].Count));
                    IpPrefix prefix = AnyPrefix(random);
                    vrps[file].Add(new Vrp(prefix, (byte)random.Next(prefix.Length, prefix.IsV4 ? 33 : 129), new Asn(AnyAsn(random))));
                    WriteVrps(file);
                    await service.Rpki.LoadFilesAsync(CancellationToken.None);
                    return $"VRPs of {file}";
            }
        }

        // What a person, or a signature, could rest on: verdict, reason, what routers may do, and every object with its
        // text.
        string[] Ask() =>
            [
                .. questions.Select(q =>
                {
                    PrefixProof p = service.Prove([q.Prefix], q.Asn, q.Registry)[0];
                    IEnumerable<string> evidence = p.Evidence.Select(e => $"{e.Kind} {e.Source} {e.Says}: {e.Text.Replace('\n', ' ')}");
                    return $"{p.IsProven} {p.Reason} {p.Rpki.Validity} {p.Route.IsPermitted} {p.Permit}\n  {string.Join("\n  ", evidence.Order(StringComparer.Ordinal))}";
                }),
            ];

        Task LoadAsync(string source) =>
            service.Irr.LoadAsync(
                [IrrDump.Bytes(source, Encoding.ASCII.GetBytes(string.Concat(routes[source].Select(r => Text(source, r.Key, r.Value)))))],
                null,
                CancellationToken.None
            );

        void WriteVrps(int file)
        {
            IEnumerable<string> roas = vrps[file]
                .Select(v => $$"""{"asn":{{v.Asn.Value}},"prefix":"{{v.Prefix}}","maxLength":{{v.MaxLength}},"ta":"ripe"}""");
            // One that never goes: a file without any is refused.
            File.WriteAllText(
                PathOf($"{file}.json"),
                $$"""{"roas":[{"asn":1,"prefix":"192.0.2.0/24","maxLength":24,"ta":"ripe"},{{string.Join(",", roas)}}]}""".Replace(
                    ",]",
                    "]"
                )
            );
            File.SetLastWriteTimeUtc(PathOf($"{file}.json"), clock.GetUtcNow().UtcDateTime);
        }
    }

    private const string NoExceptions =
        """{"slurmVersion":1,"validationOutputFilters":{"prefixFilters":[],"bgpsecFilters":[]},"locallyAddedAssertions":{"prefixAssertions":[],"bgpsecAssertions":[]}}""";

    private static string Text(string source, (IpPrefix Prefix, uint Origin) route, int version) =>
        $"{(route.Prefix.IsV4 ? "route" : "route6")}: {route.Prefix}\norigin: AS{route.Origin}\nremarks: {version:000}\nsource: {source}\n\n";

    private static T Pick<T>(Random random, T[] of) => of[random.Next(of.Length)];

    private static uint AnyAsn(Random random) => (uint)random.Next(64496, 64500);

    /// <summary>In a narrow space, so that one often lies inside another.</summary>
    private static IpPrefix AnyPrefix(Random random) =>
        random.Next(4) == 0
            ? IpPrefix.V6(((UInt128)0x2001_0db8 << 96) | ((UInt128)(uint)random.Next(4) << 92), random.Next(30, 40))
            : IpPrefix.V4(0x0A00_0000 | (uint)random.Next(8) << 21 | (uint)random.Next(4) << 12, random.Next(8, 25));
}
