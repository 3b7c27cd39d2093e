using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Topology;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.InternetPeering;

/// <summary>
/// Tells programs what was said: CloudEvents 1.0 in JSON, structured mode, signed as Standard Webhooks has it (<c>webhook-id</c>, <c>webhook-timestamp</c>,
/// <c>webhook-signature: v1,</c> and the HMAC-SHA256 of the three with dots between, in base64). Whatever is not answered 2xx is sent again, with back-off, under
/// the same id.
/// </summary>
public sealed partial class WebhookHandler(Func<NetworkTopology> topology, TimeProvider time, ILogger<WebhookHandler> log) : IEffectHandler
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(15);

    /// <summary>It follows no redirect: what is signed is for whoever was named.</summary>
    private static readonly HttpClient s_http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }
    )
    {
        MaxResponseContentBufferSize = 64 << 10,
    };

    public string Kind => Notice.Hook;

    /// <summary>Nobody waits, and a receiver may be away for a long week.</summary>
    public EffectPolicy Policy { get; } =
        new()
        {
            Deadline = s_deadline,
            GiveUpAfter = TimeSpan.FromDays(8),
            Parallel = 4,
        };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why)
    {
        NotDelivered(effect.Resource.Text, Notice.HookOf(effect), why);
        return [];
    }

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        string name = Notice.HookOf(effect);
        // Taken out of the topology since.
        if (topology().Webhooks.FirstOrDefault(h => h.Name == name) is not { } hook)
            return new EffectOutcome.Done();
        Notice notice = Notice.Read(effect);
        byte[] body = Encoding.UTF8.GetBytes(Event(notice).ToJsonString());
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8");
            string stamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("webhook-id", notice.Id);
            request.Headers.Add("webhook-timestamp", stamp);
            request.Headers.Add("webhook-signature", Signature(hook.Secret.Read(), notice.Id, stamp, body));
            using HttpResponseMessage answer = await s_http.SendAsync(request, cancellation);
            return answer.IsSuccessStatusCode
                ? new EffectOutcome.Done()
                : new EffectOutcome.Retry($"webhook {name} answered {(int)answer.StatusCode}", answer.Headers.RetryAfter?.Delta);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new EffectOutcome.Retry($"webhook {name}: {e.Message}");
        }
    }

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    public static string Signature(string secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return $"v1,{Convert.ToBase64String(hmac.GetHashAndReset())}";
    }

    /// <summary>CloudEvents 1.0 §3.</summary>
    private static JsonObject Event(Notice notice) =>
        new()
        {
            ["specversion"] = "1.0",
            ["id"] = notice.Id,
            ["source"] = notice.Peering.Text,
            ["type"] = $"causeway.peering.{notice.Code}",
            ["time"] = notice.At.ToString("O", CultureInfo.InvariantCulture),
            ["datacontenttype"] = "application/json",
            ["data"] = new JsonObject
            {
                ["peering"] = notice.Peering.Text,
                ["peerAsn"] = notice.PeerAsn.Value,
                ["code"] = notice.Code,
                ["by"] = notice.By,
                ["text"] = notice.Text,
                ["connectionIdentifiers"] = new JsonArray([.. notice.Connections.Select(c => (JsonNode)c)]),
            },
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "A message about {Peering} was not delivered to webhook {Webhook}: {Why}")]
    private partial void NotDelivered(string peering, string webhook, string why);
}
