namespace Causeway.Server.Telemetry;

/// <summary>Who is told what the server does. Nobody unless set: then nothing is measured, and the libraries for it are not even loaded.</summary>
public sealed record TelemetrySettings
{
    /// <summary>Where traces, metrics and logs are sent by OTLP; null is nowhere, or where the OTEL_* variables say.</summary>
    public Uri? Collector { get; init; }

    /// <summary>An OTEL_EXPORTER_OTLP_*ENDPOINT variable says where.</summary>
    public bool HasVariables { get; init; }

    public MetricsReaders Metrics { get; init; } = MetricsReaders.Off;

    public bool IsSent => Collector is not null || HasVariables;

    public bool IsOn => IsSent || Metrics != MetricsReaders.Off;
}

/// <summary>Who may read <c>/metrics</c>.</summary>
public enum MetricsReaders
{
    /// <summary>Nobody: there is no such path.</summary>
    Off,

    /// <summary>Whoever connects from this machine.</summary>
    Local,

    /// <summary>Whoever may read the operator's status: a token of an Operator, or of a Reader on the whole installation (<c>/</c>).</summary>
    Reader,
}

/// <summary>How log entries are written to standard error.</summary>
public enum LogFormat
{
    /// <summary>A line each, for people.</summary>
    Line,

    /// <summary>A JSON object each, with the trace that it belongs to, for machines.</summary>
    Json,
}
