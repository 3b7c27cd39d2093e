using System.Text;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Client.Support;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Support;
using Causeway.Primitives;

namespace Causeway.Demo.Chapters;

/// <summary>A prefix that no registry proves: a ticket with a letter, the operator's decision, and a session that comes up only then.</summary>
internal sealed class LetterOfAuthorization(DemoCast cast) : PublicChapter(cast, net: 72)
{
    private const string Letter = "letter-of-authorization.pdf";
    private static readonly IpPrefix s_prefix = IpPrefix.Parse("193.10.64.0/20");

    protected override string Name => "contoso-leased";

    protected override async Task TellOfPrefixesAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "declare-unproven", s_prefix);
        await DeclareAsync(s_prefix, cancellation);
        PrefixEvidenceBody stands = await StandsAsync("Unproven", cancellation);
        Tell.Done("Causeway", "unproven", stands.Prefix, stands.Reason);
        await AnnounceAsync([s_prefix], cancellation);
        IReadOnlyList<Document<SessionBody>> sessions = await Contoso.Peerings.SessionsAsync(Peering, cancellation);
        if (sessions.Any(s => s.Body.Enabled || s.Body.State == "Established"))
            throw new ClientException("A session of what is not proven is up.");
        foreach (SessionBody session in sessions.Select(s => s.Body))
            Tell.Done("Causeway", "held", session.Path, session.State);

        SupportTicketBody ticket = await AskAsync(cancellation);
        await AcceptAsync(ticket, cancellation);

        stands = await StandsAsync("Proven", cancellation);
        Tell.Done("Causeway", "accepts", string.Join(", ", stands.Accepted));
        await EstablishedAsync(Peering, cancellation);
        Tell.Done("Causeway", "sessions");
        await LearnedAsync(Peering, [s_prefix], cancellation);
    }

    private async Task<SupportTicketBody> AskAsync(CancellationToken cancellation)
    {
        await Tell.StepAsync("Contoso", "ticket", s_prefix);
        const string Service = "/providers/Microsoft.Support/services/expressRoute";
        Document<SupportTicketBody> ticket = await Contoso.Tickets.PutAsync(
            SupportTicketsClient.PathOf(Subscription, "letter"),
            new SupportTicketBody
            {
                Properties = new()
                {
                    ServiceId = Service,
                    ProblemClassificationId = $"{Service}/problemClassifications/advertisedPrefixes",
                    Title = $"Please accept {s_prefix}",
                    Description = "We lease it; the letter of its holder is attached.",
                    Severity = "moderate",
                    AdvancedDiagnosticConsent = "No",
                    ContactDetails = new()
                    {
                        FirstName = "Ann",
                        LastName = "Berg",
                        PreferredContactMethod = "email",
                        PrimaryEmailAddress = "ann@contoso.example",
                        PreferredTimeZone = "UTC",
                        Country = "NLD",
                        PreferredSupportLanguage = "en",
                    },
                    TechnicalTicketDetails = new(Peering),
                },
            },
            SupportContract.Default.SupportTicketBody,
            wait: true,
            cancellation
        );
        byte[] letter = Encoding.ASCII.GetBytes($"%PDF-1.4\n% The holder of {s_prefix} authorizes AS{ContosoAsn} to announce it.\n%%EOF\n");
        Document<FileBody> file = await Contoso.Tickets.AttachAsync(ticket.Body, Letter, letter, cancellation);
        Tell.Done("Contoso", "attached", ticket.Body.Properties.SupportTicketId ?? "", file.Body.Name ?? Letter, letter.Length);
        return ticket.Body;
    }

    private async Task AcceptAsync(SupportTicketBody ticket, CancellationToken cancellation)
    {
        await Tell.StepAsync("Operator", "decide");
        byte[] read = await Cast.Operator.Tickets.DownloadAsync(ticket, Letter, cancellation);
        Tell.Done("Operator", "read", Letter, read.Length);
        Document<SupportTicketBody> decided = await Cast.Operator.Tickets.AcceptAsync(
            ticket.Id!,
            new AcceptanceBody
            {
                Prefixes = [$"{s_prefix}"],
                Expires = Cast.Time.GetUtcNow().AddDays(30),
                Reason = "the holder's letter was confirmed by telephone",
            },
            cancellation
        );
        TicketDecisionBody decision = decided.Body.Properties.Decisions is [.., var last]
            ? last
            : throw new ClientException("The ticket holds no decision.");
        Tell.Done("Operator", "decided", decision.Decision, decision.Expires?.ToString("yyyy-MM-dd", null) ?? "", decision.Reason);
    }
}
