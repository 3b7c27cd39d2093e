using System.Text.Json;
using System.Text.Json.Serialization;

namespace Causeway.Contracts.Resources;

/// <summary>The wire form of what ARM itself offers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(MoveBody))]
[JsonSerializable(typeof(GroupBody))]
[JsonSerializable(typeof(ProviderOperationsBody))]
[JsonSerializable(typeof(ListBody<ProviderOperationsBody>))]
[JsonSerializable(typeof(GenericResourceBody))]
[JsonSerializable(typeof(UnreadableBody))]
[JsonSerializable(typeof(LockBody))]
[JsonSerializable(typeof(TagsObject))]
[JsonSerializable(typeof(TagsResourceBody))]
[JsonSerializable(typeof(TagsPatchBody))]
[JsonSerializable(typeof(ListBody<TagNameBody>))]
[JsonSerializable(typeof(TagNameBody))]
[JsonSerializable(typeof(TagValueBody))]
[JsonSerializable(typeof(ListBody<ProviderTypeBody>))]
[JsonSerializable(typeof(ListBody<ProviderPermissionBody>))]
[JsonSerializable(typeof(ListBody<TenantBody>))]
[JsonSerializable(typeof(SubscriptionBody))]
[JsonSerializable(typeof(ListBody<LocationBody>))]
[JsonSerializable(typeof(AliasBody))]
[JsonSerializable(typeof(AliasOrderBody))]
[JsonSerializable(typeof(SubscriptionNameBody))]
[JsonSerializable(typeof(SubscriptionIdBody))]
[JsonSerializable(typeof(ListBody<ProviderBody>))]
[JsonSerializable(typeof(ListBody<ProviderOperationBody>))]
[JsonSerializable(typeof(ListBody<PreviewFeatureBody>))]
[JsonSerializable(typeof(OperationStatusBody))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class ResourcesContract : JsonSerializerContext;
