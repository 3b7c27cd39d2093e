using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Irr.Store;
using Causeway.Registries.Rpki;
using Causeway.Registries.Service;
using Causeway.Server;
using Causeway.Server.Configuration;
using Causeway.Server.Registries;
using Causeway.Server.Topology;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Bench;

/// <summary>
/// <c>causeway bench filters</c>: the filters of all members of an exchange against registries of real size, all of them and after one changed as-set; then the same in a
/// server that runs the exchange's route server, from the changed as-set to the router's table.
/// </summary>
/// <remarks>
/// Arguments: <c>--routes N</c> (3000000), <c>--vrps N</c> (500000), <c>--members N</c> (1000), <c>--rounds N</c> (5), <c>--work DIR</c> (a temporary folder, removed
/// afterwards). A member's as-set has from one ASN to five hundred, mostly a few, and every fourth is a set of sets.
/// </remarks>
internal static class FilterBench
{
    private const int Cores = 2;
    private const int MostPrefixes = 50_000;
    private const uint FirstMember = 4_200_000;
    private const uint RouteServerAsn = 64_555;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private static readonly IPAddress s_server = IPAddress.Parse("127.83.0.1");

    /// <summary>Whose prefix comes and goes with the as-set of the first member: it is in nobody else's.</summary>
    private static readonly Asn s_behind = new(4_190_000);

    private static string SetOf(int member) => $"AS-BENCH-M{member}";

    private static Asn AsnOf(int member) => new(FirstMember + (uint)member);

    private static IPAddress AddressOf(int member) => IPAddress.Parse($"127.83.{(10 + member) / 250}.{2 + (10 + member) % 250}");

