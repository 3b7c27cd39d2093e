using System.Net.Sockets;
using System.Text.Json;

namespace Causeway.Lab.Bgp;

/// <summary><c>bgp show</c>: asks over the control socket and prints.</summary>
internal static class Show
{
    /// <summary>0 done, 1 refused, 5 nobody answers on the socket.</summary>
    public static async Task<int> RunAsync(ControlRequest request, string path, bool json, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(
                $"causeway: nobody answers on {path} ({e.Message}): start 'causeway bgp run', or give its --socket."
            );
            return 5;
        }
        await using var stream = new NetworkStream(socket);
        await using (var writer = new StreamWriter(stream, leaveOpen: true))
            await writer.WriteLineAsync(JsonSerializer.Serialize(request, ControlSocket.Json));
        using var reader = new StreamReader(stream);
        bool routes = request.Show is "routes" or "advertised";
        bool list = json && routes;
        int count = 0;
        if (list)
            Terminal.Out.Write("[");
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith("{\"error\"", StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync(
                    $"causeway: {Terminal.Plain(JsonSerializer.Deserialize<ErrorAnswer>(line, ControlSocket.Json)!.Error)}"
                );
                return 1;
            }
            if (json)
                Terminal.Out.Write(count == 0 ? line : $",\n{line}");
            else
                Print(request.Show, line, count == 0);
            count++;
        }
        if (json)
            Terminal.Out.WriteLine(list ? "]" : "");
        else if (routes)
            Terminal.Out.WriteLine($"{count} routes{(request.Prefix is null ? "" : $" for {request.Prefix}")}; * best, ! refused, s stale");
        return 0;
    }

    private static void Print(string show, string line, bool first)
    {
        switch (show)
        {
            case "summary":
                PrintSummary(JsonSerializer.Deserialize<SummaryAnswer>(line, ControlSocket.Json)!);
                break;
            case "neighbor":
                PrintPeer(JsonSerializer.Deserialize<PeerAnswer>(line, ControlSocket.Json)!);
                break;
            case "export":
                ExportAnswer export = JsonSerializer.Deserialize<ExportAnswer>(line, ControlSocket.Json)!;
                Terminal.Out.WriteLine($"{export.File}: {export.Prefixes} prefixes");
                break;
            default:
                if (first)
                    Terminal.Out.WriteLine(
                        $"   {"Prefix", -18} {"Next hop", -15} {(show == "advertised" ? "Told" : "From"), -15} {"For", 7} AS path"
                    );
                PrintRoute(JsonSerializer.Deserialize<RouteAnswer>(line, ControlSocket.Json)!);
                break;
        }
    }

    private static void PrintSummary(SummaryAnswer summary)
    {
        Terminal.Out.WriteLine($"AS {summary.Asn}, identifier {summary.RouterId}");
        int width = Math.Max(15, summary.Peers.Max(p => p.Peer.Length));
        Terminal.Out.WriteLine(
            $"{"Peer".PadRight(width)} {"AS", 10} {"State", -11} {"For", 9} {"Received", 9} {"Accepted", 9} {"Told", 9}"
        );
        foreach (PeerAnswer peer in summary.Peers)
        {
            Terminal.Out.WriteLine(
                $"{peer.Peer.PadRight(width)} {peer.Asn, 10} {peer.State, -11} {Terminal.Age(peer.Since), 9} {peer.Families.Sum(f => f.Received), 9} "
                    + $"{peer.Families.Sum(f => f.Accepted), 9} {peer.Families.Sum(f => f.Advertised), 9}"
            );
            foreach (IGrouping<string, KeyValuePair<string, int>> reason in peer.Families.SelectMany(f => f.Refused).GroupBy(r => r.Key))
                Terminal.Out.WriteLine($"  refused {reason.Sum(r => r.Value)}: {reason.Key}");
            if (peer.State != "Established" && peer.LastError is not null)
                Terminal.Out.WriteLine($"  {Terminal.Plain(peer.LastError)}");
        }
    }

    private static void PrintPeer(PeerAnswer peer)
    {
        Terminal.Out.WriteLine($"Peer {peer.Peer}, AS {peer.Asn}{(peer.PeerRouterId is null ? "" : $", identifier {peer.PeerRouterId}")}");
        Terminal.Out.WriteLine(
            $"  {peer.State} since {peer.Since:yyyy-MM-dd HH:mm:ss} UTC, established {peer.TimesEstablished} times{(peer.Enabled ? "" : ", disabled")}"
        );
        if (peer.LastError is not null)
            Terminal.Out.WriteLine($"  last error {peer.LastErrorAt:yyyy-MM-dd HH:mm:ss} UTC: {Terminal.Plain(peer.LastError)}");
        if (peer.HoldTimeSeconds is double hold)
            Terminal.Out.WriteLine($"  hold time {hold} s, connection opened by {(peer.OpenedByUs == true ? "us" : "the peer")}");
        foreach (string capability in peer.Capabilities)
            Terminal.Out.WriteLine($"  peer offers {capability}");
        Terminal.Out.WriteLine($"  messages received {peer.Messages.Received} (UPDATE {peer.Messages.UpdatesReceived})");
        Terminal.Out.WriteLine($"  messages sent {peer.Messages.Sent} (UPDATE {peer.Messages.UpdatesSent})");
        foreach (FamilyAnswer family in peer.Families)
        {
            Terminal.Out.WriteLine(
                $"  {family.Family}: received {family.Received}, accepted {family.Accepted}, told {family.Advertised}{(family.EndOfRib ? ", complete" : "")}{(family.Stale > 0 ? $", {family.Stale} stale" : "")}"
            );
            foreach ((string reason, int count) in family.Refused)
                Terminal.Out.WriteLine($"    refused {count}: {reason}");
        }
    }

    /// <summary>"*" is the best route of its prefix, "!" a refused one, "s" one that waits to be announced again; what says more than fits stands below.</summary>
    private static void PrintRoute(RouteAnswer route)
    {
        char mark =
            route.Best ? '*'
            : route.Accepted ? ' '
            : '!';
        string age = route.Since is { } since ? Terminal.Age(since) : "-";
        Terminal.Out.WriteLine(
            $"{(route.Stale == true ? 's' : ' ')}{mark} {route.Prefix, -18} {route.NextHop ?? "-", -15} {route.Peer, -15} {age, 7} {route.AsPath ?? "-"}"
        );
        if (!route.Accepted)
            Terminal.Out.WriteLine($"     refused: {route.Reason}");
        string[] carries =
        [
            .. new[]
            {
                route.LocalPreference is { } preference ? $"LOCAL_PREF {preference}" : null,
                route.Med is { } med ? $"MED {med}" : null,
                route.Communities.Count > 0 ? $"communities {string.Join(' ', route.Communities)}" : null,
                route.LargeCommunities.Count > 0 ? $"large communities {string.Join(' ', route.LargeCommunities)}" : null,
                route.Validity is { } validity ? $"RPKI {validity}" : null,
            }.OfType<string>(),
        ];
        if (carries.Length > 0)
            Terminal.Out.WriteLine($"     {string.Join(", ", carries)}");
    }
}
