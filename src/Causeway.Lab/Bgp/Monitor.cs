using System.Net;
using System.Text;
using System.Text.Json;
using Causeway.Bgp.Bmp;
using Causeway.Hosting;

namespace Causeway.Lab.Bgp;

/// <summary>
/// <c>bgp monitor</c>: a BMP station (RFC 7854) on the terminal. Routers report all the time, so what they say is looked at once a second and printed when
/// anything but the clock has changed.
/// </summary>
internal static class Monitor
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>0 when asked to stop; 2 when it cannot listen as asked.</summary>
    public static async Task<int> RunAsync(string listen, bool json, CancellationToken cancel)
    {
        if (!IPEndPoint.TryParse(listen, out IPEndPoint? endpoint))
        {
            await Console.Error.WriteLineAsync(
                $"causeway: --listen '{listen}' is not an address and a port: write 192.0.2.1:11019 or [::]:11019."
            );
            return 2;
        }
        TimeProvider clock = TimeProvider.System;
        BmpStation station;
        try
        {
            station = new BmpStation(endpoint, clock);
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"causeway: {e.Message}");
            return 2;
        }
        await using (station)
        {
            // Not on standard output, which is for what routers say.
            await Console.Error.WriteLineAsync($"ready, BMP on {station.Local}");
            using var signals = Signals.IgnoringHangUp(Console.Error, cancel);
            string last = "[]";
            using var timer = new PeriodicTimer(Interval, clock);
            try
            {
                while (await timer.WaitForNextTickAsync(cancel))
                {
                    MonitoredRouter[] routers =
                    [
                        .. station
                            .Routers.Select(MonitoredRouter.Of)
                            .OrderBy(r => r.Router, StringComparer.Ordinal)
                            .ThenBy(r => r.Address, StringComparer.Ordinal),
                    ];
                    string now = JsonSerializer.Serialize(routers, ControlSocket.Json);
                    if (now == last)
                        continue;
                    last = now;
                    var answer = new MonitorAnswer(clock.GetUtcNow(), routers);
                    // On a terminal the table stays in its place; a file gets one after the other.
                    if (!json && !Console.IsOutputRedirected)
                        Console.Write("\u001b[H\u001b[J");
                    Terminal.Out.Write(json ? JsonSerializer.Serialize(answer, ControlSocket.Json) + "\n" : Table(answer));
                }
            }
            catch (OperationCanceledException)
            {
                // Asked to stop.
            }
        }
        return 0;
    }

    private static string Table(MonitorAnswer answer)
    {
        var text = new StringBuilder();
        text.AppendLine($"{answer.At:yyyy-MM-dd HH:mm:ss} UTC, {answer.Routers.Count} routers report");
        foreach (MonitoredRouter router in answer.Routers)
        {
            string words = router.Description.Length == 0 ? "" : $", {Terminal.Plain(router.Description)}";
            text.AppendLine($"{Terminal.Plain(router.Router)} ({router.Address}){words}");
            int width = Math.Max(15, router.Peers.Select(p => p.Peer.Length).DefaultIfEmpty().Max());
            if (router.Peers.Count > 0)
                text.AppendLine($"  {"Peer".PadRight(width)} {"AS", 10} {"State", -5} {"For", 9} {"Table", -16} {"IPv4", 8} {"IPv6", 7}");
            foreach (MonitoredPeer peer in router.Peers)
            {
                string head = $"  {peer.Peer.PadRight(width)} {peer.Asn, 10} {(peer.Up ? "up" : "down"), -5} {Terminal.Age(peer.Since), 9}";
                if (peer.Tables.Count == 0)
                    text.AppendLine(head);
                foreach (MonitoredTable table in peer.Tables)
                {
                    text.AppendLine($"{head} {table.Table, -16} {table.Ipv4, 8} {table.Ipv6, 7}");
                    head = new string(' ', head.Length);
                }
                if (peer.DownReason is not null)
                    text.AppendLine($"    {Terminal.Plain(peer.DownReason)}");
            }
            if (router.Faults > 0)
                text.AppendLine($"  {router.Faults} malformed messages, the last: {Terminal.Plain(router.LastFault ?? "")}");
        }
        return text.AppendLine().ToString();
    }
}
