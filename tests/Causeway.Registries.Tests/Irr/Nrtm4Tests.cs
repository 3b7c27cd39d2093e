using System.Net;
using System.Security.Cryptography;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Registries.Irr.Store;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Irr;

public sealed class Nrtm4Tests : IDisposable
{
    private readonly IrrFixture _fixture = new();
    private readonly Nrtm4Repository _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _fixture.Dispose();
    }

    private static string Route(int n) => $"route: 10.{n}.0.0/16\norigin: AS{100 + n}\nsource: TEST";

    private Task<NrtmOutcome> RunAsync(string? initialKey = null) =>
        new Nrtm4Client(
            _fixture.Store,
            _fixture.Time,
            new Nrtm4Options { NotificationUrl = _server.NotificationPath, InitialKey = initialKey ?? _server.PublicKey }
        ).RunAsync("TEST", TestContext.Current.CancellationToken);

    private IrrSource Source => _fixture.Database.Source("TEST")!;

    [Fact]
    public async Task A_first_run_loads_the_snapshot_and_later_ones_follow_the_deltas()
    {
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        Assert.Equal(1, Assert.IsType<NrtmOutcome.Reloaded>(await RunAsync()).Serial);
        Assert.Equal(10, Source.Routes4);

        _server.Delta(Nrtm4Repository.Add(Route(50)), Nrtm4Repository.Delete("route", "10.3.0.0/16AS103"));
        _server.Delta(Nrtm4Repository.Add("as-set: AS-TEST\nmembers: AS100\nsource: TEST"), Nrtm4Repository.Delete("person", "P-TEST"));
        var applied = Assert.IsType<NrtmOutcome.Applied>(await RunAsync());
        Assert.Equal((2, 3, 4), (applied.From, applied.To, applied.Changes));
        Assert.Single(_fixture.Database.Exact(IpPrefix.Parse("10.50.0.0/16")));
        Assert.Empty(_fixture.Database.Exact(IpPrefix.Parse("10.3.0.0/16")));
        Assert.NotNull(_fixture.Database.FindSet("AS-TEST"));
        Assert.Equal(3, Source.Serial);

        _fixture.Reopen();
        Assert.Equal(3, Assert.IsType<NrtmOutcome.UpToDate>(await RunAsync()).Serial);
    }

    [Fact]
    public async Task A_first_run_also_takes_what_was_published_since_the_snapshot()
    {
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        _server.Delta(Nrtm4Repository.Add(Route(50)));
        Assert.IsType<NrtmOutcome.Applied>(await RunAsync());
        Assert.Equal((11, 2L), (Source.Routes4, Source.Serial));
    }

    [Fact]
    public async Task A_new_session_or_forgotten_deltas_load_the_snapshot_again()
    {
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        await RunAsync();
        _server.StartOver();
        _server.Snapshot([.. Enumerable.Range(0, 11).Select(Route)]);
        Assert.IsType<NrtmOutcome.Reloaded>(await RunAsync());
        Assert.Equal(11, Source.Routes4);

        for (int i = 0; i < 4; i++)
            _server.Delta(Nrtm4Repository.Add(Route(60 + i)));
        _server.Snapshot([.. Enumerable.Range(0, 11).Concat(Enumerable.Range(60, 4)).Select(Route)]);
        _server.Forget(3);
        Assert.IsType<NrtmOutcome.Reloaded>(await RunAsync());
        Assert.Equal((15, 5L), (Source.Routes4, Source.Serial));
    }

    [Fact]
    public async Task Keys_follow_the_announcements_of_the_server()
    {
        _server.NextKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        string initial = _server.PublicKey;
        Assert.IsType<NrtmOutcome.Reloaded>(await RunAsync());

        ECDsa first = _server.Key;
        _server.Key = _server.NextKey;
        _server.NextKey = null;
        _server.Delta(Nrtm4Repository.Add(Route(50)));
        Assert.IsType<NrtmOutcome.Applied>(await RunAsync(initial));

        // The initial key has had its time, and a key that nobody named never has one.
        _server.Publish(first);
        Assert.Contains("fits none", Assert.IsType<NrtmOutcome.Failed>(await RunAsync(initial)).Reason);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _server.Publish(other);
        Assert.Contains("fits none", Assert.IsType<NrtmOutcome.Failed>(await RunAsync(initial)).Reason);

        // A server that lost its keys is followed again once a person has configured the new one.
        Assert.IsType<NrtmOutcome.UpToDate>(await RunAsync(other.ExportSubjectPublicKeyInfoPem()));
        Assert.Null(Source.Stale);
    }

    [Theory]
    [InlineData("signature", "fits none")]
    [InlineData("alg", "ES256")]
    [InlineData("form", "three parts")]
    [InlineData("hash", "has hash")]
    [InlineData("old", "hours old")]
    [InlineData("source", "is of source")]
    [InlineData("history", "rewrites history")]
    [InlineData("path", "not a path relative")]
    [InlineData("missing", "Could not find file")]
    [InlineData("action", "not an action")]
    [InlineData("separator", "record separator")]
    public async Task What_is_wrong_changes_nothing_and_marks_the_source(string fault, string expected)
    {
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        string initial = _server.PublicKey;
        await RunAsync();
        _server.Delta(Nrtm4Repository.Add(Route(50)));
        string delta = Path.Combine(_server.Folder, $"nrtm-delta.2.TEST.{_server.Session}.json");
        byte[] signed = File.ReadAllBytes(_server.NotificationPath);
        switch (fault)
        {
            case "signature":
                using (ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                    _server.Publish(other);
                break;
            case "alg":
                _server.Sign("{}"u8.ToArray(), _server.Key, "none");
                break;
            case "form":
                File.WriteAllText(_server.NotificationPath, "no signature");
                break;
            case "hash":
                File.AppendAllText(delta, " ");
                break;
            case "old":
                _fixture.Time.Advance(TimeSpan.FromHours(30));
                break;
            case "source":
                _server.Source = "OTHER";
                _server.Publish();
                break;
            case "history":
                await RunAsync();
                string text = File.ReadAllText(_server.NotificationPath);
                string payload = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(text.Split('.')[1]));
                _server.Sign(
                    System.Text.Encoding.UTF8.GetBytes(
                        System.Text.RegularExpressions.Regex.Replace(payload, "\"hash\":\"[0-9a-f]{8}", "\"hash\":\"00000000")
                    ),
                    _server.Key
                );
                break;
            case "path":
                _server.Sign(
                    System.Text.Encoding.UTF8.GetBytes(
                        $$"""{"nrtm_version":4,"timestamp":"2026-01-01T00:00:00Z","type":"notification","source":"TEST","session_id":"{{_server.Session}}","version":1,"snapshot":{"version":1,"url":"../../etc/passwd","hash":"{{new string('0', 64)}}"},"deltas":[]}"""
                    ),
                    _server.Key
                );
                break;
            case "missing":
                File.Delete(delta);
                break;
            case "action":
                _server.Delta(new { action = "frobnicate" });
                break;
            case "separator":
                File.WriteAllText(delta, "{}\n");
                _server.Sign(
                    System.Text.Encoding.UTF8.GetBytes(
                        System
                            .Text.Encoding.UTF8.GetString(
                                System.Buffers.Text.Base64Url.DecodeFromUtf8(
                                    signed.AsSpan()[(signed.AsSpan().IndexOf((byte)'.') + 1)..signed.AsSpan().LastIndexOf((byte)'.')]
                                )
                            )
                            .Replace(Hash(signed), Convert.ToHexStringLower(SHA256.HashData("{}\n"u8)))
                    ),
                    _server.Key
                );
                break;
        }
        int routes = Source.Routes4;
        Assert.Contains(expected, Assert.IsType<NrtmOutcome.Failed>(await RunAsync(initial)).Reason);
        Assert.Equal(routes, Source.Routes4);
        Assert.Equal(IrrStaleKind.Failed, Source.Stale!.Kind);
    }

    /// <summary>The delta's hash in a notification.</summary>
    private static string Hash(byte[] signed)
    {
        string payload = System.Text.Encoding.UTF8.GetString(
            System.Buffers.Text.Base64Url.DecodeFromChars(System.Text.Encoding.ASCII.GetString(signed).Split('.')[1])
        );
        using var json = System.Text.Json.JsonDocument.Parse(payload);
        return json.RootElement.GetProperty("deltas")[0].GetProperty("hash").GetString()!;
    }

    [Fact]
    public async Task Https_is_used_for_addresses_and_nothing_less()
    {
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        using var handler = new FolderHandler(_server.Folder);
        using var http = new HttpClient(handler);
        var client = new Nrtm4Client(
            _fixture.Store,
            _fixture.Time,
            new Nrtm4Options
            {
                NotificationUrl = "https://nrtm.example.net/TEST/update-notification-file.jose",
                InitialKey = _server.PublicKey,
            },
            http
        );
        Assert.IsType<NrtmOutcome.Reloaded>(await client.RunAsync("TEST", TestContext.Current.CancellationToken));
        Assert.All(handler.Requests, r => Assert.StartsWith("https://nrtm.example.net/TEST/", r));

        var plain = new Nrtm4Client(
            _fixture.Store,
            _fixture.Time,
            new Nrtm4Options
            {
                NotificationUrl = "http://nrtm.example.net/TEST/update-notification-file.jose",
                InitialKey = _server.PublicKey,
            },
            http
        );
        Assert.Contains(
            "not https",
            Assert.IsType<NrtmOutcome.Failed>(await plain.RunAsync("TEST", TestContext.Current.CancellationToken)).Reason
        );
    }

    /// <summary>One bad moment of a server does not cost a run.</summary>
    [Fact]
    public async Task A_server_that_is_busy_for_a_moment_is_asked_again()
    {
        _server.Snapshot([.. Enumerable.Range(0, 10).Select(Route)]);
        using var handler = new FolderHandler(_server.Folder) { Busy = 2 };
        using var http = new HttpClient(handler);
        var options = new Nrtm4Options
        {
            NotificationUrl = "https://nrtm.example.net/TEST/update-notification-file.jose",
            InitialKey = _server.PublicKey,
        };
        Task<NrtmOutcome> run = new Nrtm4Client(_fixture.Store, _fixture.Time, options, http).RunAsync("TEST", CancellationToken.None);
        await Eventually.True(
            () =>
            {
                if (!run.IsCompleted)
                    _fixture.Time.Advance(TimeSpan.FromSeconds(1));
                return run.IsCompleted;
            },
            "the run has ended"
        );
        Assert.IsType<NrtmOutcome.Reloaded>(await run);
        Assert.Equal(0, handler.Busy);
    }

    [Fact]
    public async Task A_flood_of_deletions_is_held_back()
    {
        _server.Snapshot([.. Enumerable.Range(0, 200).Select(Route)]);
        await RunAsync();
        _server.Delta([.. Enumerable.Range(0, 100).Select(n => Nrtm4Repository.Delete("route", $"10.{n}.0.0/16AS{100 + n}"))]);
        var applied = Assert.IsType<NrtmOutcome.Applied>(await RunAsync());
        Assert.Equal(IrrStaleKind.Shrunk, Assert.IsType<IrrOutcome.Kept>(applied.Result).Stale.Kind);
        Assert.Equal(200, Source.Routes4);
        Assert.True(await _fixture.Store.AcceptAsync("TEST", TestContext.Current.CancellationToken));
        Assert.Equal((100, 2L), (Source.Routes4, Source.Serial));
        Assert.IsType<NrtmOutcome.UpToDate>(await RunAsync());
    }

    private sealed class FolderHandler(string folder) : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        /// <summary>Requests that are answered with 503 first.</summary>
        public int Busy { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Busy > 0)
            {
                Busy--;
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            }
            Requests.Add(request.RequestUri!.AbsoluteUri);
            string path = Path.Combine(folder, Path.GetFileName(request.RequestUri.LocalPath));
            return Task.FromResult(
                File.Exists(path)
                    ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(File.ReadAllBytes(path)) }
                    : new HttpResponseMessage(HttpStatusCode.NotFound)
            );
        }
    }
}
