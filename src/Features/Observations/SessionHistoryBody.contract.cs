using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Observations;

/// <summary>How one BGP session was, quarter-hour by quarter-hour, for up to thirty days: <c>GET …/peerings/{p}/history</c>.</summary>
/// <param name="Of">Of a circuit <c>primary</c> or <c>secondary</c>; of a peering the connection.</param>
/// <param name="Router">Ours.</param>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Neighbor">The peer's address.</param>
/// <param name="Samples">Oldest first; where nothing was measured there is none.</param>
public sealed record SessionHistoryBody(string Of, string Router, string Family, string Neighbor, IReadOnlyList<SessionSampleBody> Samples);

/// <summary>A session as it was measured once.</summary>
public sealed record SessionSampleBody
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>RFC 4271 §8.2.2 name.</summary>
    public required string State { get; init; }

    /// <summary>Routes held before policy; absent where the router cannot say.</summary>
    public int? PrefixesReceived { get; init; }

    /// <summary>Routes accepted; absent as above.</summary>
    public int? PrefixesAccepted { get; init; }

    /// <summary>Routes announced to the peer; absent as above.</summary>
    public int? PrefixesAnnounced { get; init; }

    /// <summary>How many routes were refused for which reason; absent for none.</summary>
    public IReadOnlyList<RefusedSampleBody>? PrefixesRefused { get; init; }

    /// <summary>How often the session was seen to end since the sample before.</summary>
    public int Flaps { get; init; }
}

/// <summary>Routes that were refused for one reason.</summary>
/// <param name="Reason">Number of docs/reasons.md.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Routes">How many.</param>
public sealed record RefusedSampleBody(int Reason, string Name, int Routes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ListBody<SessionHistoryBody>))]
public sealed partial class SessionHistoryContract : JsonSerializerContext;
