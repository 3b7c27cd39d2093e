using System.Net.Sockets;
using System.Text.Json;

namespace Causeway.BgpVerbs;

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
            Console.Write("[");
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith("{\"error\"", StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync($"causeway: {JsonSerializer.Deserialize<ErrorAnswer>(line, ControlSocket.Json)!.Error}");
                return 1;
            }
            if (json)
                Console.Write(count == 0 ? line : $",\n{line}");
            else
                Print(request.Show, line);
            count++;
        }
        if (json)
            Console.WriteLine(list ? "]" : "");
        else if (routes)
            Console.WriteLine($"{count} routes");
        return 0;
    }

    private static void Print(string show, string line)
    {
        switch (show)
        {
            case "summary":
                PrintSummary(JsonSerializer.Deserialize<SummaryAnswer>(line, ControlSocket.Json)!);
                break;
            case "neighbor":
                PrintPeer(JsonSerializer.Deserialize<PeerAnswer>(line, ControlSocket.Json)!);
                break;
            default:
                PrintRoute(JsonSerializer.Deserialize<RouteAnswer>(line, ControlSocket.Json)!, show == "advertised" ? "told" : "from");
                break;
        }
    }

    private static void PrintSummary(SummaryAnswer summary)
    {
        Console.WriteLine($"AS {summary.Asn}, identifier {summary.RouterId}");
        Console.WriteLine(
            $"{"Peer", -26} {"AS", 10} {"State", -12} {"Since (UTC)", -19} {"Received", 9} {"Accepted", 9} {"Told", 9}  Refused"
        );
        foreach (PeerAnswer peer in summary.Peers)
        {
            string refused = string.Join(
                ", ",
                peer.Families.SelectMany(f => f.Refused).GroupBy(r => r.Key).Select(g => $"{g.Key} {g.Sum(r => r.Value)}")
            );
            string line =
                $"{peer.Peer, -26} {peer.Asn, 10} {peer.State, -12} {peer.Since:yyyy-MM-dd HH:mm:ss} {peer.Families.Sum(f => f.Received), 9} "
                + $"{peer.Families.Sum(f => f.Accepted), 9} {peer.Families.Sum(f => f.Advertised), 9}  {refused}";
            Console.WriteLine(line.TrimEnd());
            if (peer.State != "Established" && peer.LastError is not null)
                Console.WriteLine($"  {peer.LastError}");
        }
    }

    private static void PrintPeer(PeerAnswer peer)
    {
        Console.WriteLine($"Peer {peer.Peer}, AS {peer.Asn}{(peer.PeerRouterId is null ? "" : $", identifier {peer.PeerRouterId}")}");
        Console.WriteLine(
            $"  {peer.State} since {peer.Since:yyyy-MM-dd HH:mm:ss} UTC, established {peer.TimesEstablished} times{(peer.Enabled ? "" : ", disabled")}"
        );
        if (peer.LastError is not null)
            Console.WriteLine($"  last error {peer.LastErrorAt:yyyy-MM-dd HH:mm:ss} UTC: {peer.LastError}");
        if (peer.HoldTimeSeconds is double hold)
            Console.WriteLine($"  hold time {hold} s, connection opened by {(peer.OpenedByUs == true ? "us" : "the peer")}");
        if (peer.Capabilities.Count > 0)
            Console.WriteLine($"  peer offers {string.Join(", ", peer.Capabilities)}");
        Console.WriteLine(
            $"  messages received {peer.Messages.Received} (UPDATE {peer.Messages.UpdatesReceived}), sent {peer.Messages.Sent} (UPDATE {peer.Messages.UpdatesSent})"
        );
        foreach (FamilyAnswer family in peer.Families)
        {
            string refused = string.Concat(family.Refused.Select(r => $", {r.Key} {r.Value}"));
            Console.WriteLine(
                $"  {family.Family}: received {family.Received}, accepted {family.Accepted}{refused}, told {family.Advertised}{(family.EndOfRib ? ", complete" : "")}"
            );
        }
    }

    /// <param name="towards">"from" a peer, or "told" to it.</param>
    private static void PrintRoute(RouteAnswer route, string towards)
    {
        string outcome =
            route.Best ? "best"
            : route.Accepted ? ""
            : $"refused: {route.Reason}";
        Console.WriteLine(
            $"{route.Prefix, -20} via {route.NextHop ?? "-", -16} {towards} {route.Peer, -16} path {route.AsPath ?? "-"} {outcome}".TrimEnd()
        );
    }
}
