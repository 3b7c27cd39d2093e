using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Testing;

namespace Causeway.Api.Tests.Lab;

/// <summary><c>bgp monitor</c> of the built executable, and a router that reports, octet by octet as RFC 7854 draws it.</summary>
public class MonitorTests
{
    /// <summary>Per-peer header: global, 198.51.100.7, AS 64496.</summary>
    private const string Peer = "00 00 0000000000000000 000000000000000000000000C6336407 0000FBF0 C6336407 69573280 00000000";

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static byte[] Message(byte type, string body)
    {
        byte[] bytes = Hex(body);
        return [3, 0, 0, 0, (byte)(6 + bytes.Length), type, .. bytes];
    }

    private static string Open(string asn) => $"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 001D 01 04 {asn} 005A C0000201 00";

    [Fact]
    public async Task Routers_their_sessions_and_counts_are_a_line_of_json_whenever_they_change()
    {
        (BgpProcess monitor, string ready) = await BgpProcess.Start("monitor", "--listen", "127.46.1.1:0", "--output", "json");
        await using (monitor)
        {
            using (var router = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                await router.ConnectAsync(IPEndPoint.Parse(ready[(ready.LastIndexOf(' ') + 1)..]));
                // sysDescr "x", sysName "r1"
                await router.SendAsync(Message(4, "0001 0001 78 0002 0002 7231"));
                await router.SendAsync(Message(3, $"{Peer} {new string('0', 32)} 00B3 C801 {Open("FBF4")} {Open("FBF0")}"));
                // 203.0.113.0/24 and 192.0.2.0/24 by AS 64496
                string attributes = "40010100 40020602010000FBF0 400304C6336407";
                await router.SendAsync(
                    Message(0, $"{Peer} FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 0033 02 0000 0014 {attributes} 18CB0071 18C00002")
                );
                JsonElement peer = await Peers(monitor, p => p.GetProperty("tables").GetArrayLength() == 1, "the routes are counted");
                Assert.Equal(
                    ("198.51.100.7", "64496", true),
                    (peer.GetProperty("peer").GetString(), peer.GetProperty("asn").GetString(), peer.GetProperty("up").GetBoolean())
                );
                Assert.Equal("""{"table":"in","ipv4":2,"ipv6":0}""", peer.GetProperty("tables")[0].GetRawText());

                // The peer sent CEASE, administrative shutdown.
                await router.SendAsync(Message(2, $"{Peer} 03 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 0015 03 06 02"));
                peer = await Peers(monitor, p => !p.GetProperty("up").GetBoolean(), "the peer is down");
                Assert.Equal("the peer sent administrative shutdown (6/2)", peer.GetProperty("downReason").GetString());
                Assert.Equal(0, peer.GetProperty("tables").GetArrayLength());
            }
            await Eventually.Get(
                () => JsonDocument.Parse(monitor.Output[^1]).RootElement.GetProperty("routers").GetArrayLength(),
                n => n == 0,
                "the router is forgotten with its connection"
            );
        }
    }

    /// <summary>The only peer of the router r1 in the last line, once it is as it shall be.</summary>
    private static Task<JsonElement> Peers(BgpProcess monitor, Func<JsonElement, bool> holds, string what) =>
        Eventually.Get(
            () =>
            {
                JsonElement router = JsonDocument.Parse(monitor.Output[^1]).RootElement.GetProperty("routers")[0];
                Assert.Equal("r1", router.GetProperty("router").GetString());
                return router.GetProperty("peers")[0];
            },
            holds,
            what
        );

    [Fact]
    public async Task An_address_that_is_none_is_refused()
    {
        (int code, _, string error) = await BgpProcess.Run("monitor", "--listen", "everywhere");
        Assert.Equal(2, code);
        Assert.Contains("--listen 'everywhere' is not an address and a port", error, StringComparison.Ordinal);
    }
}
