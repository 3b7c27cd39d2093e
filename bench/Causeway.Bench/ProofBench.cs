using System.Diagnostics;
using System.Globalization;
using System.Text;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Proof;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;

namespace Causeway.Bench;

/// <summary>
/// <c>causeway bench proof</c>: what it costs to keep the proofs of many peerings true. Registries of real size,
/// peerings that declare prefixes of theirs, and then one route object changes: how long until it is known what that
/// touches and what is proven now; how long everything takes; how much memory.
///</summary>
/// <remarks>
/// Arguments: <c>--routes N</c> (3000000), <c>--vrps N</c> (500000), <c>--peerings N</c> (100000), <c>--prefixes N</c>
/// (10), <c>--circuits N</c> (100000; how many of the peerings go into a server's store afterwards, 0 for none),
/// <c>--work DIR</c> (a temporary folder, removed afterwards), <c>--rounds N</c> (5).
/// </remarks>
public static class ProofBench
{
    private const int Cores = 2;

    private sealed record Peering(Asn Asn, IpPrefix[] Prefixes);

    public static async Task<int> RunAsync(string[] args)
    {
        int circuits = Arguments.Number(args, "--circuits", 100_000);
        int routes = Arguments.Number(args, "--routes", 3_000_000),
            vrps = Arguments.Number(args, "--vrps", 500_000),
            peerings = Arguments.Number(args, "--peerings", 100_000),
            prefixes = Arguments.Number(args, "--prefixes", 10),
            rounds = Arguments.Number(args, "--rounds", 5);
        string? given = Arguments.Value(args, "--work");
        string work = given ?? Scratch.Folder();
        try
        {
            string dumps = Path.Combine(work, "dumps");
            string[] paths = Directory.Exists(dumps) ? Directory.GetFiles(dumps, "*.db") : RegistryBenchData.Write(dumps, routes, 40_000);
            Peering[] all;
            (IpPrefix, IpPrefix) free;
            using (
                var registries = new RegistryService(
                    new RegistryOptions
                    {
                        // Where a server looks for its own.
                        DataFolder = Path.Combine(work, "data", "registries"),
                        DumpFiles = paths,
                        Rpki = new RpkiOptions { Fixed = [Roas(vrps)] },
                    },
                    TimeProvider.System
                )
            )
            {
                var watch = Stopwatch.StartNew();
                await registries.LoadAsync(null, CancellationToken.None);
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                int held = registries.Current.Irr.Sources.Sum(s => s.Routes4 + s.Routes6);
                Line(
                    "registries",
                    $"{held:N0} route objects in {registries.Current.Irr.Sources.Count} sources, {registries.Current.Rpki.Table.Count:N0} VRPs, open after {watch.Elapsed.TotalSeconds:N1} s; {Memory()}"
                );
                all = Peerings(registries.Current.Irr, peerings, prefixes);
                Line(
                    "peerings",
                    $"{all.Length:N0} with {all.Sum(p => p.Prefixes.Length):N0} prefixes; {Environment.ProcessorCount} processors"
                );
                Everything(registries, all, rounds);
                await OneAsync(registries, all, rounds);
                Line("memory", Memory());
                free = Free(registries.Current);
            }
            if (circuits > 0)
                await new PeeringBench(work, paths, VrpFile(work, vrps), Line).RunAsync(
                    [.. all.Take(circuits).Select(p => (p.Asn, p.Prefixes))],
                    free,
                    rounds
                );
            return 0;
        }
        finally
        {
            if (given is null)
                Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Two prefixes that no ROA covers and that are registered to nobody: a route object for whomever proves them.</summary>
    internal static (IpPrefix, IpPrefix) Free(RegistryView view)
    {
        var random = new Random(9);
        IpPrefix[] found =
        [
            .. Enumerable
                .Repeat(0, 1 << 20)
                .Select(_ => IpPrefix.V4((uint)random.NextInt64(0xC1000000, 0xDF000000), 24))
                .Where(p => view.Irr.Exact(p).Count == 0 && view.Rpki.Table.Covering(p).Count == 0)
                .Take(2),
        ];
        return (found[0], found[1]);
    }

    /// <summary>The same VRPs as a validator writes them.</summary>
    internal static string VrpFile(string work, int count)
    {
        string path = Path.Combine(work, "vrps.json");
        if (!File.Exists(path))
        {
            using var file = new StreamWriter(path);
            file.Write("{\"roas\":[");
            string comma = "";
            foreach (Vrp vrp in RpkiBenchData.Vrps(count))
            {
                file.Write(
                    $"{comma}\n{{\"asn\":{vrp.Asn.Value},\"prefix\":\"{vrp.Prefix}\",\"maxLength\":{vrp.MaxLength},\"ta\":\"bench\"}}"
                );
                comma = ",";
            }
            file.Write("]}");
        }
        return path;
    }

    private static RpkiSource Roas(int count) =>
        new("bench", "sample", VrpTable.Build(RpkiBenchData.Vrps(count)), DateTimeOffset.UnixEpoch);

    /// <summary>
    /// Of ten prefixes eight are registered to the ASN, one lies inside such a block, and one is anybody's.
    ///</summary>
    private static Peering[] Peerings(IrrDatabase irr, int count, int prefixes)
    {
        var random = new Random(7);
        var all = new Peering[count];
        for (int i = 0; i < count; )
        {
            var asn = new Asn((uint)random.Next(1, 75_000));
            IpPrefix[] own = [.. irr.ByOrigin(asn, limit: 200).Select(r => r.Prefix).Distinct()];
            if (own.Length == 0)
                continue;
            var declared = new IpPrefix[prefixes];
            for (int n = 0; n < prefixes; n++)
            {
                IpPrefix one = own[random.Next(own.Length)];
                declared[n] =
                    n % 10 < 8 ? one
                    : n % 10 == 8 && one.Length < one.MaxLength ? IpPrefix.FromBits(one.Family, one.Bits, one.Length + 1)
                    : IpPrefix.V4((uint)random.NextInt64(0x01000000, 0xDF000000), 24);
            }
            all[i++] = new Peering(asn, declared);
        }
        return all;
    }

    /// <summary>Every prefix of every peering, as after a restart.</summary>
    private static void Everything(RegistryService registries, Peering[] all, int rounds)
    {
        List<double> times = [],
            worked = [];
        long proven = 0;
        for (int round = 0; round < rounds; round++)
        {
            proven = 0;
            TimeSpan before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            Parallel.ForEach(
                all,
                new ParallelOptions { MaxDegreeOfParallelism = Cores },
                () => 0L,
                (peering, _, sum) => sum + Prove(registries, peering),
                sum => Interlocked.Add(ref proven, sum)
            );
            times.Add(watch.Elapsed.TotalSeconds);
            worked.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        int asked = all.Sum(p => p.Prefixes.Length);
        Line(
            "everything",
            $"{Spread(times, "N2")} s for {asked:N0} (prefix, ASN) on {Cores} cores, {Spread(worked, "N2")} s of CPU, {asked / worked.Min() / 1e3:N0} thousand/s a core; {proven:N0} proven; aim: under 10 s"
        );
    }

    private static long Prove(RegistryService registries, Peering peering) =>
        registries.Prove(peering.Prefixes, peering.Asn, RoutingRegistry.None).Count(p => p.IsProven);

    /// <summary>
    /// A route object comes or goes, by a mirror of the largest source, for a prefix that a peering declares.
    ///</summary>
    private static async Task OneAsync(RegistryService registries, Peering[] all, int rounds)
    {
        var random = new Random(8);
        List<double> taken = [],
            known = [],
            proven = [];
        int touched = 0;
        for (int round = 0; round < rounds; round++)
        {
            Peering peering = all[random.Next(all.Length)];
            byte[] text = Encoding.ASCII.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(peering.Prefixes[0].IsV4 ? "route" : "route6")}: {peering.Prefixes[0]}\norigin: AS{65_000 + round}\nremarks: {Guid.NewGuid()}\nmnt-by: MNT-BENCH\nsource: RADB\n"
                )
            );
            long seen = registries.Revision;
            Task<long> told = ((IProofs)registries).WaitForChangeAsync(seen, CancellationToken.None);
            var watch = Stopwatch.StartNew();
            await registries.Irr.ApplyAsync("RADB", [new IrrChange.Put(text)], 1 + round, "bench", null, CancellationToken.None);
            await told;
            taken.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            ProofChanges changes = registries.ChangesSince(seen);
            Peering[] concerned = [.. all.Where(p => p.Prefixes.Any(changes.Touches))];
            known.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            foreach (Peering one in concerned)
                Prove(registries, one);
            proven.Add(watch.Elapsed.TotalMilliseconds);
            touched += concerned.Length;
            if (changes.IsEverything || concerned.Length == 0)
                throw new InvalidOperationException($"One object touched {concerned.Length} peerings; everything: {changes.IsEverything}.");
        }
        Line(
            "one object",
            $"{Spread(taken, "N0")} ms until the mirror's change is in use and compared with what was before (RADB, {registries.Current.Irr.Source("RADB")?.Objects:N0} objects); "
                + $"{Spread(known, "N1")} ms to find whom it touches; {Spread(proven, "N2")} ms to prove their prefixes again ({touched / (double)rounds:N1} peerings); aim: under 200 ms to the router"
        );
    }

    internal static string Spread(List<double> values, string format) =>
        $"{values.Min().ToString(format, CultureInfo.InvariantCulture)}–{values.Max().ToString(format, CultureInfo.InvariantCulture)}";

    internal static string Memory() =>
        $"{GC.GetTotalMemory(forceFullCollection: true) / 1e6:N0} MB managed, {Environment.WorkingSet / 1e6:N0} MB resident with the mapped snapshots";

    private static void Line(string what, string says) => Console.WriteLine($"{what, -16} {says}");
}
