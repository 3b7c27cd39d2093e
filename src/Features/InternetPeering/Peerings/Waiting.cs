using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.InternetPeering;

/// <summary>What is over when its time has come. It ends waits, and opens nothing.</summary>
internal static class Waiting
{
    private const string Ready = "ready ";
    private const string Validate = "validate ";
    private const string Drain = "drain ";

    /// <summary>A peer that says nothing is reminded once, when three quarters of its time are over.</summary>
    private const double ReminderAt = 0.75;

    public static IEnumerable<WakeUp> Of(Peering peering, PeeringPolicy policy)
    {
        foreach (WakeUp expiry in Accepting.WakeUpsOf(peering))
            yield return expiry;
        foreach (Connection c in peering.Connections)
            switch (c.State)
            {
                case ConnectionState.Approved approved:
                    yield return new WakeUp(Ready + c.Identifier, approved.IsReminded ? approved.Until : Reminder(approved));
                    break;
                case ConnectionState.ProvisioningStarted or ConnectionState.ProvisioningCompleted:
                    yield return new WakeUp(Validate + c.Identifier, c.State.Since + policy.ValidateWithin);
                    break;
                case ConnectionState.Validating { Until: { } until }:
                    yield return new WakeUp(Validate + c.Identifier, until);
                    break;
                case ConnectionState.PendingRemove leaving:
                    yield return new WakeUp(Drain + c.Identifier, leaving.Until);
                    break;
            }
    }

    public static Decision<Peering> Over(Peering peering, WokenUp woken, PeeringContext context)
    {
        if (Accepting.Over(peering, woken) is { } expired)
            return expired;
        string identifier = woken.What[(woken.What.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (peering.Find(identifier) is not { } c)
            return new Decision<Peering>.Stay("there is no such connection any more");
        switch (c.State)
        {
            case ConnectionState.Approved { IsReminded: false } approved
                when Is(Ready) && woken.At >= Reminder(approved) && woken.At < approved.Until:
                return new Decision<Peering>.Move(
                    peering
                        .With(c with { State = approved with { IsReminded = true } })
                        .Say(
                            woken.At,
                            Steps.ByCauseway,
                            "Reminder",
                            $"the connection is approved since {approved.Since:u}: configure your side and say so (notifyReady) until {approved.Until:u}, or the request lapses",
                            identifier
                        ),
                    $"{identifier}: the peer is reminded"
                );
            case ConnectionState.Approved approved when Is(Ready) && woken.At >= approved.Until:
                return Fail($"the peer did not say that it is ready until {approved.Until:u}");
            case ConnectionState.ProvisioningStarted when Is(Validate) && woken.At >= c.State.Since + context.Policy.ValidateWithin:
                return Fail(
                    c.Routers.Where(r => r.Value is { Problem: not null } && r.Value.Generation == c.Generation).ToArray()
                        is { Length: > 0 } problems
                        ? string.Join("; ", problems.Select(p => $"router {p.Key}: {p.Value.Problem}"))
                        : "our routers did not take the session in time: the operator is asked to look"
                );
            case ConnectionState.ProvisioningCompleted when Is(Validate) && woken.At >= c.State.Since + context.Policy.ValidateWithin:
                return Fail("it could not be looked at in time: the operator is asked to look");
            case ConnectionState.Validating { Until: { } until } when Is(Validate) && woken.At >= until:
                return Fail(Validating.Failures(c, "it was not looked at in time"));
            case ConnectionState.PendingRemove leaving when Is(Drain) && woken.At >= leaving.Until:
                return peering.Without([c.Identifier]) is { } left
                    ? new Decision<Peering>.Move(left, $"{identifier} is gone")
                    : new Decision<Peering>.End($"{identifier} is gone, and with it the peering");
            default:
                return new Decision<Peering>.Stay("nothing waits for that any more");
        }

        bool Is(string what) => woken.What.StartsWith(what, StringComparison.Ordinal);

        Decision<Peering> Fail(string error) =>
            new Decision<Peering>.Move(
                peering.With(c.Fail(woken.At, error)).Say(woken.At, Steps.ByCauseway, "ProvisioningFailed", error, identifier),
                $"{identifier} failed: {error}"
            );
    }

    private static DateTimeOffset Reminder(ConnectionState.Approved approved) =>
        approved.Since + ReminderAt * (approved.Until - approved.Since);
}
