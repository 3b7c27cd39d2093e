using System.Text.Json.Nodes;
using Causeway.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Registry;

/// <summary>What the supervisor says, among the events of a running registry.</summary>
internal sealed class RegistryLoopLog(RegistryLog log) : ILogger<Supervisor>
{
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        string text = formatter(state, exception);
        log.Say("loop", $"{logLevel.ToString().ToLowerInvariant()}: {text}", new JsonObject { ["level"] = $"{logLevel}", ["text"] = text });
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
