using System.Text.Json.Serialization;

namespace Causeway.Contracts.InternetPeering;

/// <summary>A place to meet: <c>pdb:ix:26</c>, or <c>pdb:fac:1236</c> for a cable.</summary>
/// <param name="Type"><c>public</c> at an exchange, <c>private</c> over a cable.</param>
public sealed record ApiLocation(string Id, string Type);

/// <summary>A BGP session between two networks; <c>local</c> is whoever asks for it, <c>peer</c> whoever is asked.</summary>
public sealed record ApiSession
{
    public long LocalAsn { get; init; }
    public string? LocalIp { get; init; }
    public long PeerAsn { get; init; }

    /// <summary>Null for all of the asked network's routers there.</summary>
    public string? PeerIp { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public string? PeerType { get; init; }

    /// <summary>The TCP MD5 key; sent, and never shown.</summary>
    public string? SessionSecret { get; init; }

    /// <summary>The same, as the draft's OpenAPI names it.</summary>
    public string? Md5 { get; init; }

    /// <summary>RFC 9234 §4.1: 4 is a peer.</summary>
    public int? LocalBgpRole { get; init; }

    /// <inheritdoc cref="LocalBgpRole"/>
    public int? PeerBgpRole { get; init; }

    public ApiLocation? Location { get; init; }

    /// <summary><c>Pending</c>, <c>Approved</c>, <c>Established</c>, <c>Down</c>, <c>Unestablished</c> or <c>Rejected</c>.</summary>
    public string? Status { get; init; }

    /// <summary>Why it is so and who acts next, for people; beyond the draft.</summary>
    public string? StatusDetail { get; init; }

    /// <summary>Given by whoever is asked, and the same for as long as the session is wanted.</summary>
    public string? SessionId { get; init; }

    /// <summary>Of the request that it came with.</summary>
    public string? RequestId { get; init; }
}

/// <param name="Name">The field, such as <c>sessions[0].local_ip</c>.</param>
public sealed record ApiFieldError(string Name, IReadOnlyList<string> Errors);

public sealed record ApiErrors(IReadOnlyList<ApiFieldError> Errors);

/// <summary>An error answer.</summary>
public sealed record ApiErrorAnswer(ApiErrors Errors);

/// <summary>What is asked for, and what came of it.</summary>
/// <param name="NextToken">Null on the last page.</param>
/// <param name="Errors">Of those that were not taken.</param>
public sealed record ApiSessions(
    IReadOnlyList<ApiSession> Sessions,
    string? RequestId = null,
    string? NextToken = null,
    ApiErrors? Errors = null
);

/// <summary>Whose API it is.</summary>
public sealed record ApiWho(long Asn);

public sealed record ApiLocations(IReadOnlyList<ApiLocation> Locations, string? NextToken = null);

/// <summary>The wire form of the Peering API (draft-ietf-grow-peering-api).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ApiSession))]
[JsonSerializable(typeof(IReadOnlyList<ApiSession>))]
[JsonSerializable(typeof(ApiSessions))]
[JsonSerializable(typeof(ApiLocations))]
[JsonSerializable(typeof(ApiWho))]
[JsonSerializable(typeof(ApiErrorAnswer))]
public sealed partial class PeeringApiContract : JsonSerializerContext;
