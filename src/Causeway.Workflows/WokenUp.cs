namespace Causeway.Workflows;

/// <summary>An instant that a resource waits for has come.</summary>
/// <param name="WakeUp">Its name.</param>
public sealed record WokenUp(DateTimeOffset At, string WakeUp) : Signal(At);
