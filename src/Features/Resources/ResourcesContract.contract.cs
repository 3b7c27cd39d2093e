using System.Text.Json.Serialization;

namespace Causeway.Contracts.Resources;

/// <summary>The wire form of subscriptions and groups.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(GroupBody))]
[JsonSerializable(typeof(SubscriptionBody))]
[JsonSerializable(typeof(AliasBody))]
[JsonSerializable(typeof(ProviderBody))]
public sealed partial class ResourcesContract : JsonSerializerContext;
