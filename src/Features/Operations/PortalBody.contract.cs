using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary>A link that signs in to the portal, once: the answer of <c>POST /portal/codes</c>.</summary>
/// <param name="Url">To be opened in a browser; whoever opens it first is signed in as the caller.</param>
/// <param name="ValidUntil">When it stops working.</param>
public sealed record PortalLinkBody(string Url, DateTimeOffset ValidUntil);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PortalLinkBody))]
public sealed partial class PortalContract : JsonSerializerContext;
