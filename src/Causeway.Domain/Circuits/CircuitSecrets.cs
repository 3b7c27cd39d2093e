namespace Causeway.Domain.Circuits;

/// <summary>The purposes that secrets of circuits are encrypted for: the same where they are protected and where they are used.</summary>
public static class CircuitSecrets
{
    /// <summary>MD5 key of a peering's sessions.</summary>
    public const string SharedKey = "circuits/peerings/sharedKey";

    public const string AuthorizationKey = "circuits/authorizations/authorizationKey";
}
