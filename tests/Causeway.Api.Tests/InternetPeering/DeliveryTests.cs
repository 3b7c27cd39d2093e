using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Causeway.Api.InternetPeering;
using Causeway.Domain.InternetPeering;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server that sends mail and tells one webhook.</summary>
public sealed class DeliveryServer : ExchangeServer
{
    public const string Secret = "agreed-on-with-the-receiver";

    private readonly string _secret = Path.GetTempFileName();

    public DeliveryServer() => File.WriteAllText(_secret, Secret + "\n");

    public int MailPort { get; } = FreePort();

    public int HookPort { get; } = FreePort();

    protected override string Extra =>
        string.Join(
            '\n',
            "mail:",
            "  host: 127.0.0.1",
            $"  port: {MailPort}",
            "  tls: none",
            "  from: peering@example.net",
            "  operator: noc@example.net",
            "  language: sv",
            "webhooks:",
            "  - name: ours",
            $"    url: \"http://127.0.0.1:{HookPort}/hook\"",
            $"    secret: \"file:{_secret}\""
        );
}

/// <summary>What is said reaches people and programs, whatever happens on the way.</summary>
public sealed class DeliveryTests(DeliveryServer api) : IClassFixture<DeliveryServer>
{
    [Fact]
    public async Task What_is_said_arrives_over_absence_refusal_and_a_restart_and_is_signed()
    {
        var peer = new PeerAtExchange(api, 64499, 150);
        await peer.RegisteredAsync();
        // Nobody is there.
        (await peer.PutAsync()).Is(201);
        (await peer.OperatorAsync("ask", "Which port is yours?")).Is(200);
        await api.RestartAsync();
        await using var mail = new SmallMailServer(api.MailPort) { Busy = 2 };
        await using var hook = new SmallReceiver(api.HookPort) { Failing = 2 };
        (await peer.PeerAsync("answer", "Port 7.")).Is(200);
        (await peer.OperatorAsync("approve", "Welcome.")).Is(200);
        string[] said =
        [
            .. (await api.Customer.Get($"{peer.Path}/messages?api-version={ExchangeServer.V}")).Is(200).Body!["value"]!
                .AsArray()
                .Select(m => m!["code"]!.ToString()),
        ];
        Assert.Equal(["PendingApproval", "Ask", "Answer", "Approve"], said);
        string all = string.Join(' ', said.Order(StringComparer.Ordinal));
        await Eventually.Get(
            () =>
                string.Join(
                    ' ',
                    Taken(hook).Select(e => JsonNode.Parse(e.Body)!["data"]!["code"]!.ToString()).Order(StringComparer.Ordinal)
                ),
            codes => codes == all,
            "everything that was said has reached the webhook",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal(2, hook.Events.Count(e => !e.Taken));
        foreach (var e in hook.Events)
        {
            Assert.Equal(WebhookHandler.Signature(DeliveryServer.Secret, e.Id, e.Stamp, e.Body), e.Signature);
            Assert.StartsWith("application/cloudevents+json", e.Type, StringComparison.Ordinal);
            JsonNode json = JsonNode.Parse(e.Body)!;
            Assert.Equal(("1.0", e.Id), ($"{json["specversion"]}", $"{json["id"]}"));
            Assert.EndsWith("/peerings/at-amsix", $"{json["source"]}", StringComparison.Ordinal);
        }
        Assert.NotEqual(WebhookHandler.Signature("another", "id", "1", []), WebhookHandler.Signature(DeliveryServer.Secret, "id", "1", []));
        await Eventually.Get(
            () => string.Join(' ', mail.Letters.Select(l => l.To).Order(StringComparer.Ordinal)),
            to => to == "noc@contoso.example noc@contoso.example noc@contoso.example noc@example.net",
            "everything that was said has been mailed: the peer's words to the operator, all else to the peer",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal(2, mail.Refused);
        Assert.Contains(mail.Letters, l => l.Text.Contains("Which port is yours?", StringComparison.Ordinal));
        Assert.Contains(mail.Letters, l => l.Text.Contains("Auto-Submitted: auto-generated", StringComparison.Ordinal));
        Assert.Contains(mail.Letters, l => l.Text.Contains("Sagt av", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_code_has_its_words_in_every_language()
    {
        foreach (string code in MessageTemplates.Codes)
        {
            var notice = new Notice(
                "1",
                Samples.InternetPeering.PeeringStates.Id,
                Samples.InternetPeering.PeeringStates.AsnId,
                Samples.InternetPeering.PeeringStates.Number,
                Samples.InternetPeering.PeeringStates.At,
                "operator",
                code,
                "said",
                [],
                null
            );
            string[] subjects = [.. MessageTemplates.Languages.Select(l => MessageTemplates.Of(notice, notice.PeerAsn, l).Subject)];
            Assert.All(subjects, s => Assert.DoesNotContain(": \r", s, StringComparison.Ordinal));
            Assert.True(subjects.Distinct().Count() >= 2, code);
        }
        // What people do by hand all has words.
        Assert.Empty(Enum.GetNames<PeeringVerb>().Except(MessageTemplates.Codes));
    }

    private static IEnumerable<(string Id, string Stamp, string Signature, string Type, byte[] Body, bool Taken)> Taken(
        SmallReceiver hook
    ) => hook.Events.Where(e => e.Taken).DistinctBy(e => e.Id);
}
