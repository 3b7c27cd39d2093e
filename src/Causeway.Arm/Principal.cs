namespace Causeway.Arm;

/// <summary>Who calls.</summary>
/// <param name="ObjectId">The directory object id: what role assignments, operations and the journal name.</param>
/// <param name="ClientId">The application (client) id, or the user's name; for messages.</param>
/// <param name="TenantId">The tenant that issued the token.</param>
public sealed record Principal(string ObjectId, string ClientId, string TenantId);
