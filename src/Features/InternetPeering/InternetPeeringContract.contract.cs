using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.InternetPeering;

/// <summary>The wire form of <c>Microsoft.Peering</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PeerAsnBody))]
[JsonSerializable(typeof(ReviewBody))]
[JsonSerializable(typeof(InternetPeeringBody))]
[JsonSerializable(typeof(ConnectionActionBody))]
[JsonSerializable(typeof(ListBody<ConnectionChecksBody>))]
[JsonSerializable(typeof(ListBody<PeeringSessionBody>))]
[JsonSerializable(typeof(ListBody<PeeringMessageBody>))]
[JsonSerializable(typeof(LetterOfAuthorizationBody))]
[JsonSerializable(typeof(ReceivedRouteBody))]
[JsonSerializable(typeof(AnnouncedRouteBody))]
[JsonSerializable(typeof(RefusedPeerRouteBody))]
public sealed partial class InternetPeeringContract : JsonSerializerContext;
