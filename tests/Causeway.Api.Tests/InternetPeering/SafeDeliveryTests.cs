using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Causeway.Server.Topology;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server that sends mail by a server that asks who it is, and tells two webhooks.</summary>
public sealed class LoginServer : ExchangeServer
{
    public const string Password = "only-for-the-mail-server";

    private readonly string _secret = Path.GetTempFileName();

    public LoginServer() => File.WriteAllText(_secret, Password);

    public int MailPort { get; } = FreePort();

    public int SlowPort { get; } = FreePort();

    public int QuickPort { get; } = FreePort();

    protected override string Extra =>
        $$"""
            mail: { host: 127.0.0.1, port: {{MailPort}}, tls: none, from: peering@example.net, operator: noc@example.net, user: causeway, password: "file:{{_secret}}" }
            webhooks:
              - { name: slow, url: "http://127.0.0.1:{{SlowPort}}/hook", secret: "file:{{_secret}}" }
              - { name: quick, url: "http://127.0.0.1:{{QuickPort}}/hook", secret: "file:{{_secret}}" }
            """;
}

/// <summary>Mail goes only to whom it should, and who is slow holds up nobody else.</summary>
public sealed class SafeDeliveryTests(LoginServer api) : IClassFixture<LoginServer>
{
    [Fact]
    public async Task A_mail_server_is_told_who_we_are_and_a_slow_receiver_holds_up_no_other()
    {
        // It takes connections and never answers.
        using var slow = new TcpListener(IPAddress.Loopback, api.SlowPort);
        slow.Start();
        await using var quick = new SmallReceiver(api.QuickPort);
        await using var mail = new SmallMailServer(api.MailPort, login: ("causeway", LoginServer.Password));
        var peer = new PeerAtExchange(api, 64499, 160);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        for (int i = 0; i < 8; i++)
            (await peer.OperatorAsync("ask", $"Question {i}?")).Is(200);
        await Eventually.Get(() => quick.Events.Count, n => n == 9, "the quick one has everything", TimeSpan.FromSeconds(60));
        await Eventually.Get(() => mail.Letters.Count, n => n == 9, "all letters are taken", TimeSpan.FromSeconds(60));
        Assert.All(mail.Logins, l => Assert.Equal("causeway", l));
        Assert.NotEmpty(mail.Logins);
    }

    [Fact]
    public void A_password_is_not_sent_in_the_clear_to_another_machine()
    {
        Assert.Contains("in the clear", Refused("tls: none, host: mail.example.net"), StringComparison.Ordinal);
        Parse("tls: none, host: localhost");
        Parse("tls: startTls, host: mail.example.net");

        static string Refused(string mail) => Assert.Throws<TopologyException>(() => Parse(mail)).Message;

        static void Parse(string mail) =>
            TopologyFile.Parse(
                $"{TopologyFile.BuiltIn}\nmail: {{ {mail}, from: a@example.net, user: u, password: \"env:MAIL_PASSWORD\" }}\n",
                "a topology",
                new TopologyDefaults(Guid.NewGuid().ToString(), 1790)
            );
    }
}

/// <summary>The same, and TLS is a must.</summary>
public sealed class TlsMailTests(TlsMailTests.Server api) : IClassFixture<TlsMailTests.Server>
{
    public sealed class Server : ExchangeServer
    {
        private readonly string _secret = Path.GetTempFileName();

        public int MailPort { get; } = FreePort();

        protected override string Extra =>
            $$"""mail: { host: 127.0.0.1, port: {{MailPort}}, tls: startTls, from: peering@example.net, operator: noc@example.net, user: causeway, password: "file:{{_secret}}" }""";
    }

    [Fact]
    public async Task Whom_nobody_vouches_for_is_told_neither_letter_nor_password()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(
            DateTimeOffset.UnixEpoch,
            new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)
        );
        await using var mail = new SmallMailServer(api.MailPort, made, ("causeway", ""));
        var peer = new PeerAtExchange(api, 64499, 161);
        await peer.RegisteredAsync();
        (await peer.PutAsync()).Is(201);
        // And it is tried again, for the certificate may be mended.
        await Eventually.Get(() => mail.Distrusted, n => n >= 2, "our side goes away, twice", TimeSpan.FromSeconds(60));
        Assert.Empty(mail.Letters);
        Assert.Empty(mail.Logins);
    }
}
