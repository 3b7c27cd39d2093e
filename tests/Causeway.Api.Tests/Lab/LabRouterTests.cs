using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Api.Tests.Registry;
using Causeway.Testing;

namespace Causeway.Api.Tests.Lab;

/// <summary><c>bgp run</c> and <c>bgp show</c>: two lab routers of the built executable.</summary>
public sealed class LabRouterTests : IAsyncDisposable
{
    private const string A = "127.46.0.1";
    private const string B = "127.46.0.2";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-bgp-");

    private string SocketOf(string router) => Path.Combine(_folder.FullName, router);

    private readonly List<BgpProcess> _pair = [];

    public async ValueTask DisposeAsync()
    {
        foreach (BgpProcess router in _pair)
            await router.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<BgpProcess> Router(string asn, string address, int port, string peer, params string[] more)
    {
        (BgpProcess process, _) = await BgpProcess.Start([
            "run",
            "--asn",
            asn,
            "--router-id",
            address,
            "--listen",
            $"{address}:{port}",
            "--peer",
            peer,
            "--socket",
            SocketOf(address),
            .. more,
        ]);
        return process;
    }

    private async Task<JsonElement> Show(string router, params string[] question)
    {
        (int code, string output, string error) = await BgpProcess.Run([
            "show",
            .. question,
            "--socket",
            SocketOf(router),
            "--output",
            "json",
        ]);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    [Fact]
    public async Task Two_routers_exchange_prefixes_over_md5_and_show_them()
    {
        int portA = BgpProcess.FreePort(A),
            portB = BgpProcess.FreePort(B);
        await using BgpProcess a = await Router(
            "64500",
            A,
            portA,
            $"{B}:{portB}=4200000001",
            "--md5",
            "secret",
            "--import",
            "all",
            "--announce",
            "192.0.2.0/24"
        );
        // B has no import policy, so it refuses what it is told (RFC 8212).
        await using BgpProcess b = await Router(
            "4200000001",
            B,
            portB,
            $"{A}:{portA}=64500",
            "--md5",
            "secret",
            "--announce",
            "198.51.100.0/24"
        );
        JsonElement peer = await Eventually.Get(
            async () => (await Show(A, "summary")).GetProperty("peers")[0],
            p => p.GetProperty("families") is { } f && f.GetArrayLength() == 2 && f[0].GetProperty("accepted").GetInt32() == 1,
            "A has accepted B's route"
        );
        Assert.Equal("Established", peer.GetProperty("state").GetString());
        Assert.Equal("4200000001", peer.GetProperty("asn").GetString());

        JsonElement route = Assert.Single((await Show(A, "routes", "--peer", B)).EnumerateArray());
        Assert.Equal(
            ("198.51.100.0/24", "4200000001", B),
            (route.GetProperty("prefix").GetString(), route.GetProperty("asPath").GetString(), route.GetProperty("nextHop").GetString())
        );
        Assert.InRange(
            route.GetProperty("since").GetDateTimeOffset(),
            TimeProvider.System.GetUtcNow().AddMinutes(-5),
            TimeProvider.System.GetUtcNow().AddSeconds(1)
        );
        // An address inside it leads to it (longest match); one outside leads to nothing.
        JsonElement match = Assert.Single((await Show(A, "routes", "198.51.100.77")).EnumerateArray());
        Assert.Equal("198.51.100.0/24", match.GetProperty("prefix").GetString());
        Assert.Empty((await Show(A, "routes", "203.0.113.1")).EnumerateArray());
        JsonElement told = await Eventually.Get(
            () => Show(A, "neighbor", B, "--advertised"),
            t => t.GetArrayLength() == 1,
            "A has told its own route"
        );
        Assert.Equal("192.0.2.0/24", told[0].GetProperty("prefix").GetString());

        JsonElement refused = await Eventually.Get(
            async () => (await Show(B, "neighbor", A)).GetProperty("families")[0],
            f => f.GetProperty("received").GetInt32() == 1,
            "B has received A's route"
        );
        Assert.Equal(0, refused.GetProperty("accepted").GetInt32());
        Assert.Equal(1, refused.GetProperty("refused").EnumerateObject().Single().Value.GetInt32());
        (int code, string output, _) = await BgpProcess.Run("show", "routes", "--peer", A, "--socket", SocketOf(B));
        Assert.Equal(0, code);
        Assert.Contains("refused: ", output, StringComparison.Ordinal);
        Assert.Contains(a.Output, l => l.EndsWith("-> Established", StringComparison.Ordinal));

        await b.Kill();
        JsonElement lost = await Eventually.Get(
            async () => (await Show(A, "summary")).GetProperty("peers")[0],
            p => p.GetProperty("state").GetString() != "Established",
            "A has seen that B is gone"
        );
        Assert.Equal(0, lost.GetProperty("families").GetArrayLength());
    }

    [Fact]
    public async Task A_wrong_key_keeps_the_session_down()
    {
        const string C = "127.46.0.3";
        int portA = BgpProcess.FreePort(A),
            port = BgpProcess.FreePort(B);
        await using BgpProcess a = await Router(
            "64500",
            A,
            portA,
            $"{B}:{port}=64501",
            "--peer",
            $"{C}:{port}=64502",
            "--md5",
            "one",
            "--passive"
        );
        await using BgpProcess b = await Router("64501", B, port, $"{A}:{portA}=64500", "--md5", "other");
        // C comes after B and has the right key: when it is up, B would have been as well.
        await using BgpProcess c = await Router("64502", C, port, $"{A}:{portA}=64500", "--md5", "one");
        JsonElement[] peers = await Eventually.Get(
            async () => (await Show(A, "summary")).GetProperty("peers").EnumerateArray().ToArray(),
            p => p[1].GetProperty("state").GetString() == "Established",
            "C is up"
        );
        Assert.Equal(("127.46.0.2", "Active"), (peers[0].GetProperty("peer").GetString(), peers[0].GetProperty("state").GetString()));
        Assert.Equal(0, peers[0].GetProperty("messages").GetProperty("received").GetInt32());
    }

    [Fact]
    public async Task One_router_speaks_from_two_addresses_each_with_a_key_of_its_own()
    {
        const string C = "127.46.0.4",
            A2 = "127.46.0.5";
        int portA = BgpProcess.FreePort(A),
            portA2 = BgpProcess.FreePort(A2),
            port = BgpProcess.FreePort(B);
        string key = Path.Combine(_folder.FullName, "key");
        await File.WriteAllTextAsync(key, "for C\n", TestContext.Current.CancellationToken);
        await using BgpProcess a = await Router(
            "64500",
            A,
            portA,
            $"{B}:{port}=64501,import=all",
            "--listen",
            $"{A2}:{portA2}",
            "--peer",
            $"{C}:{port}=64502,from={A2},md5-file={key}",
            "--announce",
            "192.0.2.0/24"
        );
        await using BgpProcess b = await Router("64501", B, port, $"{A}:{portA}=64500", "--announce", "198.51.100.0/24");
        await using BgpProcess c = await Router(
            "64502",
            C,
            port,
            $"{A2}:{portA2}=64500",
            "--md5-file",
            key,
            "--announce",
            "203.0.113.0/24",
            "--import",
            "all"
        );
        JsonElement[] peers = await Eventually.Get(
            async () => (await Show(A, "summary")).GetProperty("peers").EnumerateArray().ToArray(),
            p => p.All(s => s.GetProperty("families") is { } f && f.GetArrayLength() > 0 && f[0].GetProperty("received").GetInt32() == 1),
            "both sessions are up"
        );
        // The import policy is B's alone.
        Assert.Equal([1, 0], peers.Select(p => p.GetProperty("families")[0].GetProperty("accepted").GetInt32()));
        JsonElement route = await Eventually.Get(
            async () => (await Show(C, "routes", "--peer", A2)).EnumerateArray().FirstOrDefault(),
            r => r.ValueKind == JsonValueKind.Object,
            "C has our route"
        );
        Assert.Equal(A2, route.GetProperty("nextHop").GetString());
    }

    /// <summary>Two routers of which B announces one prefix with all that a table can show of it.</summary>
    private async Task Pair(params string[] ofA)
    {
        int portA = BgpProcess.FreePort(A),
            portB = BgpProcess.FreePort(B);
        string export = Path.Combine(_folder.FullName, "export.yaml");
        await File.WriteAllTextAsync(
            export,
            "- { prefixes: [192.0.2.0/24], accept: true, addCommunities: [64501:7, 64501:8], med: 50 }",
            TestContext.Current.CancellationToken
        );
        _pair.Add(await Router("64500", A, portA, $"{B}:{portB}=64501", ofA));
        _pair.Add(await Router("64501", B, portB, $"{A}:{portA}=64500", "--announce", "192.0.2.0/24", "--export", export));
        await Eventually.Get(
            () => string.Join("\n\n", _pair.Select(r => string.Join('\n', [.. r.Output, .. r.Errors]))),
            said => said.Split("-> Established").Length > 2,
            "both of the pair say that their session is up",
            TimeSpan.FromSeconds(60)
        );
    }

    [Fact]
    public async Task What_a_route_carries_stands_in_the_table()
    {
        await Pair("--import", "all");
        string table = await Eventually.Get(
            async () => (await BgpProcess.Run("show", "routes", "--socket", SocketOf(A))).Output,
            t => t.Contains("1 routes", StringComparison.Ordinal),
            "A has B's route"
        );
        Assert.Contains("communities 64501:7 64501:8", table, StringComparison.Ordinal);
        Assert.Contains("MED 50", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Origin_validation_follows_its_file_or_its_cache_while_it_runs(bool byRtr)
    {
        string vrps = Path.Combine(_folder.FullName, "vrps.json"),
            import = Path.Combine(_folder.FullName, "import.yaml");
        await File.WriteAllTextAsync(
            import,
            "- { validity: invalid, accept: false, reason: RpkiInvalid }\n- { accept: true }\n",
            TestContext.Current.CancellationToken
        );
        await WriteVrps(64501);
        await using RegistryProcess? cache = byRtr
            ? await RegistryProcess.StartAsync("--vrps", vrps, "--rtr", "127.0.0.1:0", "--data", Path.Combine(_folder.FullName, "data"))
            : null;
        string source = cache is null ? vrps : $"rtr://{cache.EndPoint("rtr")}";
        await Pair("--import", import, "--vrps", source);
        await Eventually.Get(Route, r => r.Contains("\"Valid\"", StringComparison.Ordinal), "the route is valid", TimeSpan.FromSeconds(60));

        await WriteVrps(64999);
        string refused = await Eventually.Get(
            Route,
            r => r.Contains("\"Invalid\"", StringComparison.Ordinal),
            "the route is invalid",
            TimeSpan.FromSeconds(60)
        );
        Assert.Contains("13 RpkiInvalid", refused, StringComparison.Ordinal);

        async Task<string> Route() => (await Show(A, "routes", "--peer", B)).ToString();
        Task WriteVrps(int asn) =>
            File.WriteAllTextAsync(
                vrps,
                $$"""{ "roas": [ { "asn": {{asn}}, "prefix": "192.0.2.0/24", "maxLength": 24 } ] }""",
                TestContext.Current.CancellationToken
            );
    }

    [Theory]
    [InlineData("table.mrt")]
    [InlineData("table.mrt.gz")]
    public async Task A_table_is_exported_as_MRT_and_can_be_announced_from_it(string name)
    {
        await Pair("--import", "all", "--announce", "198.51.100.0/24");
        await Eventually.Get(() => Show(A, "routes"), r => r.GetArrayLength() == 2, "A has B's route beside its own");
        string file = Path.Combine(_folder.FullName, name);
        (int code, string output, string error) = await BgpProcess.Run("export", file, "--socket", SocketOf(A));
        Assert.True(code == 0, error);
        Assert.Equal($"{file}: 1 prefixes", output);
        Assert.Equal(
            name.EndsWith("gz", StringComparison.Ordinal),
            File.ReadAllBytes(file).AsSpan(0, 2).SequenceEqual(new byte[] { 0x1F, 0x8B })
        );

        const string C = "127.46.0.6";
        await using BgpProcess c = await Router("64502", C, BgpProcess.FreePort(C), $"{B}=64501", "--announce", file);
        Assert.Contains($"{file}: 1 routes, 1 records without routes, 0 malformed", c.Output);

        (code, _, error) = await BgpProcess.Run("export", Path.Combine(_folder.FullName, "none", "x.mrt"), "--socket", SocketOf(A));
        Assert.Equal(1, code);
        Assert.Contains("none", error, StringComparison.Ordinal);
        Assert.Equal(5, (await BgpProcess.Run("export", file, "--socket", SocketOf("nobody"))).Code);
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.partial"));
    }

    [Fact]
    public async Task With_its_port_in_use_a_router_calls_nobody()
    {
        using var taken = new TcpListener(IPAddress.Parse(A), 0);
        taken.Start();
        using var peer = new TcpListener(IPAddress.Parse(B), 0);
        peer.Start();
        (int code, _, string error) = await BgpProcess.Run(
            "run",
            "--asn",
            "64500",
            "--router-id",
            A,
            "--listen",
            $"{taken.LocalEndpoint}",
            "--peer",
            $"{peer.LocalEndpoint}=64501",
            "--socket",
            SocketOf("taken")
        );
        Assert.Equal(2, code);
        Assert.False(peer.Pending(), "the peer was called");
    }

    /// <summary>From the first moment that it listens it knows its peers: one that calls just then is not sent away for half a minute.</summary>
    [Fact]
    public async Task A_peer_that_calls_while_a_router_starts_is_welcome()
    {
        int port = BgpProcess.FreePort(A);
        Task<byte> first = Task.Run(async () =>
        {
            var open = new byte[]
            { /* OPEN of AS 64501, hold time 180, identifier 127.46.0.2 */
                0,
                29,
                1,
                4,
                0xFB,
                0xF5,
                0,
                180,
                127,
                46,
                0,
                2,
                0,
            };
            byte[] message = [.. Enumerable.Repeat((byte)0xFF, 16), .. open];
            while (true)
                try
                {
                    using var peer = new TcpClient(new IPEndPoint(IPAddress.Parse(B), 0));
                    await peer.ConnectAsync(IPAddress.Parse(A), port, TestContext.Current.CancellationToken);
                    await peer.GetStream().WriteAsync(message, TestContext.Current.CancellationToken);
                    await peer.GetStream().ReadExactlyAsync(message.AsMemory(0, 19), TestContext.Current.CancellationToken);
                    return message[18];
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused) { }
        });
        await using BgpProcess a = await Router("64500", A, port, $"{B}:1=64501", "--passive");
        Assert.Equal(1, await first.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
    }

    [Fact]
    public async Task What_cannot_be_done_is_said_with_an_exit_code_of_its_own()
    {
        (int code, _, string error) = await BgpProcess.Run("show", "summary", "--socket", SocketOf("nobody"));
        Assert.Equal(5, code);
        Assert.Contains("nobody answers on", error, StringComparison.Ordinal);
        (code, _, error) = await BgpProcess.Run(
            "run",
            "--asn",
            "0",
            "--router-id",
            "x",
            "--listen",
            "here",
            "--peer",
            "there",
            "--socket",
            SocketOf("wrong")
        );
        Assert.Equal(2, code);
        // Every problem at once.
        foreach (string option in (string[])["--router-id 'x'", "--listen 'here'", "--peer 'there'"])
            Assert.Contains(option, error, StringComparison.Ordinal);

        int port = BgpProcess.FreePort(A);
        await using BgpProcess a = await Router("64500", A, port, $"{B}:{port}=64501");
        (code, _, error) = await BgpProcess.Run("show", "neighbor", "192.0.2.77", "--advertised", "--socket", SocketOf(A));
        Assert.Equal(1, code);
        Assert.Contains($"the peers are {B}", error, StringComparison.Ordinal);
    }
}
