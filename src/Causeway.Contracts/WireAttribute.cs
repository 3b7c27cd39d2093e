namespace Causeway.Contracts;

/// <summary>What a member's type does not say about it.</summary>
[Flags]
public enum WireTraits
{
    None = 0,

    /// <summary>Answered; what is sent for it changes nothing.</summary>
    ReadOnly = 1,

    /// <summary>Sent; never answered to a GET.</summary>
    WriteOnly = 2,

    /// <summary>Not to be shown on screens or written into logs.</summary>
    Secret = 4,

    /// <summary>Causeway's own: Azure's type has no such member.</summary>
    Ours = 8,
}

/// <summary>Says for clients and for the OpenAPI document what the type of a member does not.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class WireAttribute(WireTraits traits) : Attribute
{
    public WireTraits Traits => traits;
}
