using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Domain.Circuits;

/// <summary>What the meters need to know of a port, written into the journal with every entry that makes one, or changes what is billed of it.</summary>
/// <param name="BandwidthInGbps">Of each of the two.</param>
/// <param name="BillingType">Name of <see cref="CircuitFamily"/>.</param>
/// <param name="Subscription">Who pays, lower case.</param>
public sealed record DirectPortFacts(
    int BandwidthInGbps,
    string BillingType,
    string PeeringLocation,
    string Subscription,
    string ResourceGuid
)
{
    public static DirectPortFacts Of(DirectPort port) =>
        new(port.BandwidthGbps, port.Billing.ToString(), port.PeeringLocation, port.Id.Subscription ?? "", port.ResourceGuid.ToString("D"));

    public ReadOnlyMemory<byte> ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DirectPortFactsJson.Default.DirectPortFacts);

    /// <summary>Reads the facts of a journal entry; null when it has none.</summary>
    public static DirectPortFacts? Read(ReadOnlySpan<byte> facts) =>
        facts.IsEmpty ? null : JsonSerializer.Deserialize(facts, DirectPortFactsJson.Default.DirectPortFacts);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DirectPortFacts))]
internal sealed partial class DirectPortFactsJson : JsonSerializerContext;
