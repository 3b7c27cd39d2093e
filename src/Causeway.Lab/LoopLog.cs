using Causeway.Hosting;
using Microsoft.Extensions.Logging;

namespace Causeway.Lab;

/// <summary>What a supervisor says of its loops (that one failed, hangs, is well again), told to people in the program's own way.</summary>
internal sealed class LoopLog(Action<string> say) : ILogger<Supervisor>
{
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => say(formatter(state, exception));
}
