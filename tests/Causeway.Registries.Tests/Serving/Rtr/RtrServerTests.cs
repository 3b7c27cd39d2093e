using System.Net;
using System.Net.Sockets;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;
using Causeway.Registries.Serving.Rtr;
using Causeway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.Serving.Rtr;

public sealed class RtrServerTests : IAsyncDisposable
{
    private static readonly Vrp A = new(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64496));
    private static readonly Vrp B = new(IpPrefix.Parse("198.51.100.0/24"), 25, new Asn(64497));
    private static readonly Vrp C = new(IpPrefix.Parse("2001:db8::/32"), 48, new Asn(64498));

    private readonly List<IAsyncDisposable> _toDispose = [];

    private RtrServer Server(RtrServerOptions? options = null, TimeProvider? clock = null)
    {
        var server = new RtrServer(
            new IPEndPoint(IPAddress.Loopback, 0),
            options ?? new RtrServerOptions { NotifyInterval = TimeSpan.Zero },
            clock ?? TimeProvider.System,
            Supervised.New()
        );
        _toDispose.Add(server);
        return server;
    }

    private RtrClient Client(RtrServer server)
    {
        var client = RtrClient.Tcp("127.0.0.1", server.EndPoint.Port, TimeProvider.System);
        _toDispose.Insert(0, Supervised.Run([client.Loop]));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable item in _toDispose)
            await item.DisposeAsync();
    }

    /// <summary>A bare connection, for what our client would not do.</summary>
    private static async Task<RtrConnection> ConnectAsync(RtrServer server, string from = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(server.EndPoint);
        return new RtrConnection(new NetworkStream(socket, ownsSocket: true));
    }

    private static async Task<RtrPdu?> NextAsync(RtrConnection connection)
    {
        while (true)
        {
            if (connection.Take() is RtrRead.Pdu read)
                return read.Value;
            if (!await connection.FillAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System))
                return null;
        }
    }

    private static async Task<List<RtrPdu>> AnswerAsync(RtrConnection connection, RtrPdu query)
    {
        await connection.SendAsync(query, CancellationToken.None);
        var answer = new List<RtrPdu>();
        while (answer.LastOrDefault() is not (RtrPdu.EndOfData or RtrPdu.CacheReset or RtrPdu.ErrorReport))
            answer.Add(await NextAsync(connection) ?? throw new IOException("closed after " + string.Join(", ", answer)));
        return answer;
    }

    /// <summary>Also through the place where serials wrap around (RFC 1982).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(uint.MaxValue - 8)]
    public async Task Our_client_follows_our_server_through_changes(uint firstSerial)
    {
        RtrServer server = Server(new RtrServerOptions { NotifyInterval = TimeSpan.Zero, FirstSerial = firstSerial });
        RtrClient client = Client(server);
        server.Publish(VrpTable.Build([A, B]));
        // The client may have come before there was data; then the server notifies it of the first serial.
        await using RtrConnection plain = await ConnectAsync(server);
        await AnswerAsync(plain, new RtrPdu.ResetQuery(1));
        RtrClient second = Client(server);
        await Eventually.Get(() => second.Current.Table?.Count, n => n == 2, "two VRPs");
        for (int i = 0; i < 20; i++)
        {
            Vrp extra = new(IpPrefix.V4(0x0A000000u + ((uint)i << 8), 24), 24, new Asn((uint)i));
            server.Publish(VrpTable.Build(i % 2 == 0 ? [A, C, extra] : [B, extra]));
            VrpTable expected = server.Current!.Table;
            await Eventually.True(() => second.Current.Table!.All.SequenceEqual(expected.All), $"edition {i}");
        }
        Assert.Equal(server.Status.Serial, second.Current.Serial);
        Assert.Equal(server.Status.Session, second.Current.Session);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(uint.MaxValue - 1)]
    public async Task A_change_is_answered_by_the_difference_alone_in_either_version(uint firstSerial)
    {
        RtrServer server = Server(new RtrServerOptions { FirstSerial = firstSerial });
        server.Publish(VrpTable.Build([A, B]));
        foreach (byte version in new byte[] { 0, 1 })
        {
            await using RtrConnection router = await ConnectAsync(server);
            List<RtrPdu> whole = await AnswerAsync(router, new RtrPdu.ResetQuery(version));
            Assert.All(whole, p => Assert.Equal(version, p.Version));
            uint before = Assert.IsType<RtrPdu.EndOfData>(whole[^1]).Serial;
            server.Publish(VrpTable.Build([A, B, C]));
            server.Publish(VrpTable.Build([B, C]));
            List<RtrPdu> changes = await Changes(router, version, server.SessionOf(version), before);
            Assert.Equal([new RtrPdu.Prefix(version, false, A), new RtrPdu.Prefix(version, true, C)], changes);
            server.Publish(VrpTable.Build([A, B]));
        }

        static async Task<List<RtrPdu>> Changes(RtrConnection router, byte version, ushort session, uint since)
        {
            List<RtrPdu> answer = await AnswerAsync(router, new RtrPdu.SerialQuery(version, session, since));
            return [.. answer.Where(p => p is RtrPdu.Prefix)];
        }
    }

    [Fact]
    public async Task What_cannot_be_answered_by_a_difference_is_answered_by_cache_reset()
    {
        RtrServer server = Server(new RtrServerOptions { History = 2 });
        for (uint i = 0; i < 5; i++)
            server.Publish(VrpTable.Build([A, B, C, new Vrp(A.Prefix, 24, new Asn(i))]));
        await using RtrConnection router = await ConnectAsync(server);
        ushort session = server.SessionOf(1);
        Assert.IsType<RtrPdu.CacheReset>((await AnswerAsync(router, new RtrPdu.SerialQuery(1, (ushort)(session + 1), 5)))[^1]);
        Assert.IsType<RtrPdu.CacheReset>((await AnswerAsync(router, new RtrPdu.SerialQuery(1, session, 2)))[^1]);
        Assert.IsType<RtrPdu.CacheReset>((await AnswerAsync(router, new RtrPdu.SerialQuery(1, session, 6)))[^1]);
        Assert.Equal(4, (await AnswerAsync(router, new RtrPdu.SerialQuery(1, session, 3))).Count);
        Assert.Equal(2, (await AnswerAsync(router, new RtrPdu.SerialQuery(1, session, 5))).Count);
    }

    [Fact]
    public async Task A_router_that_comes_before_the_data_is_told_so_and_notified_when_there_is_some()
    {
        RtrServer server = Server();
        await using RtrConnection router = await ConnectAsync(server);
        var refusal = Assert.IsType<RtrPdu.ErrorReport>(Assert.Single(await AnswerAsync(router, new RtrPdu.ResetQuery(1))));
        Assert.Equal(RtrError.NoDataAvailable, refusal.Code);
        server.Publish(VrpTable.Build([A]));
        Assert.Equal(new RtrPdu.SerialNotify(1, server.SessionOf(1), 1), await NextAsync(router));
    }

    [Fact]
    public async Task Notifies_no_more_often_than_the_interval_and_then_of_the_newest()
    {
        var clock = new ManualTimeProvider();
        RtrServer server = Server(new RtrServerOptions(), clock);
        server.Publish(VrpTable.Build([A]));
        await using RtrConnection router = await ConnectAsync(server);
        await AnswerAsync(router, new RtrPdu.ResetQuery(1));
        server.Publish(VrpTable.Build([A, B]));
        Assert.Equal(new RtrPdu.SerialNotify(1, server.SessionOf(1), 2), await NextAsync(router));
        server.Publish(VrpTable.Build([A, C]));
        server.Publish(VrpTable.Build([A, B, C]));
        // Serial 2 was what it knew; the answer to a query shows that nothing else came before it.
        Assert.IsType<RtrPdu.CacheResponse>((await AnswerAsync(router, new RtrPdu.SerialQuery(1, server.SessionOf(1), 2)))[0]);
        server.Publish(VrpTable.Build([B]));
        Task<RtrPdu?> notify = NextAsync(router);
        Assert.False(notify.IsCompleted);
        DateTimeOffset start = clock.GetUtcNow();
        await Eventually.True(
            () =>
            {
                if (!notify.IsCompleted)
                    clock.Advance(TimeSpan.FromSeconds(5));
                return notify.IsCompleted;
            },
            "notified"
        );
        Assert.Equal(new RtrPdu.SerialNotify(1, server.SessionOf(1), 5), await notify);
        Assert.True(clock.GetUtcNow() - start >= TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("0202000000000008", RtrError.UnsupportedVersion)]
    [InlineData("010D000000000008", RtrError.UnsupportedPduType)]
    [InlineData("01080000" + "00000008", RtrError.InvalidRequest)]
    [InlineData("0102000000000007", RtrError.CorruptData)]
    [InlineData("474554202F20485454502F312E310D0A", RtrError.CorruptData)] // "GET / HTTP/1.1"
    public async Task What_is_no_query_is_refused_with_its_code_and_the_session_ended(string hex, RtrError code)
    {
        RtrServer server = Server();
        server.Publish(VrpTable.Build([A]));
        await using RtrConnection router = await ConnectAsync(server);
        await router.Stream.WriteAsync(Convert.FromHexString(hex));
        Assert.Equal(code, Assert.IsType<RtrPdu.ErrorReport>(await NextAsync(router)).Code);
        await Eventually.Get(() => server.Status, s => s is { Clients: 0, Dropped: 1 }, "dropped");
    }

    [Fact]
    public async Task A_second_version_within_a_session_is_refused()
    {
        RtrServer server = Server();
        server.Publish(VrpTable.Build([A]));
        await using RtrConnection router = await ConnectAsync(server);
        await AnswerAsync(router, new RtrPdu.ResetQuery(0));
        await router.SendAsync(new RtrPdu.ResetQuery(1), CancellationToken.None);
        Assert.Equal(RtrError.UnexpectedVersion, Assert.IsType<RtrPdu.ErrorReport>(await NextAsync(router)).Code);
    }

    [Fact]
    public async Task Sessions_beyond_the_limit_are_refused_and_room_is_made_when_one_leaves()
    {
        RtrServer server = Server(new RtrServerOptions { MaxClients = 2 });
        server.Publish(VrpTable.Build([A]));
        RtrConnection first = await ConnectAsync(server);
        await using RtrConnection second = await ConnectAsync(server);
        await AnswerAsync(first, new RtrPdu.ResetQuery(1));
        await AnswerAsync(second, new RtrPdu.ResetQuery(1));
        await using (RtrConnection third = await ConnectAsync(server))
            await Eventually.Get(() => server.Status, s => s.Refused == 1, "refused");
        await first.DisposeAsync();
        await Eventually.Get(() => server.Status, s => s.Clients == 1, "left");
        await using RtrConnection fourth = await ConnectAsync(server);
        Assert.Equal(3, (await AnswerAsync(fourth, new RtrPdu.ResetQuery(1))).Count);
    }

    [Fact]
    public async Task One_address_cannot_shut_the_others_out()
    {
        RtrServer server = Server();
        server.Publish(VrpTable.Build([A]));
        int refused = 0;
        for (int i = 0; i < 256; i++)
        {
            RtrConnection stranger = await ConnectAsync(server, "127.0.0.66");
            _toDispose.Add(stranger);
            try
            {
                await AnswerAsync(stranger, new RtrPdu.ResetQuery(1));
            }
            catch (IOException)
            {
                refused++;
            }
        }
        Assert.Equal(256 - server.Options.MaxClientsPerAddress, refused);
        await using RtrConnection router = await ConnectAsync(server);
        Assert.Equal(3, (await AnswerAsync(router, new RtrPdu.ResetQuery(1))).Count);
        Assert.Equal(refused, server.Status.Refused);
    }

    [Fact]
    public async Task A_known_router_takes_the_seat_of_a_stranger_from_the_address_that_has_most()
    {
        RtrServer server = Server(
            new RtrServerOptions
            {
                NotifyInterval = TimeSpan.Zero,
                MaxClients = 4,
                KnownRouters = [IpPrefix.Parse("127.0.1.0/24")],
            }
        );
        server.Publish(VrpTable.Build([A]));
        var strangers = new List<RtrConnection>();
        foreach (string address in (string[])["127.0.0.2", "127.0.0.3", "127.0.0.3", "127.0.0.3"])
        {
            strangers.Add(await ConnectAsync(server, address));
            await AnswerAsync(strangers[^1], new RtrPdu.ResetQuery(1));
        }
        _toDispose.AddRange(strangers);
        await using (RtrConnection stranger = await ConnectAsync(server, "127.0.0.4"))
            Assert.Null(await NextAsync(stranger));

        for (int i = 1; i <= 4; i++)
        {
            RtrConnection router = await ConnectAsync(server, $"127.0.1.{i}");
            _toDispose.Add(router);
            Assert.Equal(3, (await AnswerAsync(router, new RtrPdu.ResetQuery(1))).Count);
            Assert.Equal(4, server.Status.Clients);
            if (i == 1)
                Assert.Equal(3, (await AnswerAsync(strangers[0], new RtrPdu.ResetQuery(1))).Count);
        }
        // Known ones do not push each other out.
        await using RtrConnection fifth = await ConnectAsync(server, "127.0.1.5");
        Assert.Null(await NextAsync(fifth));
        Assert.Equal((2, 4), (server.Status.Refused, server.Status.Dropped));
    }

    [Fact]
    public async Task A_router_that_has_asked_nothing_for_longer_than_data_lasts_gives_its_seat_back()
    {
        var clock = new ManualTimeProvider();
        RtrServer server = Server(new RtrServerOptions(), clock);
        server.Publish(VrpTable.Build([A]));
        await using RtrConnection router = await ConnectAsync(server);
        await AnswerAsync(router, new RtrPdu.ResetQuery(1));
        DateTimeOffset asked = clock.GetUtcNow();
        await Eventually.Get(
            () =>
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                return server.Status;
            },
            s => s is { Clients: 0, Dropped: 1 },
            "the silent one dropped"
        );
        Assert.True(clock.GetUtcNow() - asked >= server.Options.IdleTimeout);
    }

    [Fact]
    public async Task The_two_versions_have_sessions_of_their_own()
    {
        RtrServer server = Server();
        server.Publish(VrpTable.Build([A]));
        await using RtrConnection old = await ConnectAsync(server);
        await using RtrConnection router = await ConnectAsync(server);
        var zero = Assert.IsType<RtrPdu.EndOfData>((await AnswerAsync(old, new RtrPdu.ResetQuery(0)))[^1]);
        var one = Assert.IsType<RtrPdu.EndOfData>((await AnswerAsync(router, new RtrPdu.ResetQuery(1)))[^1]);
        Assert.NotEqual(zero.Session, one.Session);
        Assert.IsType<RtrPdu.CacheReset>((await AnswerAsync(router, new RtrPdu.SerialQuery(1, zero.Session, 1)))[^1]);
    }

    [Fact]
    public async Task An_error_report_is_never_answered_by_another_even_when_it_is_none()
    {
        RtrServer server = Server();
        await using RtrConnection router = await ConnectAsync(server);
        await router.Stream.WriteAsync(Convert.FromHexString("010A000000000010" + "0000000900000000"));
        Assert.Null(await NextAsync(router));
    }

    [Fact]
    public async Task An_error_report_quotes_the_pdu_in_error_and_nothing_behind_it()
    {
        RtrServer server = Server();
        await using RtrConnection router = await ConnectAsync(server);
        await router.Stream.WriteAsync(Convert.FromHexString("010D00000000000C" + "01020304" + "0102000000000008"));
        var report = Assert.IsType<RtrPdu.ErrorReport>(await NextAsync(router));
        Assert.Equal("010D00000000000C01020304", Convert.ToHexString(report.Erroneous.Span));
    }

    [Fact]
    public async Task A_router_that_asks_nothing_is_dropped_and_one_that_has_asked_may_be_silent()
    {
        var clock = new ManualTimeProvider();
        RtrServer server = Server(new RtrServerOptions(), clock);
        server.Publish(VrpTable.Build([A]));
        await using RtrConnection mute = await ConnectAsync(server);
        await mute.Stream.WriteAsync(new byte[] { 1, 2, 0 });
        await using RtrConnection router = await ConnectAsync(server);
        await AnswerAsync(router, new RtrPdu.ResetQuery(1));
        await Eventually.Get(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(20));
                return server.Status;
            },
            s => s is { Clients: 1, Dropped: 1 },
            "the mute one dropped"
        );
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(3, (await AnswerAsync(router, new RtrPdu.ResetQuery(1))).Count);
    }

    [Fact]
    public async Task A_router_that_does_not_read_is_dropped_and_others_are_served_meanwhile()
    {
        var clock = new ManualTimeProvider();
        RtrServer server = Server(new RtrServerOptions(), clock);
        server.Publish(VrpTable.Build(Enumerable.Range(0, 1_000_000).Select(i => new Vrp(IpPrefix.V4((uint)i << 8, 24), 24, new Asn(1)))));
        await using RtrConnection slow = await ConnectAsync(server);
        await slow.SendAsync(new RtrPdu.ResetQuery(1), CancellationToken.None);
        await using RtrConnection fast = await ConnectAsync(server);
        Assert.Equal(1_000_002, (await AnswerAsync(fast, new RtrPdu.ResetQuery(1))).Count);
        Assert.Equal(2, server.Status.Clients);
        await Eventually.Get(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(61));
                return server.Status;
            },
            s => s is { Clients: 1, Dropped: 1 },
            "the slow one dropped"
        );
    }

    [Fact]
    public void A_combined_delta_has_the_effect_of_its_parts()
    {
        Gen<VrpTable[]> tables =
            from rows in Gen.SubListOf(Enumerable.Range(0, 12)).ArrayOf()
            select rows.Select(r => VrpTable.Build(r.Select(i => new Vrp(IpPrefix.V4((uint)i << 24, 8), 8, new Asn(1))))).ToArray();
        Prop.ForAll(
                tables.ToArbitrary(),
                all =>
                {
                    if (all.Length == 0)
                        return true;
                    var delta = VrpDelta.Combine(all.Zip(all.Skip(1), VrpDelta.Between));
                    HashSet<Vrp> after = [.. all[0].All];
                    return delta.Withdrawn.All(after.Remove) && delta.Announced.All(after.Add) && after.SetEquals(all[^1].All);
                }
            )
            .QuickCheckThrowOnFailure();
    }
}
