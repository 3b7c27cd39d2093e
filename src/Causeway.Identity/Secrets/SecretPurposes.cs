namespace Causeway.Identity.Secrets;

/// <summary>Purposes that several parts share, written once.</summary>
public static class SecretPurposes
{
    /// <summary>MD5 keys of BGP sessions: protected by the API, read by the router intents.</summary>
    public const string BgpKey = "bgp/key";

    /// <summary>Keys of circuit authorizations.</summary>
    public const string AuthorizationKey = "circuit/authorization";
}
