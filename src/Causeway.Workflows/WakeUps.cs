using System.Collections.Concurrent;
using System.Diagnostics;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.Logging;

namespace Causeway.Workflows;

/// <summary>An instant has come for which the resource waited (<see cref="Workflow{T}.WakeUpsOf"/>).</summary>
/// <param name="At">Now, and never before the instant that was waited for, whatever a node's clock says.</param>
/// <param name="What">The wake-up's name.</param>
public sealed record WokenUp(DateTimeOffset At, string What) : Signal(At);

/// <summary>
/// Theory of operation. What resources wait for are rows, which commits write as a function of the state. A turn delivers those whose time has come, each as
/// <see cref="WokenUp"/> in the commit that removes its row, provided that the row still has that time: so it comes once, on whichever node is first, and not
/// at all when a commit in between has moved it. One that cannot be delivered (its document cannot be read, its type is not known here) rests by itself and
/// holds up no other.
/// </summary>
public sealed partial class WakeUpLoop(Engine engine, TimeProvider time, ILogger<WakeUpLoop> log) : Loop("wake-ups")
{
    private const int Most = 100;
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);
    private static readonly EffectPolicy s_rest = new() { LongestBackOff = TimeSpan.FromMinutes(10) };

    private readonly ILogger<WakeUpLoop> _log = log;
    private readonly Dictionary<(ResourceId, string), Rest> _resting = [];
    private bool _listening;

    public override LoopStage Stage => LoopStage.Work;

    public override async Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        if (!_listening)
        {
            engine.Store.EffectsEnqueued += Wake;
            _listening = true;
        }
        IReadOnlyList<DueWakeUp> due = await engine.Store.DueWakeUpsAsync(Most + _resting.Count, cancellation);
        foreach ((ResourceId, string) gone in _resting.Keys.Except(due.Select(d => (d.Resource, d.Name))).ToList())
            _resting.Remove(gone);
        int delivered = 0;
        foreach (DueWakeUp wakeUp in due)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!IsResting(wakeUp) && await DeliverAsync(wakeUp))
                delivered++;
        }
        string says = _resting.Count == 0 ? $"{delivered} delivered" : $"{delivered} delivered, {_resting.Count} cannot be";
        if (due.Count > 0)
            return new TurnResult(says, delivered > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
        TimeSpan? next = await engine.Store.NextWakeUpAsync(cancellation);
        return new TurnResult(says, next is { } rest ? TimeSpan.FromTicks(Math.Clamp(rest.Ticks, 0, LongestRest.Ticks)) : LongestRest);
    }

    public override Task EndAsync(CancellationToken hurry)
    {
        engine.Store.EffectsEnqueued -= Wake;
        return Task.CompletedTask;
    }

    private bool IsResting(DueWakeUp wakeUp) =>
        _resting.TryGetValue((wakeUp.Resource, wakeUp.Name), out Rest? rest) && time.GetElapsedTime(rest.Since) < rest.For;

    private async Task<bool> DeliverAsync(DueWakeUp wakeUp)
    {
        DateTimeOffset now = time.GetUtcNow();
        var signal = new WokenUp(now > wakeUp.Due ? now : wakeUp.Due, wakeUp.Name);
        SendContext context = SendContext.Causeway with { Answers = wakeUp };
        using Activity? activity = WorkflowTelemetry.WakeUp(wakeUp);
        try
        {
            SendOutcome outcome = await engine.SendAsync(wakeUp.Resource, wakeUp.Type, signal, context, CancellationToken.None);
            if (outcome is SendOutcome.Refused refused)
                throw new InvalidOperationException($"it was refused, which no wake-up may be: {refused.Refusal.Message}");
            _resting.Remove((wakeUp.Resource, wakeUp.Name));
            return true;
        }
#pragma warning disable CA1031 // One document that cannot be read, or decided on, must not hold up the others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            int failures = _resting.GetValueOrDefault((wakeUp.Resource, wakeUp.Name))?.Failures + 1 ?? 1;
            _resting[(wakeUp.Resource, wakeUp.Name)] = new Rest(time.GetTimestamp(), s_rest.BackOff(failures), failures);
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            CannotDeliver(wakeUp.Name, wakeUp.Resource, failures, e);
            return false;
        }
    }

    private sealed record Rest(long Since, TimeSpan For, int Failures);

    [LoggerMessage(1021, LogLevel.Error, "Wake-up {Name} of {Resource} cannot be delivered ({Failures} times); it is tried again")]
    private partial void CannotDeliver(string name, ResourceId resource, int failures, Exception exception);
}
