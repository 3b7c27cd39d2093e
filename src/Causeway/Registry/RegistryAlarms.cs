using System.Text.Json.Nodes;
using Causeway.Hosting;
using Causeway.Registries;
using Causeway.Registries.Verdicts;

namespace Causeway.Registry;

/// <summary>Tells when a source begins to have a problem, has another one, or has none any more: a refresh that is held back changes no data, and would pass unseen.</summary>
internal sealed class RegistryAlarms(RegistryService registries, RegistryLog log, TimeProvider clock) : Loop("alarms")
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _told = [];

    public override Task<TurnResult> TurnAsync(CancellationToken cancellation)
    {
        Look();
        return Task.FromResult(new TurnResult($"{_told.Count} sources have a problem", Every));
    }

    private void Look()
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (SourceStatus source in registries.Status())
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
