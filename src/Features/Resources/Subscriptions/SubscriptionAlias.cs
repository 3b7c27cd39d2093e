using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>
/// The name under which a subscription was asked for (<c>Microsoft.Subscription/aliases</c>). It makes asking twice harmless: one alias, one subscription.
/// </summary>
/// <param name="Key">The id as text: <c>/providers/Microsoft.Subscription/aliases/{name}</c>.</param>
public sealed record SubscriptionAlias(string Key, string SubscriptionId, string DisplayName, string Workload, DateTimeOffset CreatedOn)
    : IResource
{
    public const string Type = "Microsoft.Subscription/aliases";

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => "Succeeded";
}

/// <summary>What can happen to an alias.</summary>
public abstract record AliasSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Create(SubscriptionAlias Alias, DateTimeOffset At) : AliasSignal(At);

    public sealed record Remove(DateTimeOffset At) : AliasSignal(At);
}

public sealed class AliasWorkflow : Workflow<SubscriptionAlias>
{
    /// <summary>Another request made the alias a moment ago: its subscription is the one.</summary>
    public const string Exists = "SubscriptionAliasExists";

    public override string Type => SubscriptionAlias.Type;

    protected override JsonTypeInfo<SubscriptionAlias> Json => AliasJson.Default.SubscriptionAlias;

    public override Decision<SubscriptionAlias> Decide(SubscriptionAlias? current, Signal signal) =>
        (current, signal) switch
        {
            (null, AliasSignal.Create(var wanted, _)) => new Decision<SubscriptionAlias>.Move(wanted, "Alias created."),
            // Refused, not passed over, so that the subscription sent together with it is not opened.
            ({ }, AliasSignal.Create) => new Decision<SubscriptionAlias>.Refuse(Refusal.Conflict(Exists, "The alias exists.")),
            (null, AliasSignal.Remove) => new Decision<SubscriptionAlias>.Stay("There is nothing to remove."),
            ({ }, AliasSignal.Remove) => new Decision<SubscriptionAlias>.End("Alias removed."),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SubscriptionAlias))]
internal sealed partial class AliasJson : JsonSerializerContext;
