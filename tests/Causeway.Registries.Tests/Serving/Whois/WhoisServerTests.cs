using System.Diagnostics;
using System.Net;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Serving.Whois;
using Causeway.Registries.Tests.Irr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Serving.Whois;

public sealed class WhoisServerTests
{
    private static readonly IrrDatabase Small = IrrFixture.Of("route: 192.0.2.0/24\norigin: AS64496\nsource: TEST\n");

    private static WhoisServer Start(IrrDatabase database, Func<WhoisOptions, WhoisOptions>? with = null, TimeProvider? time = null)
    {
        var options = new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) };
        return new WhoisServer(() => database, with?.Invoke(options) ?? options, time ?? TimeProvider.System, Supervised.New());
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
        await using WhoisServer server = Start(Large(), o => o with { WriteTimeout = TimeSpan.FromMilliseconds(300) });
        using WhoisClient slow = await WhoisClient.ConnectAsync(server.EndPoint);
        await slow.SendAsync("-i origin AS1\n");
        await Eventually.True(() => server.Queries == 1, "the slow client's query is answered");
        Assert.StartsWith("A", await WhoisClient.AskAsync(server.EndPoint, "!gAS1"));
        await Eventually.True(() => server.Connections == 0, "the slow client is closed");
        string whole = await WhoisClient.AskAsync(server.EndPoint, "-i origin AS1");
        Assert.Equal(65_536, whole.Split("origin: AS1\n").Length - 1);
    }

    /// <summary>Forty connections of one address that each ask something costly, and one question of somebody else.</summary>
    [Fact]
    public async Task One_client_cannot_take_all_turns()
    {
        using var done = new ManualResetEventSlim();
        int working = 0;
        var options = new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), MaxRunning = 3 };
        await using var server = new WhoisServer(
            () =>
            {
                Interlocked.Increment(ref working);
                done.Wait(TimeSpan.FromSeconds(60));
                return Small;
            },
            options,
            TimeProvider.System,
            Supervised.New()
        );
        var costly = new List<WhoisClient>();
        try
        {
            for (int i = 0; i < 40; i++)
            {
                costly.Add(await WhoisClient.ConnectAsync(server.EndPoint));
                await costly[^1].SendAsync("!gAS64496\n");
            }
            await Eventually.Get(() => Volatile.Read(ref working), n => n == 2, "as many worked on as one client may have");
            // !v asks nothing of the database, but waits for its turn like any other.
            Assert.StartsWith("A", await WhoisClient.AskAsync(server.EndPoint, "!v", from: "127.0.0.2"));
            Assert.Equal(2, Volatile.Read(ref working));
        }
        finally
        {
            done.Set();
        }
        foreach (WhoisClient client in costly)
        {
            Assert.StartsWith("A13", await client.RestAsync());
            client.Dispose();
        }
    }

    [Fact]
    public async Task Clients_take_turns_whatever_each_has_waiting()
    {
        var turns = new WhoisTurns(1);
        IpPrefix[] clients = [.. new[] { "192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32" }.Select(t => IpPrefix.Parse(t))];
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await turns.EnterAsync(clients[0], cancellation);
        var order = new List<IpPrefix>();
        using var gone = new CancellationTokenSource();
        Task cancelled = turns.EnterAsync(clients[1], gone.Token);
        Task[] waiting = [.. Enumerable.Repeat(clients[0], 10).Concat(Enumerable.Repeat(clients[1], 2)).Append(clients[2]).Select(Take)];
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        turns.Leave(clients[0]);
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        Assert.True(order.IndexOf(clients[2]) <= 3, string.Join(" ", order));
        Assert.True(order.LastIndexOf(clients[1]) <= 5, string.Join(" ", order));

        async Task Take(IpPrefix client)
        {
            await turns.EnterAsync(client, cancellation);
            order.Add(client);
            turns.Leave(client);
        }
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended_and_said_so()
    {
        var time = new ManualTimeProvider();
        IrrDatabase database = IrrFixture.Of(
            "as-set: AS-X\nmembers: AS64496\nsource: TEST\n\nroute: 192.0.2.0/24\norigin: AS64496\nsource: TEST\n"
        );
        bool slow = true;
        await using var server = new WhoisServer(
            () =>
            {
                if (slow)
                    time.Advance(TimeSpan.FromSeconds(11));
                return database;
            },
            new WhoisOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0) },
            time,
            Supervised.New()
        );
        foreach (string query in (string[])["!gAS64496", "!aAS-X", "!iAS-X,1", "!r192.0.2.0/24", "-i mnt-by M", "-i origin AS64496"])
        {
            slow = true;
            using WhoisClient client = await WhoisClient.ConnectAsync(server.EndPoint);
            await client.SendAsync($"!!\n{query}\n!q\n");
            string answer = await client.RestAsync();
            // What is not found needs no time.
            Assert.True(answer.Contains("longer than 10 s") || query.Contains("mnt-by"), $"{query}: {answer}");
            slow = false;
            Assert.DoesNotContain("longer than", await WhoisClient.AskAsync(server.EndPoint, query));
        }
    }

    /// <summary>A client that reads some MB in half a minute: each piece is in time, and whether the whole is depends on the rate that is asked for.</summary>
    [Theory]
    [InlineData(1 << 20, true)]
    [InlineData(1 << 10, false)]
    public async Task A_client_that_reads_too_slowly_on_the_whole_is_closed(int minReadRate, bool closed)
    {
        var time = new ManualTimeProvider();
        await using WhoisServer server = Start(Large(), o => o with { MinReadRate = minReadRate }, time);
        long whole = (await WhoisClient.AskAsync(server.EndPoint, "-i origin AS1")).Length;
        await Eventually.True(() => server.BytesSent == whole, "all of it counted");
        using WhoisClient slow = await WhoisClient.ConnectAsync(server.EndPoint);
        await slow.SendAsync("-i origin AS1\n");
        var buffer = new byte[1_000_000];
        bool ended = false;
        while (!ended)
        {
            // Until a piece goes out, so that the next one's own time begins now; the kernel lets them go in heaps.
            for (long before = server.BytesSent; !ended && server.BytesSent == before; )
                try
                {
                    int n = await slow.Stream.ReadAtLeastAsync(buffer, buffer.Length, false, TestContext.Current.CancellationToken);
                    ended = n < buffer.Length;
                }
                catch (IOException)
                {
                    ended = true; // reset, with data on its way
                }
            time.Advance(TimeSpan.FromSeconds(29));
        }
        await Eventually.True(() => server.Connections == 0, "the connection is over");
        Assert.Equal(closed, server.BytesSent < 2 * whole);
    }

    [Fact]
    public async Task Slow_readers_of_one_client_leave_room_for_the_answers_of_others()
    {
        await using WhoisServer server = Start(Large(), o => o with { MaxPending = 40 << 20, MaxPendingPerClient = 20 << 20 });
        var slow = new List<WhoisClient>();
        for (int i = 0; i < 20; i++)
        {
            slow.Add(await WhoisClient.ConnectAsync(server.EndPoint));
            await slow[^1].SendAsync("-i origin AS1\n");
        }
        await Eventually.True(() => server.Queries == 20, "all answered, or told to come back");
        string whole = await WhoisClient.AskAsync(server.EndPoint, "-i origin AS1", from: "127.0.0.2");
        Assert.Equal(65_536, whole.Split("origin: AS1\n").Length - 1);
        slow.ForEach(c => c.Dispose());
    }

    /// <summary>An answer of about 14 MB: more than the kernel's buffers of both sides hold.</summary>
    private static IrrDatabase Large()
    {
        var rpsl = new StringBuilder();
        for (int i = 0; i < 65_536; i++)
            rpsl.Append(
                $"route: 10.{i >> 8}.{i & 255}.0/24\norigin: AS1\ndescr: {new string((char)('a' + i % 26), 150)}\nsource: TEST\n\n"
            );
        return IrrFixture.Of(rpsl.ToString());
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
            TimeProvider.System,
            Supervised.New()
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
