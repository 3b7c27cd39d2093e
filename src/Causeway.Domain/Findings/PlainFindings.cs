namespace Causeway.Domain.Findings;

/// <summary>What can be said of any resource.</summary>
public static class PlainFindings
{
    public static readonly FindingKind Stands = new("Stands", "{name} is {state}.");

    public static readonly FindingKind Usually = new(
        "UsuallyTakes",
        "It usually takes {usual} here until something is no longer {state} (half of the last {cases} took less)."
    );
}
