using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.PeeringDb;
using Causeway.Registries.Rpki;
using Causeway.Registries.Serving.Rtr;
using Causeway.Registries.Serving.Whois;
using Causeway.Registries.Tests.Irr;
using Causeway.Testing;

namespace Causeway.Registries.Tests;

/// <summary>What meets the network is given pieces of real input in any order, cut and with octets changed; from fixed seeds (<see cref="FuzzSeed"/>).</summary>
public sealed class NetworkFuzzTests
{
    private static byte[] Some(Random random, string[] pieces)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(
            string.Concat(Enumerable.Range(0, 1 + random.Next(4)).Select(_ => pieces[random.Next(pieces.Length)]))
        );
        for (int i = random.Next(4); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? bytes[..random.Next(bytes.Length + 1)] : bytes;
    }

    [Fact]
    public void Any_line_is_a_whois_query_that_is_answered_or_refused()
    {
        IrrDatabase database = IrrFixture.Of(
            "route: 192.0.2.0/24\norigin: AS64496\nmnt-by: M\nsource: TEST\n\nas-set: AS-X\nmembers: AS64496, AS-X\nsource: TEST\n\n"
                + "route-set: RS-X\nmembers: 192.0.2.0/24^-\nsource: TEST\n\nmntner: M\nsource: TEST\n"
        );
        string[] pieces =
        [
            "!!",
            "!gAS64496",
            "!6as64496",
            "!aAS-X",
            "!a4AS-X",
            "!iAS-X,1",
            "!iRS-X,1",
            "!j-*",
            "!J-*",
            "!maut-num,AS64496",
            "!oM",
            "!r192.0.2.0/24,M",
            "!r::/0,L",
            "!sTEST",
            "!t30",
            "!e",
            "-i origin AS64496",
            "-rT route -x 192.0.2.0/24",
            "-K TEST::AS-X",
            "-M 0.0.0.0/0",
            "-q sources",
            "-V x !v",
            " ",
            ",",
        ];
        using var session = new WhoisSession(
            () => database,
            new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            new WhoisPending(1 << 24),
            TimeProvider.System
        );
        int answered = 0;
        for (int seed = 0; seed < 20_000; seed++)
            using (WhoisReply reply = session.Answer(Some(new Random(FuzzSeed.Of(seed)), pieces)))
                answered += reply.Content is null ? 0 : 1;
        Assert.True(answered > 1000, $"{answered} answered");
    }

    [Fact]
    public async Task Whatever_routers_send_the_server_goes_on()
    {
        Supervisor supervisor = Supervised.New();
        await using var server = new RtrServer(
            new IPEndPoint(IPAddress.Loopback, 0),
            new RtrServerOptions(),
            TimeProvider.System,
            supervisor
        );
        server.Publish(VrpTable.Build([new Vrp(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64496))]));
        string[] pieces =
        [
            .. new[]
            {
                "0102000000000008",
                "0002000000000008",
                "0202000000000008",
                "010100070000000C00000001",
                "010000070000000C00000001",
                "0103000700000008",
                "0104000000000014" + "01181800C00002000000FBF0",
                "010A0000000000100000000000000000",
                "010A0002000000180000000801020000000000080000",
                "0109000000000008",
                "010B0000FFFFFFFF",
            }.Select(h => Encoding.Latin1.GetString(Convert.FromHexString(h))),
        ];
        for (int seed = 0; seed < 300; seed++)
        {
            using var router = new TcpClient();
            await router.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
            try
            {
                await router.GetStream().WriteAsync(Some(new Random(FuzzSeed.Of(seed)), pieces), TestContext.Current.CancellationToken);
                router.Client.Shutdown(SocketShutdown.Send);
                // To its end: an answer, an Error Report, or nothing.
                await router
                    .GetStream()
                    .CopyToAsync(Stream.Null, TestContext.Current.CancellationToken)
                    .WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
            }
            catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
            {
                // Closed while we wrote.
            }
        }
        await Eventually.Get(() => server.Status.Clients, n => n == 0, "every session is over");
        using var last = new TcpClient();
        await last.ConnectAsync(server.EndPoint, TestContext.Current.CancellationToken);
        await last.GetStream().WriteAsync(Convert.FromHexString("0102000000000008"), TestContext.Current.CancellationToken);
        var answer = new byte[8 + 20 + 24];
        await last.GetStream().ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Null(Assert.Single(supervisor.Status).LastProblem);
    }

    [Fact]
    public void Any_octets_are_NRTMv4_records_or_refused()
    {
        string[] pieces =
        [
            "\u001e{\"nrtm_version\":4,\"type\":\"delta\",\"source\":\"TEST\",\"session_id\":\"00000000-0000-0000-0000-000000000000\",\"version\":2}\n",
            "\u001e{\"action\":\"add_modify\",\"object\":\"route: 192.0.2.0/24\\norigin: AS1\\nsource: TEST\\n\"}\n",
            "\u001e{\"action\":\"delete\",\"object_class\":\"route\",\"primary_key\":\"192.0.2.0/24AS1\"}\n",
            "\u001e",
            "\n",
            "\u001f\u008b",
            "{}",
        ];
        int read = 0;
        for (int seed = 0; seed < 20_000; seed++)
            try
            {
                using var records = new Nrtm4Records(Some(new Random(FuzzSeed.Of(seed)), pieces));
                while (records.Next() is { } record)
                    using (record)
                    {
                        read++;
                        if (record.RootElement.ValueKind == JsonValueKind.Object && record.RootElement.TryGetProperty("object", out _))
                            Nrtm4Records.ObjectText(record.RootElement);
                    }
            }
            catch (Nrtm4Exception)
            {
                // Refused, by name.
            }
        Assert.True(read > 1000, $"{read} records");
    }

    [Fact]
    public async Task Any_octets_are_validator_output_or_refused()
    {
        string[] pieces =
        [
            "{\"metadata\":{\"generated\":1767225600},\"roas\":[",
            "{\"asn\":\"AS64496\",\"prefix\":\"192.0.2.0/24\",\"maxLength\":24,\"ta\":\"ripe\"},",
            "{\"asn\":64496,\"prefix\":\"2001:db8::/32\",\"maxLength\":48,\"expires\":1}",
            "],\"aspas\":[{\"customer\":64496,\"providers\":[1,2]}]",
            "{\"net\":{\"data\":[{\"id\":1,\"asn\":64496,\"name\":\"x\"}]}}",
            "]}",
            "\u001f\u008b\u0008",
            "BZh9",
            " ",
        ];
        var seen = new HashSet<bool>();
        for (int seed = 0; seed < 5_000; seed++)
        {
            byte[] bytes = Some(new Random(FuzzSeed.Of(seed)), pieces);
            try
            {
                ValidatorOutput output = await ValidatorJson.ReadAsync(
                    new MemoryStream(bytes),
                    DateTimeOffset.UnixEpoch,
                    TestContext.Current.CancellationToken
                );
                seen.Add(output.Problem is null);
                await PeeringDbJson.ReadAsync(new MemoryStream(bytes), null, new PeeringDbTables(), TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                // Compressed in a way that is not read.
            }
        }
        Assert.Equal(2, seen.Count);
    }
}
