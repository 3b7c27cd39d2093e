using System.Text.Json.Serialization;

namespace Causeway.Contracts.Support;

/// <summary><c>Microsoft.Support/supportTickets</c>.</summary>
public sealed record SupportTicketBody
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Type { get; init; }
    public required SupportTicketProperties Properties { get; init; }
}

public sealed record SupportTicketProperties
{
    /// <summary>The number that people read to each other.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? SupportTicketId { get; init; }

    public required string Description { get; init; }

    /// <summary>Id of one of the service's problem classifications.</summary>
    public required string ProblemClassificationId { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ProblemClassificationDisplayName { get; init; }

    /// <summary><c>minimal</c>, <c>moderate</c>, <c>critical</c> or <c>highestcriticalimpact</c>.</summary>
    public required string Severity { get; init; }

    public string? EnrollmentId { get; init; }
    public bool? Require24X7Response { get; init; }

    /// <summary><c>Yes</c> or <c>No</c>.</summary>
    public string? AdvancedDiagnosticConsent { get; init; }

    public string? ProblemScopingQuestions { get; init; }
    public string? SupportPlanId { get; init; }
    public required ContactBody ContactDetails { get; init; }
    public required string Title { get; init; }

    [JsonConverter(typeof(UtcInstant))]
    public DateTimeOffset? ProblemStartTime { get; init; }

    /// <summary>Id of a service.</summary>
    public required string ServiceId { get; init; }

    [Wire(WireTraits.ReadOnly)]
    public string? ServiceDisplayName { get; init; }

    /// <summary><c>Open</c> or <c>Closed</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? Status { get; init; }

    [Wire(WireTraits.ReadOnly)]
    [JsonConverter(typeof(UtcInstant))]
    public DateTimeOffset? CreatedDate { get; init; }

    [Wire(WireTraits.ReadOnly)]
    [JsonConverter(typeof(UtcInstant))]
    public DateTimeOffset? ModifiedDate { get; init; }

    /// <summary>The workspace with its files; that of the ticket's own name when none is given.</summary>
    public string? FileWorkspaceName { get; init; }

    /// <summary>Always <c>No</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? IsTemporaryTicket { get; init; }

    public TechnicalTicketBody? TechnicalTicketDetails { get; init; }
    public IReadOnlyList<SecondaryConsentBody>? SecondaryConsent { get; init; }

    /// <summary>Who acts next while it is open: <c>customer</c> or <c>operator</c>.</summary>
    [Wire(WireTraits.ReadOnly | WireTraits.Ours)]
    public string? ActsNext { get; init; }

    /// <summary>What the peering that it is about declared when it was opened: what is accepted when nothing else is named, and for no other AS numbers.</summary>
    [Wire(WireTraits.ReadOnly | WireTraits.Ours)]
    public IReadOnlyList<AskedPrefixBody>? AskedPrefixes { get; init; }

    /// <summary>What the operator decided, the latest last.</summary>
    [Wire(WireTraits.ReadOnly | WireTraits.Ours)]
    public IReadOnlyList<TicketDecisionBody>? Decisions { get; init; }
}

/// <param name="ResourceId">What it is about, such as a peering.</param>
public sealed record TechnicalTicketBody(string? ResourceId);

public sealed record SecondaryConsentBody(string? UserConsent, string? Type);

/// <summary>Whom to answer, and how. In a change, what is left out stays.</summary>
public sealed record ContactBody
{
    public string? FirstName { get; init; }
    public string? LastName { get; init; }

    /// <summary><c>email</c> or <c>phone</c>.</summary>
    public string? PreferredContactMethod { get; init; }

    public string? PrimaryEmailAddress { get; init; }
    public IReadOnlyList<string>? AdditionalEmailAddresses { get; init; }
    public string? PhoneNumber { get; init; }
    public string? PreferredTimeZone { get; init; }

    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? Country { get; init; }

    public string? PreferredSupportLanguage { get; init; }
}

/// <param name="PeerAsn">The AS number at the other end.</param>
/// <param name="CustomerAsn">The AS number that it has to belong to.</param>
public sealed record AskedPrefixBody(string Prefix, long PeerAsn, long CustomerAsn);

/// <param name="Decision"><c>Accepted</c> or <c>Rejected</c>.</param>
/// <param name="Prefixes">Those that were accepted.</param>
/// <param name="Expires">Until when.</param>
public sealed record TicketDecisionBody(
    string Decision,
    DateTimeOffset At,
    IReadOnlyList<string>? Prefixes,
    DateTimeOffset? Expires,
    string Reason
);

/// <summary>What may change of a ticket.</summary>
public sealed record SupportTicketChangeBody
{
    public string? Severity { get; init; }

    /// <summary><c>open</c> or <c>closed</c>.</summary>
    public string? Status { get; init; }

    public ContactBody? ContactDetails { get; init; }
    public string? AdvancedDiagnosticConsent { get; init; }
    public IReadOnlyList<SecondaryConsentBody>? SecondaryConsent { get; init; }
}

/// <summary><c>Microsoft.Support/supportTickets/communications</c>: something that was said.</summary>
public sealed record CommunicationBody
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? Type { get; init; }
    public required CommunicationProperties Properties { get; init; }
}

public sealed record CommunicationProperties
{
    /// <summary>Always <c>web</c>.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? CommunicationType { get; init; }

    /// <summary><c>inbound</c> from the customer, <c>outbound</c> from the operator.</summary>
    [Wire(WireTraits.ReadOnly)]
    public string? CommunicationDirection { get; init; }

    public string? Sender { get; init; }
    public required string Subject { get; init; }
    public required string Body { get; init; }

    [Wire(WireTraits.ReadOnly)]
    [JsonConverter(typeof(UtcInstant))]
    public DateTimeOffset? CreatedDate { get; init; }
}

/// <summary>The operator accepts.</summary>
public sealed record AcceptanceBody
{
    /// <summary>All that the ticket asks for, and that is still declared, when it is left out.</summary>
    public IReadOnlyList<string>? Prefixes { get; init; }

    /// <summary>When the acceptance ends.</summary>
    public required DateTimeOffset Expires { get; init; }

    public required string Reason { get; init; }

    /// <summary>Whether that closes the ticket; true when it is left out.</summary>
    public bool? Close { get; init; }
}

public sealed record RejectionBody(string Reason);
