using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Support;

/// <summary>
/// A question to the operator, such as to accept prefixes that no registry proves. It is open until it is decided or closed, and either the operator or the
/// customer acts next: who spoke last waits for the other. What was said and decided is kept with it.
/// </summary>
public sealed record SupportTicket : IResource
{
    public const string ResourceType = "Microsoft.Support/supportTickets";

    /// <summary>What one ticket holds at the most; a longer correspondence goes on in another.</summary>
    public const int MostMessages = 200;

    /// <summary>Of one subscription.</summary>
    public const int MostOpen = 200;

    public required ResourceId Id { get; init; }

    /// <summary>The number that people read to each other.</summary>
    public required string Number { get; init; }

    public required TicketRequest Request { get; init; }

    /// <summary>What it is about; null when nothing of ours was named.</summary>
    public TicketSubject? Subject { get; init; }

    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Modified { get; init; }
    public required TicketState State { get; init; }

    /// <summary>In the order in which they came.</summary>
    public ImmutableArray<TicketMessage> Messages { get; init; } = [];

    /// <summary>What the operator decided, the latest last.</summary>
    public ImmutableArray<TicketDecision> Decisions { get; init; } = [];

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => State.GetType().Name;

    /// <summary>Where its files lie: a workspace of the same subscription.</summary>
    [JsonIgnore]
    public ResourceId Workspace => FileWorkspace.IdOf(Id.Subscription!, Request.Workspace ?? Id.Name);

    public TicketMessage? FindMessage(string name) => Messages.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static ResourceId IdOf(string subscription, string name) =>
        ResourceId.Parse($"/subscriptions/{subscription}/providers/{ResourceType}/{name}");

    /// <summary>The label of the tickets about a circuit, with its peerings, or about an Internet peering, that are not closed.</summary>
    public static string OpenAbout(ResourceId about) => $"ticket/open{about.Key}";

    /// <summary>The label of all tickets that are not closed.</summary>
    public const string Open = "ticket/open";
}

/// <summary>What the customer asked, as sent.</summary>
public sealed record TicketRequest
{
    /// <summary>Name of the service in the catalogue.</summary>
    public required string Service { get; init; }

    /// <summary>Name of the problem classification in the service.</summary>
    public required string Classification { get; init; }

    public required string Title { get; init; }
    public required string Description { get; init; }

    /// <summary><c>minimal</c>, <c>moderate</c>, <c>critical</c> or <c>highestcriticalimpact</c>.</summary>
    public required string Severity { get; init; }

    /// <summary><c>Yes</c> or <c>No</c>.</summary>
    public required string DiagnosticConsent { get; init; }

    public required TicketContact Contact { get; init; }
    public ImmutableArray<TicketConsent> SecondaryConsent { get; init; } = [];
    public bool Require24X7Response { get; init; }
    public string? EnrollmentId { get; init; }
    public string? SupportPlanId { get; init; }
    public string? ProblemScopingQuestions { get; init; }
    public DateTimeOffset? ProblemStart { get; init; }

    /// <summary>Name of the workspace with its files; null for one of the ticket's own name.</summary>
    public string? Workspace { get; init; }

    public bool Equals(TicketRequest? other) =>
        other is not null
        && (Service, Classification, Title, Description, Severity, DiagnosticConsent, Contact)
            == (other.Service, other.Classification, other.Title, other.Description, other.Severity, other.DiagnosticConsent, other.Contact)
        && (Require24X7Response, EnrollmentId, SupportPlanId, ProblemScopingQuestions, ProblemStart, Workspace)
            == (
                other.Require24X7Response,
                other.EnrollmentId,
                other.SupportPlanId,
                other.ProblemScopingQuestions,
                other.ProblemStart,
                other.Workspace
            )
        && SecondaryConsent.SequenceEqual(other.SecondaryConsent);

    public override int GetHashCode() => HashCode.Combine(Service, Classification, Title);
}

/// <summary>Whom to answer, and how.</summary>
public sealed record TicketContact(
    string FirstName,
    string LastName,
    string Method,
    string Email,
    ImmutableArray<string> OtherEmails,
    string? Phone,
    string TimeZone,
    string Country,
    string Language
)
{
    public bool Equals(TicketContact? other) =>
        other is not null
        && (FirstName, LastName, Method, Email, Phone, TimeZone, Country, Language)
            == (other.FirstName, other.LastName, other.Method, other.Email, other.Phone, other.TimeZone, other.Country, other.Language)
        && OtherEmails.SequenceEqual(other.OtherEmails);

    public override int GetHashCode() => HashCode.Combine(FirstName, LastName, Email);
}

