using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Filters;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Store;

namespace Causeway.Bench;

/// <summary>
/// <c>causeway bench registry</c>: the registries at the size of the real ones. Generates the data once into a work folder, then measures parsing, cold
/// load, lookups and expansion in this process, and then start, memory, bgpq4 and RTR of <c>registry run</c> in a process of its own. Nothing is estimated: what cannot be
/// measured here is said to be missing.
/// </summary>
/// <remarks>Arguments: <c>--routes N</c> (3000000), <c>--sets N</c> (40000), <c>--work DIR</c> (a temporary folder, removed afterwards), <c>--irr-only</c>, <c>--rpki-only</c>.</remarks>
public static class RegistryBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        int routes = Arguments.Number(args, "--routes", 3_000_000);
        int sets = Arguments.Number(args, "--sets", 40_000);
        string? given = Arguments.Value(args, "--work");
        string work = given ?? Scratch.Folder();
        try
        {
            if (!args.Contains("--rpki-only"))
                await IrrAsync(work, routes, sets);
            if (!args.Contains("--irr-only"))
                await RpkiBench.RunAsync(Console.Out, CancellationToken.None);
            return 0;
        }
        finally
        {
            if (given is null)
                Directory.Delete(work, recursive: true);
        }
    }

    private static async Task IrrAsync(string work, int routes, int sets)
    {
        string dumps = Path.Combine(work, "dumps");
        string data = Path.Combine(work, "data");
        string[] paths = Directory.Exists(dumps) ? Directory.GetFiles(dumps, "*.db") : RegistryBenchData.Write(dumps, routes, sets);
        paths = [.. paths.OrderByDescending(p => new FileInfo(p).Length)];
        long bytes = paths.Sum(p => new FileInfo(p).Length);
        Line(
            "IRR",
            $"{routes:N0} route objects and {sets:N0} as-sets in {paths.Length} sources, {bytes / 1e6:N0} MB of RPSL; {Environment.ProcessorCount} processors"
        );

        Parse(paths[0]);
        if (Directory.Exists(data))
            Directory.Delete(data, recursive: true);
        await LoadAsync(data, paths, bytes);

        var watch = Stopwatch.StartNew();
        using IrrStore store = IrrStore.Open(data, TimeProvider.System);
        int found = store.Current.Covering(IpPrefix.Parse("193.0.0.0/24")).Count;
        Line(
            "snapshot start",
            $"{watch.Elapsed.TotalMilliseconds:N0} ms to the first answer ({found} objects), {Directory.GetFiles(data, "*.irr").Sum(f => new FileInfo(f).Length) / 1e6:N0} MB on disk"
        );

        Lookups(store.Current);
        Expansion(store.Current);
        await MirrorAsync(store, paths[0]);
        await RegistryServedBench.RunAsync(work, paths, RegistryBenchData.LargeSet, RpkiBench.VrpCount);
    }

    private static void Parse(string path)
    {
        long best = 0;
        for (int round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            (long bytes, long objects) = RpslThroughput.Read(path);
            long rate = (long)(bytes / watch.Elapsed.TotalSeconds);
            if (rate > best)
            {
                best = rate;
                Line(
                    "RPSL parse",
                    $"{best / 1e6:N0} MB/s on one core ({objects:N0} objects, {bytes / 1e6:N0} MB, keys and attributes read)"
                );
            }
        }
    }

    private static async Task LoadAsync(string data, string[] paths, long bytes)
    {
        using IrrStore store = IrrStore.Open(data, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        IrrLoadReport report = await store.LoadAsync([.. paths.Select(p => IrrDump.File(p))], null, CancellationToken.None);
        double seconds = watch.Elapsed.TotalSeconds;
        long kept = store.Current.Sources.Sum(s => s.Objects);
        Line("cold load", $"{seconds:N1} s to ready: {report.Objects:N0} objects read, {kept:N0} kept, {bytes / seconds / 1e6:N0} MB/s");
    }

    private static void Lookups(IrrDatabase database)
    {
        var random = new Random(1);
        // Half of the questions are registered routes, half come from anywhere.
        var questions = new List<(IpPrefix Prefix, Asn Origin)>();
        while (questions.Count < 200_000)
        {
            questions.Add((IpPrefix.V4((uint)random.NextInt64(0x01000000, 0xDF000000), 24), new Asn((uint)random.Next(1, 75_000))));
            questions.AddRange(
                database.ByOrigin(new Asn((uint)random.Next(1, 75_000)), IpFamily.V4, limit: 1).Select(r => (r.Prefix, r.Origin))
            );
        }
        int covered = 0;
        double best = double.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            covered = 0;
            var watch = Stopwatch.StartNew();
            foreach ((IpPrefix prefix, Asn origin) in questions)
                if (database.IsCovered(prefix, origin))
                    covered++;
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        Line(
            "is covered",
            $"{questions.Count / best / 1e3:N0} thousand/s on one core over all sources ({covered:N0} of {questions.Count:N0})"
        );
    }

    private static void Expansion(IrrDatabase database)
    {
        double best = double.MaxValue;
        AsSetExpansion expansion = database.ExpandAsSet(RegistryBenchData.LargeSet);
        for (int round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            expansion = database.ExpandAsSet(RegistryBenchData.LargeSet);
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }
        Line("expansion", $"{best:N1} ms warm: {expansion.Asns.Count:N0} AS numbers in {expansion.Sets.Count:N0} sets");

        best = double.MaxValue;
        PrefixFilter? filter = null;
        for (int round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            (filter, _) = PrefixFilter.Build(
                database,
                new PrefixFilterRequest { Objects = [RegistryBenchData.LargeSet], Family = IpFamily.V4 }
            );
            best = Math.Min(best, watch.Elapsed.TotalMilliseconds);
        }
        Line("filter", $"{best:N0} ms warm, aggregated, IPv4: {filter!.Registered4:N0} prefixes to {filter.V4.Count:N0} entries");
    }

    /// <summary>One NRTM step on the largest source: a thousand changed objects, from a server on this machine.</summary>
    private static async Task MirrorAsync(IrrStore store, string path)
    {
        IrrSource source = store.Current.Sources.MaxBy(s => s.Routes4)!;
        // The same file again, so that the source has a serial to continue from.
        await store.LoadAsync([IrrDump.File(path) with { Serial = 1000 }], null, CancellationToken.None);
        var answer = new StringBuilder($"%START Version: 3 {source.Name} 1001-2000\n\n");
        for (int i = 1; i <= 1000; i++)
            answer.Append(
                $"ADD {1000 + i}\n\nroute: 198.{18 + (i >> 8)}.{i & 255}.0/24\norigin: AS{i}\nmnt-by: MAINT-BENCH\nsource: {source.Name}\n\n"
            );
        answer.Append($"%END {source.Name}\n");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await using NetworkStream stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[10]);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.ToString()));
        });
        var watch = Stopwatch.StartNew();
        NrtmOutcome outcome = await new Nrtm3Client(
            store,
            TimeProvider.System,
            new Nrtm3Options { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port }
        ).RunAsync(source.Name, CancellationToken.None);
        await serving;
        Line(
            "NRTM step",
            $"{watch.Elapsed.TotalMilliseconds:N0} ms for 1,000 changes to {source.Name} ({source.Objects:N0} objects): {outcome.GetType().Name}"
        );
    }

    private static void Line(string what, string text) => Console.WriteLine($"{what, -16} {text}");
}
