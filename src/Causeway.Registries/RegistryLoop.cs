using Causeway.Hosting;

namespace Causeway.Registries;

/// <summary>
/// A background loop of the registries, for a <see cref="Supervisor"/> to turn. Readiness does not wait for it: what a source said last stays in use while it is away,
/// and its status says so. That a source is away is no failure of the loop that asks it; a failed turn is a fault of ours, or of the disk.
/// </summary>
/// <param name="patience">The longest that one turn should take; infinite is for a turn that lasts as long as a session.</param>
internal sealed class RegistryLoop(string name, TimeSpan patience, Func<CancellationToken, Task<TurnResult>> turn) : Loop(name)
{
    public override bool IsNeeded => false;

    public override TimeSpan Patience => patience;

    public override Task<TurnResult> TurnAsync(CancellationToken cancellation) => turn(cancellation);
}
