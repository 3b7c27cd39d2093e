using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Domain.Circuits;

/// <summary>
/// What the meters need to know, written into the journal with every entry that begins a circuit (From is empty), changes what is billed, or ends it
/// (To is empty). Other entries of a circuit carry no facts and change no meter.
/// </summary>
/// <param name="Tier">Name of <see cref="CircuitTier"/>.</param>
/// <param name="Family">Name of <see cref="CircuitFamily"/>.</param>
/// <param name="Subscription">Who pays, lower case.</param>
/// <param name="IsOnPort">It is on a port of a customer's own (ExpressRoute Direct), which is billed by itself; false in facts of before.</param>
public sealed record CircuitFacts(
    string Tier,
    string Family,
    int BandwidthInMbps,
    string PeeringLocation,
    string ServiceProvider,
    string Subscription,
    string ServiceKey,
    bool IsOnPort = false
)
{
    public static CircuitFacts Of(Circuit circuit) =>
        new(
            circuit.Sku.Tier.ToString(),
            circuit.Sku.Family.ToString(),
            circuit.Order.Bandwidth.Mbps,
            circuit.Order.PeeringLocation,
            circuit.Order.ServiceProvider,
            circuit.Id.Subscription ?? "",
            circuit.ServiceKey.ToString("D"),
            circuit.Port is not null
        );

    public ReadOnlyMemory<byte> ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CircuitFactsJson.Default.CircuitFacts);

    /// <summary>Reads the facts of a journal entry; null when it has none.</summary>
    public static CircuitFacts? Read(ReadOnlySpan<byte> facts) =>
        facts.IsEmpty ? null : JsonSerializer.Deserialize(facts, CircuitFactsJson.Default.CircuitFacts);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(CircuitFacts))]
internal sealed partial class CircuitFactsJson : JsonSerializerContext;
