namespace Causeway.Contracts.InternetPeering;

/// <summary><c>Microsoft.Peering/peerAsns</c>.</summary>
public sealed record PeerAsnBody
{
    public required PeerAsnProperties Properties { get; init; }
    public string? Name { get; init; }
    public string? Id { get; init; }
    public string? Type { get; init; }
}

public sealed record PeerAsnProperties
{
    /// <summary>1 to 4294967295, as a number, beyond the 32 signed bits that Azure's models have too.</summary>
    public required long PeerAsn { get; init; }

    /// <summary>From 2020-01-01-preview on.</summary>
    public IReadOnlyList<ContactDetailBody>? PeerContactDetail { get; init; }

    /// <summary>Before 2020-01-01-preview.</summary>
    public ContactInfoBody? PeerContactInfo { get; init; }

    public string? PeerName { get; init; }

    /// <summary><c>None</c>, <c>Pending</c>, <c>Approved</c> or <c>Failed</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ValidationState { get; init; }

    /// <summary>Why it was not approved.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? ErrorMessage { get; init; }
}

/// <param name="Role"><c>Noc</c>, <c>Policy</c>, <c>Technical</c>, <c>Service</c>, <c>Escalation</c> or <c>Other</c>.</param>
public sealed record ContactDetailBody(string Role, string? Email, string? Phone);

public sealed record ContactInfoBody(IReadOnlyList<string> Emails, IReadOnlyList<string> Phone);

/// <summary>What the operator says to a request.</summary>
public sealed record ReviewBody(string? Reason = null);
