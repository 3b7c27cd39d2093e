using System.Text.Json.Serialization;

namespace Causeway.Contracts.InternetPeering;

/// <summary>What a router answered.</summary>
/// <param name="Command"><c>BgpRoute</c>, <c>Ping</c> or <c>Traceroute</c>.</param>
/// <param name="Output">For people.</param>
public sealed record LookingGlassBody(string Command, string Output);

/// <summary>The wire form of the looking glass.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LookingGlassBody))]
public sealed partial class LookingGlassContract : JsonSerializerContext;
