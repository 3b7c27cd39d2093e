using System.Collections.Immutable;
using System.Globalization;
using Causeway.Arm;
using Causeway.Contracts.Support;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Support;

/// <summary>Between the bodies of tickets and what they mean.</summary>
internal static class TicketWire
{
    private static readonly string[] s_severities = ["minimal", "moderate", "critical", "highestcriticalimpact"];
    private static readonly string[] s_yesNo = ["Yes", "No"];
    private const int LongestText = 16_000;

    /// <summary>The first version that asks for consent to diagnostics, and that has plans, workspaces of files and the questions of a classification.</summary>
    private const string Grown = "2022-09-01-preview";

    /// <summary>What is asked, and about what; problems are left in the body.</summary>
    public static (TicketRequest? Asked, ResourceId? About, bool NeedsPeering) Read(
        SupportCatalogue catalogue,
        ArmRequest request,
        BodyReader body
    )
    {
        BodyReader p = body.Object("properties", required: true);
        (SupportService? service, SupportClassification? classification) = About(catalogue, p);
        bool needsPeering = service is not null && classification is not null && service.NeedsPeering(classification);
        BodyReader technical = p.Object("technicalTicketDetails", required: needsPeering);
        ResourceId? about = technical.Id("resourceId", required: needsPeering);
        string? workspace = p.String("fileWorkspaceName", 80);
        if (workspace is not null && !SupportTypes.Workspace.Name.IsMatch(workspace))
            p.Problem(
                "InvalidResourceName",
                "fileWorkspaceName",
                $"'{workspace}' is not a name: use {SupportTypes.Workspace.NameInWords}."
            );
        string? title = p.String("title", 250, required: true);
        string? description = p.String("description", LongestText, required: true, lines: true);
        string? severity = p.OneOf("severity", s_severities, required: true);
        string? consent = p.OneOf("advancedDiagnosticConsent", s_yesNo, required: request.IsSince(Grown));
        TicketContact? contact = Contact(p.Object("contactDetails", required: true), null);
        DateTimeOffset? start = p.Instant("problemStartTime");
        string? enrollment = p.String("enrollmentId", 100);
        string? plan = p.String("supportPlanId", 500);
        string? scoping = p.String("problemScopingQuestions", LongestText, lines: true);
        bool around = p.Boolean("require24X7Response") ?? false;
        ImmutableArray<TicketConsent> secondary = Consents(p);
        if (body.Refusal is not null)
            return (null, null, needsPeering);
        return (
            new TicketRequest
            {
                Service = service!.Name,
                Classification = classification!.Name,
                Title = title!,
                Description = description!,
                Severity = severity!,
                DiagnosticConsent = consent ?? "No",
                Contact = contact!,
                SecondaryConsent = secondary,
                Require24X7Response = around,
                EnrollmentId = enrollment,
                SupportPlanId = plan,
                ProblemScopingQuestions = scoping,
                ProblemStart = start,
                Workspace = request.Id.Name.Equals(workspace, StringComparison.OrdinalIgnoreCase) ? null : workspace,
            },
            about,
            needsPeering
        );
    }

    /// <summary>A change of a ticket: what is left out stays.</summary>
    public static ChangeTicket? Change(BodyReader body, SupportTicket ticket, DateTimeOffset at)
    {
        string? severity = body.OneOf("severity", s_severities);
        string? status = body.OneOf("status", ["open", "closed"]);
        string? consent = body.OneOf("advancedDiagnosticConsent", s_yesNo);
        TicketContact? contact = Contact(body.Object("contactDetails"), ticket.Request.Contact);
        ImmutableArray<TicketConsent> secondary = body.Has("secondaryConsent") ? Consents(body) : ticket.Request.SecondaryConsent;
        return new ChangeTicket(
            at,
            severity ?? ticket.Request.Severity,
            contact ?? ticket.Request.Contact,
            consent ?? ticket.Request.DiagnosticConsent,
            secondary,
            status is null ? null : status == "closed"
        );
    }

