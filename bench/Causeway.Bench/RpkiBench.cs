using System.Diagnostics;
using Causeway.Primitives;

namespace Causeway.Bench;

/// <summary>
/// Origin validation (RFC 6811) on one core, beside rtrlib on the same data in the same run. Both are measured in processor time, so that what else the
/// machine does counts for neither.
/// </summary>
internal static class RpkiBench
{
    public const int VrpCount = 600_000;
    private const int Rounds = 15;
    private const int RouteCount = 2_000_000;
    private const int Ahead = 8;

    public static async Task RunAsync(TextWriter output, CancellationToken cancellation)
    {
        Vrp[] vrps = RpkiBenchData.Vrps(VrpCount);
        (IpPrefix Prefix, Asn Origin)[] routes = RpkiBenchData.Routes(vrps, RouteCount);

        VrpTable table = VrpTable.Build(vrps);
        var watch = Stopwatch.StartNew();
        table = VrpTable.Build(vrps);
        double build = watch.Elapsed.TotalSeconds;

        (double ours, long[] seen) = Best(table, routes, Validate);
        (double ahead, long[] alike) = Best(table, routes, ValidateAhead);

        await output.WriteLineAsync(
            $"RPKI: {VrpCount:N0} VRPs, {RouteCount:N0} routes (random order), one core, processor time, best of {Rounds} rounds (rtrlib: of 5)"
        );
        await output.WriteLineAsync($"  table           {table.SizeInBytes / 1e6:0.0} MB, built in {build * 1000:0} ms");
        await output.WriteLineAsync(
            $"  validations     {ours / 1e6:0.00} million/s ({1e9 / ours:0} ns each): {seen[0]:N0} valid, {seen[1]:N0} not found, {seen[2]:N0} invalid"
        );
        await output.WriteLineAsync(
            $"  with prefetch   {ahead / 1e6:0.00} million/s ({1e9 / ahead:0} ns each): the same, each route announced {Ahead} before its turn{(alike.SequenceEqual(seen) ? "" : "; answers DIFFER")}"
        );

        (RtrlibYardstick.Result? theirs, string? whyNot) = await RtrlibYardstick.RunAsync(vrps, routes, cancellation);
        if (theirs is null)
        {
            await output.WriteLineAsync($"  rtrlib          not measured: {whyNot}");
            return;
        }
        bool same = theirs.Valid == seen[0] && theirs.NotFound == seen[1] && theirs.Invalid == seen[2];
        await output.WriteLineAsync(
            $"  rtrlib          {theirs.PerSecond / 1e6:0.00} million/s, loaded in {theirs.LoadSeconds * 1000:0} ms; answers {(same ? "the same" : $"DIFFER: {theirs}")}"
        );
        await output.WriteLineAsync($"  ratio           {ours / theirs.PerSecond:0.0} times rtrlib");
    }

    private static (double PerSecond, long[] Seen) Best(
        VrpTable table,
        (IpPrefix Prefix, Asn Origin)[] routes,
        Action<VrpTable, (IpPrefix Prefix, Asn Origin)[], long[]> run
    )
    {
        long[] seen = [];
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            seen = new long[3];
            TimeSpan start = Environment.CpuUsage.TotalTime;
            run(table, routes, seen);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - start).TotalSeconds);
        }
        return (routes.Length / best, seen);
    }

    private static void Validate(VrpTable table, (IpPrefix Prefix, Asn Origin)[] routes, long[] seen)
    {
        foreach (ref readonly (IpPrefix Prefix, Asn Origin) route in routes.AsSpan())
            seen[(int)table.Validate(route.Prefix, route.Origin)]++;
    }

    /// <summary>As whoever has many routes before him asks, such as the speaker that takes in an UPDATE.</summary>
    private static void ValidateAhead(VrpTable table, (IpPrefix Prefix, Asn Origin)[] routes, long[] seen)
    {
        for (int i = 0; i < routes.Length; i++)
        {
            if (i + Ahead < routes.Length)
                table.Prefetch(routes[i + Ahead].Prefix);
            seen[(int)table.Validate(routes[i].Prefix, routes[i].Origin)]++;
        }
    }
}
