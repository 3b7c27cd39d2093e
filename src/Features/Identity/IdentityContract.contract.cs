using System.Text.Json.Serialization;
using Causeway.Contracts.Resources;

namespace Causeway.Contracts.Identity;

/// <summary>The wire form of principals and roles.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PrincipalBody))]
[JsonSerializable(typeof(PrincipalOrderBody))]
[JsonSerializable(typeof(SecretRotationBody))]
[JsonSerializable(typeof(RoleAssignmentBody))]
[JsonSerializable(typeof(ListBody<RoleDefinitionBody>))]
public sealed partial class IdentityContract : JsonSerializerContext;
