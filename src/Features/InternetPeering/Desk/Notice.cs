using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Domain.Json;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// Something that was said about a peering, on its way to people and programs.
/// </summary>
/// <remarks>
/// Theory of operation. Whatever is said stands in the peering (<see cref="Peering.Messages"/>). Where mail or webhooks are configured, the commit that says it also
/// asks for an effect for each receiver: a row of the store, which no restart loses or skips, tried again with back-off, by whichever node is there. A notice may
/// arrive twice, under the same id; of one webhook's, one is on its way at a time.
/// </remarks>
/// <param name="Id">The same however often it is sent.</param>
/// <param name="Text">As it was said, in English.</param>
public sealed record Notice(
    string Id,
    ResourceId Peering,
    ResourceId PeerAsnId,
    Asn PeerAsn,
    DateTimeOffset At,
    string By,
    string Code,
    string Text,
    ImmutableArray<string> Connections,
    string? Language
)
{
    /// <summary>Sends mail to the peer's contacts, or to the operator.</summary>
    public const string Mail = "mail";

    /// <summary>Tells one webhook.</summary>
    public const string Hook = "webhook";

    /// <summary>The name of the effect for one webhook.</summary>
    private const string HookPrefix = "webhook/";

    /// <summary>What is to be sent, because of what a commit says.</summary>
    public static IEnumerable<Effect> Effects(Peering? before, Peering? after, DateTimeOffset at, NetworkTopology topology)
    {
        if (topology.Mail is null && topology.Webhooks.IsEmpty)
            yield break;
        HashSet<PeeringMessage> known = new(before?.Messages ?? [], ReferenceEqualityComparer.Instance);
        IEnumerable<PeeringMessage> said = after is not null
            ? after.Messages.Where(m => !known.Contains(m))
            : [new PeeringMessage(at, Steps.ByCauseway, "Gone", "the peering is gone", [])];
        foreach (PeeringMessage message in said)
        {
            Notice notice = Of((after ?? before)!, message);
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(notice, NoticeJson.Default.Notice);
            if (topology.Mail is not null)
                yield return new Effect($"{Mail}/{notice.Id}", Mail, notice.Peering, body, at);
            foreach (Webhook hook in topology.Webhooks)
                yield return new Effect($"{HookPrefix}{hook.Name}/{notice.Id}", Hook, notice.Peering, body, at)
                {
                    Key = HookPrefix + hook.Name,
                };
        }
    }

    public static Notice Read(Effect effect) => JsonSerializer.Deserialize(effect.Body.Span, NoticeJson.Default.Notice)!;

    /// <summary>The webhook that an effect is for.</summary>
    public static string HookOf(Effect effect) => effect.Name[HookPrefix.Length..effect.Name.LastIndexOf('/')];

    private static Notice Of(Peering peering, PeeringMessage m)
    {
        string identity = $"{peering.Id.Key}\n{m.At:O}\n{m.By}\n{m.Code}\n{m.Text}\n{string.Join(',', m.Connections)}";
        return new Notice(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 16)),
            peering.Id,
            peering.PeerAsnId,
            peering.PeerAsn,
            m.At,
            m.By,
            m.Code,
            m.Text,
            m.Connections,
            peering.Tags?.GetValueOrDefault("language")
        );
    }
}

/// <summary>How a notice waits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsnConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(Notice))]
internal sealed partial class NoticeJson : JsonSerializerContext;
