using Causeway.Domain.Circuits;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Samples.Circuits;
using Causeway.Workflows;
using static Causeway.Samples.Circuits.CircuitStates;

namespace Causeway.Samples.Support;

internal sealed class SupportTicketSample : Sample<SupportTicket>
{
    public static readonly ResourceId TicketId = Domain.Support.SupportTicket.IdOf(Customer, "t1");
    public static readonly IpPrefix Letter = IpPrefix.Parse("193.10.0.0/20");

    private static readonly TicketContact s_contact = new("Ann", "Berg", "email", "ann@example.net", [], null, "UTC", "swe", "sv-SE");

    public static readonly TicketRequest Request = new()
    {
        Service = "expressRoute",
        Classification = "advertisedPrefixes",
        Title = "Please accept our prefix",
        Description = "The letter is attached.",
        Severity = "minimal",
        DiagnosticConsent = "No",
        Contact = s_contact,
    };

    private static readonly TicketSubject s_subject = new(Id.Child("peerings", "MicrosoftPeering"), Id, PeeringType.MicrosoftPeering);

    private static readonly TicketMessage s_question = new("q1", At, false, null, "Whose is it?", "The letter names another.");
    private static readonly TicketMessage s_answer = new("a1", At, true, "ann@example.net", "Ours", "See the second page.");

    private static readonly SupportTicket s_open = new()
    {
        Id = TicketId,
        Number = "260102000000001",
        Request = Request,
        Subject = s_subject,
        Created = At,
        Modified = At,
        State = new TicketState.WithOperator(At),
    };

    public override Workflow<SupportTicket> Workflow { get; } = new SupportTicketWorkflow();

    public override IReadOnlyList<(string Name, SupportTicket? State)> States { get; } =
    [
        ("absent", null),
        ("WithOperator", s_open),
        ("WithOperator about nothing", s_open with { Subject = null }),
        ("WithOperator about an Internet peering", s_open with { Subject = new TicketSubject(InternetPeering.PeeringStates.Id) }),
        ("WithCustomer", s_open with { Messages = [s_question], State = new TicketState.WithCustomer(At) }),
        (
            "WithOperator full",
            s_open with
            {
                Messages =
                [
                    .. Enumerable.Range(0, Domain.Support.SupportTicket.MostMessages).Select(n => s_answer with { Name = $"m{n}" }),
                ],
            }
        ),
        (
            "Closed, accepted",
            s_open with
            {
                State = new TicketState.Closed(At, TicketEnd.Accepted),
                Decisions = [new(At, [Letter], At.AddDays(30), "letter")],
            }
        ),
        (
            "Closed, rejected",
            s_open with
            {
                State = new TicketState.Closed(At, TicketEnd.Rejected),
                Decisions = [new(At, [], null, "illegible")],
            }
        ),
        ("Closed, withdrawn", s_open with { State = new TicketState.Closed(At, TicketEnd.Withdrawn) }),
        ("Closed, gone", s_open with { State = new TicketState.Closed(At, TicketEnd.Gone) }),
    ];

    public override IReadOnlyList<(string Name, Signal Signal)> Signals { get; } =
    [
        ("Put", Put(Request)),
        ("Put otherwise", Put(Request with { Title = "Something else" })),
        ("Change nothing", Change("minimal", null)),
        ("Change severity", Change("critical", null)),
        ("Change: close", Change("minimal", true)),
        ("Change: open again", Change("minimal", false)),
        ("Say, as operator", new SayOnTicket(At, s_question)),
        ("Say, as customer", new SayOnTicket(At, s_answer)),
        ("Say other under one name", new SayOnTicket(At, s_question with { Body = "Another body." })),
        ("Accept", Accept(At.AddDays(30), close: true)),
        ("Accept, keeping it open", Accept(At.AddDays(30), close: false)),
        ("Accept until now", Accept(At, close: true)),
        ("Reject", new RejectTicket(At, "illegible")),
        ("Lose what it is about", new LoseSubject(At, s_subject.Resource)),
    ];

    public override string Describe(SupportTicket resource) =>
        $"{resource.State switch { TicketState.Closed c => $"Closed {c.End}", var other => other.GetType().Name }} {resource.Request.Severity}, {resource.Messages.Length} said, {string.Join("; ", resource.Decisions.Select(d => d.Expires is null ? "rejected" : $"accepted {string.Join(' ', d.Prefixes)}"))}";

    public override IReadOnlyList<Story> Stories =>
        [
            new("a ticket's life with a circuit and a letter", () => SupportStories.Decided),
            new("files that no ticket wanted", () => SupportStories.Unwanted),
        ];

    public static PutTicket Put(TicketRequest request) => new(At, TicketId, "260102000000001", request, s_subject);

    public static AcceptTicket Accept(DateTimeOffset expires, bool close) => new(At, [Letter], expires, "letter", close);

    private static ChangeTicket Change(string severity, bool? close) => new(At, severity, s_contact, "No", [], close);

    public override async ValueTask<SamplePut?> PutAsync(Stage stage)
    {
        string peering = await stage.MakeAsync<PeeringSample>();
        return new SamplePut(
            $"{stage.Subscription}/providers/{Type}/sample{stage.Number}",
            "2024-04-01",
            $$$$"""
            {"properties":{"serviceId":"/providers/Microsoft.Support/services/expressRoute",
            "problemClassificationId":"/providers/Microsoft.Support/services/expressRoute/problemClassifications/advertisedPrefixes",
            "title":"Please accept our prefix","description":"The letter\nis attached.","severity":"moderate","advancedDiagnosticConsent":"Yes",
            "require24X7Response":false,"problemStartTime":"2026-01-02T03:04:05Z","problemScopingQuestions":"{}","enrollmentId":"e1",
            "secondaryConsent":[{"userConsent":"Yes","type":"logs"}],
            "contactDetails":{"firstName":"Ann","lastName":"Berg","preferredContactMethod":"email","primaryEmailAddress":"ann@example.net",
            "additionalEmailAddresses":["noc@example.net"],"phoneNumber":"+46 8 000","preferredTimeZone":"W. Europe Standard Time","country":"swe",
            "preferredSupportLanguage":"sv-SE"},"technicalTicketDetails":{"resourceId":"{{{{peering}}}}"}}}
            """
        )
        {
            IsMade = 200,
            Patch = """{"severity":"moderate"}""",
        };
    }
}
