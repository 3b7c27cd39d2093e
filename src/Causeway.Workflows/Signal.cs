namespace Causeway.Workflows;

/// <summary>
/// Something that happened and that a workflow must decide about: a request, an observation, a wake-up. Carries everything the decision needs
/// (time and fresh identifiers included), so that Decide stays pure.
/// </summary>
/// <param name="At">When it happened, UTC.</param>
public abstract record Signal(DateTimeOffset At)
{
    /// <summary>The stable name in the journal and the golden tables: the type's own name.</summary>
    public string Name => GetType().Name;
}
