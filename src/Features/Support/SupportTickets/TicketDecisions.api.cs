using System.Text.Json.Serialization.Metadata;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Support;
using Causeway.Domain.Circuits;
using Causeway.Domain.InternetPeering;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using NetworkPeering = Causeway.Domain.InternetPeering.Peering;

namespace Causeway.Api.Support;

/// <summary>
/// The operator's verbs on a ticket: <c>POST {ticket}/accept</c> and <c>…/reject</c>. The circuit, or the Internet peering, is told in the commit that writes the decision, so that there is
/// no acceptance that nobody follows, and none that nobody decided.
/// </summary>
internal sealed class TicketDecisionEndpoints(Engine engine, TicketDesk desk, SupportCatalogue catalogue) : IEndpoints
{
    private const int MostPrefixes = 1000;
    private const int LongestReason = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        SupportContract json = SupportContract.Default;
        Verb("accept", "Accepts prefixes of the peering that a ticket is about, until a date.", () => json.AcceptanceBody, AcceptAsync);
        Verb("reject", "Does not accept them; what the ticket had accepted ends.", () => json.RejectionBody, RejectAsync);

        void Verb(
            string name,
            string summary,
            Func<JsonTypeInfo> body,
            Func<ArmRequest, BodyReader, SupportTicket, ValueTask<Asked>> ask
        ) =>
            routes.MapArm(
                $"/subscriptions/{{subscription}}/providers/{SupportTypes.Ticket.FullName}/{{name0}}/{name}",
                new ArmEndpoint(
                    SupportTypes.Ticket,
                    "POST",
                    $"Microsoft.Causeway/operator/supportTickets/{name}/action",
                    ArmTarget.Resource
                )
                {
                    NeedsGroup = false,
                    Contract = new ArmContract(char.ToUpperInvariant(name[0]) + name[1..], summary)
                    {
                        Body = body,
                        Answer = () => json.SupportTicketBody,
                        IsOurs = true,
                    },
                },
                request => DecideAsync(request, ask)
            );
    }

    private async ValueTask<ArmResult> DecideAsync(ArmRequest request, Func<ArmRequest, BodyReader, SupportTicket, ValueTask<Asked>> ask)
    {
        RequestBody content = await request.ContentAsync();
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    request.Id,
                    SupportTicket.ResourceType,
                    (before, _) =>
                        before is Versioned<SupportTicket> { Resource: var ticket }
                            ? AskAsync(ticket)
                            : new(Refusal.NotFound("ResourceNotFound", "There is no such support ticket."))
                ),
            ],
            request.Context(),
            CancellationToken.None
        );
        return await SupportTicketEndpoints.AnswerAsync(request, catalogue, outcome);

        async ValueTask<Asked> AskAsync(SupportTicket ticket) =>
            await TicketDesk.MayDecideAsync(request, ticket)
                ? await ask(request, content.Reader(), ticket)
                : TicketDesk.NotYours(request, ticket);
    }

    private async ValueTask<Asked> AcceptAsync(ArmRequest request, BodyReader body, SupportTicket ticket)
    {
        IReadOnlyList<IpPrefix>? some = body.Prefixes("prefixes", MostPrefixes);
        DateTimeOffset? expires = body.Instant("expires", required: true);
        string? reason = Reason(body);
        bool close = body.Boolean("close") ?? true;
        if (body.Refusal is { } no)
            return no;
        if (ticket.Subject?.InternetPeering is { } internet)
            return await AcceptOfPeerAsync(request, ticket, internet, some, expires!.Value, reason!, close);
        if (ticket.Subject is not { Peering: { } type } subject)
            return Refusal.Invalid(
                "TicketNotAboutPeering",
                $"Ticket '{ticket.Id.Name}' is about no peering, so that there are no prefixes to accept: answer it, and close it."
            );
        if (await desk.PeeringAsync(ticket, request.Aborted) is not var (circuit, peering))
            return Refusal.Conflict(
                "PeeringNotFound",
                $"There is no {subject.Resource} any more, which ticket '{ticket.Id.Name}' is about: close the ticket, or have it created again."
            );
        // What was declared since, nobody has asked for.
        IReadOnlyDictionary<IpPrefix, ProofFact> known = await desk.KnownAsync(circuit, type, request.Now, request.Aborted);
        EquatableArray<IpPrefix> prefixes = some is null
            ?
            [
                .. AskedPrefix
                    .Of(peering)
                    .Select(a => a.Prefix)
                    .Intersect(subject.Asked.Select(a => a.Prefix))
                    .Where(p => known.GetValueOrDefault(p) is not ProofFact.Found { Proof: { IsFirm: true, Until: null } }),
            ]
            : [.. some.Distinct()];
        if (prefixes.Count == 0)
            return Refusal.Invalid(
                "NoPrefixes",
                some is null
                    ? $"Of the prefixes that ticket '{ticket.Id.Name}' asks for, {type} of {circuit.Id.Name} declares none that registries do not prove: name those that are accepted."
                    : "'prefixes' is empty: name some, or leave it out for all that the ticket asks for.",
                "prefixes"
            );
        return new Asked(new AcceptTicket(request.Now, prefixes, expires!.Value, reason!, close), null)
        {
            Also =
            [
                new Addressed(
                    circuit.Id,
                    Circuit.ResourceType,
                    new AcceptPrefixes(request.Now, type, ticket.Id, prefixes, expires.Value, reason!) { Asked = [.. subject.Asked] }
                ),
            ],
        };
    }

    /// <summary>Why, for the customer and the journal: something has to be said.</summary>
    private static string? Reason(BodyReader body)
    {
        string? reason = body.String("reason", LongestReason, required: true);
        if (reason is not null && string.IsNullOrWhiteSpace(reason))
            body.Problem("InvalidRequestFormat", "reason", "'reason' is empty: say in a line why, for the customer and the journal.");
        return reason;
    }

    private async ValueTask<Asked> AcceptOfPeerAsync(
        ArmRequest request,
        SupportTicket ticket,
        ResourceId peering,
        IReadOnlyList<IpPrefix>? prefixes,
        DateTimeOffset expires,
        string reason,
        bool close
    )
    {
        if (prefixes is not { Count: > 0 })
            return Refusal.Invalid("NoPrefixes", "An Internet peering declares no prefixes: name those that are accepted.", "prefixes");
        if (await desk.InternetPeeringAsync(peering, request.Aborted) is null)
            return Refusal.Conflict(
                "PeeringNotFound",
                $"There is no {peering} any more, which ticket '{ticket.Id.Name}' is about: close the ticket, or have it created again."
            );
        EquatableArray<IpPrefix> some = [.. prefixes.Distinct()];
        return new Asked(new AcceptTicket(request.Now, some, expires, reason, close), null)
        {
            Also =
            [
                new Addressed(peering, NetworkPeering.ResourceType, new AcceptPeerPrefixes(request.Now, ticket.Id, some, expires, reason)),
            ],
        };
    }

    private async ValueTask<Asked> RejectAsync(ArmRequest request, BodyReader body, SupportTicket ticket)
    {
        string? reason = Reason(body);
        if (body.Refusal is { } no)
            return no;
        var reject = new RejectTicket(request.Now, reason!);
        // What is gone needs no telling.
        if (ticket.Subject?.InternetPeering is { } internet)
            return await desk.InternetPeeringAsync(internet, request.Aborted) is null
                ? reject
                : new Asked(reject, null)
                {
                    Also = [new Addressed(internet, NetworkPeering.ResourceType, new RejectPeerPrefixes(request.Now, ticket.Id, reason!))],
                };
        return await desk.PeeringAsync(ticket, request.Aborted) is var (circuit, peering)
            ? new Asked(reject, null)
            {
                Also =
                [
                    new Addressed(circuit.Id, Circuit.ResourceType, new RejectPrefixes(request.Now, peering.Type, ticket.Id, [], reason!)),
                ],
            }
            : reject;
    }
}