    /// <summary>An instant in ISO 8601, taken as UTC where it does not say.</summary>
    public static DateTimeOffset? Instant(this BodyReader body, string name, bool required = false)
    {
        if (body.String(name, 64, required) is not { } text)
            return null;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (
            text.Length >= 10
            && text[4] == '-'
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out DateTimeOffset instant)
        )
            return instant;
        string path = body.Path.Length == 0 ? name : $"{body.Path}.{name}";
        body.Problem("InvalidRequestFormat", name, $"'{path}' is not an instant: write 2026-11-01T12:00:00Z.");
        return null;
    }

    public static SupportTicketBody Body(SupportCatalogue catalogue, ArmRequest request, SupportTicket ticket)
    {
        bool hasGrown = request.IsSince(Grown);
        TicketRequest asked = ticket.Request;
        SupportService? service = catalogue.Find(asked.Service);
        SupportClassification? classification = service?.Find(asked.Classification);
        return new SupportTicketBody
        {
            Id = ticket.Id.Text,
            Name = ticket.Id.Name,
            Type = SupportTicket.ResourceType,
            Properties = new SupportTicketProperties
            {
                SupportTicketId = ticket.Number,
                Description = asked.Description,
                ProblemClassificationId =
                    $"/providers/{SupportTypes.Service.FullName}/{asked.Service}/problemClassifications/{asked.Classification}",
                ProblemClassificationDisplayName = classification?.DisplayName,
                Severity = asked.Severity,
                EnrollmentId = asked.EnrollmentId,
                Require24X7Response = asked.Require24X7Response,
                AdvancedDiagnosticConsent = hasGrown ? asked.DiagnosticConsent : null,
                ProblemScopingQuestions = asked.ProblemScopingQuestions,
                SupportPlanId = asked.SupportPlanId,
                ContactDetails = Body(asked.Contact),
                Title = asked.Title,
                ProblemStartTime = asked.ProblemStart,
                ServiceId = $"/providers/{SupportTypes.Service.FullName}/{asked.Service}",
                ServiceDisplayName = service?.DisplayName,
                Status = ticket.State is TicketState.Closed ? "Closed" : "Open",
                CreatedDate = ticket.Created,
                ModifiedDate = ticket.Modified,
                FileWorkspaceName = hasGrown ? asked.Workspace ?? ticket.Id.Name : null,
                IsTemporaryTicket = hasGrown ? "No" : null,
                TechnicalTicketDetails = ticket.Subject is { } subject ? new(subject.Resource.Text) : null,
                SecondaryConsent = asked.SecondaryConsent.IsEmpty
                    ? null
                    : [.. asked.SecondaryConsent.Select(c => new SecondaryConsentBody(c.UserConsent, c.Type))],
                ActsNext = ActsNext(ticket),
                AskedPrefixes = ticket.Subject is { Asked: { IsEmpty: false } prefixes }
                    ? [.. prefixes.Select(a => new AskedPrefixBody(a.Prefix.ToString(), a.Peer.Value, a.Owner.Value))]
                    : null,
                Decisions = ticket.Decisions.IsEmpty ? null : [.. ticket.Decisions.Select(Body)],
            },
        };
    }

    public static string? ActsNext(SupportTicket ticket) =>
        ticket.State switch
        {
            TicketState.WithOperator => "operator",
            TicketState.WithCustomer => "customer",
            _ => null,
        };

    public static CommunicationBody Body(SupportTicket ticket, TicketMessage message) =>
        new()
        {
            Id = ticket.Id.Child("communications", message.Name).Text,
            Name = message.Name,
            Type = SupportTypes.Communication.FullName,
            Properties = new()
            {
                CommunicationType = "web",
                CommunicationDirection = message.FromCustomer ? "inbound" : "outbound",
                Sender = message.Sender,
                Subject = message.Subject,
                Body = message.Body,
                CreatedDate = message.At,
            },
        };

    /// <summary>Something said, as sent; problems are left in the body.</summary>
    public static TicketMessage Message(BodyReader body, string name, DateTimeOffset at, bool fromCustomer)
    {
        BodyReader p = body.Object("properties", required: true);
        return new TicketMessage(
            name,
            at,
            fromCustomer,
            p.String("sender", 320),
            p.String("subject", 250, required: true) ?? "",
            p.String("body", LongestText, required: true, lines: true) ?? ""
        );
    }

    private static TicketDecisionBody Body(TicketDecision decision) =>
        new(
            decision.Expires is null ? "Rejected" : "Accepted",
            decision.At,
            decision.Prefixes.IsEmpty ? null : [.. decision.Prefixes.Select(p => p.ToString())],
            decision.Expires,
            decision.Reason
        );

    private static ContactBody Body(TicketContact contact) =>
        new()
        {
            FirstName = contact.FirstName,
            LastName = contact.LastName,
            PreferredContactMethod = contact.Method,
            PrimaryEmailAddress = contact.Email,
            AdditionalEmailAddresses = contact.OtherEmails.IsEmpty ? null : [.. contact.OtherEmails],
            PhoneNumber = contact.Phone,
            PreferredTimeZone = contact.TimeZone,
            Country = contact.Country,
            PreferredSupportLanguage = contact.Language,
        };

    /// <param name="present">What stands where something is left out; null when all has to be said.</param>
    private static TicketContact? Contact(BodyReader c, TicketContact? present)
    {
        bool all = present is null;
        string? first = c.String("firstName", 100, all) ?? present?.FirstName;
        string? last = c.String("lastName", 100, all) ?? present?.LastName;
        string? method = c.OneOf("preferredContactMethod", ["email", "phone"], all) ?? present?.Method;
        string? email = c.String("primaryEmailAddress", 320, all) ?? present?.Email;
        IReadOnlyList<string>? others = c.Strings("additionalEmailAddresses", 20, 320);
        string? phone = c.String("phoneNumber", 40) ?? present?.Phone;
        string? zone = c.String("preferredTimeZone", 100, all) ?? present?.TimeZone;
        string? country = c.String("country", 60, all) ?? present?.Country;
        string? language = c.String("preferredSupportLanguage", 20, all) ?? present?.Language;
        if (email is not null && email.Trim('@').IndexOf('@', StringComparison.Ordinal) < 1)
            c.Problem(
                "InvalidEmailAddress",
                "primaryEmailAddress",
                $"'{email}' is not an address of electronic mail: write name@example.net."
            );
        return first is null || last is null || method is null || email is null || zone is null || country is null || language is null
            ? null
            : new TicketContact(
                first,
                last,
                method,
                email,
                others is null ? present?.OtherEmails ?? [] : [.. others],
                phone,
                zone,
                country,
                language
            );
    }

    private static ImmutableArray<TicketConsent> Consents(BodyReader body) =>
        [
            .. (body.Objects("secondaryConsent", 20) ?? []).Select(c => new TicketConsent(
                c.OneOf("userConsent", s_yesNo),
                c.String("type", 100)
            )),
        ];

    /// <summary>The service and the classification that the ids name.</summary>
    private static (SupportService?, SupportClassification?) About(SupportCatalogue catalogue, BodyReader p)
    {
        string? serviceId = p.String("serviceId", 500, required: true);
        string? classificationId = p.String("problemClassificationId", 500, required: true);
        SupportService? service = null;
        if (serviceId is not null && (service = catalogue.Find(serviceId[(serviceId.LastIndexOf('/') + 1)..])) is null)
            p.Problem(
                "InvalidServiceId",
                "serviceId",
                $"'{serviceId}' is no service: use one of {string.Join(", ", catalogue.Services.Select(SupportServiceEndpoints.IdOf))}."
            );
        SupportClassification? classification = null;
        if (
            service is not null
            && classificationId is not null
            && (classification = service.Find(classificationId[(classificationId.LastIndexOf('/') + 1)..])) is null
        )
            p.Problem(
                "InvalidProblemClassificationId",
                "problemClassificationId",
                $"'{classificationId}' is no problem classification of {service.Name}: use one of {string.Join(", ", service.Classifications.Select(c => SupportServiceEndpoints.IdOf(service, c)))}."
            );
        return (service, classification);
    }
}
