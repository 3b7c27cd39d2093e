using System.Diagnostics.Metrics;

namespace Causeway.Identity.Endpoints;

/// <summary>What can be measured of the token endpoint.</summary>
public static class SignInTelemetry
{
    private static readonly Meter Meter = new("Causeway.Identity");
    private static readonly Counter<long> SignIns = Meter.CreateCounter<long>(
        "causeway.signins",
        "{sign-in}",
        "Asks for a token, by what came of it: ok, or the number of the refusal."
    );

    /// <summary>The counter is 0 from now on.</summary>
    public static void Begin() => SignIns.Add(0, new KeyValuePair<string, object?>("outcome", "ok"));

    /// <param name="refusal">The number that clients print after AADSTS; null for a token given.</param>
    internal static void Count(int? refusal) =>
        SignIns.Add(1, new KeyValuePair<string, object?>("outcome", refusal is { } number ? $"AADSTS{number}" : "ok"));
}
