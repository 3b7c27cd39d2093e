using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary>Who calls, as the server knows them: <c>/providers/Causeway.Operations/me</c>.</summary>
/// <param name="ObjectId">What role assignments and the journal name; of somebody of another issuer it follows from issuer and subject.</param>
/// <param name="Name">For people: the principal's name, or what its token calls it.</param>
/// <param name="Issuer">Who issued the token: this installation's tenant, or the address of a configured issuer.</param>
/// <param name="Roles">What they may do, and where.</param>
public sealed record MeBody(string ObjectId, string Name, string Issuer, IReadOnlyList<HeldRoleBody> Roles);

/// <summary>A role that somebody has.</summary>
/// <param name="RoleName">Such as <c>Network Contributor</c>.</param>
/// <param name="Scope">Where it counts; <c>/</c> is everywhere.</param>
public sealed record HeldRoleBody(string RoleName, string Scope);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MeBody))]
public sealed partial class MeContract : JsonSerializerContext;
