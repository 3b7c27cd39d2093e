using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Causeway.Server.Telemetry;

/// <summary>The log on standard error: each entry with its time (UTC), level, source and number.</summary>
internal static class ConsoleLog
{
    private const string Time = "yyyy-MM-ddTHH:mm:ss.fffZ";

    public static ILoggingBuilder AddConsole(this ILoggingBuilder logging, LogFormat format)
    {
        // Standard output belongs to what the command says.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return format == LogFormat.Json
            ? logging
                .Configure(log => log.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId)
                .AddJsonConsole(console =>
                {
                    console.IncludeScopes = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = Time;
                })
            : logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Time + " ";
            });
    }
}
