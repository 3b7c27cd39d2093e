namespace Causeway.Workflows;

public sealed record WokenUp(DateTimeOffset At, string WakeUp) : Signal(At);
