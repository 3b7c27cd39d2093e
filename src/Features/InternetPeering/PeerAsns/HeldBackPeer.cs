using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Json;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// A network of which the operator sent a peering away (suspended or rejected it) that is gone by now: until the operator approves a connection of it, no rule does.
/// It is kept by the ASN, and so outlives all that was made in its name, wherever that stood. While such a peering stands, it says so itself
/// (<see cref="Peering.IsHeldBack"/>).
/// </summary>
public sealed record HeldBackPeer : IResource
{
    public const string ResourceType = "Causeway.Operations/heldBackPeers";

    public required ResourceId Id { get; init; }
    public required Asn Asn { get; init; }

    /// <summary>What was sent away, and when it was gone.</summary>
    public required ResourceId Peering { get; init; }

    /// <inheritdoc cref="Peering"/>
    public required DateTimeOffset Since { get; init; }

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => "HeldBack";

    public static ResourceId IdOf(Asn asn) => ResourceId.Parse($"/providers/{ResourceType}/AS{asn.Value}");
}

/// <summary>A peering that was sent away is gone. Sent in the peering's own commit, as a consequence of its states.</summary>
public sealed record HoldBackPeer(DateTimeOffset At, Asn Asn, ResourceId Peering) : Signal(At);

/// <summary>The operator approved a connection of the network. Sent in the peering's own commit.</summary>
public sealed record TrustPeer(DateTimeOffset At) : Signal(At);

/// <summary>There or not there: it has no other states.</summary>
public sealed class HeldBackPeerWorkflow : Workflow<HeldBackPeer>
{
    public override string Type => HeldBackPeer.ResourceType;

    protected override JsonTypeInfo<HeldBackPeer> Json => HeldBackPeerJson.Default.HeldBackPeer;

    public override IReadOnlyList<string> Told => ["asn", "peering"];

    public override Decision<HeldBackPeer> Decide(HeldBackPeer? current, Signal signal) =>
        (current, signal) switch
        {
            (null, HoldBackPeer hold) => new Decision<HeldBackPeer>.Move(
                new HeldBackPeer
                {
                    Id = HeldBackPeer.IdOf(hold.Asn),
                    Asn = hold.Asn,
                    Peering = hold.Peering,
                    Since = hold.At,
                },
                $"the operator sent peering {hold.Peering.Name} of AS{hold.Asn} away, and it is gone"
            ),
            ({ }, HoldBackPeer) => new Decision<HeldBackPeer>.Stay("it is held back"),
            (null, TrustPeer) => new Decision<HeldBackPeer>.Stay("nothing holds it back"),
            ({ }, TrustPeer) => new Decision<HeldBackPeer>.End("the operator approves a connection of it"),
            _ => throw new System.Diagnostics.UnreachableException($"{current?.StateName} + {signal.Name}"),
        };
}

/// <summary>How it stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsnConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(HeldBackPeer))]
internal sealed partial class HeldBackPeerJson : JsonSerializerContext;
