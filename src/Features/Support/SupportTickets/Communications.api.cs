using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Support;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Support;

/// <summary><c>Microsoft.Support/supportTickets/communications</c>: what was said in a ticket. Who may answer for the operator is the operator in it.</summary>
internal sealed class CommunicationEndpoints(Engine engine, SupportTicketWorkflow tickets) : IEndpoints
{
    private const string AnswerForOperator = "Microsoft.Causeway/operator/supportTickets/answer/action";

    public void Map(IEndpointRouteBuilder routes)
    {
        SupportContract json = SupportContract.Default;
        routes
            .Arm(SupportTypes.Communication, ArmLevel.Subscription)
            .Put(
                PutAsync,
                new ArmContract("Create", "Says something in a ticket; it stays as it was said.")
                {
                    Body = () => json.CommunicationBody,
                    Answer = () => json.CommunicationBody,
                }
            )
            .Get(GetAsync, () => json.CommunicationBody)
            .ListInParent(ListAsync, () => json.CommunicationBody);
        routes
            .Arm(SupportTypes.Ticket, ArmLevel.Subscription)
            .Post(
                "checkNameAvailability",
                CheckNameAsync,
                new ArmContract("CheckCommunicationNameAvailability", "Says whether a name is free for something to be said in a ticket.")
                {
                    Body = () => json.NameQuestionBody,
                    Answer = () => json.NameAnswerBody,
                }
            );
    }

    private async ValueTask<ArmResult> PutAsync(ArmRequest request)
    {
        if (SupportTypes.WrongName(request) is { } wrong)
            return wrong;
        RequestBody content = await request.ContentAsync();
        ResourceId ticket = request.Id.Parent!;
        bool byOperator = await request.MayAsync(AnswerForOperator, ticket);
        SendOutcome outcome = await engine.SendAsync(
            [
                new Addressed(
                    ticket,
                    SupportTicket.ResourceType,
                    async (before, _) =>
                    {
                        // Whoever answers for the operator on some tickets is nobody's customer on the others.
                        if (
                            byOperator
                            && before is Versioned<SupportTicket> { Resource: var about }
                            && !await TicketDesk.MayDecideAsync(request, about)
                        )
                            return TicketDesk.NotYours(request, about);
                        BodyReader body = content.Reader();
                        TicketMessage message = TicketWire.Message(body, request.Id.Name, request.Now, !byOperator);
                        return body.Refusal is { } no ? no : (Asked)new SayOnTicket(request.Now, message);
                    }
                ),
            ],
            request.Context(found => ((Versioned<SupportTicket>)found).Resource.FindMessage(request.Id.Name) is not null),
            CancellationToken.None
        );
        return outcome is SendOutcome.Delivered { Resources: [{ After: Versioned<SupportTicket> after }, ..] }
            ? Answer(after.Resource, after.Resource.FindMessage(request.Id.Name)!)
            : await request.RefusedAsync(outcome);
    }

    private async ValueTask<ArmResult> GetAsync(ArmRequest request) =>
        await engine.ReadAsync(tickets, request.Id.Parent!, request.Aborted) is not { Resource: var ticket }
            ? ArmErrors.ResourceNotFound(request.Id.Parent!)
        : ticket.FindMessage(request.Id.Name) is { } message ? Answer(ticket, message)
        : ArmErrors.ChildNotFound(request.Id);

    private async ValueTask<ArmResult> ListAsync(ArmRequest request) =>
        await engine.ReadAsync(tickets, request.Id, request.Aborted) is { Resource: var ticket }
            ? await request.ListAsync(
                ticket.Messages,
                after: null,
                m => ticket.Id.Child("communications", m.Name),
                m => TicketWire.Body(ticket, m),
                SupportContract.Default.CommunicationBody
            )
            : ArmErrors.ResourceNotFound(request.Id);

    private async ValueTask<ArmResult> CheckNameAsync(ArmRequest request)
    {
        BodyReader body = await request.BodyAsync();
        string? name = body.String("name", required: true);
        body.OneOf("type", ["Microsoft.Support/communications", SupportTypes.Communication.FullName], required: true);
        if (body.Refusal is { } no)
            return no;
        if (await engine.ReadAsync(tickets, request.Id, request.Aborted) is not { Resource: var ticket })
            return ArmErrors.ResourceNotFound(request.Id);
        NameAnswerBody answer =
            !SupportTypes.Communication.Name.IsMatch(name!)
                ? new(false, "Invalid", $"'{name}' is not a name: use {SupportTypes.Communication.NameInWords}.")
            : ticket.FindMessage(name!) is not null ? new(false, "AlreadyExists", $"Something was said as '{name}' already.")
            : new(true, null, null);
        return ArmResult.Of(answer, SupportContract.Default.NameAnswerBody);
    }

    private static ArmResult Answer(SupportTicket ticket, TicketMessage message) =>
        ArmResult.Of(TicketWire.Body(ticket, message), SupportContract.Default.CommunicationBody);
}
