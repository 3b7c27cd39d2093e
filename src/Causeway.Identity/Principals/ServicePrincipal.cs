using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Identity.Principals;

/// <summary>An application that signs in with a secret or a certificate. What it may do, its role assignments say.</summary>
/// <param name="Key">The id as text: <c>/providers/Causeway.Identity/principals/{name}</c>.</param>
/// <param name="ClientId">What it signs in as.</param>
/// <param name="ObjectId">What role assignments and the journal name.</param>
/// <param name="ProtectedSecret">Encrypted at rest.</param>
/// <param name="Previous">The secret before, while it is still good.</param>
public sealed record ServicePrincipal(
    string Key,
    string ClientId,
    string ObjectId,
    string ProtectedSecret,
    DateTimeOffset SecretSince,
    PreviousSecret? Previous,
    bool Enabled,
    DateTimeOffset CreatedOn
) : IResource
{
    public const string Type = "Causeway.Identity/principals";

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    [JsonIgnore]
    public string Name => Id.Name;

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => Enabled ? "Enabled" : "Disabled";

    public static ResourceId IdOf(string name) => ResourceId.Parse($"/providers/{Type}/{name}");

    /// <summary>What its secrets are encrypted for.</summary>
    public static string Purpose(string clientId) => $"application/{clientId}";

    /// <summary>238 random bits, as 40 letters and digits: text that needs no quoting anywhere, and that no command line takes for an option.</summary>
    public static string NewSecret() =>
        RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40);

    internal static string Label(string clientId) => $"client/{clientId.ToLowerInvariant()}";

    internal static string ObjectLabel(string objectId) => $"principal-object/{objectId.ToLowerInvariant()}";
}

/// <summary>A rotated secret that goes on working until everybody uses the new one.</summary>
public sealed record PreviousSecret(string ProtectedSecret, DateTimeOffset Until);
