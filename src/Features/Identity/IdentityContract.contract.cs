using System.Text.Json.Serialization;

namespace Causeway.Contracts.Identity;

/// <summary>The wire form of principals and roles.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PrincipalBody))]
[JsonSerializable(typeof(RoleAssignmentBody))]
[JsonSerializable(typeof(RoleDefinitionBody))]
public sealed partial class IdentityContract : JsonSerializerContext;
