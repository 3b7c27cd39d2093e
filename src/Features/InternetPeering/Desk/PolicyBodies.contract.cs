using System.Text.Json.Serialization;

namespace Causeway.Contracts.InternetPeering;

/// <summary>The policy by which this network peers, and what of it is so of a peer: <c>GET …/providers/Causeway.Operations/peeringPolicy</c>.</summary>
public sealed record PeeringPolicyBody
{
    /// <summary>Markdown.</summary>
    public required string Text { get; init; }

    /// <summary>What the policy check checks.</summary>
    public required IReadOnlyList<PolicyConditionBody> Conditions { get; init; }
}

/// <param name="Name"><c>record</c>, <c>present</c>, <c>noc</c>, <c>asSet</c> or <c>registered</c>: <c>docs/peering-policy.md</c>.</param>
/// <param name="Blocks">A request of which it is not so is refused; else it is advice.</param>
/// <param name="Says">What has to be so, in words.</param>
/// <param name="Result">Of the peer that was asked about: <c>Met</c>, <c>Unmet</c>, or <c>Unknown</c> where it cannot be seen; absent when none was.</param>
/// <param name="Missing">What to do about what is not met, in words.</param>
public sealed record PolicyConditionBody(string Name, bool Blocks, string Says, string? Result, IReadOnlyList<string> Missing);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PeeringPolicyBody))]
public sealed partial class PolicyContract : JsonSerializerContext;
