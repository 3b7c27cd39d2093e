using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>A key by which one connection of another subscription may use the circuit.</summary>
/// <param name="Connection">The connection that redeemed it; null while it is available.</param>
public sealed record Authorization(string Name, AuthorizationKey Key, ResourceId? Connection = null)
{
    [JsonIgnore]
    public bool IsInUse => Connection is not null;
}

/// <summary>
/// An authorization key as it is kept: encrypted to be shown to the owner, and as a hash to be compared. The key is a random GUID, so the hash gives
/// nothing away.
/// </summary>
/// <param name="Protected">Encrypted text.</param>
/// <param name="Hash">Upper-case hexadecimal SHA-256 of the normalised key.</param>
public sealed record AuthorizationKey(string Protected, string Hash)
{
    /// <summary>Makes the kept form of a key.</summary>
    public static AuthorizationKey Of(Guid key, Func<string, string> protect) => new(protect(key.ToString("D")), HashOf(key.ToString("D")));

    /// <summary>True when this is that key; case and surrounding space do not matter.</summary>
    public bool Matches(string presented) => Hash == HashOf(presented);

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key.Trim().ToLowerInvariant())));
}