public sealed record TicketConsent(string? UserConsent, string? Type);

/// <summary>What a ticket is about.</summary>
/// <param name="Resource">As the customer named it: a peering of a circuit or of a cross connection, or anything else.</param>
/// <param name="Circuit">The circuit that it belongs to; null when it is no circuit's.</param>
/// <param name="Peering">Null when it is no peering.</param>
public sealed record TicketSubject(ResourceId Resource, ResourceId? Circuit = null, PeeringType? Peering = null)
{
    private const string InternetPeeringType = "Microsoft.Peering/peerings";

    /// <summary>The peering with another network that it is about; null when it is a circuit's, or nothing of ours.</summary>
    [JsonIgnore]
    public ResourceId? InternetPeering => Resource.Type.Equals(InternetPeeringType, StringComparison.OrdinalIgnoreCase) ? Resource : null;

    /// <summary>Whose explanation names it.</summary>
    [JsonIgnore]
    public ResourceId? About => Circuit ?? InternetPeering;

    /// <summary>What the circuit's peering declared when the ticket was opened: what a letter that came with it speaks of, and nothing that was declared since.</summary>
    public ImmutableArray<AskedPrefix> Asked
    {
        // Tickets that were stored before there was this have none.
        get => field.IsDefault ? [] : field;
        init;
    } = [];
}

/// <summary>Something that was said. It is never changed.</summary>
/// <param name="FromCustomer">Else the operator said it.</param>
public sealed record TicketMessage(string Name, DateTimeOffset At, bool FromCustomer, string? Sender, string Subject, string Body);

/// <summary>What the operator decided.</summary>
/// <param name="Prefixes">Those that were accepted; empty for a rejection.</param>
/// <param name="Expires">Until when they are; null for a rejection.</param>
public sealed record TicketDecision(DateTimeOffset At, ImmutableArray<IpPrefix> Prefixes, DateTimeOffset? Expires, string Reason);

/// <summary>Who acts next.</summary>
/// <param name="Since">Since when.</param>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(WithOperator), "WithOperator")]
[JsonDerivedType(typeof(WithCustomer), "WithCustomer")]
[JsonDerivedType(typeof(Closed), "Closed")]
public abstract record TicketState(DateTimeOffset Since)
{
    public sealed record WithOperator(DateTimeOffset Since) : TicketState(Since);

    /// <summary>The operator asked back.</summary>
    public sealed record WithCustomer(DateTimeOffset Since) : TicketState(Since);

    public sealed record Closed(DateTimeOffset Since, TicketEnd End) : TicketState(Since);
}

/// <summary>How a ticket ended.</summary>
public enum TicketEnd
{
    Accepted,
    Rejected,

    /// <summary>Closed without a decision.</summary>
    Withdrawn,

    /// <summary>What it was about was deleted.</summary>
    Gone,
}

/// <summary>A whole ticket as wanted. It is written once; what may change afterwards, <see cref="ChangeTicket"/> says.</summary>
public sealed record PutTicket(DateTimeOffset At, ResourceId Id, string Number, TicketRequest Request, TicketSubject? Subject) : Signal(At);

/// <param name="Close">Null leaves it as it is; false opens it again.</param>
public sealed record ChangeTicket(
    DateTimeOffset At,
    string Severity,
    TicketContact Contact,
    string DiagnosticConsent,
    ImmutableArray<TicketConsent> SecondaryConsent,
    bool? Close
) : Signal(At);

public sealed record SayOnTicket(DateTimeOffset At, TicketMessage Message) : Signal(At);

/// <summary>The operator accepts prefixes; the circuit, or the Internet peering, is told in the same commit.</summary>
/// <param name="Close">Whether that answers the ticket.</param>
public sealed record AcceptTicket(DateTimeOffset At, EquatableArray<IpPrefix> Prefixes, DateTimeOffset Expires, string Reason, bool Close)
    : Signal(At);

/// <summary>The operator does not accept; what the ticket had accepted ends in the same commit.</summary>
public sealed record RejectTicket(DateTimeOffset At, string Reason) : Signal(At);

/// <summary>What the ticket is about was deleted: nothing is left to decide.</summary>
/// <param name="Resource">As the customer named it.</param>
public sealed record LoseSubject(DateTimeOffset At, ResourceId Resource) : Signal(At);
