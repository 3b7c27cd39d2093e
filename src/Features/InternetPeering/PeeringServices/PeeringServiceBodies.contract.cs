using System.Text.Json.Serialization;

namespace Causeway.Contracts.InternetPeering;

/// <summary><c>Microsoft.Peering/peeringServices</c>. Members in the order in which Azure writes them.</summary>
public sealed record PeeringServiceBody
{
    public PeeringServiceSkuBody? Sku { get; init; }
    public required PeeringServiceProperties Properties { get; init; }
    public required string Location { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Until 2020.</summary>
    [JsonPropertyName("eTag")]
    [Wire(WireTraits.ReadOnly)]
    public string? ETag { get; init; }

    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
}

public sealed record PeeringServiceSkuBody(string? Name);

public sealed record PeeringServiceProperties
{
    /// <summary>A state or province of <c>peeringServiceLocations</c>.</summary>
    public required string PeeringServiceLocation { get; init; }

    /// <summary>One of <c>peeringServiceProviders</c>.</summary>
    public required string PeeringServiceProvider { get; init; }

    /// <summary>From 2021-01-01 on.</summary>
    public string? ProviderPrimaryPeeringLocation { get; init; }

    /// <inheritdoc cref="ProviderPrimaryPeeringLocation"/>
    public string? ProviderBackupPeeringLocation { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProvisioningState { get; init; }
}

/// <summary><c>Microsoft.Peering/peeringServices/prefixes</c>.</summary>
public sealed record ServicePrefixBody
{
    public required ServicePrefixProperties Properties { get; init; }

    /// <summary>Until 2020.</summary>
    [JsonPropertyName("eTag")]
    [Wire(WireTraits.ReadOnly)]
    public string? ETag { get; init; }

    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
}

public sealed record ServicePrefixProperties
{
    /// <summary>IPv4. An address alone is itself.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>Pending</c>, <c>Verified</c>, <c>Unknown</c>, <c>Warning</c>, <c>Failed</c> or <c>Invalid</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? PrefixValidationState { get; init; }

    /// <summary><c>None</c>, <c>ViaServiceProvider</c> or <c>ViaSession</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? LearnedType { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ErrorMessage { get; init; }

    /// <summary>With <c>$expand=events</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<ServicePrefixEventBody>? Events { get; init; }

    /// <summary>What the provider gave with its registration.</summary>
    public string? PeeringServicePrefixKey { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProvisioningState { get; init; }
}

/// <param name="EventLevel"><c>Informational</c>, <c>Warning</c> or <c>Error</c>.</param>
public sealed record ServicePrefixEventBody(
    DateTimeOffset EventTimestamp,
    string EventType,
    string EventSummary,
    string EventLevel,
    string EventDescription
);

/// <summary><c>Microsoft.Peering/peeringServices/connectionMonitorTests</c>. There are no agents that run them: no test has a result.</summary>
public sealed record MonitorTestBody
{
    public required MonitorTestProperties Properties { get; init; }
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
}

public sealed record MonitorTestProperties
{
    public string? SourceAgent { get; init; }
    public string? Destination { get; init; }
    public int? DestinationPort { get; init; }

    /// <summary>Seconds.</summary>
    public int? TestFrequencyInSec { get; init; }

    /// <summary>False: none has run.</summary>
    [Wire(WireTraits.ReadOnly)]
    public bool? IsTestSuccessful { get; init; }

    /// <summary>Empty: none has run.</summary>
    [Wire(WireTraits.ReadOnly)]
    public IReadOnlyList<string>? Path { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProvisioningState { get; init; }
}

/// <summary><c>GET {peering}/rpUnbilledPrefixes</c>: a prefix that is accepted of the peer.</summary>
public sealed record UnbilledPrefixBody(string Prefix, string AzureRegion, long PeerAsn);

/// <summary>The wire form of Peering Service.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PeeringServiceBody))]
[JsonSerializable(typeof(ServicePrefixBody))]
[JsonSerializable(typeof(MonitorTestBody))]
[JsonSerializable(typeof(UnbilledPrefixBody))]
public sealed partial class PeeringServiceContract : JsonSerializerContext;
