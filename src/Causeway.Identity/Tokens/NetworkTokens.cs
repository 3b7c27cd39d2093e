using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Arm;
using Causeway.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Causeway.Identity.Tokens;

/// <summary>
/// Tokens that say for which networks somebody may speak, in the form of PeeringDB's OpenID Connect: a claim <c>networks</c>, a list of objects with <c>asn</c> and
/// <c>perms</c> (bits: 1 read, 2 update, 4 create, 8 delete); or a claim <c>asn</c>, a number or a list. Signature, audience and times are judged as of any token.
/// </summary>
public sealed class NetworkTokens(IdentityOptions options, TimeProvider clock, ILogger<OidcIssuers> log) : IDisposable
{
    /// <summary>Clocks differ (RFC 7519 §4.1.4 allows for it).</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>Of <c>perms</c>: who may only read a network's record does not speak for it.</summary>
    private const int MayChange = 2 | 4;

    private readonly OidcIssuers _issuers = new(options with { Issuers = options.NetworkIssuers }, clock, log);

    /// <summary>Whether a token is one of those issuers', believed or not.</summary>
    public bool IsOne(string token) =>
        options.NetworkIssuers.Count > 0
        && TokenRules.Read(token) is { } read
        && options.NetworkIssuers.Any(i => i.Issuer == read.Issuer && read.Audiences.Contains(i.Audience, StringComparer.Ordinal));

    /// <summary>Who it is and which networks it speaks for; or why it is not believed.</summary>
    public async ValueTask<(Principal? Principal, ImmutableArray<Asn> Networks, string? Why)> CheckAsync(
        string token,
        CancellationToken cancellation
    )
    {
        if (TokenRules.Read(token) is not { } read)
            return (null, [], "The access token is not a JSON Web Token.");
        (Principal? principal, _, string? why) = await _issuers.CheckAsync(read, cancellation);
        if (principal is null)
            return (null, [], why);
        (DateTimeOffset notBefore, DateTimeOffset expires) = TokenRules.Validity(read);
        DateTimeOffset now = clock.GetUtcNow();
        return expires <= now ? (null, [], "The access token expiry has passed: ask for a new one.")
            : notBefore > now + Skew ? (null, [], "The access token is not valid yet: check the clocks.")
            : (principal, NetworksOf(read), null);
    }

    private static ImmutableArray<Asn> NetworksOf(JsonWebToken token)
    {
        var found = new HashSet<Asn>();
        if (token.TryGetPayloadValue("networks", out JsonElement networks) && networks.ValueKind == JsonValueKind.Array)
            foreach (JsonElement network in networks.EnumerateArray())
                if (
                    network.ValueKind == JsonValueKind.Object
                    && network.TryGetProperty("asn", out JsonElement asn)
                    && (
                        !network.TryGetProperty("perms", out JsonElement perms)
                        || (perms.ValueKind == JsonValueKind.Number && perms.TryGetInt32(out int bits) && (bits & MayChange) != 0)
                    )
                )
                    Add(asn);
        if (token.TryGetPayloadValue("asn", out JsonElement own))
            if (own.ValueKind == JsonValueKind.Array)
                foreach (JsonElement asn in own.EnumerateArray())
                    Add(asn);
            else
                Add(own);
        else if (token.TryGetPayloadValue("asn", out long plain) && plain is > 0 and <= uint.MaxValue)
            found.Add(new Asn((uint)plain));
        return [.. found];

        void Add(JsonElement asn)
        {
            if (asn.ValueKind == JsonValueKind.Number && asn.TryGetUInt32(out uint number) && number > 0)
                found.Add(new Asn(number));
        }
    }

    public void Dispose() => _issuers.Dispose();
}
