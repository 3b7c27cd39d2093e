using System.Diagnostics;
using System.Net;
using System.Text;
using Causeway.Registries.Irr;
using Causeway.Registries.Tests.Irr;
using Causeway.Registries.Whois;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Whois;

public sealed class WhoisServerTests
{
    private static readonly IrrDatabase Small = IrrFixture.Of("route: 192.0.2.0/24\norigin: AS64496\nsource: TEST\n");

    private static WhoisServer Start(IrrDatabase database, Func<WhoisOptions, WhoisOptions>? with = null, TimeProvider? time = null)
    {
        var options = new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        return new WhoisServer(() => database, with?.Invoke(options) ?? options, time ?? TimeProvider.System);
    }

    [Fact]
    public async Task One_query_closes_and_multiple_command_mode_stays()
    {
        await using WhoisServer server = Start(Small);
        Assert.Equal("A13\n192.0.2.0/24\nC\n", await WhoisClient.AskAsync(server.EndPoint, "!gAS64496"));
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("!!\n!gAS64496\r\n\n!gAS1\n!v\n!q\n!gAS64496\n");
        Assert.StartsWith("A13\n192.0.2.0/24\nC\nD\nA", await client.RestAsync());
    }

    [Fact]
    public async Task A_thousand_queries_at_once_are_answered_in_order()
    {
        await using WhoisServer server = Start(Small);
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        var queries = new StringBuilder("!!\n");
        var expected = new StringBuilder();
        for (int i = 0; i < 1000; i++)
        {
            queries.Append(i % 3 == 0 ? "!gAS64496\n" : "!gAS1\n");
            expected.Append(i % 3 == 0 ? "A13\n192.0.2.0/24\nC\n" : "D\n");
        }
        await client.SendAsync(queries + "!q\n");
        Assert.Equal(expected.ToString(), await client.RestAsync());
        Assert.Equal(1002, server.Queries);
    }

    [Fact]
    public async Task Queries_may_come_byte_by_byte()
    {
        await using WhoisServer server = Start(Small);
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        foreach (char c in "!gAS64496\n")
            await client.SendAsync(c.ToString());
        Assert.Equal("A13\n192.0.2.0/24\nC\n", await client.RestAsync());
    }

    [Fact]
    public async Task A_line_without_end_is_refused()
    {
        await using WhoisServer server = Start(Small);
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(new string('x', 4096));
        Assert.Equal("F Query too long\n", await client.RestAsync());
    }

    [Fact]
    public async Task Silence_ends_a_connection_after_the_time_the_client_chose()
    {
        var time = new ManualTimeProvider();
        await using WhoisServer server = Start(Small, time: time);
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("!!\n!t600\n!gAS1\n");
        var buffer = new byte[4];
        await client.Stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        Assert.Equal("C\nD\n", Encoding.ASCII.GetString(buffer));
        time.Advance(TimeSpan.FromSeconds(300));
        await client.SendAsync("!gAS1\n");
        await client.Stream.ReadExactlyAsync(buffer.AsMemory(0, 2), TestContext.Current.CancellationToken);
        Task<string> rest = client.RestAsync();
        // The server arms its timer some time after our bytes arrived; only then does moving the clock end the connection.
        await Eventually.True(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(601));
                return rest.IsCompleted;
            },
            "an idle connection is closed"
        );
        Assert.Equal("", await rest);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_and_others_are_served()
    {
        // An answer of about 14 MB: more than the kernel's buffers of both sides hold.
        var rpsl = new StringBuilder();
        for (int i = 0; i < 65_536; i++)
            rpsl.Append(
                $"route: 10.{i >> 8}.{i & 255}.0/24\norigin: AS1\ndescr: {new string((char)('a' + i % 26), 150)}\nsource: TEST\n\n"
            );
        IrrDatabase database = IrrFixture.Of(rpsl.ToString());
        await using WhoisServer server = Start(database, o => o with { WriteTimeout = TimeSpan.FromMilliseconds(300) });
        using WhoisClient slow = await WhoisClient.ConnectAsync(server.EndPoint);
        await slow.SendAsync("-i origin AS1\n");
        await Eventually.True(() => server.Queries == 1, "the slow client's query is answered");
        Assert.StartsWith("A", await WhoisClient.AskAsync(server.EndPoint, "!gAS1"));
        await Eventually.True(() => server.Connections == 0, "the slow client is closed");
        string whole = await WhoisClient.AskAsync(server.EndPoint, "-i origin AS1");
        Assert.Equal(65_536, whole.Split("origin: AS1\n").Length - 1);
    }

    [Fact]
    public async Task Too_many_connections_are_refused_and_room_comes_back()
    {
        await using WhoisServer server = Start(Small, o => o with { MaxConnectionsPerAddress = 10 });
        var clients = new List<WhoisClient>();
        for (int i = 0; i < 10; i++)
        {
            clients.Add(await WhoisClient.ConnectAsync(server.EndPoint));
            await clients[^1].SendAsync("!!\n!gAS1\n");
            await clients[^1].Stream.ReadExactlyAsync(new byte[2], TestContext.Current.CancellationToken);
        }
        using (WhoisClient refused = await WhoisClient.ConnectAsync(server.EndPoint))
            Assert.StartsWith("%% Too many connections", await refused.RestAsync());
        Assert.Equal(1, server.Refused);
        clients.ForEach(c => c.Dispose());
        await Eventually.Get(
            () => WhoisClient.AskAsync(server.EndPoint, "!gAS64496"),
            answer => answer.StartsWith('A'),
            "room after clients left"
        );
    }

    [Fact]
    public async Task Answers_follow_the_registries_within_one_connection()
    {
        using var fixture = new IrrFixture();
        fixture.Load("route: 192.0.2.0/24\norigin: AS1\nsource: TEST\n");
        await using var server = new WhoisServer(
            () => fixture.Database,
            new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            TimeProvider.System
        );
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("!!\n!gAS1\n");
        var buffer = new byte[19];
        await client.Stream.ReadExactlyAsync(buffer, TestContext.Current.CancellationToken);
        fixture.Load("route: 198.51.100.0/24\norigin: AS1\nsource: TEST\n");
        await client.SendAsync("!gAS1\n!q\n");
        Assert.Contains("198.51.100.0/24", await client.RestAsync());
    }

    [Fact]
    public async Task Stopping_ends_open_connections_at_once()
    {
        WhoisServer server = Start(Small);
        using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("!!\n");
        await Eventually.True(() => server.Queries == 1, "the query is read");
        var watch = Stopwatch.StartNew();
        await server.DisposeAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        Assert.Equal("", await client.RestAsync());
    }
}
