using System.Text.Json.Nodes;
using Causeway.Registries;
using Causeway.Registries.Service;

namespace Causeway.Lab.Registry;

/// <summary>Tells when a source begins to have a problem, has another one, or has none any more: a refresh that is held back changes no data, and would pass unseen.</summary>
internal sealed class RegistryAlarms(RegistryService registries, RegistryLog log, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _told = [];
    private readonly GuardedLoop _loop = new("alarms", clock);

    /// <summary>What the loop did last.</summary>
    public LoopStatus Loop => _loop.Status;

    public Task RunAsync(CancellationToken cancellation) =>
        _loop.RunAsync(
            _ =>
            {
                Look();
                return Task.FromResult<string?>(null);
            },
            () => Every,
            cancellation
        );

    private void Look()
    {
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<SourceStatus> sources = registries.Status();
        foreach (string gone in _told.Keys.Except(sources.Select(s => s.Name)).ToArray())
            _told.Remove(gone);
        foreach (SourceStatus source in sources)
        {
            if (source.Problem == _told.GetValueOrDefault(source.Name))
                continue;
            JsonObject fields = RegistryAnswers.Json(source, now);
            if (source.Problem is null)
            {
                _told.Remove(source.Name);
                log.Say("recovered", $"recovered {source.Name}: {source.Records:N0} records", fields);
                continue;
            }
            _told[source.Name] = source.Problem;
            string inUse = source.AsOf is { } asOf
                ? $"{source.Records:N0} records of {asOf.UtcDateTime:yyyy-MM-dd HH:mm} UTC stay in use"
                : "nothing of it is in use";
            log.Say("alarm", $"ALARM {source.Name}: {source.Problem} ({inUse})", fields);
        }
    }
}
