using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.InternetPeering;

/// <summary>A direct peering: cables between us and one peer.</summary>
/// <param name="UseForPeeringService">Whether one of its connections carries Peering Service.</param>
/// <param name="PeerAsn">A <c>peerAsns</c> resource, which has to be approved.</param>
/// <param name="DirectPeeringType"><c>Edge</c>, <c>Cdn</c> and others, as the facility offers it.</param>
public sealed record DirectPropertiesBody(
    IReadOnlyList<DirectConnectionBody> Connections,
    [property: Wire(WireTraits.ReadOnly)] bool? UseForPeeringService,
    ReferenceBody? PeerAsn,
    string? DirectPeeringType
);

/// <summary>A letter, as Azure gives those of its ports: <c>GET {peering}/letterOfAuthorization</c>.</summary>
/// <param name="EncodedContent">A PDF, base64.</param>
public sealed record LetterOfAuthorizationBody(string EncodedContent);

/// <summary>A cable, in the order in which Azure writes its members.</summary>
public sealed record DirectConnectionBody
{
    /// <summary>0: nothing here is billed.</summary>
    [Wire(WireTraits.ReadOnly)]
    public int? BillableBandwidthInMbps { get; init; }

    /// <summary>A multiple of a size that the facility offers.</summary>
    public int? BandwidthInMbps { get; init; }

    /// <summary>What is there; 0 before there is anything.</summary>
    [Wire(WireTraits.ReadOnly)]
    public int? ProvisionedBandwidthInMbps { get; init; }

    /// <summary><c>Peer</c>, who then gives the prefixes, or <c>Microsoft</c>: we give them.</summary>
    public string? SessionAddressProvider { get; init; }

    public bool? UseForPeeringService { get; init; }

    /// <summary>By which letters and people name the cable, from approval on.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? MicrosoftTrackingId { get; init; }

    /// <summary>The facility's <c>fac</c> id in PeeringDB.</summary>
    [JsonPropertyName("peeringDBFacilityId")]
    public int PeeringDbFacilityId { get; init; }

    /// <inheritdoc cref="ExchangeConnectionBody.ConnectionState"/>
    [Wire(WireTraits.ReadOnly)]
    public string? ConnectionState { get; init; }

    public BgpSessionBody? BgpSession { get; init; }

    /// <inheritdoc cref="ExchangeConnectionBody.ConnectionIdentifier"/>
    public string? ConnectionIdentifier { get; init; }

    /// <inheritdoc cref="ExchangeConnectionBody.ErrorMessage"/>
    [Wire(WireTraits.ReadOnly)]
    public string? ErrorMessage { get; init; }
}
