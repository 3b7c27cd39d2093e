using System.Text.Json.Nodes;

namespace Causeway.Registry;

/// <summary>What a running registry tells, one line an event: for people, or as JSON with <c>at</c>, <c>event</c> and the event's own fields.</summary>
internal sealed class RegistryLog(TextWriter output, bool json, TimeProvider clock)
{
    private readonly Lock _lock = new();

    public void Say(string kind, string text, JsonObject fields)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (_lock)
        {
            if (!json)
            {
                output.WriteLine($"{now:HH:mm:ss} {text}");
                return;
            }
            fields.Insert(0, "at", now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
            fields.Insert(1, "event", kind);
            output.WriteLine(fields.ToJsonString());
        }
    }
}
