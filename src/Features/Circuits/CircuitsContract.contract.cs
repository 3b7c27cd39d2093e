using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Circuits;

/// <summary>The wire form of everything around circuits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CircuitBody))]
[JsonSerializable(typeof(CircuitOrderBody))]
[JsonSerializable(typeof(PeeringBody))]
[JsonSerializable(typeof(PeeringOrderBody))]
[JsonSerializable(typeof(ReachBody))]
[JsonSerializable(typeof(PeeredReachBody))]
[JsonSerializable(typeof(AuthorizationBody))]
[JsonSerializable(typeof(AuthorizationKeyBody))]
[JsonSerializable(typeof(ServiceProviderBody))]
[JsonSerializable(typeof(ProviderPortBody))]
[JsonSerializable(typeof(IReadOnlyList<LinkTestBody>))]
[JsonSerializable(typeof(IReadOnlyList<LinkTestDetailsBody>))]
[JsonSerializable(typeof(StopLinkTestBody))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(ListBody<ArpEntry>))]
[JsonSerializable(typeof(ListBody<RouteEntry>))]
[JsonSerializable(typeof(ListBody<RefusedRouteEntry>))]
[JsonSerializable(typeof(ListBody<RouteSummaryEntry>))]
[JsonSerializable(typeof(ListBody<CrossRouteSummaryEntry>))]
[JsonSerializable(typeof(ListBody<SessionBody>))]
[JsonSerializable(typeof(ValidatePrefixesBody))]
[JsonSerializable(typeof(ListBody<PrefixEvidenceBody>))]
[JsonSerializable(typeof(StatsBody))]
[JsonSerializable(typeof(LinkSpaceBody))]
[JsonSerializable(typeof(ExplainBody))]
[JsonSerializable(typeof(AsymmetryBody))]
[JsonSerializable(typeof(JournalBody))]
public sealed partial class CircuitsContract : JsonSerializerContext;
