namespace Causeway.Hosting;

/// <summary>How finely durations are told apart when they are counted: those of requests in the OpenTelemetry conventions, and finer below, where a commit is.</summary>
public static class Durations
{
    /// <summary>Upper bounds of the classes, in seconds.</summary>
    public static IReadOnlyList<double> Seconds { get; } = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
}
