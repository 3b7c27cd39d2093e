using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Support;
using Causeway.Domain.Findings;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Support;

/// <summary><c>Microsoft.Support/supportTickets</c> of a subscription, and the operator's queue of all of them.</summary>
internal sealed partial class SupportTicketEndpoints(
    Engine engine,
    SupportTicketWorkflow tickets,
    TicketDesk desk,
    SupportCatalogue catalogue,
    Explaining explaining
) : IEndpoints
{
    public static ArmType Queue { get; } = Namespaces.Operations.Type("tickets") with { Locations = [], SupportsTags = false };

    private static readonly ArmParameter s_filter = new(
        "$filter",
        "Conditions joined by 'and': status eq 'Open', serviceId eq '…', problemClassificationId eq '…', createdDate ge 2026-11-01T12:00:00Z (also gt, le, lt)."
    );

    public void Map(IEndpointRouteBuilder routes)
    {
        SupportContract json = SupportContract.Default;
        routes
            .Arm(SupportTypes.Ticket, ArmLevel.Subscription)
            .Put(
                PutAsync,
                new ArmContract("Create", "Creates a ticket; it is written once.")
                {
                    Body = () => json.SupportTicketBody,
                    Answer = () => json.SupportTicketBody,
                }
            )
            .Get(GetAsync, () => json.SupportTicketBody)
            .Patch(
                PatchAsync,
                new ArmContract("Update", "Changes severity, status and contact of a ticket.")
                {
                    Body = () => json.SupportTicketChangeBody,
                    Answer = () => json.SupportTicketBody,
                }
            )
            .ListInSubscription(r => ListAsync(r, r.Id, label: null), () => json.SupportTicketBody, s_filter)
            .GetBelow(
                "explain",
                ExplainAsync,
                new("GetExplain", "Says who acts next on a ticket, since when, and what was decided.")
                {
                    Answer = () => CircuitsContract.Default.ExplainBody,
                    IsOurs = true,
                }
            );
        routes.MapArm(
            $"/subscriptions/{{subscription}}/providers/{SupportTypes.Ticket.Namespace}/checkNameAvailability",
            new ArmEndpoint(SupportTypes.Ticket, "POST", $"{SupportTypes.Ticket.Namespace}/checkNameAvailability/action", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("CheckNameAvailability", "Says whether a name is free for a ticket.")
                {
                    Body = () => json.NameQuestionBody,
                    Answer = () => json.NameAnswerBody,
                },
            },
            CheckNameAsync
        );
        routes.MapArm(
            $"/providers/{Queue.FullName}",
            new ArmEndpoint(Queue, "GET", $"{Queue.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("List", "Lists the tickets of all subscriptions that are open.")
                {
                    Answer = () => json.SupportTicketBody,
                    IsPage = true,
                    Parameters = [new("all", "Whether the closed ones are wanted too: true or false."), s_filter],
                },
            },
            request => ListAsync(request, null, request.Query("all") is "true" ? null : SupportTicket.Open)
        );
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (SupportTypes.WrongName(request) is { } wrong)
            return wrong;
        RequestBody content = await request.ContentAsync();
        // Of one request each try has the same number.
        string number = string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Now:yyMMdd}{RandomNumberGenerator.GetInt32(1_000_000_000):D9}"
        );
        SendOutcome outcome = await engine.SendAsync(
            [new Addressed(request.Id, SupportTicket.ResourceType, (before, _) => AskAsync(((Versioned<SupportTicket>?)before)?.Resource))],
            request.Context(),
            CancellationToken.None
        );
        return await AnswerAsync(request, catalogue, outcome);

        async ValueTask<Asked> AskAsync(SupportTicket? present)
        {
            BodyReader body = content.Reader();
            (TicketRequest? asked, ResourceId? about, bool needsPeering) = TicketWire.Read(catalogue, request, body);
            if (body.Refusal is { } no)
                return no;
            TicketSubject? subject = null;
            if (about is not null && about == present?.Subject?.Resource)
                subject = present.Subject;
            else if (about is not null)
            {
                (subject, Refusal? unseen) = await desk.LookAsync(request, about, needsPeering);
                if (unseen is not null)
                    return unseen;
            }
            var put = new PutTicket(request.Now, present?.Id ?? request.Id, number, asked!, subject);
            ResourceId workspace = FileWorkspace.IdOf(request.Subscription, asked!.Workspace ?? request.Id.Name);
            return new Asked(put, null)
            {
                Also =
                [
                    new Addressed(
                        workspace,
                        FileWorkspace.ResourceType,
                        new UseWorkspace(request.Now, put.Id, asked.Workspace is not null)
                    ),
                ],
            };
        }
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(tickets, request.Id, request.Aborted) is { Resource: var ticket }
            ? ArmResult.Of(TicketWire.Body(catalogue, request, ticket), SupportContract.Default.SupportTicketBody)
            : ArmErrors.ResourceNotFound(request.Id);

    private async ValueTask<ArmResult> PatchAsync(ArmRequest request)
    {
        RequestBody content = await request.ContentAsync();
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    request.Id,
                    SupportTicket.ResourceType,
                    (before, _) =>
                    {
                        if (before is not Versioned<SupportTicket> { Resource: var ticket })
                            return new(Refusal.NotFound("ResourceNotFound", "There is no such support ticket."));
                        BodyReader body = content.Reader();
                        ChangeTicket? change = TicketWire.Change(body, ticket, request.Now);
                        return body.Refusal is { } no ? new(no) : new((Asked)change!);
                    }
                ),
            ],
            request.Context(),
            CancellationToken.None
        );
        return await AnswerAsync(request, catalogue, outcome);
    }

    /// <param name="scope">A subscription; null for all.</param>
    private async ValueTask<ArmResult> ListAsync(ArmRequest request, ResourceId? scope, string? label)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        if (Filter(request.Query("$filter")) is not { } keeps)
            return Refusal.Invalid("InvalidQueryParameterValue", $"'$filter' is not understood: {s_filter.Summary}", "$filter");
        Page<StoredResource> rows = await engine.Store.ListAsync(
            new ResourceQuery
            {
                Type = SupportTicket.ResourceType,
                Scope = scope,
                Label = label,
                After = page.After,
                Most = page.Most,
            },
            request.Aborted
        );
        var bodies = new List<SupportTicketBody>(rows.Items.Count);
        foreach (StoredResource row in rows.Items)
            if (
                tickets.TryRead(row, out Versioned<SupportTicket>? read)
                && TicketWire.Body(catalogue, request, read.Resource) is var body
                && keeps(body.Properties)
            )
                bodies.Add(body);
        return await request.ListAsync(bodies, rows.After, b => ResourceId.Parse(b.Id!), b => b, SupportContract.Default.SupportTicketBody);
    }

    private async ValueTask<ArmResult> CheckNameAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        string? name = body.String("name", required: true);
        body.OneOf("type", [SupportTicket.ResourceType], required: true);
        if (body.Refusal is { } no)
            return no;
        if (!SupportTypes.Ticket.Name.IsMatch(name!))
            return NameAnswer(new(false, "Invalid", $"'{name}' is not a name: use {SupportTypes.Ticket.NameInWords}."));
        bool taken = await engine.ReadAsync(tickets, SupportTicket.IdOf(request.Subscription, name!), request.Aborted) is not null;
        return NameAnswer(taken ? new(false, "AlreadyExists", $"There is a ticket '{name}' already.") : new(true, null, null));
    }

    private static ArmResult NameAnswer(NameAnswerBody answer) => ArmResult.Of(answer, SupportContract.Default.NameAnswerBody);

    private async ValueTask<ArmResult> ExplainAsync(ArmRequest request)
    {
        if (await engine.ReadAsync(tickets, request.Id, request.Aborted) is not { Resource: var ticket })
            return ArmErrors.ResourceNotFound(request.Id);
        Finding found = TicketFindings.Of(ticket);
        var body = new ExplainBody(
            ticket.State is TicketState.Closed { End: TicketEnd.Accepted },
            found.Message,
            found.ActsNext,
            found.Since,
            [
                .. new[] { found }
                    .Concat(ticket.State is TicketState.Closed ? [] : explaining.Usually(SupportTicket.ResourceType, ticket.StateName))
                    .Select(Explaining.Body),
            ],
            await explaining.LatestAsync(ticket.Id, request.Aborted)
        );
        return ArmResult.Of(body, CircuitsContract.Default.ExplainBody);
    }

    /// <summary>The ticket as it is after a write.</summary>
    internal static async ValueTask<ArmResult> AnswerAsync(ArmRequest request, SupportCatalogue catalogue, SendOutcome outcome) =>
        outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<SupportTicket> after }, ..] }
            ? ArmResult.Of(TicketWire.Body(catalogue, request, after.Resource), SupportContract.Default.SupportTicketBody)
            : await request.RefusedAsync(outcome);

    /// <summary>What a filter keeps; null when it is not understood.</summary>
    private static Func<SupportTicketProperties, bool>? Filter(string? filter)
    {
        if (string.IsNullOrWhiteSpace(filter))
            return _ => true;
        var all = new List<Func<SupportTicketProperties, bool>>();
        foreach (string condition in Conjunction().Split(filter))
        {
            Match match = Condition().Match(condition);
            if (!match.Success)
                return null;
            string op = match.Groups["op"].Value.ToLowerInvariant(),
                value = match.Groups["value"].Value.Trim('\'');
            switch (match.Groups["name"].Value.ToLowerInvariant(), op)
            {
                case ("status", "eq"):
                    all.Add(p => value.Equals(p.Status, StringComparison.OrdinalIgnoreCase));
                    break;
                case ("serviceid", "eq"):
                    all.Add(p => SameName(value, p.ServiceId));
                    break;
                case ("problemclassificationid", "eq"):
                    all.Add(p => SameName(value, p.ProblemClassificationId));
                    break;
                case ("createddate", "ge" or "gt" or "le" or "lt") when IsInstant(value, out DateTimeOffset at):
                    all.Add(p =>
                        op switch
                        {
                            "ge" => p.CreatedDate >= at,
                            "gt" => p.CreatedDate > at,
                            "le" => p.CreatedDate <= at,
                            _ => p.CreatedDate < at,
                        }
                    );
                    break;
                default:
                    return null;
            }
        }
        return p => all.TrueForAll(keeps => keeps(p));
    }

    private static bool IsInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out instant
        );

    /// <summary>Ids and bare names are taken alike.</summary>
    private static bool SameName(string asked, string id) =>
        asked[(asked.LastIndexOf('/') + 1)..].Equals(id[(id.LastIndexOf('/') + 1)..], StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\s+and\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Conjunction();

    [GeneratedRegex(@"\A\s*(?<name>\w{1,40})\s+(?<op>\w{2})\s+(?<value>'[^']{0,300}'|[^\s']{1,300})\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Condition();
}
