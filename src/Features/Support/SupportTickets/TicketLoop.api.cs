using Causeway.Domain.Circuits;
using Causeway.Domain.Support;
using Causeway.Hosting;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Api.Support;

/// <summary>
/// Closes tickets whose peering, circuit or Internet peering is no more: there is nothing left to decide, and nobody would close them. Every node may look; a ticket that is
/// closed already stays as it is.
/// </summary>
internal sealed partial class TicketLoop : Loop
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromSeconds(30);

    private readonly Engine _engine;
    private readonly SupportTicketWorkflow _tickets;
    private readonly TicketDesk _desk;
    private readonly TimeProvider _clock;
    private readonly ILogger<TicketLoop> _log;

    public TicketLoop(Engine engine, SupportTicketWorkflow tickets, TicketDesk desk, TimeProvider clock, ILogger<TicketLoop> log)
        : base("tickets")
    {
        (_engine, _tickets, _desk, _clock, _log) = (engine, tickets, desk, clock, log);
        engine.Store.Announced += Listen;
    }

    public override bool IsNeeded => false;

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        int open = 0,
            closed = 0;
        await foreach (
            StoredResource row in _engine.Store.AllAsync(
                new ResourceQuery
                {
                    Type = SupportTicket.ResourceType,
                    Label = SupportTicket.Open,
                    Most = 500,
                },
                cancellation
            )
        )
            if (_tickets.TryRead(row, out Versioned<SupportTicket>? read))
            {
                open++;
                if (await TryCloseAsync(read.Resource, cancellation))
                    closed++;
            }
        return new TurnResult($"{open} open tickets looked at, {closed} closed", s_lookEvery);
    }

    public override Task EndAsync(CancellationToken hurry)
    {
        _engine.Store.Announced -= Listen;
        return Task.CompletedTask;
    }

    /// <summary>A peering that declares prefixes announces that it goes; of others it is seen at the next look.</summary>
    private void Listen(string? announced)
    {
        if (announced?.StartsWith(Circuit.ProofAnnouncements, StringComparison.Ordinal) != false)
            Wake();
    }

    private async Task<bool> TryCloseAsync(SupportTicket ticket, CancellationToken cancellation)
    {
        try
        {
            return ticket.Subject is { About: not null } subject
                && await _desk.IsGoneAsync(ticket, cancellation)
                && await _engine.SendAsync(
                    ticket.Id,
                    SupportTicket.ResourceType,
                    new LoseSubject(_clock.GetUtcNow(), subject.Resource),
                    SendContext.Causeway,
                    cancellation
                ) is SendOutcome.Delivered;
        }
#pragma warning disable CA1031 // One that cannot be looked at holds up no other; it is looked at again.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            NotLookedAt(ticket.Id, e);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What ticket {Ticket} is about could not be looked at; it is tried again")]
    private partial void NotLookedAt(Primitives.ResourceId ticket, Exception problem);
}