    public static async Task<int> RunAsync(string[] args)
    {
        int routes = Arguments.Number(args, "--routes", 3_000_000),
            vrps = Arguments.Number(args, "--vrps", 500_000),
            members = Arguments.Number(args, "--members", 1000),
            rounds = Arguments.Number(args, "--rounds", 5);
        string? given = Arguments.Value(args, "--work");
        string work = given ?? Scratch.Folder();
        try
        {
            string dumps = Path.Combine(work, "dumps");
            string[] paths = Directory.Exists(dumps) ? Directory.GetFiles(dumps, "*.db") : RegistryBenchData.Write(dumps, routes, 40_000);
            string data = Path.Combine(work, "data", "registries");
            (IpPrefix Stays, IpPrefix Moves) one;
            using (
                var registries = new RegistryService(
                    new RegistryOptions
                    {
                        DataFolder = data,
                        DumpFiles = paths,
                        Rpki = new RpkiOptions
                        {
                            Fixed = [new("bench", "sample", VrpTable.Build(RpkiBenchData.Vrps(vrps)), DateTimeOffset.UnixEpoch)],
                        },
                    },
                    TimeProvider.System
                )
            )
            {
                await registries.LoadAsync(null, CancellationToken.None);
                one = ProofBench.Free(registries.Current);
                await registries.Irr.ApplyAsync("RADB", Objects(members, one), 1, "bench", null, CancellationToken.None);
                Line(
                    "registries",
                    $"{registries.Current.Irr.Sources.Sum(s => s.Routes4 + s.Routes6):N0} route objects, {registries.Current.Rpki.Table.Count:N0} VRPs; {Environment.ProcessorCount} processors"
                );
                All(registries, members, rounds);
                await OneAsync(registries, members, rounds);
            }
            await InServerAsync(work, paths, ProofBench.VrpFile(work, vrps), members, one, rounds);
            return 0;
        }
        finally
        {
            if (given is null)
                Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>All members' filters, as after a start.</summary>
    private static void All(RegistryService registries, int members, int rounds)
    {
        List<double> times = [],
            worked = [];
        long entries = 0;
        for (int round = 0; round < rounds; round++)
        {
            entries = 0;
            TimeSpan before = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            Parallel.For(
                0,
                members,
                new ParallelOptions { MaxDegreeOfParallelism = Cores },
                i =>
                {
                    // Another bound is another question: nothing is remembered from the round before.
                    PeerFilter filter = registries.FilterOf(AsnOf(i), SetOf(i), MostPrefixes + round)!;
                    Interlocked.Add(ref entries, filter.V4.Length + filter.V6.Length);
                }
            );
            times.Add(watch.Elapsed.TotalSeconds);
            worked.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        Line(
            "all filters",
            $"{ProofBench.Spread(times, "N2")} s for {members:N0} members with {entries:N0} prefixes on {Cores} cores, {ProofBench.Spread(worked, "N2")} s of CPU; aim: 2 s"
        );
    }

    /// <summary>One member's as-set changes, and all filters are asked for again.</summary>
    private static async Task OneAsync(RegistryService registries, int members, int rounds)
    {
        for (int i = 0; i < members; i++)
            registries.FilterOf(AsnOf(i), SetOf(i), MostPrefixes);
        List<double> applied = [],
            found = [];
        for (int round = 0; round < rounds; round++)
        {
            PeerFilter before = registries.FilterOf(AsnOf(0), SetOf(0), MostPrefixes)!;
            var watch = Stopwatch.StartNew();
            await registries.Irr.ApplyAsync("RADB", [FirstSet(round % 2 == 0)], 10 + round, "bench", null, CancellationToken.None);
            applied.Add(watch.Elapsed.TotalMilliseconds);
            watch.Restart();
            int changed = 0;
            for (int i = 0; i < members; i++)
                if (i == 0 && !ReferenceEquals(registries.FilterOf(AsnOf(i), SetOf(i), MostPrefixes), before))
                    changed++;
                else
                    registries.FilterOf(AsnOf(i), SetOf(i), MostPrefixes);
            found.Add(watch.Elapsed.TotalMilliseconds);
            if (changed != 1)
                throw new InvalidOperationException("The changed as-set changed no filter.");
        }
        await registries.Irr.ApplyAsync("RADB", [FirstSet(with: false)], 10 + rounds, "bench", null, CancellationToken.None);
        Line(
            "one as-set",
            $"{ProofBench.Spread(applied, "N0")} ms until the mirror's change is in use; {ProofBench.Spread(found, "N0")} ms to have all {members:N0} filters again"
        );
    }

    private static async Task InServerAsync(
        string work,
        string[] dumps,
        string vrps,
        int members,
        (IpPrefix Stays, IpPrefix Moves) one,
        int rounds
    )
    {
        string topology = Path.Combine(work, "topology.yaml"),
            directory = Path.Combine(work, "peeringdb.json");
        await File.WriteAllTextAsync(directory, PeeringDb(members));
        await File.WriteAllTextAsync(
            topology,
            TopologyFile.BuiltIn.Replace(
                "\nexchanges:\n",
                $"\nexchanges:\n  - name: Bench-IX\n    location: Amsterdam\n    peeringDbIxId: 9001\n    lans: [127.83.0.0/20]\n    routeServer: {{ asn: {RouteServerAsn}, addresses: [{s_server}] }}\n    legacy:\n{string.Concat(Enumerable.Range(0, members).Select(i => $"      - {{ asn: {AsnOf(i)}, addresses: [{AddressOf(i)}] }}\n"))}",
                StringComparison.Ordinal
            )
                + $"\nregistries:\n  dumps: [{string.Join(", ", dumps.Select(d => $"\"{d}\""))}]\n  vrps: [\"{vrps}\"]\n  peeringDb: {{ file: \"{directory}\" }}\n  grace: 0s\n"
        );
        var settings = new ServerSettings
        {
            DataFolder = Path.Combine(work, "data"),
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            TopologyFile = topology,
            BgpPort = FreePort(),
        };
        long began = TimeProvider.System.GetTimestamp();
        await using ServerHost server = await ServerHost.StartAsync(settings, CancellationToken.None);
        IRouters routers = server.Services.GetRequiredService<IRouters>();
        using var over = new CancellationTokenSource();
        using BgpFeed member = await BgpFeed.EstablishAsync(
            AddressOf(0),
            new IPEndPoint(s_server, settings.BgpPort),
            AsnOf(0).Value,
            () => true,
            over.Token
        );
        Task idle = member.IdleAsync(over.Token);
        await member.SendAsync(Routes(one), over.Token);
        long serial = 1_000_000;
        await AcceptedAsync(1);
        // They are opened beside the server's start.
        RegistryService registries = server.Services.GetRequiredService<LiveRegistries>().Service!;
        Line(
            "server",
            $"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:N1} s from its start until the first member's route is accepted; {ProofBench.Memory()}"
        );
        List<double> added = [],
            removed = [];
        for (int round = 0; round < rounds; round++)
        {
            added.Add(await TimedAsync(with: true, 2));
            removed.Add(await TimedAsync(with: false, 1));
        }
        Line(
            "to the router",
            $"{ProofBench.Spread(added, "N0")} ms (middle {Middle(added):N0}) from the changed as-set until the route server has accepted what it adds, {ProofBench.Spread(removed, "N0")} ms (middle {Middle(removed):N0}) until it has refused what it takes away, of {members:N0} members; aim: 100 ms"
        );

        await over.CancelAsync();
        await idle;

        static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

        async Task<double> TimedAsync(bool with, int accepted)
        {
            long start = TimeProvider.System.GetTimestamp();
            await registries.Irr.ApplyAsync("RADB", [FirstSet(with)], ++serial, "bench", null, CancellationToken.None);
            await AcceptedAsync(accepted);
            return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }

        async Task AcceptedAsync(int count)
        {
            long since = TimeProvider.System.GetTimestamp();
            while (true)
            {
                Seen<InstanceReport>? seen = await routers.InstanceAsync("bench-ix-rs", "exchange/Bench-IX", CancellationToken.None);
                SessionReport? session = seen?.Value.Sessions.FirstOrDefault(s => s.Theirs == $"{AddressOf(0)}");
                if (session?.Accepted == count)
                    return;
                if (TimeProvider.System.GetElapsedTime(since) > s_patience)
                    throw new TimeoutException(
                        $"Of the first member {count} routes should be accepted; after {s_patience.TotalMinutes:N0} minutes its session is {session?.ToString() ?? $"not among {seen?.Value.Sessions.Count ?? 0}"}."
                    );
                // Each look reads a thousand sessions: more often, and it is the looking that is measured.
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    /// <summary>The first member's routes: one that it originates, and one of the network behind it.</summary>
    private static byte[] Routes((IpPrefix Stays, IpPrefix Moves) one) =>
        [.. Update(one.Stays, AsnOf(0)), .. Update(one.Moves, AsnOf(0), s_behind)];

    private static byte[] Update(IpPrefix prefix, params Asn[] path)
    {
        byte[] attributes =
        [
            .. (byte[])[0x40, 1, 1, 0],
            .. (byte[])[0x40, 2, (byte)(2 + 4 * path.Length), 2, (byte)path.Length],
            .. path.SelectMany(a => (byte[])[(byte)(a.Value >> 24), (byte)(a.Value >> 16), (byte)(a.Value >> 8), (byte)a.Value]),
            .. (byte[])[0x40, 3, 4],
            .. AddressOf(0).GetAddressBytes(),
        ];
        byte[] body = [0, 0, 0, (byte)attributes.Length, .. attributes, 24, .. prefix.Address.GetAddressBytes().AsSpan(0, 3)];
        return [.. Enumerable.Repeat((byte)0xFF, 16), 0, (byte)(19 + body.Length), 2, .. body];
    }

    /// <summary>The members' as-sets, and the routes of the first one, whose networks behind it originate as it does.</summary>
    private static List<IrrChange> Objects(int members, (IpPrefix Stays, IpPrefix Moves) one)
    {
        var random = new Random(11);
        List<IrrChange> all = [Put($"route: {one.Stays}\norigin: AS{AsnOf(0)}"), Put($"route: {one.Moves}\norigin: AS{s_behind}")];
        all.Add(FirstSet(with: false));
        for (int i = 1; i < members; i++)
        {
            int size = Math.Min(500, (int)(1 / Math.Pow(1 - random.NextDouble(), 0.7)));
            string[] asns = [.. Enumerable.Range(0, size).Select(_ => $"AS{random.Next(1, 75_000)}")];
            if (i % 4 == 0 && size > 4)
            {
                string[][] parts = [.. asns.Chunk(1 + size / 4)];
                for (int p = 0; p < parts.Length; p++)
                    all.Add(Put($"as-set: {SetOf(i)}-{p}\nmembers: {string.Join(", ", parts[p])}"));
                asns = [.. parts.Select((_, p) => $"{SetOf(i)}-{p}")];
            }
            all.Add(Put($"as-set: {SetOf(i)}\nmembers: AS{AsnOf(i)}, {string.Join(", ", asns)}"));
        }
        return all;
    }

    private static IrrChange.Put FirstSet(bool with) => Put($"as-set: {SetOf(0)}\nmembers: AS{AsnOf(0)}{(with ? $", AS{s_behind}" : "")}");

    private static IrrChange.Put Put(string text) => new(Encoding.ASCII.GetBytes($"{text}\nmnt-by: MNT-BENCH\nsource: RADB\n"));

    private static string PeeringDb(int members)
    {
        IEnumerable<string> networks = Enumerable
            .Range(0, members)
            .Select(i => $$"""{"id":{{i + 1}},"name":"Member {{i}}","asn":{{AsnOf(i)}},"irr_as_set":"{{SetOf(i)}}","status":"ok"}""");
        return $$$"""{"net":{"data":[{{{string.Join(",\n", networks)}}}]}}""";
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Line(string what, string says) => Console.WriteLine($"{what, -16} {says}");
}
